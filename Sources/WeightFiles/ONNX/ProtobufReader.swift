/// A cursor over one message in the wire format of protocol buffers: fields one after the other, each a tag (its number
/// and how its value is written) and the value.
///
/// A message within a message is a field of bytes; a reader over that range reads it. Nothing is copied, and a length is
/// believed only if its bytes are there. Who reads switches over the numbers it knows and skips the others by doing
/// nothing. Offsets are those of the whole file.
struct ProtobufReader {
    /// A field of a message.
    struct Field {
        enum Value {
            case varint(UInt64)
            case fixed64(UInt64)
            case bytes(Range<Int>)
            case fixed32(UInt32)
        }
        let number: Int
        let value: Value
        /// Where its tag begins.
        let offset: Int
    }

    /// The whole file.
    let bytes: GraphBytes
    private(set) var offset: Int
    private let end: Int

    /// The message in `range`; the whole file where it is nil.
    init(_ bytes: GraphBytes, _ range: Range<Int>? = nil) {
        self.bytes = bytes
        self.offset = range?.lowerBound ?? 0
        self.end = range?.upperBound ?? bytes.count
    }

    /// What errors name the file by.
    var file: String { bytes.file }

    /// A reader of the message that `field` holds.
    func message(_ field: Field) throws(WeightError) -> ProtobufReader {
        ProtobufReader(bytes, try range(field))
    }

    /// The next field; nil at the end of the message.
    mutating func next() throws(WeightError) -> Field? {
        guard offset < end else { return nil }
        let start = offset
        let tag = try varint()
        guard tag >> 3 > 0, tag >> 3 < 1 << 29 else { throw malformed(at: start, expected: "the tag of a field") }
        let value: Field.Value
        switch tag & 7 {
        case 0: value = .varint(try varint())
        case 1: value = .fixed64(try fixed(UInt64.self))
        case 2:
            let count = try varint()
            guard count <= UInt64(end - offset) else { throw tooShort(for: count) }
            let range = offset..<offset + Int(count)
            offset = range.upperBound
            value = .bytes(range)
        case 5: value = .fixed32(try fixed(UInt32.self))
        default: throw malformed(at: start, expected: "a field of a known kind")
        }
        return Field(number: Int(tag >> 3), value: value, offset: start)
    }

    // MARK: Values

    /// The bytes of a field that has some.
    func range(_ field: Field) throws(WeightError) -> Range<Int> {
        guard case .bytes(let range) = field.value else {
            throw malformed(at: field.offset, expected: "a field of bytes")
        }
        return range
    }

    /// A whole number, which is written as the 64 bits of its two's complement.
    func integer(_ field: Field) throws(WeightError) -> Int {
        guard case .varint(let value) = field.value else {
            throw malformed(at: field.offset, expected: "a whole number")
        }
        return Int(truncatingIfNeeded: value)
    }

    func float(_ field: Field) throws(WeightError) -> Float {
        guard case .fixed32(let bits) = field.value else {
            throw malformed(at: field.offset, expected: "a number of 32 bits")
        }
        return Float(bitPattern: bits)
    }

    /// A string no longer than `limit` bytes.
    func string(_ field: Field, limit: Int) throws(WeightError) -> String {
        let range = try range(field)
        guard range.count <= limit else {
            throw .nameTooLong(file: file, byteCount: range.count, limit: limit, byteOffset: range.lowerBound)
        }
        guard let text = String(validating: try bytes.bytes(range), as: UTF8.self) else {
            throw .invalidUTF8(file: file, byteOffset: range.lowerBound)
        }
        return text
    }

    /// Calls `body` with the whole numbers of a repeated field: one, or many packed one behind the other.
    func integers(_ field: Field, _ body: (Int) throws(WeightError) -> Void) throws(WeightError) {
        guard case .bytes(let range) = field.value else { return try body(try integer(field)) }
        var packed = ProtobufReader(bytes, range)
        while packed.offset < range.upperBound { try body(Int(truncatingIfNeeded: try packed.varint())) }
    }

    // MARK: Bytes

    /// Seven bits a byte, the lowest first, the eighth bit set on all but the last.
    private mutating func varint() throws(WeightError) -> UInt64 {
        let start = offset
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard offset < end else { throw tooShort(for: 1) }
            let byte = try bytes.load(UInt8.self, at: offset)
            offset += 1
            // Of the tenth byte one bit counts.
            guard shift < 63 || byte < 2 else { break }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        throw malformed(at: start, expected: "a number of at most 64 bits")
    }

    private mutating func fixed<Number: FixedWidthInteger>(_ type: Number.Type) throws(WeightError) -> Number {
        let count = MemoryLayout<Number>.size
        guard count <= end - offset else { throw tooShort(for: UInt64(count)) }
        defer { offset += count }
        return try bytes.load(type, at: offset)
    }

    // MARK: Errors

    func malformed(at offset: Int, expected: String) -> WeightError {
        .malformedGraph(file: file, byteOffset: offset, expected: expected)
    }

    /// Bytes are missing: at the end of the file because it was cut off, within it because it is no such file.
    private func tooShort(for count: UInt64) -> WeightError {
        guard end == bytes.count else { return malformed(at: offset, expected: "a field that ends with its message") }
        return .truncatedGraph(
            file: file, expectedByteCount: UInt64(offset).addingReportingOverflow(count).partialValue,
            actualByteCount: bytes.count)
    }
}
