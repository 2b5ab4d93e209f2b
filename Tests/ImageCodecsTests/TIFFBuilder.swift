/// Writes EXIF blocks with anything in them, also what nobody expects there.
struct TIFFBuilder {
    struct Entry {
        let tag: Int
        let type: Int
        let count: Int
        var value: [UInt8]

        /// Bytes of no type, as makers' notes are.
        static func bytes(_ tag: Int, _ value: [UInt8], type: Int = 7) -> Entry {
            Entry(tag: tag, type: type, count: value.count, value: value)
        }

        static func text(_ tag: Int, _ text: String) -> Entry { bytes(tag, Array(text.utf8) + [0], type: 2) }

        static func short(_ tag: Int, _ value: Int) -> Entry {
            Entry(tag: tag, type: 3, count: 1, value: [UInt8(value & 255), UInt8(value >> 8)])
        }

        static func long(_ tag: Int, _ value: Int) -> Entry {
            Entry(tag: tag, type: 4, count: 1, value: TIFFBuilder.long(value))
        }

        static func fraction(_ tag: Int, _ numerator: Int, _ denominator: Int, type: Int = 5) -> Entry {
            Entry(tag: tag, type: type, count: 1, value: TIFFBuilder.long(numerator) + TIFFBuilder.long(denominator))
        }
    }

    var primary: [Entry] = []
    var exif: [Entry] = []
    /// Directories of a tag in the first one, such as GPS.
    var further: [(tag: Int, entries: [Entry])] = []
    /// Directories behind the first, each linked from the one before.
    var next: [[Entry]] = []
    /// Directories behind the EXIF directory.
    var nextOfExif: [[Entry]] = []
    /// Bytes that nothing names.
    var rest: [UInt8] = []

    static func long(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

    /// Little-endian.
    func bytes() -> [UInt8] {
        var block: [UInt8] = [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0]
        let links = (exif.isEmpty ? [] : [(0x8769, [exif] + nextOfExif)]) + further.map { ($0.tag, [$0.entries]) }
        var first = primary + links.map { .long($0.0, 0) }
        // The first directory's size does not depend on what its links say.
        var end = block.count + Self.chain([first] + next, at: block.count).count
        for (tag, chain) in links {
            if let index = first.firstIndex(where: { $0.tag == tag }) { first[index].value = Self.long(end) }
            end += Self.chain(chain, at: end).count
        }
        block += Self.chain([first] + next, at: block.count)
        for (_, chain) in links { block += Self.chain(chain, at: block.count) }
        return block + rest
    }

    private static func chain(_ directories: [[Entry]], at start: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, entries) in directories.enumerated() {
            let position = start + bytes.count
            let dataStart = position + 2 + 12 * entries.count + 4
            var (table, data): ([UInt8], [UInt8]) = ([UInt8(entries.count), 0], [])
            for entry in entries {
                table += [UInt8(entry.tag & 255), UInt8(entry.tag >> 8), UInt8(entry.type), 0] + long(entry.count)
                if entry.value.count <= 4 {
                    table += entry.value + [UInt8](repeating: 0, count: 4 - entry.value.count)
                } else {
                    table += long(dataStart + data.count)
                    data += entry.value
                }
            }
            table += long(index + 1 < directories.count ? dataStart + data.count : 0)
            bytes += table + data
        }
        return bytes
    }
}
