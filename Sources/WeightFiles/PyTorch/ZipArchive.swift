/// The table of contents of a zip archive, checked against what stands before each entry.
///
/// Sizes of 64 bits are read (PyTorch always writes them); encryption, several disks and bytes before the archive are not.
/// No two entries share a byte, whatever the table says, and what is read is where both descriptions of an entry agree.
/// The format is PKWARE's APPNOTE 6.3.10, sections 4.3 to 4.5.
struct ZipArchive {
    struct Entry {
        let name: String
        /// 0 where the bytes are stored as they are.
        let method: Int
        /// 0 where none was computed, see ``hasChecksums``; of a few bytes it may be 0, too.
        let crc32: UInt32
        /// Where the bytes lie in the file.
        let byteRange: Range<Int>
    }

    let file: String
    /// In the order of their bytes.
    let entries: [Entry]
    private let indices: [TensorName: Int]
    /// Whether the checksums mean something: with `torch.serialization.set_crc32_options(False)` all are 0.
    let hasChecksums: Bool

    /// Reads the table of the archive that `source` is.
    ///
    /// - Throws: ``WeightError/checkpoint(file:_:)`` with the problems under "The archive".
    /// - Complexity: O(n log n) in the number of entries, and a read of some bytes for each.
    init(_ source: borrowing WeightSource, limits: WeightLimits) throws(WeightError) {
        let file = source.file
        let table = try ZipTable(source, limits: limits)
        var records = try table.records(source)
        records.sort { $0.headerOffset < $1.headerOffset }
        var entries: [Entry] = []
        var indices: [TensorName: Int] = [:]
        var end = 0
        for record in records {
            if record.headerOffset < end, let last = entries.last {
                throw .checkpoint(file: file, .overlappingEntries(first: last.name, second: record.name))
            }
            let entry = try record.checked(in: source, before: table.byteRange.lowerBound)
            guard indices.updateValue(entries.count, forKey: TensorName(entry.name)) == nil else {
                throw .checkpoint(file: file, .duplicateEntry(name: entry.name))
            }
            entries.append(entry)
            end = entry.byteRange.upperBound
        }
        self.file = file
        self.entries = entries
        self.indices = indices
        self.hasChecksums = entries.contains { $0.crc32 != 0 }
    }

    /// Whether there is an entry of that name.
    func contains(_ name: String) -> Bool { indices[TensorName(name)] != nil }

    /// The entry of that name, whose bytes are stored as they are.
    ///
    /// - Throws: ``CheckpointProblem/missingEntry(name:)``, ``CheckpointProblem/compressedEntry(name:method:)``.
    func stored(_ name: String) throws(WeightError) -> Entry {
        guard let entry = indices[TensorName(name)].map({ entries[$0] }) else {
            throw .checkpoint(file: file, .missingEntry(name: name))
        }
        guard entry.method == 0 else {
            throw .checkpoint(file: file, .compressedEntry(name: name, method: entry.method))
        }
        return entry
    }
}
