/// Bytes of a file whose numbers have the highest byte first.
struct BigEndianBytes {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ value: Int, byteCount: Int) {
        for index in (0..<byteCount).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
    }

    mutating func append16(_ value: Int) { append(value, byteCount: 2) }

    mutating func append32(_ value: Int) { append(value, byteCount: 4) }

    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ more: [UInt8]) { bytes += more }

    mutating func pad(toMultipleOf step: Int, from start: Int = 0) {
        while !(bytes.count - start).isMultiple(of: step) { bytes.append(0) }
    }

    /// The number of UTF-16 units, then they.
    mutating func appendUnicode(_ text: some Collection<UInt16>) {
        append32(text.count)
        for unit in text { append16(Int(unit)) }
    }
}
