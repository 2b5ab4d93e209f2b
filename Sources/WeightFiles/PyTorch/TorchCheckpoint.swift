/// What is in a file of `torch.save`, before any value is read: objects, and where their storages lie.
struct TorchCheckpoint {
    /// Where a storage's bytes lie in the file, and what they should add up to.
    struct Place {
        let byteRange: Range<Int>
        /// nil in the older form, which has none, and in archives that were written without.
        let crc32: UInt32?
    }

    /// A tensor of the dictionary that was chosen.
    struct NamedTensor {
        let name: String
        let tensor: PickleObjects.Tensor
    }

    let file: String
    let objects: PickleObjects
    /// Of each of ``PickleObjects/storages``.
    let places: [Place]
    private let root: PickleValue

    init(file: String, objects: PickleObjects, root: PickleValue, places: [Place]) {
        self.file = file
        self.objects = objects
        self.root = root
        self.places = places
    }

    // MARK: Dictionaries

    /// Dictionaries are looked for below this many others.
    private static let depthLimit = 4
    /// Bytes of a key that leads to one.
    private static let keyLimit = 64
    /// Sets of tensors in a checkpoint.
    private static let setLimit = 64

    /// The tensors of the dictionary called `name` or, without a name, of the only one that has some.
    ///
    /// Checkpoints of trainings put a network's tensors under a key (`state_dict`, `model`, `params_ema`), beside what else
    /// the training needs. Dictionaries of single numbers only, such as losses, do not count beside others.
    ///
    /// - Throws: ``WeightError/checkpoint(file:_:)`` with the problems under "The tensors".
    func tensors(in name: String?, limits: WeightLimits) throws(WeightError) -> [NamedTensor] {
        var found: [(name: String, tensors: [NamedTensor])] = []
        var visited: Set<Int> = []
        // Outermost first, without recursion; a dictionary that is met again is the same one.
        var pending: [(name: String, value: PickleValue, depth: Int)] = [("", root, 0)]
        while let (path, value, depth) = pending.popLast() {
            guard case .dictionary(let index) = value, visited.insert(index).inserted else { continue }
            let tensors = try namedTensors(index, limits: limits)
            if !tensors.isEmpty { found.append((path, tensors)) }
            guard found.count <= Self.setLimit else {
                throw .checkpoint(
                    file: file, .tooLarge(part: "sets of tensors", count: found.count, limit: Self.setLimit))
            }
            guard depth < Self.depthLimit else { continue }
            for (key, value) in objects.dictionaries[index].reversed() {
                // A key costs its pickle a few bytes wherever it is used again, but here its whole length.
                guard case .text(let key) = key, key.utf8.count <= Self.keyLimit, case .dictionary = value else {
                    continue
                }
                pending.append((path.isEmpty ? key : "\(path).\(key)", value, depth + 1))
            }
        }
        let known = found.map { CheckpointProblem.Dictionary(name: $0.name, tensorCount: $0.tensors.count) }
        if let name {
            guard let match = found.first(where: { TensorName($0.name) == TensorName(name) }) else {
                throw .checkpoint(file: file, .unknownDictionary(name: name, known: known))
            }
            return match.tensors
        }
        let networks = found.filter { $0.tensors.contains { !$0.tensor.shape.isEmpty } }
        let candidates = networks.isEmpty ? found : networks
        guard let first = candidates.first else { throw .checkpoint(file: file, .noTensors) }
        guard candidates.count == 1 else {
            throw .checkpoint(
                file: file,
                .severalDictionaries(candidates.map { .init(name: $0.name, tensorCount: $0.tensors.count) }))
        }
        return first.tensors
    }

    /// The tensors among a dictionary's values.
    private func namedTensors(_ index: Int, limits: WeightLimits) throws(WeightError) -> [NamedTensor] {
        var tensors: [NamedTensor] = []
        var names: Set<TensorName> = []
        for (key, value) in objects.dictionaries[index] {
            guard case .text(let name) = key, case .tensor(let tensor) = value else { continue }
            guard tensors.count < limits.tensorCount else {
                throw .tooManyTensors(file: file, limit: limits.tensorCount)
            }
            guard name.utf8.count <= limits.nameByteCount else {
                throw .nameTooLong(
                    file: file, byteCount: name.utf8.count, limit: limits.nameByteCount, byteOffset: 0)
            }
            guard names.insert(TensorName(name)).inserted else {
                throw .duplicateKey(file: file, key: name, byteOffset: 0)
            }
            tensors.append(NamedTensor(name: name, tensor: objects.tensors[tensor]))
        }
        return tensors
    }
}
