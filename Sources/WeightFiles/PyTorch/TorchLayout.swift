import CZ

/// How a checkpoint's tensors lie in memory: the storages that they need one after another, and behind them the tensors
/// whose values do not follow one another in their storage, gathered.
///
/// A storage that several tensors share is there once, one of which all tensors are gathered is not kept, and what no tensor
/// of the dictionary needs, as the state of an optimiser, is not read.
struct TorchLayout {
    /// In the order of the dictionary; ranges are those of the memory.
    private(set) var tensors: [TensorInfo] = []
    private let file: String
    private let checkpoint: TorchCheckpoint
    /// The storages that are read, in the order in which the dictionary has them.
    private var parts: [Part] = []
    private var byteCount = 0

    /// A storage and what becomes of it.
    private struct Part {
        let storage: Int
        /// Where it lies in memory; nil where it is not kept.
        var start: Int?
        var copies: [StridedCopy] = []
    }

    /// - Throws: ``WeightError/emptyTensor(file:tensor:shape:)``, ``WeightError/shapeOverflow(file:tensor:shape:)``,
    ///   ``WeightError/unknownType(file:tensor:type:)``, and ``WeightError/checkpoint(file:_:)`` with
    ///   ``CheckpointProblem/outOfStorage(tensor:)`` or ``CheckpointProblem/repeatedValues(byteCount:limit:)``.
    init(_ tensors: [TorchCheckpoint.NamedTensor], of checkpoint: TorchCheckpoint) throws(WeightError) {
        self.file = checkpoint.file
        self.checkpoint = checkpoint
        var views: [TorchView] = []
        var indices: [Int: Int] = [:]
        var limit = 0
        for named in tensors {
            let view = try TorchView(named, of: checkpoint)
            views.append(view)
            let size = checkpoint.places[named.tensor.storage].byteRange.count
            let index = indices[named.tensor.storage] ?? parts.count
            if index == parts.count {
                indices[named.tensor.storage] = index
                parts.append(Part(storage: named.tensor.storage))
                limit += size
            }
            if view.isContiguous, parts[index].start == nil {
                parts[index].start = byteCount
                byteCount += size
            }
        }
        // A view may name a value any number of times; all that are gathered need no more room than their storages.
        let keptByteCount = byteCount
        for (named, view) in zip(tensors, views) {
            guard let index = indices[named.tensor.storage] else { continue }
            let start: Int
            if view.isContiguous {
                start = (parts[index].start ?? 0) + view.offset
            } else {
                start = byteCount
                let (sum, overflow) = byteCount.addingReportingOverflow(view.byteCount)
                guard !overflow, sum - keptByteCount <= limit else {
                    throw .checkpoint(
                        file: file, .repeatedValues(byteCount: overflow ? .max : sum - keptByteCount, limit: limit))
                }
                byteCount = sum
                parts[index].copies.append(
                    StridedCopy(
                        from: view.offset, to: start, valueByteCount: view.type.byteCount, shape: named.tensor.shape,
                        strides: named.tensor.strides))
            }
            self.tensors.append(
                TensorInfo(
                    name: named.name, type: view.type, shape: named.tensor.shape,
                    byteRange: start..<(start + view.byteCount)))
        }
    }

    /// Reads the storages and gathers what has to be.
    ///
    /// - Throws: ``CheckpointProblem/damagedEntry(name:)``, ``WeightError/outOfMemory(file:byteCount:)`` and what reading
    ///   throws.
    func read(_ source: borrowing WeightSource, verifyingChecksums: Bool) throws(WeightError) -> WeightStorage {
        try WeightStorage(byteCount: byteCount, file: file) { (buffer) throws(WeightError) in
            guard let base = buffer.baseAddress else { return }
            for part in parts {
                let range = checkpoint.places[part.storage].byteRange
                if let start = part.start {
                    let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[start..<(start + range.count)])
                    try source.read(into: bytes, from: range.lowerBound)
                    try finish(part, UnsafeRawBufferPointer(bytes), base, verifyingChecksums)
                } else {
                    let scratch = try source.read(range.count, from: range.lowerBound)
                    try finish(part, scratch.bytes, base, verifyingChecksums)
                    withExtendedLifetime(scratch) {}
                }
            }
        }
    }

    /// Compares a storage with its checksum, and gathers what is in it.
    private func finish(
        _ part: Part, _ bytes: UnsafeRawBufferPointer, _ memory: UnsafeMutableRawPointer, _ verifyingChecksums: Bool
    ) throws(WeightError) {
        if verifyingChecksums, let crc32 = checkpoint.places[part.storage].crc32, Self.crc32(of: bytes) != crc32 {
            throw .checkpoint(file: file, .damagedEntry(name: checkpoint.objects.storages[part.storage].key))
        }
        guard let source = bytes.baseAddress else { return }
        for copy in part.copies { copy.run(from: source, in: memory) }
    }

    private static func crc32(of bytes: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(truncatingIfNeeded: crc32_z(0, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count))
    }
}
