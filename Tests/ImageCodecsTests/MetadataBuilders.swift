/// Writes EXIF blocks, right or wrong on purpose.
struct ExifBuilder {
    var isBigEndian = false
    /// Tag, type (3 for 16 bits, 4 for 32) and value.
    var entries: [(tag: Int, type: Int, value: Int)] = []
    var exifEntries: [(tag: Int, type: Int, value: Int)] = []
    var thumbnail: [UInt8] = []
    /// Bytes behind the thumbnail.
    var rest: [UInt8] = []

    static func oriented(_ orientation: Int, isBigEndian: Bool = false) -> ExifBuilder {
        ExifBuilder(isBigEndian: isBigEndian, entries: [(0x0112, 3, orientation)])
    }

    func bytes() -> [UInt8] {
        let firstSize = directorySize(entries.count + (exifEntries.isEmpty ? 0 : 1))
        let exifStart = 8 + firstSize
        let exifSize = exifEntries.isEmpty ? 0 : directorySize(exifEntries.count)
        let secondStart = exifStart + exifSize
        var first = entries
        if !exifEntries.isEmpty { first.append((0x8769, 4, exifStart)) }
        var block: [UInt8] = isBigEndian ? [0x4D, 0x4D, 0, 0x2A] : [0x49, 0x49, 0x2A, 0]
        block += number(8, 4) + directory(first, next: thumbnail.isEmpty ? 0 : secondStart)
        if !exifEntries.isEmpty { block += directory(exifEntries, next: 0) }
        if !thumbnail.isEmpty {
            let data = secondStart + directorySize(2)
            block += directory([(0x0201, 4, data), (0x0202, 4, thumbnail.count)], next: 0) + thumbnail
        }
        return block + rest
    }

    private func directorySize(_ count: Int) -> Int { 2 + 12 * count + 4 }

    private func directory(_ entries: [(tag: Int, type: Int, value: Int)], next: Int) -> [UInt8] {
        let body = entries.flatMap { entry in
            let value = number(entry.value, entry.type == 3 ? 2 : 4)
            return number(entry.tag, 2) + number(entry.type, 2) + number(1, 4)
                + value + [UInt8](repeating: 0, count: 4 - value.count)
        }
        return number(entries.count, 2) + body + number(next, 4)
    }

    func number(_ value: Int, _ count: Int) -> [UInt8] {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        return isBigEndian ? bytes.reversed() : bytes
    }
}

/// Writes ICC profiles that are well-formed, though no colour could be computed with them.
enum ProfileBuilder {
    /// - Parameter space: `RGB `, `GRAY` or `CMYK`.
    static func profile(space: String = "RGB ", byteCount: Int = 400) -> [UInt8] {
        // libpng takes profiles that compress to less than 132 bytes for truncated.
        var profile = (0..<min(byteCount, 1000)).map { UInt8($0 % 251) }
        profile += [UInt8](repeating: 0xA5, count: byteCount - profile.count)
        func set(_ bytes: [UInt8], at position: Int) {
            profile.replaceSubrange(position..<position + bytes.count, with: bytes)
        }
        set(PNGBuilder.bigEndian(byteCount), at: 0)
        set([2, 0, 0, 0], at: 8)
        set(Array("mntr".utf8), at: 12)
        set(Array(space.utf8), at: 16)
        set(Array("XYZ ".utf8), at: 20)
        set(Array("acsp".utf8), at: 36)
        set(PNGBuilder.bigEndian(0), at: 64)
        set([0, 0, 0xF6, 0xD6, 0, 1, 0, 0, 0, 0, 0xD3, 0x2D], at: 68)
        set(PNGBuilder.bigEndian(1), at: 128)
        set(Array("cprt".utf8) + PNGBuilder.bigEndian(144) + PNGBuilder.bigEndian(byteCount - 144), at: 132)
        return profile
    }
}

/// Takes JPEG files apart and puts segments into them.
enum JPEGEditor {
    /// Puts a segment behind the start marker.
    static func inserting(_ marker: UInt8, _ data: [UInt8], into file: [UInt8]) -> [UInt8] {
        file.prefix(2) + segment(marker, data) + file.dropFirst(2)
    }

    static func segment(_ marker: UInt8, _ data: [UInt8]) -> [UInt8] {
        [0xFF, marker, UInt8((data.count + 2) >> 8), UInt8((data.count + 2) & 0xFF)] + data
    }

    static func inserting(exif: [UInt8], into file: [UInt8]) -> [UInt8] {
        inserting(0xE1, Array("Exif".utf8) + [0, 0] + exif, into: file)
    }

    /// One part of a profile split over several segments.
    static func inserting(
        profilePart: [UInt8], number: UInt8, of count: UInt8, into file: [UInt8]
    ) -> [UInt8] {
        inserting(0xE2, Array("ICC_PROFILE".utf8) + [0, number, count] + profilePart, into: file)
    }
}
