/// Checks of an ICC profile's header and tag table, as strict as libpng's, so that a profile that passes can be written.
///
/// Source: ICC.1:2010 section 7.2.
package enum ICCProfile {
    static let headerSize = 128
    static let tagEntrySize = 12

    /// Why `profile` cannot be embedded with pixels of `colorModel`; `nil` if it can.
    package static func defect(in profile: [UInt8], for colorModel: RasterImage.ColorModel) -> String? {
        guard profile.count >= headerSize + 4 else { return "\(profile.count) bytes are too short" }
        guard number(profile, at: 0) == profile.count else { return "its stated length is wrong" }
        guard text(profile, at: 36) == "acsp" else { return "it has no ICC signature" }
        let (space, expected) = (text(profile, at: 16), colorModel.colorChannelCount == 1 ? "GRAY" : "RGB ")
        guard space == expected else { return "it describes \(describe(space)), the pixels are \(describe(expected))" }
        guard !["abst", "link"].contains(text(profile, at: 12)), ["XYZ ", "Lab "].contains(text(profile, at: 20)),
            number(profile, at: 64) < 0xFFFF
        else { return "it is not a profile of a device" }
        let majorVersion = profile[8]
        guard majorVersion <= 3 || profile.count.isMultiple(of: 4) else { return "its length is not a multiple of 4" }
        return defectInTags(of: profile)
    }

    private static func defectInTags(of profile: [UInt8]) -> String? {
        let count = number(profile, at: headerSize)
        guard count <= (profile.count - headerSize - 4) / tagEntrySize else { return "its tag table is cut off" }
        for index in 0..<count {
            let entry = headerSize + 4 + index * tagEntrySize
            let (offset, size) = (number(profile, at: entry + 4), number(profile, at: entry + 8))
            guard offset <= profile.count, size <= profile.count - offset else { return "a tag lies outside of it" }
        }
        return nil
    }

    /// The bytes of a tag of a profile without defects; nil where it has none of that name.
    static func tag(_ name: String, in profile: [UInt8]) -> ArraySlice<UInt8>? {
        for index in 0..<number(profile, at: headerSize) {
            let entry = headerSize + 4 + index * tagEntrySize
            guard text(profile, at: entry) == name else { continue }
            let offset = number(profile, at: entry + 4)
            return profile[offset..<offset + number(profile, at: entry + 8)]
        }
        return nil
    }

    /// Big-endian; the caller has checked that the position is inside.
    static func number(_ profile: [UInt8], at position: Int) -> Int {
        profile[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
    }

    static func text(_ profile: [UInt8], at position: Int) -> String {
        String(decoding: profile[position..<position + 4], as: UTF8.self)
    }

    private static func describe(_ space: String) -> String {
        switch space {
        case "GRAY": "grey"
        case "RGB ": "RGB"
        case "CMYK": "CMYK"
        default: "another colour space"
        }
    }
}
