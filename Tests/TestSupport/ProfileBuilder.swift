/// Writes ICC profiles that are well-formed, though no colour could be computed with them.
package enum ProfileBuilder {
    /// - Parameter space: `RGB `, `GRAY` or `CMYK`.
    package static func profile(space: String = "RGB ", byteCount: Int = 400) -> [UInt8] {
        // libpng takes profiles that compress to less than 132 bytes for truncated.
        var profile = (0..<min(byteCount, 1000)).map { UInt8($0 % 251) }
        profile += [UInt8](repeating: 0xA5, count: byteCount - profile.count)
        func set(_ bytes: [UInt8], at position: Int) {
            profile.replaceSubrange(position..<position + bytes.count, with: bytes)
        }
        set(bigEndian(byteCount), at: 0)
        set([2, 0, 0, 0], at: 8)
        set(Array("mntr".utf8), at: 12)
        set(Array(space.utf8), at: 16)
        set(Array("XYZ ".utf8), at: 20)
        set(Array("acsp".utf8), at: 36)
        set(bigEndian(0), at: 64)
        set([0, 0, 0xF6, 0xD6, 0, 1, 0, 0, 0, 0, 0xD3, 0x2D], at: 68)
        set(bigEndian(1), at: 128)
        set(Array("cprt".utf8) + bigEndian(144) + bigEndian(byteCount - 144), at: 132)
        return profile
    }
}
