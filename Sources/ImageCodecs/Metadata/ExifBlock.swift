import Raster

/// EXIF metadata as a TIFF block: a header, then directories of tagged values at offsets within the block.
///
/// Only the first directory and its sub-directories of EXIF and places are looked at, each once, so offsets that form a loop do no harm.
/// Every offset is checked against the block.
struct ExifBlock {
    private(set) var bytes: [UInt8]
    let isBigEndian: Bool
    private let firstDirectory: Int

    struct Defect: Error {
        let reason: String
    }

    /// - Parameter source: A TIFF block; `Exif\0\0` before it is skipped.
    init(_ source: UnsafeRawBufferPointer) throws(Defect) {
        let prefix: [UInt8] = [0x45, 0x78, 0x69, 0x66, 0, 0]
        bytes = Array(source.starts(with: prefix) ? source[prefix.count...] : source[...])
        switch bytes.prefix(4) {
        case [0x49, 0x49, 0x2A, 0]: isBigEndian = false
        case [0x4D, 0x4D, 0, 0x2A]: isBigEndian = true
        default: throw Defect(reason: "it does not start with a TIFF header")
        }
        let isBigEndian = isBigEndian
        let offset = bytes.withUnsafeBytes { ByteReader($0, isBigEndian: isBigEndian).number32(4) }
        guard let offset, offset >= 8, offset <= bytes.count - 2 else {
            throw Defect(reason: "its first directory lies outside of it")
        }
        firstDirectory = offset
    }

    init(_ source: [UInt8]) throws(Defect) {
        // The closure cannot throw a typed error through `withUnsafeBytes`, so the result carries it.
        self = try source.withUnsafeBytes { bytes in
            Result { () throws(Defect) in try ExifBlock(bytes) }
        }.get()
    }

    /// What the block says about the picture; ``Orientation/upright`` if nothing or nonsense.
    var orientation: Orientation {
        guard let entry = entries(of: .primary)[ExifTag.orientation], entry.isInside else { return .upright }
        return number(entry).flatMap(Orientation.init(rawValue:)) ?? .upright
    }

    /// What the block says about the density of the picture as it is stored.
    var resolution: RasterImage.Resolution? {
        let entries = entries(of: .primary)
        guard let horizontal = entries[ExifTag.horizontalResolution].flatMap(fraction),
            let vertical = entries[ExifTag.verticalResolution].flatMap(fraction)
        else { return nil }
        switch entries[ExifTag.resolutionUnit].flatMap(number) ?? 2 {
        case 2: return RasterImage.Resolution(horizontal: horizontal, vertical: vertical, unit: .inch)
        case 3: return RasterImage.Resolution(horizontal: horizontal, vertical: vertical, unit: .centimeter)
        default: return nil
        }
    }

    /// Describes the upright picture: orientation 1, width and height as they are now.
    mutating func makeUpright() {
        let orientation = orientation
        let entries = entries(of: .primary)
        if let entry = entries[ExifTag.orientation] { setNumber(1, of: entry) }
        guard orientation.swapsSides else { return }
        let exifEntries = self.entries(of: .exif)
        swapValues(entries[ExifTag.imageWidth], entries[ExifTag.imageLength])
        swapValues(exifEntries[ExifTag.pixelWidth], exifEntries[ExifTag.pixelHeight])
        swapValues(entries[ExifTag.horizontalResolution], entries[ExifTag.verticalResolution])
    }

    /// Describes a picture of that size, where the block tells of one.
    mutating func describe(width: Int, height: Int) {
        let (primary, exif) = (entries(of: .primary), entries(of: .exif))
        for entry in [primary[ExifTag.imageWidth], exif[ExifTag.pixelWidth]] { entry.map { setNumber(width, of: $0) } }
        for entry in [primary[ExifTag.imageLength], exif[ExifTag.pixelHeight]] {
            entry.map { setNumber(height, of: $0) }
        }
    }
}

// MARK: - Directories

extension ExifBlock {
    enum Directory {
        case primary
        /// The sub-directory of exposure and its like.
        case exif
        /// The sub-directory of places.
        case gps
    }

    /// One 12-byte entry: tag, type, count, then the value itself if it fits four bytes, else its offset.
    struct Entry {
        let type: Int
        let count: Int
        /// Where the value is, or would be by what the block says.
        let position: Int
        /// Whether that is in the entry itself.
        let isInside: Bool
    }

    private static let entrySize = 12
    private static let shortType = 3
    private static let longType = 4
    private static let fractionType = 5

