/// Lempel, Ziv and Welch's compression as TIFF has it: codes of 9 to 12 bits, the highest bit first, which grow one code
/// earlier than they must.
///
/// Source: TIFF revision 6.0 (1992), section 13; Welch, "A Technique for High-Performance Data Compression" (1984).
struct LZWCompressor {
    private static let clear = 256
    private static let end = 257
    private static let firstFree = 258
    private static let last = 4_094
    /// A power of two, four times the number of codes.
    private static let slotCount = 16_384

    /// For each slot the prefix and byte of a code, and the code; −1 where it is free.
    private var keys = [Int32](repeating: -1, count: slotCount)
    private var codes = [UInt16](repeating: 0, count: slotCount)

    /// The most bytes that `count` bytes become: 12 bits each, and the codes that clear and end.
    static func bound(_ count: Int) -> Int { count * 3 / 2 + count / 1_024 * 2 + 16 }

    /// - Parameter target: room for ``bound(_:)`` bytes.
    /// - Returns: How many bytes were written.
    mutating func compress(_ source: UnsafeRawBufferPointer, to target: UnsafeMutablePointer<UInt8>) -> Int {
        var (bits, bitCount, written) = (0, 0, 0)
        var width = 9
        func put(_ code: Int) {
            bits = bits << width | code
            bitCount += width
            while bitCount >= 8 {
                bitCount -= 8
                target[written] = UInt8(truncatingIfNeeded: bits >> bitCount)
                written += 1
            }
            bits &= 0xFF
        }
        var free = Self.firstFree
        /// Takes note of a code more; clears the table when it is full.
        func grow(_ keys: inout [Int32]) {
            free += 1
            if free == Self.last {
                put(Self.clear)
                for index in keys.indices { keys[index] = -1 }
                (free, width) = (Self.firstFree, 9)
            } else if free >= 1 << width {
                width += 1
            }
        }
        for index in keys.indices { keys[index] = -1 }
        put(Self.clear)
        guard let first = source.first else {
            put(Self.end)
            width = 8
            put(0)
            return written
        }
        var prefix = Int(first)
        for byte in source.dropFirst() {
            let key = Int32(truncatingIfNeeded: prefix << 8 | Int(byte))
            var slot = Int((UInt32(bitPattern: key) &* 2_654_435_761) >> 18)
            while keys[slot] >= 0, keys[slot] != key { slot = (slot + 1) & (Self.slotCount - 1) }
            if keys[slot] == key {
                prefix = Int(codes[slot])
                continue
            }
            put(prefix)
            (keys[slot], codes[slot]) = (key, UInt16(truncatingIfNeeded: free))
            prefix = Int(byte)
            grow(&keys)
        }
        put(prefix)
        grow(&keys)
        put(Self.end)
        // The last bits.
        width = 7
        put(0)
        return written
    }
}
