#if TIFF
/// The directories of a TIFF file, classic or big, every position checked.
struct TIFFDirectories {
    let isBigEndian: Bool
    /// Where the first directory is.
    let first: Int
    private let isLarge: Bool
    private let reader: ByteReader

    /// Directories of pictures that are counted; further ones are not looked at.
    private static let maxPictures = 1_000
    /// Entries of a directory that are looked at.
    private static let maxEntries = 4_096

    struct Entry {
        let type: Int
        let count: Int
        /// Bytes of all values; nil for a type that there is not, and for more than there can be.
        let byteCount: Int?
        let position: Int
    }

    /// Of no file.
    init() {
        (isBigEndian, first, isLarge) = (false, 0, false)
        reader = ByteReader(UnsafeRawBufferPointer(start: nil, count: 0))
    }

    /// nil for bytes that do not begin as such a file does.
    init?(_ bytes: UnsafeRawBufferPointer) {
        switch Array(bytes.prefix(4)) {
        case [0x49, 0x49, 0x2A, 0]: (isBigEndian, isLarge) = (false, false)
        case [0x4D, 0x4D, 0, 0x2A]: (isBigEndian, isLarge) = (true, false)
        case [0x49, 0x49, 0x2B, 0]: (isBigEndian, isLarge) = (false, true)
        case [0x4D, 0x4D, 0, 0x2B]: (isBigEndian, isLarge) = (true, true)
        default: return nil
        }
        reader = ByteReader(bytes, isBigEndian: isBigEndian)
        guard let offset = isLarge ? reader.number64(8) : reader.number32(4) else { return nil }
        first = offset
    }

    private func size(of type: Int) -> Int? {
        switch type {
        case 13: 4
        case 16, 17, 18: 8
        default: ExifBlock.size(of: type)
        }
    }

    /// Where a number of entries is, how many there are, and where they begin.
    private func table(at directory: Int) -> (count: Int, start: Int)? {
        guard directory >= 8 else { return nil }
        if isLarge { return reader.number64(directory).map { ($0, directory + 8) } }
        return reader.number16(directory).map { ($0, directory + 2) }
    }

    /// The entries of a directory by tag, the first of each.
    ///
    /// - Complexity: O(entries).
    func entries(at directory: Int) -> [Int: Entry] {
        guard let (count, start) = table(at: directory) else { return [:] }
        var entries: [Int: Entry] = [:]
        let size = isLarge ? 20 : 12
        for index in 0..<min(count, Self.maxEntries) {
            let position = start + index * size
            guard let tag = reader.number16(position), let type = reader.number16(position + 2),
                let valueCount = isLarge ? reader.number64(position + 4) : reader.number32(position + 4),
                let offset = isLarge ? reader.number64(position + 12) : reader.number32(position + 8)
            else { break }
            let (bytes, overflow) = valueCount.multipliedReportingOverflow(by: self.size(of: type) ?? 0)
            let isInside = !overflow && bytes <= (isLarge ? 8 : 4)
            let entry = Entry(
                type: type, count: valueCount, byteCount: overflow || self.size(of: type) == nil ? nil : bytes,
                position: isInside ? position + (isLarge ? 12 : 8) : offset)
            if entries[tag] == nil { entries[tag] = entry }
        }
        return entries
    }

    /// Whether all entries of a directory are there.
    func isComplete(at directory: Int) -> Bool {
        guard let (count, start) = table(at: directory), count <= Self.maxEntries else { return false }
        return reader.part(start, count: count * (isLarge ? 20 : 12)) != nil
    }

    /// The bytes of an entry's values; nil where they are not all there, or more than `limit`.
    func value(of entry: Entry, limit: Int) -> [UInt8]? {
        guard let byteCount = entry.byteCount, byteCount <= limit else { return nil }
        return reader.part(entry.position, count: byteCount).map(Array.init)
    }

    func number(_ entry: Entry) -> Int? {
        guard entry.byteCount != nil else { return nil }
        switch entry.type {
        case 3: return reader.number16(entry.position)
        case 4, 13: return reader.number32(entry.position)
        case 16, 18: return reader.number64(entry.position)
        default: return nil
        }
    }

    func fraction(_ entry: Entry) -> Double? {
        guard entry.type == 5, entry.count >= 1, let numerator = reader.number32(entry.position),
            let denominator = reader.number32(entry.position + 4), denominator > 0
        else { return nil }
        return Double(numerator) / Double(denominator)
    }

    /// Pictures in the chain of directories, without previews and masks; each directory is seen once, so that loops end.
    var pictureCount: Int {
        var (count, directory) = (0, first)
        var seen: Set<Int> = []
        while let (entryCount, start) = table(at: directory), seen.insert(directory).inserted,
            seen.count <= Self.maxPictures
        {
            // Preview, page, mask: the lowest bits of the picture's kind.
            let kind = kind(at: start, entryCount)
            if kind & 0b101 == 0 { count += 1 }
            let end = start.addingReportingOverflow(min(entryCount, 1 << 20) * (isLarge ? 20 : 12)).partialValue
            guard let next = isLarge ? reader.number64(end) : reader.number32(end), next > 0 else { break }
            directory = next
        }
        return count
    }

    /// By the first entries alone, since their tags ascend.
    private func kind(at start: Int, _ entryCount: Int) -> Int {
        for index in 0..<min(entryCount, 4) {
            let position = start + index * (isLarge ? 20 : 12)
            guard let tag = reader.number16(position) else { return 0 }
            if tag == 0x00FE { return reader.number32(position + (isLarge ? 12 : 8)) ?? 0 }
        }
        return 0
    }
}

extension ByteReader {
    /// nil for numbers beyond those of this machine, too.
    func number64(_ position: Int) -> Int? {
        guard position <= Int.max - 8, let low = number32(isBigEndian ? position + 4 : position),
            let high = number32(isBigEndian ? position : position + 4), high < 1 << 31
        else { return nil }
        return high << 32 | low
    }
}
#endif
