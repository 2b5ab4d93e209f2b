/// `multipart/form-data` (RFC 7578, RFC 2046) as it arrives: what is asked of memory is bounded by the number of parts, the
/// bytes of their heads, and what whoever takes the parts is ready to keep.
///
/// ```
/// --boundary CRLF  head CRLF CRLF  content CRLF --boundary CRLF … CRLF --boundary--
/// ```
struct MultipartParser {
    /// A piece of a form.
    enum Event: Equatable {
        /// A part begins; its content follows.
        case part(name: String, isFile: Bool)
        /// Some bytes of its content.
        case content([UInt8])
    }

    /// What is wrong with a form.
    struct Problem: Error, Equatable {
        let reason: String
    }

    static let maxParts = 64
    static let maxHeadBytes = 16 * 1024

    private enum State { case preamble, afterBoundary, head, afterHead, content, epilogue }

    /// CRLF, two hyphens and the boundary.
    private let delimiter: [UInt8]
    private var state = State.preamble
    /// What was not told apart yet: shorter than a delimiter in contents, than a head in heads.
    private var buffer: [UInt8]
    private var partCount = 0

    /// - Throws: ``Problem`` for what is no boundary: 1 to 70 characters of those that RFC 2046 has.
    init(boundary: String) throws(Problem) {
        let characters = Array(boundary.utf8)
        let others = Array("'()+_,-./:=? ".utf8)
        let isFit = characters.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || others.contains(byte)
        }
        guard (1...70).contains(characters.count), isFit, characters.last != UInt8(ascii: " ") else {
            throw Problem(reason: "the boundary of the form is not one of 1 to 70 characters that RFC 2046 has")
        }
        delimiter = Array("\r\n--".utf8) + characters
        // The first delimiter may stand at the very beginning, without the end of a line before it.
        buffer = [13, 10]
    }

    /// Takes the next bytes of the body.
    mutating func push(_ bytes: some Sequence<UInt8>) throws(Problem) -> [Event] {
        buffer.append(contentsOf: bytes)
        var events: [Event] = []
        while true {
            switch state {
            case .preamble:
                guard let place = find() else {
                    keepTail(of: delimiter.count - 1)
                    return events
                }
                buffer.removeFirst(place + delimiter.count)
                state = .afterBoundary
            case .content:
                guard let place = find() else {
                    let sure = buffer.count - (delimiter.count - 1)
                    if sure > 0 {
                        events.append(.content(Array(buffer.prefix(sure))))
                        keepTail(of: delimiter.count - 1)
                    }
                    return events
                }
                if place > 0 { events.append(.content(Array(buffer.prefix(place)))) }
                buffer.removeFirst(place + delimiter.count)
                state = .afterBoundary
            case .afterBoundary:
                if buffer.starts(with: [45, 45]) {
                    state = .epilogue
                    continue
                }
                // Transport padding may stand between the boundary and the end of its line.
                guard let end = buffer.firstIndex(where: { $0 != 32 && $0 != 9 }), end + 1 < buffer.count else {
                    guard buffer.count <= 128 else { throw Problem(reason: "a boundary is followed by blanks only") }
                    return events
                }
                guard buffer[end] == 13, buffer[end + 1] == 10 else {
                    throw Problem(reason: "a boundary is not followed by the end of its line")
                }
                // The end of this line is the beginning of a head without fields.
                buffer.removeFirst(end)
                partCount += 1
                guard partCount <= Self.maxParts else {
                    throw Problem(reason: "the form has more than \(Self.maxParts) parts")
                }
                state = .head
            case .head:
                guard let end = headEnd() else {
                    guard buffer.count <= Self.maxHeadBytes else {
                        throw Problem(reason: "the head of a part has more than \(Self.maxHeadBytes) bytes")
                    }
                    return events
                }
                events.append(try Self.part(of: buffer[..<end]))
                buffer.removeFirst(end + 2)
                state = .afterHead
            case .afterHead:
                // A part may have no content at all: then the empty line's end is the delimiter's own.
                guard buffer.count >= delimiter.count || !delimiter.starts(with: buffer) else { return events }
                if !buffer.starts(with: delimiter) { buffer.removeFirst(2) }
                state = .content
            case .epilogue:
                buffer.removeAll()
                return events
            }
        }
    }

    /// To be called at the body's end.
    func finish() throws(Problem) {
        guard state == .epilogue else { throw Problem(reason: "the form ends before its last boundary") }
    }

    /// Where the delimiter begins in the buffer.
    private func find() -> Int? {
        let (count, length) = (buffer.count, delimiter.count)
        return buffer.withUnsafeBufferPointer { buffer in
            delimiter.withUnsafeBufferPointer { delimiter in
                var place = 0
                while place + length <= count {
                    // Its first byte is rare in pictures: one in 256.
                    if buffer[place] == 13 {
                        var same = 1
                        while same < length && buffer[place + same] == delimiter[same] { same += 1 }
                        if same == length { return place }
                    }
                    place += 1
                }
                return nil
            }
        }
    }

    /// Where the empty line of a head begins: CRLF CRLF.
    private func headEnd() -> Int? {
        guard buffer.count >= 4 else { return nil }
        return (0...buffer.count - 4).first { start in
            buffer[start] == 13 && buffer[start + 1] == 10 && buffer[start + 2] == 13 && buffer[start + 3] == 10
        }
    }

    private mutating func keepTail(of count: Int) {
        if buffer.count > count { buffer.removeFirst(buffer.count - count) }
    }

    /// What a head says: the name in `Content-Disposition: form-data`, and whether a file name stands beside it.
    private static func part(of head: ArraySlice<UInt8>) throws(Problem) -> Event {
        guard let text = String(validating: head, as: UTF8.self) else {
            throw Problem(reason: "the head of a part is not UTF-8")
        }
        var (name, isFile, found) = (nil as String?, false, false)
        for line in text.split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":") else {
                throw Problem(reason: "a line in the head of a part has no colon")
            }
            guard line[..<colon].lowercased() == "content-disposition" else { continue }
            guard !found else { throw Problem(reason: "a part has two content dispositions") }
            found = true
            let disposition = HeaderParameters(line[line.index(after: colon)...])
            guard let disposition, disposition.value.lowercased() == "form-data" else {
                throw Problem(reason: "the content disposition of a part is not form-data")
            }
            name = disposition["name"]
            isFile = disposition["filename"] != nil || disposition["filename*"] != nil
        }
        guard let name, !name.isEmpty else { throw Problem(reason: "a part has no name") }
        return .part(name: name, isFile: isFile)
    }
}

