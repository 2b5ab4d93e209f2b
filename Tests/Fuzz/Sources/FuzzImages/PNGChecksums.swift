/// Makes the checksum of every PNG chunk right again: mutated files would otherwise all be refused for their checksums
/// and nothing behind that check would ever be tried.
enum PNGChecksums {
    static func repair(_ bytes: inout [UInt8]) {
        guard bytes.first == 0x89 else { return }
        var chunk = 8
        while chunk + 12 <= bytes.count {
            let length = bytes[chunk..<chunk + 4].reduce(0) { $0 << 8 | Int($1) }
            guard chunk + 12 + length <= bytes.count else { return }
            let sum = checksum(bytes[(chunk + 4)..<(chunk + 8 + length)])
            for index in 0..<4 {
                bytes[chunk + 8 + length + index] = UInt8(truncatingIfNeeded: sum >> UInt32(24 - 8 * index))
            }
            chunk += 12 + length
        }
    }

    /// CRC-32 of ISO 3309, as the PNG specification has it.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        ~bytes.reduce(~0) { sum, byte in table[Int((sum ^ UInt32(byte)) & 255)] ^ sum >> 8 }
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
    }
}
