/// A cursor over a header's JSON that reads what safetensors needs and nothing else: objects, strings and arrays of
/// whole numbers.
///
/// The grammar is spelled out by the caller, so nothing here recurses and no nesting, however deep, costs more than its
/// first wrong byte.
struct HeaderParser {
    /// The JSON, without the eight bytes of length before it.
    private let bytes: UnsafeRawBufferPointer
    private let file: String
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer, file: String) {
        self.bytes = bytes
        self.file = file
    }

    /// The cursor's place in the file.
    var byteOffset: Int { position + 8 }

    func malformed(expected: String) -> WeightError {
        .malformedHeader(file: file, byteOffset: byteOffset, expected: expected)
    }

    // MARK: Structure

    /// The first byte of the header must be a brace, by the format's own rule; white space is allowed everywhere else.
    func requireOpeningBrace() throws(WeightError) {
        guard peek() == UInt8(ascii: "{") else { throw malformed(expected: "'{' as the first byte of the header") }
    }

    /// Only white space may be left.
    mutating func requireEnd() throws(WeightError) {
        skipWhitespace()
        guard position == bytes.count else { throw malformed(expected: "nothing but spaces after the last '}'") }
    }

    /// Reads an object; `member` is called with the cursor at each value.
    mutating func readObject(
        keyLimit: Int, member: (inout HeaderParser, _ key: String, _ keyOffset: Int) throws(WeightError) -> Void
    ) throws(WeightError) {
        try require("{", "'{'")
        if skip("}") { return }
        repeat {
            skipWhitespace()
            let keyOffset = byteOffset
            let key = try readString(limit: keyLimit)
            try require(":", "':' after a key")
            try member(&self, key, keyOffset)
        } while skip(",")
        try require("}", "',' or '}'")
    }

    /// Reads an array of whole numbers: how many there are, and the first `kept` of them.
    mutating func readIntegers(kept: Int) throws(WeightError) -> (values: [Int], count: Int) {
        try require("[", "'['")
        if skip("]") { return ([], 0) }
        var values: [Int] = []
        var count = 0
        repeat {
            let value = try readInteger()
            if count < kept { values.append(value) }
            count += 1
        } while skip(",")
        try require("]", "',' or ']'")
        return (values, count)
    }

    // MARK: Numbers

    /// Digits without sign, fraction, exponent or leading zeros.
    private mutating func readInteger() throws(WeightError) -> Int {
        skipWhitespace()
        let start = byteOffset
        guard let first = peek(), let digit = HeaderParser.digit(first) else {
            throw malformed(expected: "a whole number, not negative")
        }
        position += 1
        var value = digit
        while let next = peek(), let digit = HeaderParser.digit(next) {
            guard value != 0 else { throw malformed(expected: "a number without leading zeros") }
            let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tenfold.addingReportingOverflow(digit)
            guard !overflow, !carry else { throw .numberTooLarge(file: file, byteOffset: start) }
            value = sum
            position += 1
        }
        if let next = peek(), [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(next) {
            throw malformed(expected: "a whole number, without fraction or exponent")
        }
        return value
    }

    private static func digit(_ byte: UInt8) -> Int? {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? Int(byte &- UInt8(ascii: "0")) : nil
    }

    // MARK: Strings

    /// Reads a string of at most `limit` bytes of UTF-8.
    mutating func readString(limit: Int = .max) throws(WeightError) -> String {
        skipWhitespace()
        let start = byteOffset
        guard peek() == UInt8(ascii: "\"") else { throw malformed(expected: "'\"' before a string") }
        position += 1
        var decoded: [UInt8] = []
        var runStart = position
        scan: while true {
            guard let byte = peek() else { throw malformed(expected: "'\"' at the end of a string") }
            switch byte {
            case UInt8(ascii: "\""):
                decoded.append(contentsOf: bytes[runStart..<position])
                position += 1
                break scan
            case UInt8(ascii: "\\"):
                decoded.append(contentsOf: bytes[runStart..<position])
                decoded.append(contentsOf: UTF8.encode(try readEscape()) ?? UTF8.encodedReplacementCharacter)
                runStart = position
            case 0..<0x20:
                throw malformed(expected: "control characters in a string to be escaped")
            default:
                position += 1
            }
        }
        guard decoded.count <= limit else {
            throw .nameTooLong(file: file, byteCount: decoded.count, limit: limit, byteOffset: start)
        }
        guard let string = String(validating: decoded, as: UTF8.self) else {
            throw .invalidUTF8(file: file, byteOffset: start)
        }
        return string
    }

    /// The scalar that the escape at the cursor stands for; `\u` escapes may need a pair of them.
    private mutating func readEscape() throws(WeightError) -> Unicode.Scalar {
        let failure = WeightError.invalidEscape(file: file, byteOffset: byteOffset)
        position += 1
        guard let kind = peek() else { throw failure }
        position += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(kind)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: throw failure
        }
        guard let unit = readHexUnit() else { throw failure }
        if let scalar = Unicode.Scalar(unit) { return scalar }
        // What is left is a surrogate: the first half of a pair, or an error.
        guard unit < 0xdc00, take("\\"), take("u"), let low = readHexUnit(), (0xdc00...0xdfff).contains(low),
            let scalar = Unicode.Scalar(0x1_0000 + (unit - 0xd800) << 10 + (low - 0xdc00))
        else { throw failure }
        return scalar
    }

    /// Four hexadecimal digits.
    private mutating func readHexUnit() -> UInt32? {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            unit = unit << 4 | UInt32(digit)
            position += 1
        }
        return unit
    }

    // MARK: Bytes

    /// The byte at the cursor; nil at the end. Every read goes through here.
    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipWhitespace() {
        while let byte = peek(), byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    /// Moves past `scalar` if it is next.
    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard let byte = peek(), byte == UInt8(ascii: scalar) else { return false }
        position += 1
        return true
    }

    /// Moves past white space and then `scalar` if it is next.
    private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        skipWhitespace()
        return take(scalar)
    }

    private mutating func require(_ scalar: Unicode.Scalar, _ expected: String) throws(WeightError) {
        guard skip(scalar) else { throw malformed(expected: expected) }
    }
}
