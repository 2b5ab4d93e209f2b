/// A value that a pickle describes. Values that hold others are numbers into ``PickleObjects``: a pickle may nest a million
/// of them in one another, or in a circle, and neither may cost stack or leak.
enum PickleValue {
    case none
    case bool(Bool)
    case integer(Int)
    /// A number beyond 64 bits, as its little-endian bytes.
    case largeInteger([UInt8])
    case float(Double)
    case text(String)
    case tuple(Int)
    case list(Int)
    case dictionary(Int)
    case global(TorchGlobal)
    case storage(Int)
    case tensor(Int)
    /// Plain data of no use here: bytes, sets, dates, the arguments of a training. What it is made of is not kept.
    case opaque
}

/// What a pickle's values consist of, each kind by its own number.
struct PickleObjects {
    /// A storage that tensors are views of.
    struct Storage {
        /// Its name in the file.
        let key: String
        /// The name of its type, without `torch.`.
        let typeName: String
        /// How its values are stored; nil for what weight files do not have, as complex doubles and quantised integers.
        let type: WeightType?
        /// How many values it has.
        let count: Int

        /// Bytes of a value.
        var valueByteCount: Int {
            if let type { return type.byteCount }
            return ["ComplexDoubleStorage": 16, "QInt32Storage": 4][typeName] ?? 1
        }
    }

    /// A view of a storage.
    struct Tensor {
        let storage: Int
        /// How its values are stored: as the storage's, or what the bytes of an untyped one mean.
        let type: WeightType?
        /// The first value, counted in values of ``type``.
        let offset: Int
        let shape: [Int]
        /// Steps from a value to the next along each dimension, in values.
        let strides: [Int]
    }

    var tuples: [[PickleValue]] = []
    var lists: [[PickleValue]] = []
    /// Entries in their order; a later one of the same key replaces the value of the earlier.
    var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
    private(set) var storages: [Storage] = []
    private(set) var tensors: [Tensor] = []
    private var storageIndices: [TensorName: Int] = [:]

    /// How many there are of all kinds.
    var count: Int { tuples.count + lists.count + dictionaries.count + storages.count + tensors.count }

    /// The storage called `storage.key`, which may have been met before; nil where it was another one then.
    mutating func index(of storage: Storage) -> Int? {
        let name = TensorName(storage.key)
        if let known = storageIndices[name] {
            let same = storages[known].typeName == storage.typeName && storages[known].count == storage.count
            return same ? known : nil
        }
        storageIndices[name] = storages.count
        storages.append(storage)
        return storages.count - 1
    }

    mutating func add(_ tensor: Tensor) -> PickleValue {
        tensors.append(tensor)
        return .tensor(tensors.count - 1)
    }

    /// The items of a tuple; nil for anything else.
    func tuple(_ value: PickleValue?) -> [PickleValue]? {
        guard case .tuple(let index) = value else { return nil }
        return tuples[index]
    }
}
