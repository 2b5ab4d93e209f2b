/// The lowest 32 bits of a number, the highest byte first, as PNG files and ICC profiles have them.
package func bigEndian(_ value: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
}
