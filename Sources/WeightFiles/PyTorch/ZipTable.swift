/// Where an archive's table of contents lies, and its records one by one.
struct ZipTable {
    /// In the file.
    let byteRange: Range<Int>
    private let count: Int

    private static let endSignature: UInt32 = 0x0605_4b50
    private static let end64Signature: UInt32 = 0x0606_4b50
    private static let locatorSignature: UInt32 = 0x0706_4b50
    private static let recordSignature: UInt32 = 0x0201_4b50
    private static let endByteCount = 22
    private static let end64ByteCount = 56
    private static let locatorByteCount = 20
    private static let recordByteCount = 46
    /// A comment has 16 bits for its length.
    private static let commentLimit = 0xffff

    /// Finds the table by the record at the end of the file.
    init(_ source: borrowing WeightSource, limits: WeightLimits) throws(WeightError) {
        let file = source.file
        func malformed(_ byteOffset: Int, _ expected: String) -> WeightError {
            .checkpoint(file: file, .malformedArchive(byteOffset: byteOffset, expected: expected))
        }
        let tailCount = min(source.byteCount, Self.endByteCount + Self.commentLimit)
        let tail = try source.read(tailCount, from: source.byteCount - tailCount)
        // From the end; the comment behind the record must reach the end of the file.
        let place = stride(from: tailCount - Self.endByteCount, through: 0, by: -1).first { place in
            var cursor = ByteCursor(tail.bytes, at: place)
            guard cursor.next() == Self.endSignature else { return false }
            cursor = ByteCursor(tail.bytes, at: place + 20)
            return cursor.next(UInt16.self).map { place + Self.endByteCount + Int($0) } == tailCount
        }
        guard let place else { throw .checkpoint(file: file, .archiveCutOff) }
        var end = source.byteCount - tailCount + place
        var cursor = ByteCursor(tail.bytes, at: place + 4)
        guard let disk: UInt16 = cursor.next(), let firstDisk: UInt16 = cursor.next(),
            let countHere: UInt16 = cursor.next(), let count: UInt16 = cursor.next(), let size: UInt32 = cursor.next(),
            let offset: UInt32 = cursor.next()
        else { throw .checkpoint(file: file, .archiveCutOff) }
        guard disk == 0 || disk == 0xffff, firstDisk == 0 || firstDisk == 0xffff, countHere == count else {
            throw malformed(end, "an archive in one part")
        }
        var table = (count: UInt64(count), size: UInt64(size), offset: UInt64(offset))
        if end >= Self.locatorByteCount {
            let locator = try source.read(Self.locatorByteCount, from: end - Self.locatorByteCount)
            var cursor = ByteCursor(locator.bytes)
            if cursor.next() == Self.locatorSignature {
                end -= Self.locatorByteCount
                guard cursor.next(UInt32.self) == 0, let start: UInt64 = cursor.next(),
                    start <= UInt64(end), end - Int(start) >= Self.end64ByteCount
                else { throw malformed(end, "the place of the table's 64-bit record") }
                table = try Self.table64(source, at: Int(start))
                end = Int(start)
            }
        }
        // Each tensor is an entry, and there are some others; a training state has three tensors for each of a network.
        let countLimit = min(limits.tensorCount, 1 << 32) * 4
        guard table.count <= UInt64(clamping: countLimit) else {
            throw .checkpoint(
                file: file, .tooLarge(part: "entries", count: Int(clamping: table.count), limit: countLimit))
        }
        let sizeLimit = limits.headerByteCount
        guard table.size <= UInt64(clamping: sizeLimit) else {
            throw .checkpoint(
                file: file,
                .tooLarge(part: "bytes of contents", count: Int(clamping: table.size), limit: sizeLimit))
        }
        guard table.offset <= UInt64(end), table.size == UInt64(end) - table.offset,
            table.size / UInt64(Self.recordByteCount) >= table.count
        else { throw malformed(end, "a table of contents just before") }
        self.byteRange = Int(table.offset)..<end
        self.count = Int(table.count)
    }

    /// The 64-bit record.
    private static func table64(
        _ source: borrowing WeightSource, at start: Int
    ) throws(WeightError) -> (count: UInt64, size: UInt64, offset: UInt64) {
        let record = try source.read(end64ByteCount, from: start)
        var cursor = ByteCursor(record.bytes)
        let signature: UInt32? = cursor.next()
        cursor = ByteCursor(record.bytes, at: 16)
        let disks: UInt64? = cursor.next()
        guard signature == end64Signature, disks == 0, let countHere: UInt64 = cursor.next(),
            let count: UInt64 = cursor.next(), let size: UInt64 = cursor.next(), let offset: UInt64 = cursor.next(),
            count == countHere
        else {
            throw .checkpoint(
                file: source.file, .malformedArchive(byteOffset: start, expected: "the table's 64-bit record"))
        }
        return (count, size, offset)
    }

    /// What the table says of each entry.
    func records(_ source: borrowing WeightSource) throws(WeightError) -> [ZipRecord] {
        let table = try source.read(byteRange.count, from: byteRange.lowerBound)
        var cursor = ByteCursor(table.bytes)
        var records: [ZipRecord] = []
        for _ in 0..<count {
            let start = byteRange.lowerBound + cursor.position
            guard let record = ZipRecord(&cursor, signature: Self.recordSignature) else {
                throw .checkpoint(
                    file: source.file, .malformedArchive(byteOffset: start, expected: "an entry of the table"))
            }
            records.append(record)
        }
        guard cursor.remaining == 0 else {
            throw .checkpoint(
                file: source.file,
                .malformedArchive(
                    byteOffset: byteRange.lowerBound + cursor.position, expected: "the end of the table"))
        }
        return records
    }
}
