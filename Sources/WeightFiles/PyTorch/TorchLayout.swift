import CZ

/// How a checkpoint's tensors lie in memory: the storages that they need one after another, then the tensors whose values
/// do not follow one another in their storage, gathered.
///
/// A storage that several tensors share is read once, and what no tensor of the dictionary needs, as the state of an
/// optimiser, is not read.
struct TorchLayout {
    /// In the order of the dictionary; ranges are those of the memory.
    private(set) var tensors: [TensorInfo] = []
    private let file: String
    private let checkpoint: TorchCheckpoint
    /// Storages, by the order in which they lie in memory.
    private var storages: [Int] = []
    /// Where each of them begins.
    private var starts: [Int: Int] = [:]
    private var gathers: [StridedCopy] = []
    private var byteCount = 0

    /// - Throws: ``WeightError/emptyTensor(file:tensor:shape:)``, ``WeightError/shapeOverflow(file:tensor:shape:)``,
    ///   ``WeightError/unknownType(file:tensor:type:)``, and ``WeightError/checkpoint(file:_:)`` with
    ///   ``CheckpointProblem/outOfStorage(tensor:)`` or ``CheckpointProblem/repeatedValues(byteCount:limit:)``.
    init(
        _ tensors: [TorchCheckpoint.NamedTensor], of checkpoint: TorchCheckpoint, limits: WeightLimits
    ) throws(WeightError) {
        self.file = checkpoint.file
        self.checkpoint = checkpoint
        for named in tensors {
            let storage = named.tensor.storage
            guard starts[storage] == nil else { continue }
            starts[storage] = byteCount
            storages.append(storage)
            byteCount += checkpoint.places[storage].byteRange.count
        }
        // A view may name a value any number of times; all views together need no more room than their storages.
        let (storageByteCount, limit) = (byteCount, byteCount)
        for named in tensors {
            let view = try View(named, of: checkpoint)
            var start = (starts[named.tensor.storage] ?? 0) + view.offset
            if !view.isContiguous {
                gathers.append(
                    StridedCopy(
                        from: start, to: byteCount, valueByteCount: view.type.byteCount, shape: named.tensor.shape,
                        strides: named.tensor.strides))
                start = byteCount
                let (sum, overflow) = byteCount.addingReportingOverflow(view.byteCount)
                guard !overflow, sum - storageByteCount <= limit else {
                    throw .checkpoint(
                        file: file,
                        .repeatedValues(byteCount: overflow ? .max : sum - storageByteCount, limit: limit))
                }
                byteCount = sum
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
            for storage in storages {
                let place = checkpoint.places[storage]
                let start = starts[storage] ?? 0
                let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[start..<(start + place.byteRange.count)])
                try source.read(into: bytes, from: place.byteRange.lowerBound)
                guard verifyingChecksums, let crc32 = place.crc32 else { continue }
                guard Self.crc32(of: UnsafeRawBufferPointer(bytes)) == crc32 else {
                    throw .checkpoint(file: file, .damagedEntry(name: checkpoint.objects.storages[storage].key))
                }
            }
            guard let base = buffer.baseAddress else { return }
            for gather in gathers { gather.run(in: base) }
        }
    }

    private static func crc32(of bytes: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(truncatingIfNeeded: crc32_z(0, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count))
    }
}

extension TorchLayout {
    /// A tensor compared with its storage.
    private struct View {
        let type: WeightType
        /// Bytes from the start of the storage.
        let offset: Int
        let byteCount: Int
        /// Whether its values follow one another in their order.
        let isContiguous: Bool

        init(_ named: TorchCheckpoint.NamedTensor, of checkpoint: TorchCheckpoint) throws(WeightError) {
            let (file, tensor) = (checkpoint.file, named.tensor)
            guard let type = tensor.type else {
                let type = checkpoint.objects.storages[tensor.storage].typeName
                throw .unknownType(file: file, tensor: named.name, type: type)
            }
            guard !tensor.shape.contains(0) else {
                throw .emptyTensor(file: file, tensor: named.name, shape: tensor.shape)
            }
            guard let byteCount = WeightHeader.product(of: tensor.shape, times: type.byteCount) else {
                throw .shapeOverflow(file: file, tensor: named.name, shape: tensor.shape)
            }
            let available = checkpoint.places[tensor.storage].byteRange.count / type.byteCount
            var last: Int? = tensor.offset
            var run = 1
            var isContiguous = true
            for (length, stride) in zip(tensor.shape, tensor.strides).reversed() where length > 1 {
                if stride != run { isContiguous = false }
                run *= length
                let (reach, overflow) = stride.multipliedReportingOverflow(by: length - 1)
                let (sum, carry) = (last ?? 0).addingReportingOverflow(reach)
                last = overflow || carry || last == nil ? nil : sum
            }
            guard let last, last < available else {
                throw .checkpoint(file: file, .outOfStorage(tensor: named.name))
            }
            self.type = type
            self.offset = tensor.offset * type.byteCount
            self.byteCount = byteCount
            self.isContiguous = isContiguous
        }
    }
}
