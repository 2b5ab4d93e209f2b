/// A cursor over the JSON of ``Decisions``.
///
/// The grammar is spelled out, so that nothing recurses: values of members that are not known are passed over by counting
/// brackets, however deep they nest.
struct DecisionsReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        // Editors of some systems put a mark before the text.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// The whole file.
    mutating func read() throws(ReviewError) -> Decisions {
        var batch: String?
        var decisions: [Decisions.Decision]?
        try readObject { (reader, key) throws(ReviewError) in
            switch key {
            case "batch": batch = try reader.readString()
            case "decisions": decisions = try reader.readDecisions()
            default: try reader.skipValue()
            }
        }
        skipSpace()
        guard position == bytes.count else { throw malformed("the end of the file") }
        guard let batch else { throw malformed("an object with the member \"batch\"") }
        guard let decisions else { throw malformed("an object with the member \"decisions\"") }
        return Decisions(batch: batch, decisions: decisions)
    }

    private mutating func readDecisions() throws(ReviewError) -> [Decisions.Decision] {
        var decisions: [Decisions.Decision] = []
        try require("[", "a list of decisions")
        if take("]") { return decisions }
        repeat { decisions.append(try readDecision()) } while take(",")
        try require("]", "',' or ']' after a decision")
        return decisions
    }

    private mutating func readDecision() throws(ReviewError) -> Decisions.Decision {
        var (id, action, note) = (nil as String?, nil as String?, "")
        try readObject { (reader, key) throws(ReviewError) in
            switch key {
            case "id": id = try reader.readString()
            case "action": action = try reader.readString()
            case "note": note = try reader.readString()
            default: try reader.skipValue()
            }
        }
        guard let id else { throw malformed("a decision with the member \"id\"") }
        guard let action else { throw malformed("a decision with the member \"action\"") }
        guard let known = Decisions.Action(rawValue: action) else { throw .unknownAction(id: id, action: action) }
        return Decisions.Decision(id: id, action: known, note: note)
    }

    private mutating func readObject(
        _ member: (inout DecisionsReader, _ key: String) throws(ReviewError) -> Void
    ) throws(ReviewError) {
        try require("{", "'{'")
        if take("}") { return }
        repeat {
            let key = try readString()
            try require(":", "':' after a name")
            try member(&self, key)
        } while take(",")
        try require("}", "',' or '}'")
    }

    /// Passes over a value of any kind: what is inside of it is not looked at further than for its end.
    private mutating func skipValue() throws(ReviewError) {
        var depth = 0
        repeat {
            skipSpace()
            guard position < bytes.count else { throw malformed("a value") }
            switch bytes[position] {
            case UInt8(ascii: "\""): _ = try readString()
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                position += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                guard depth > 0 else { throw malformed("a value") }
                depth -= 1
                position += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                guard depth > 0 else { throw malformed("a value") }
                position += 1
            default:
                let start = position
                while position < bytes.count, Self.isPlain(bytes[position]) { position += 1 }
                guard position > start else { throw malformed("a value") }
            }
        } while depth > 0
    }

    /// What numbers and the three words are made of.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "E"),
            UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private mutating func readString() throws(ReviewError) -> String {
        try require("\"", "a text in quotes")
        let start = position
        var decoded: [UInt8] = []
        while true {
            guard position < bytes.count else { throw malformed("'\"' at the end of a text") }
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: decoded, as: UTF8.self) else {
                    position = start
                    throw malformed("UTF-8")
                }
                return text
            case UInt8(ascii: "\\"):
                decoded.append(contentsOf: UTF8.encode(try readEscape()) ?? UTF8.encodedReplacementCharacter)
            case 0..<0x20:
                position -= 1
                throw malformed("an escape for a control character")
            default: decoded.append(byte)
            }
        }
    }

    /// What stands behind a backslash; halves of pairs that stand alone become the replacement character, as in browsers.
    private mutating func readEscape() throws(ReviewError) -> Unicode.Scalar {
        guard position < bytes.count else { throw malformed("an escape") }
        let kind = bytes[position]
        position += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(kind)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default:
            position -= 1
            throw malformed("an escape of JSON")
        }
        let unit = try readUnit()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        let second = position
        if unit < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        {
            position += 2
            let low = try readUnit()
            if (0xDC00...0xDFFF).contains(low),
                let scalar = Unicode.Scalar(0x1_0000 + (unit - 0xD800) << 10 + (low - 0xDC00))
            {
                return scalar
            }
            position = second
        }
        return "\u{FFFD}"
    }

    private mutating func readUnit() throws(ReviewError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard position < bytes.count, let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else {
                throw malformed("four hexadecimal digits")
            }
            unit = unit << 4 | UInt32(digit)
            position += 1
        }
        return unit
    }

    private func malformed(_ expected: String) -> ReviewError { .malformed(byteOffset: position, expected: expected) }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }

    /// Moves past white space, and past `scalar` if it is next.
    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: scalar) else { return false }
        position += 1
        return true
    }

    private mutating func require(_ scalar: Unicode.Scalar, _ expected: String) throws(ReviewError) {
        guard take(scalar) else { throw malformed(expected) }
    }
}
