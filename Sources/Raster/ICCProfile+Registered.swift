extension ICCProfile {
    /// The tags that the format itself defines; others are their makers' own, and may hold anything, pictures too.
    ///
    /// Source: ICC.1:2001-04 section 6.4, ICC.1:2010 and ICC.1:2022 section 9.2.
    private static let registered: Set<String> = [
        "A2B0", "A2B1", "A2B2", "A2B3", "B2A0", "B2A1", "B2A2", "B2A3", "B2D0", "B2D1", "B2D2", "B2D3", "D2B0", "D2B1",
        "D2B2", "D2B3", "bTRC", "bXYZ", "bkpt", "calt", "chad", "chrm", "cicp", "ciis", "clot", "clro", "clrt", "cprt",
        "crdi", "desc", "devs", "dmdd", "dmnd", "gTRC", "gXYZ", "gamt", "kTRC", "lumi", "meas", "ncl2", "ncol", "pre0",
        "pre1", "pre2", "ps2i", "ps2s", "psd0", "psd1", "psd2", "psd3", "pseq", "psid", "rTRC", "rXYZ", "resp", "rig0",
        "rig2", "scrd", "scrn", "targ", "tech", "view", "vued", "wtpt",
    ]

    /// A profile without defects whose every byte outside of its header, its table and the registered tags is 0: colours
    /// are what they were, and nothing else is told. Most profiles are returned as they are.
    package static func withoutPrivateData(_ profile: [UInt8]) -> [UInt8] {
        let count = number(profile, at: headerSize)
        let tableEnd = headerSize + 4 + count * tagEntrySize
        var isKept = [Bool](repeating: false, count: profile.count)
        for index in 0..<min(tableEnd, profile.count) { isKept[index] = true }
        for index in 0..<count {
            let entry = headerSize + 4 + index * tagEntrySize
            guard registered.contains(text(profile, at: entry)) else { continue }
            let offset = number(profile, at: entry + 4)
            for byte in offset..<offset + number(profile, at: entry + 8) { isKept[byte] = true }
        }
        var cleaned = profile
        for index in cleaned.indices where !isKept[index] { cleaned[index] = 0 }
        guard cleaned != profile else { return profile }
        // The checksum is of other bytes now; zeros say that there is none.
        for index in identifier { cleaned[index] = 0 }
        return cleaned
    }

    /// Where the header has the MD5 of the profile.
    private static let identifier = 84..<100
}
