/// A message in the wire format of protocol buffers, field by field.
package struct ProtobufBytes {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// A number of seven bits a byte.
    package mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func tag(_ field: Int, _ kind: Int) { varint(UInt64(field << 3 | kind)) }

    package mutating func add(_ field: Int, _ value: Int) {
        tag(field, 0)
        varint(UInt64(bitPattern: Int64(value)))
    }

    package mutating func add(_ field: Int, _ value: Float) {
        tag(field, 5)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    package mutating func add(_ field: Int, _ value: Double) {
        tag(field, 1)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    package mutating func add(_ field: Int, _ value: [UInt8]) {
        tag(field, 2)
        varint(UInt64(value.count))
        bytes += value
    }

    package mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }

    package mutating func add(_ field: Int, _ message: ProtobufBytes) { add(field, message.bytes) }

    /// Whole numbers one behind the other in one field.
    package mutating func add(packed field: Int, _ values: [Int]) {
        var packed = ProtobufBytes()
        for value in values { packed.varint(UInt64(bitPattern: Int64(value))) }
        add(field, packed)
    }
}