/// A header's value with its parameters: `form-data; name="image_file"; filename="a.jpg"`.
struct HeaderParameters {
    /// What stands before the first semicolon.
    let value: String
    private var parameters: [String: String] = [:]

    /// A parameter by its name, which has no case.
    subscript(name: String) -> String? { parameters[name] }

    /// nil for what is not of that form, or has a parameter twice.
    init?(_ text: some StringProtocol) {
        let characters = Array(text.unicodeScalars)
        var position = 0
        func skipBlanks() {
            while position < characters.count, " \t".unicodeScalars.contains(characters[position]) { position += 1 }
        }
        func word(until ends: String) -> String {
            var word = String.UnicodeScalarView()
            while position < characters.count, !ends.unicodeScalars.contains(characters[position]) {
                word.append(characters[position])
                position += 1
            }
            while let last = word.last, last == " " || last == "\t" { word.removeLast() }
            return String(word)
        }
        skipBlanks()
        value = word(until: ";")
        while position < characters.count {
            position += 1
            skipBlanks()
            if position == characters.count { break }  // a semicolon at the end says nothing
            let name = word(until: "=;").lowercased()
            guard position < characters.count, characters[position] == "=", !name.isEmpty else { return nil }
            position += 1
            skipBlanks()
            var content: String
            if position < characters.count, characters[position] == "\"" {
                position += 1
                var quoted = String.UnicodeScalarView()
                while position < characters.count, characters[position] != "\"" {
                    // Only a quote and a backslash are escaped: file names of Windows have backslashes that are none.
                    if characters[position] == "\\", position + 1 < characters.count,
                        characters[position + 1] == "\"" || characters[position + 1] == "\\"
                    {
                        position += 1
                    }
                    quoted.append(characters[position])
                    position += 1
                }
                guard position < characters.count else { return nil }
                position += 1
                skipBlanks()
                guard position == characters.count || characters[position] == ";" else { return nil }
                content = String(quoted)
            } else {
                content = word(until: ";")
            }
            guard parameters.updateValue(content, forKey: name) == nil else { return nil }
        }
    }
}
