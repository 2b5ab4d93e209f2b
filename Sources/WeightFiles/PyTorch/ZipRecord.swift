/// What an archive's table of contents says of one entry.
struct ZipRecord {
    let name: String
    private let flags: UInt16
    private let method: UInt16
    private let crc32: UInt32
    private let storedByteCount: Int
    private let byteCount: Int
    /// Where the entry's own header begins.
    let headerOffset: Int

    private static let headerSignature: UInt32 = 0x0403_4b50
    private static let headerByteCount = 30
    /// Flag bits: the entry is encrypted; sizes and CRC-32 stand behind the bytes and not before them.
    private static let isEncrypted: UInt16 = 1
    private static let hasDescriptor: UInt16 = 8

    /// Reads the record at the cursor; nil where it is none.
    init?(_ cursor: inout ByteCursor, signature: UInt32) {
        guard cursor.next() == signature, cursor.take(4) != nil, let flags: UInt16 = cursor.next(),
            let method: UInt16 = cursor.next(), cursor.take(4) != nil, let crc32: UInt32 = cursor.next(),
            let shortStored: UInt32 = cursor.next(), let shortCount: UInt32 = cursor.next(),
            let nameLength: UInt16 = cursor.next(), let extraLength: UInt16 = cursor.next(),
            let commentLength: UInt16 = cursor.next(), let disk: UInt16 = cursor.next(), cursor.take(6) != nil,
            let shortOffset: UInt32 = cursor.next(), let nameBytes = cursor.take(Int(nameLength)),
            let extra = cursor.take(Int(extraLength)), cursor.take(Int(commentLength)) != nil,
            disk == 0 || disk == 0xffff, let name = String(validating: nameBytes, as: UTF8.self)
        else { return nil }
        // What does not fit 32 bits is all ones there, and stands in a field of its own, in this order.
        var wide = Self.wideField(extra)
        func value(_ short: UInt32) -> Int? {
            guard short == .max else { return Int(short) }
            return wide.next(UInt64.self).flatMap { Int(exactly: $0) }
        }
        guard let byteCount = value(shortCount), let storedByteCount = value(shortStored),
            let headerOffset = value(shortOffset)
        else { return nil }
        self.name = name
        self.flags = flags
        self.method = method
        self.crc32 = crc32
        self.byteCount = byteCount
        self.storedByteCount = storedByteCount
        self.headerOffset = headerOffset
    }

    /// The contents of the field of 64-bit numbers; empty where there is none.
    private static func wideField(_ extra: UnsafeRawBufferPointer) -> ByteCursor {
        var cursor = ByteCursor(extra)
        while let kind: UInt16 = cursor.next(), let length: UInt16 = cursor.next(), let field = cursor.take(Int(length))
        {
            if kind == 1 { return ByteCursor(field) }
        }
        return ByteCursor(UnsafeRawBufferPointer(start: nil, count: 0))
    }

    /// The entry, whose own header says the same and whose bytes end before the table.
    func checked(
        in source: borrowing WeightSource, before tableStart: Int
    ) throws(WeightError) -> ZipArchive.Entry {
        let contradiction = WeightError.checkpoint(file: source.file, .contradictoryEntry(name: name))
        let nameCount = name.utf8.count
        let headerCount = Self.headerByteCount + nameCount
        guard headerOffset <= tableStart, tableStart - headerOffset >= headerCount else { throw contradiction }
        let header = try source.read(headerCount, from: headerOffset)
        var cursor = ByteCursor(header.bytes)
        guard cursor.next() == Self.headerSignature, cursor.take(2) != nil, let flags: UInt16 = cursor.next(),
            let method: UInt16 = cursor.next(), cursor.take(4) != nil, let crc32: UInt32 = cursor.next(),
            let shortStored: UInt32 = cursor.next(), let shortCount: UInt32 = cursor.next(),
            let nameLength: UInt16 = cursor.next(), let extraLength: UInt16 = cursor.next(),
            let nameBytes = cursor.take(Int(min(nameLength, UInt16(clamping: nameCount)))),
            Int(nameLength) == nameCount, nameBytes.elementsEqual(name.utf8), method == self.method,
            (flags ^ self.flags) & (Self.isEncrypted | Self.hasDescriptor) == 0
        else { throw contradiction }
        // Where sizes come later these are zero; else they are those of the table, or in a field of 64 bits.
        let isLater = flags & Self.hasDescriptor != 0
        func agrees(_ short: UInt32, _ count: Int) -> Bool {
            Int(short) == count || short == .max || isLater && short == 0
        }
        guard crc32 == self.crc32 || isLater && crc32 == 0, agrees(shortCount, byteCount),
            agrees(shortStored, storedByteCount)
        else { throw contradiction }
        // The format's own number for what is encrypted.
        let storing = flags & Self.isEncrypted == 0 ? Int(method) : 99
        let start = headerOffset + headerCount + Int(extraLength)
        guard start <= tableStart, tableStart - start >= storedByteCount, storing != 0 || storedByteCount == byteCount
        else {
            throw contradiction
        }
        return ZipArchive.Entry(
            name: name, method: storing, crc32: self.crc32, byteRange: start..<(start + storedByteCount))
    }
}
