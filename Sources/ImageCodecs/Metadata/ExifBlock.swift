import Raster

/// EXIF metadata as a TIFF block: a header, then directories of tagged values at offsets within the block.
///
/// Only the first directory, its EXIF sub-directory and the thumbnail's directory are looked at, each once, so offsets
/// that form a loop do no harm. Every offset is checked against the block.
struct ExifBlock {
    private(set) var bytes: [UInt8]
    private let isBigEndian: Bool
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
        guard let offset = Self.read32(bytes, at: 4, isBigEndian), offset >= 8, offset <= bytes.count - 2 else {
            throw Defect(reason: "its first directory lies outside of it")
        }
        firstDirectory = offset
    }

    /// What the block says about the picture; ``Orientation/upright`` if nothing or nonsense.
    var orientation: Orientation {
        guard let entry = entry(.orientation, in: firstDirectory), let value = number(entry) else { return .upright }
        return Orientation(rawValue: value) ?? .upright
    }

    /// Describes the upright picture: orientation 1, width and height as they are now, no thumbnail.
    ///
    /// A thumbnail would show what an edited picture no longer does, such as the background of a cut-out.
    mutating func makeUpright() {
        let orientation = orientation
        if let entry = entry(.orientation, in: firstDirectory) { setNumber(1, of: entry) }
        if orientation.swapsSides {
            swapValues(.imageWidth, .imageLength, in: firstDirectory)
            if let entry = entry(.exifDirectory, in: firstDirectory), let offset = number(entry) {
                swapValues(.pixelWidth, .pixelHeight, in: offset)
            }
        }
        removeThumbnail()
    }
}

// MARK: - Directories

extension ExifBlock {
    private enum Tag: Int {
        case imageWidth = 0x0100
        case imageLength = 0x0101
        case stripOffsets = 0x0111
        case orientation = 0x0112
        case stripByteCounts = 0x0117
        case thumbnailOffset = 0x0201
        case thumbnailByteCount = 0x0202
        case exifDirectory = 0x8769
        case pixelWidth = 0xA002
        case pixelHeight = 0xA003
    }

    /// One 12-byte entry: tag, type, count, then the value itself if it fits four bytes.
    private struct Entry {
        let type: Int
        let valuePosition: Int
    }

    private static let entrySize = 12
    private static let shortType = 3
    private static let longType = 4

    private func entry(_ tag: Tag, in directory: Int) -> Entry? {
        guard let count = read16(directory) else { return nil }
        var position = directory + 2
        for _ in 0..<count {
            guard let name = read16(position), let type = read16(position + 2), position + Self.entrySize <= bytes.count
            else { return nil }
            if name == tag.rawValue { return Entry(type: type, valuePosition: position + 8) }
            position += Self.entrySize
        }
        return nil
    }

    private func number(_ entry: Entry) -> Int? {
        switch entry.type {
        case Self.shortType: read16(entry.valuePosition)
        case Self.longType: read32(entry.valuePosition)
        default: nil
        }
    }

    private mutating func setNumber(_ value: Int, of entry: Entry) {
        switch entry.type {
        case Self.shortType: write(value, byteCount: 2, at: entry.valuePosition)
        case Self.longType: write(value, byteCount: 4, at: entry.valuePosition)
        default: break
        }
    }

    private mutating func swapValues(_ first: Tag, _ second: Tag, in directory: Int) {
        guard let first = entry(first, in: directory), let second = entry(second, in: directory),
            let firstValue = number(first), let secondValue = number(second), first.type == second.type
        else { return }
        setNumber(secondValue, of: first)
        setNumber(firstValue, of: second)
    }

    private mutating func removeThumbnail() {
        guard let count = read16(firstDirectory) else { return }
        let end = firstDirectory + 2 + count * Self.entrySize
        guard let next = read32(end), next != 0 else { return }
        erase(.thumbnailOffset, .thumbnailByteCount, in: next, protecting: end + 4)
        erase(.stripOffsets, .stripByteCounts, in: next, protecting: end + 4)
        if end + 4 <= bytes.count { write(0, byteCount: 4, at: end) }
    }

    /// Zeroes what two entries point to, or cuts it off at the end, if it lies after the first directory.
    private mutating func erase(_ offset: Tag, _ byteCount: Tag, in directory: Int, protecting start: Int) {
        guard let offsetEntry = entry(offset, in: directory), let countEntry = entry(byteCount, in: directory),
            let offset = number(offsetEntry), let byteCount = number(countEntry), offset >= start, offset < bytes.count
        else { return }
        if byteCount >= bytes.count - offset {
            bytes.removeSubrange(offset...)
        } else {
            for index in offset..<offset + byteCount { bytes[index] = 0 }
        }
    }
}

// MARK: - Numbers

extension ExifBlock {
    private func read16(_ position: Int) -> Int? {
        guard position >= 0, position <= bytes.count - 2 else { return nil }
        let (first, second) = (Int(bytes[position]), Int(bytes[position + 1]))
        return isBigEndian ? first << 8 | second : second << 8 | first
    }

    private func read32(_ position: Int) -> Int? { Self.read32(bytes, at: position, isBigEndian) }

    private static func read32(_ bytes: [UInt8], at position: Int, _ isBigEndian: Bool) -> Int? {
        guard position >= 0, position <= bytes.count - 4 else { return nil }
        let value = bytes[position..<position + 4].reduce(0) { $0 << 8 | UInt32($1) }
        return Int(isBigEndian ? value : value.byteSwapped)
    }

    private mutating func write(_ value: Int, byteCount: Int, at position: Int) {
        guard position >= 0, position <= bytes.count - byteCount else { return }
        for index in 0..<byteCount {
            let shift = 8 * (isBigEndian ? byteCount - 1 - index : index)
            bytes[position + index] = UInt8(truncatingIfNeeded: value >> shift)
        }
    }
}