    /// The entries of a directory by tag, the first of each; those before the end of the block, if it is cut.
    ///
    /// - Complexity: O(size of the block).
    func entries(of directory: Directory) -> [Int: Entry] {
        switch directory {
        case .primary: return entries(at: firstDirectory)
        case .exif: return linked(ExifTag.exifDirectory)
        case .gps: return linked(ExifTag.gpsDirectory)
        }
    }

    private func linked(_ tag: Int) -> [Int: Entry] {
        entries(at: firstDirectory)[tag].flatMap(number).map { entries(at: $0) } ?? [:]
    }

    private func entries(at directory: Int) -> [Int: Entry] {
        withReader { reader in
            guard let count = reader.number16(directory) else { return [:] }
            var entries: [Int: Entry] = [:]
            for index in 0..<count {
                let position = directory + 2 + index * Self.entrySize
                guard let tag = reader.number16(position), let type = reader.number16(position + 2),
                    let valueCount = reader.number32(position + 4), let offset = reader.number32(position + 8)
                else { break }
                let isInside = valueCount * (Self.size(of: type) ?? 1) <= 4
                let entry = Entry(
                    type: type, count: valueCount, position: isInside ? position + 8 : offset,
                    isInside: isInside)
                if entries[tag] == nil { entries[tag] = entry }
            }
            return entries
        }
    }

    /// Bytes of one value of a type; nil for a type that there is not.
    static func size(of type: Int) -> Int? {
        switch type {
        case 1, 2, 6, 7: 1
        case 3, 8: 2
        case 4, 9, 11: 4
        case 5, 10, 12: 8
        default: nil
        }
    }

    /// The bytes of an entry's values, as they lie in the block; nil where they lie outside of it.
    func value(of entry: Entry) -> [UInt8]? {
        guard let size = Self.size(of: entry.type) else { return nil }
        return withReader { $0.part(entry.position, count: entry.count * size).map(Array.init) }
    }

    private func number(_ entry: Entry) -> Int? {
        withReader { reader in
            switch entry.type {
            case Self.shortType: reader.number16(entry.position)
            case Self.longType: reader.number32(entry.position)
            default: nil
            }
        }
    }

    private func fraction(_ entry: Entry) -> Double? {
        guard entry.type == Self.fractionType else { return nil }
        return withReader { reader in
            guard let numerator = reader.number32(entry.position),
                let denominator = reader.number32(entry.position + 4),
                denominator > 0
            else { return nil }
            return Double(numerator) / Double(denominator)
        }
    }

    private func withReader<Value>(_ body: (ByteReader) -> Value) -> Value {
        bytes.withUnsafeBytes { body(ByteReader($0, isBigEndian: isBigEndian)) }
    }
}

// MARK: - Changes

extension ExifBlock {
    /// Where an entry says that its value lies elsewhere, that could be the header, or another entry: nothing is changed.
    private mutating func setNumber(_ value: Int, of entry: Entry) {
        guard entry.isInside, entry.type == Self.shortType || entry.type == Self.longType,
            let size = Self.size(of: entry.type),
            entry.position >= 8, entry.position <= bytes.count - size, value < 1 << (8 * size)
        else { return }
        for index in 0..<size {
            let shift = 8 * (isBigEndian ? size - 1 - index : index)
            bytes[entry.position + index] = UInt8(truncatingIfNeeded: value >> shift)
        }
    }

    private mutating func swapValues(_ first: Entry?, _ second: Entry?) {
        guard let first, let second, first.type == second.type, first.count == 1, second.count == 1,
            let firstValue = value(of: first), let secondValue = value(of: second),
            isApart(first), isApart(second), abs(first.position - second.position) >= firstValue.count
        else { return }
        for index in firstValue.indices {
            bytes[first.position + index] = secondValue[index]
            bytes[second.position + index] = firstValue[index]
        }
    }

    /// Whether changing a value changes nothing else: neither the header nor a directory's entries.
    private func isApart(_ entry: Entry) -> Bool {
        if entry.isInside { return true }
        guard let size = Self.size(of: entry.type), entry.position >= 8 else { return false }
        let exif = entries(at: firstDirectory)[ExifTag.exifDirectory].flatMap(number)
        return [firstDirectory, exif].allSatisfy { directory in
            guard let directory, let count = withReader({ $0.number16(directory) }) else { return true }
            // The entries, their number before them and a link behind.
            return entry.position >= directory + 6 + count * Self.entrySize || entry.position + size <= directory
        }
    }
}
