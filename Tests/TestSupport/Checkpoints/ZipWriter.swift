/// Writes zip archives of stored entries, in the ways that PyTorch, `zip` and nobody does.
package struct ZipWriter {
    package struct Entry {
        package var name: String
        package var bytes: [UInt8]
        /// 0 is stored; other numbers only say so.
        package var method: UInt16 = 0
        package var flags: UInt16 = 0
        /// What the header before the bytes says, where that is not what the table says.
        package var nameInHeader: String?
        package var extraInHeader: [UInt8] = []

        package init(_ name: String, _ bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    package var entries: [Entry]
    /// Whether sizes and places are written as 64-bit numbers, as in files beyond 4 GiB.
    package var is64 = false
    /// Whether sizes stand behind the bytes, as PyTorch writes them.
    package var hasDescriptors = false
    package var comment: [UInt8] = []
    /// Whether checksums are computed; else all are 0.
    package var hasChecksums = true

    package init(_ entries: [Entry]) { self.entries = entries }

    package func bytes() -> [UInt8] {
        var (file, table): ([UInt8], [UInt8]) = ([], [])
        for entry in entries {
            let (offset, count) = (file.count, UInt32(entry.bytes.count))
            let crc = hasChecksums ? Self.crc32(entry.bytes) : 0
            let flags = entry.flags | (hasDescriptors ? 8 : 0)
            let name = Array((entry.nameInHeader ?? entry.name).utf8)
            func head(_ crc: UInt32, _ count: UInt32, isWide: Bool) -> [UInt8] {
                let size = isWide ? UInt32.max : count
                return Self.little(entry.method) + Self.little(UInt32(0)) + Self.little(crc) + Self.little(size)
                    + Self.little(size)
            }
            file += Self.little(UInt32(0x0403_4b50)) + Self.little(UInt16(20)) + Self.little(flags)
            file += hasDescriptors ? head(0, 0, isWide: false) : head(crc, count, isWide: false)
            file += Self.little(UInt16(name.count)) + Self.little(UInt16(entry.extraInHeader.count)) + name
            file += entry.extraInHeader + entry.bytes
            if hasDescriptors {
                file += Self.little(UInt32(0x0807_4b50)) + Self.little(crc) + Self.little(count) + Self.little(count)
            }
            let wide = is64 ? Self.wideField([entry.bytes.count, entry.bytes.count, offset]) : []
            table += Self.little(UInt32(0x0201_4b50)) + Self.little(UInt16(20)) + Self.little(UInt16(20))
            table += Self.little(flags) + head(crc, count, isWide: is64)
            table += Self.little(UInt16(entry.name.utf8.count)) + Self.little(UInt16(wide.count))
            table += Self.little(UInt16(0)) + Self.little(UInt16(0)) + Self.little(UInt16(0)) + Self.little(UInt32(0))
            table += Self.little(is64 ? .max : UInt32(offset)) + entry.name.utf8 + wide
        }
        let start = file.count
        file += table
        if is64 {
            let end = file.count
            file += Self.little(UInt32(0x0606_4b50)) + Self.little(UInt64(44)) + Self.little(UInt32(0x002d_002d))
            file += Self.little(UInt64(0))
            for value in [entries.count, entries.count, table.count, start] { file += Self.little(UInt64(value)) }
            file += Self.little(UInt32(0x0706_4b50)) + Self.little(UInt32(0)) + Self.little(UInt64(end))
            file += Self.little(UInt32(1))
        }
        file += Self.little(UInt32(0x0605_4b50)) + Self.little(UInt32(0))
        file += Self.little(is64 ? .max : UInt16(entries.count)) + Self.little(is64 ? .max : UInt16(entries.count))
        file += Self.little(is64 ? .max : UInt32(table.count)) + Self.little(is64 ? .max : UInt32(start))
        return file + Self.little(UInt16(comment.count)) + comment
    }

    private static func wideField(_ values: [Int]) -> [UInt8] {
        little(UInt16(1)) + little(UInt16(8 * values.count)) + values.flatMap { little(UInt64($0)) }
    }

    private static func little(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { [UInt8]($0) }
    }

    /// Bit by bit, as it is defined.
    package static func crc32(_ bytes: [UInt8]) -> UInt32 {
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0xedb8_8320 : 0) }
        }
        return ~crc
    }
}
