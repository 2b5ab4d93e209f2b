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

/// Takes JPEG files apart and puts segments into them.
enum JPEGEditor {
    /// Puts a segment behind the start marker.
    static func inserting(_ marker: UInt8, _ data: [UInt8], into file: [UInt8]) -> [UInt8] {
        file.prefix(2) + segment(marker, data) + file.dropFirst(2)
    }

    static func segment(_ marker: UInt8, _ data: [UInt8]) -> [UInt8] {
        [0xFF, marker, UInt8((data.count + 2) >> 8), UInt8((data.count + 2) & 0xFF)] + data
    }

    /// Where markers of a kind are; none is inside of entropy-coded data, where 0xFF is followed by 0.
    static func positions(of marker: UInt8, in file: [UInt8]) -> [Int] {
        var positions: [Int] = []
        var position = 2
        while position + 4 <= file.count {
            guard file[position] == 0xFF, ![0x00, 0xFF].contains(file[position + 1]) else {
                position += 1
                continue
            }
            if file[position + 1] == marker { positions.append(position) }
            let isAlone = (0xD0...0xD9).contains(file[position + 1])
            position += 2 + (isAlone ? 0 : Int(file[position + 2]) << 8 | Int(file[position + 3]))
        }
        return positions
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
