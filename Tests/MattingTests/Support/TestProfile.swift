/// ICC profiles that may be written.
enum TestProfile {
    /// A header, a table without tags, and something behind it: libpng takes what compresses to little for truncated.
    static func bytes(_ space: String) -> [UInt8] {
        var profile = [UInt8](repeating: 0, count: 132) + (0..<268).map { UInt8($0 % 251) }
        func set(_ text: String, at position: Int) {
            profile.replaceSubrange(position..<position + 4, with: Array(text.utf8))
        }
        profile.replaceSubrange(0..<4, with: [0, 0, UInt8(profile.count >> 8), UInt8(profile.count & 255)])
        profile[8] = 2
        set("mntr", at: 12)
        set(space, at: 16)
        set("XYZ ", at: 20)
        set("acsp", at: 36)
        profile.replaceSubrange(68..<80, with: [0, 0, 0xF6, 0xD6, 0, 1, 0, 0, 0, 0, 0xD3, 0x2D])
        return profile
    }
}
