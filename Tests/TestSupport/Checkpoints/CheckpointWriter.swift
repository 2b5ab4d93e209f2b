/// Writes checkpoints as `torch.save` does, in both forms, and as it never would.
package struct CheckpointWriter {
    /// A view of a storage.
    package struct Tensor {
        package var name: String
        package var storage: String
        package var offset = 0
        package var shape: [Int]
        package var strides: [Int]
    }

    package struct Storage {
        package var key: String
        package var type: String
        package var count: Int
        package var bytes: [UInt8]
    }

    package var tensors: [Tensor] = []
    package var storages: [Storage] = []
    /// The keys of the dictionaries around that of the tensors, the outermost first.
    package var wrappers: [String] = []

    package init() {}

    /// A storage of floats.
    package mutating func addStorage(_ key: String, _ values: [Float]) {
        storages.append(
            Storage(
                key: key, type: "FloatStorage", count: values.count,
                bytes: values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { [UInt8]($0) } }))
    }

    /// A tensor with a storage of its own.
    package mutating func add(_ name: String, shape: [Int], values: [Float]) {
        let key = "\(storages.count)"
        addStorage(key, values)
        add(name, of: key, shape: shape)
    }

    /// A view; its values follow one another where there are no strides.
    package mutating func add(_ name: String, of storage: String, offset: Int = 0, shape: [Int], strides: [Int]? = nil)
    {
        var (dense, run): ([Int], Int) = ([], 1)
        for length in shape.reversed() {
            dense.insert(run, at: 0)
            run &*= length
        }
        tensors.append(
            Tensor(name: name, storage: storage, offset: offset, shape: shape, strides: strides ?? dense))
    }

    // MARK: Files

    /// A zip archive, as it is written since PyTorch 1.6.
    package func archive() -> ZipWriter {
        ZipWriter(
            [.init("a/data.pkl", pickle()), .init("a/byteorder", Array("little".utf8))]
                + storages.map { .init("a/data/\($0.key)", $0.bytes) } + [.init("a/version", Array("3\n".utf8))])
    }

    /// Pickles and storages one after another, as it was written before.
    package func stream() -> [UInt8] {
        var file = Self.streamHead()
        file += pickle()
        var keys = PickleWriter()
        keys.code("](")
        for storage in storages { keys.text(storage.key) }
        keys.code("e")
        file += keys.finished()
        for storage in storages {
            file += withUnsafeBytes(of: UInt64(storage.count).littleEndian) { [UInt8]($0) } + storage.bytes
        }
        return file
    }

    /// The first three pickles of the older form.
    package static func streamHead(version: Int = 1001, isLittleEndian: Bool = true) -> [UInt8] {
        var number = PickleWriter()
        number.raw([0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19])
        var protocolVersion = PickleWriter()
        protocolVersion.integer(version)
        var system = PickleWriter()
        system.code("}")
        system.text("little_endian")
        system.raw([isLittleEndian ? 0x88 : 0x89])
        system.code("s")
        return number.finished() + protocolVersion.finished() + system.finished()
    }

    /// The pickle of the dictionary.
    package func pickle() -> [UInt8] {
        var pickle = PickleWriter()
        for key in wrappers {
            pickle.code("}")
            pickle.text(key)
        }
        write(into: &pickle)
        for _ in wrappers { pickle.code("s") }
        return pickle.finished()
    }

    /// Puts the dictionary on the stack of a pickle.
    package func write(into pickle: inout PickleWriter) {
        pickle.global("collections", "OrderedDict")
        pickle.code(")R(")
        for tensor in tensors {
            pickle.text(tensor.name)
            write(tensor, into: &pickle)
        }
        pickle.code("u")
    }

    private func write(_ tensor: Tensor, into pickle: inout PickleWriter) {
        let storage = storages.first { $0.key == tensor.storage }
        pickle.global("torch._utils", "_rebuild_tensor_v2")
        pickle.code("((")
        pickle.text("storage")
        pickle.global("torch", storage?.type ?? "FloatStorage")
        pickle.text(tensor.storage)
        pickle.text("cpu")
        pickle.integer(storage?.count ?? 0)
        pickle.code("tQ")
        pickle.integer(tensor.offset)
        pickle.tuple(tensor.shape)
        pickle.tuple(tensor.strides)
        pickle.raw([0x89])
        pickle.global("collections", "OrderedDict")
        pickle.code(")RtR")
    }
}

extension GoldenManifest {
    /// A checkpoint of the formula's weights, under the network's own names behind a prefix.
    package func checkpoint(prefix: String = "") -> CheckpointWriter {
        var writer = CheckpointWriter()
        for (name, shape) in tensors.sorted(by: { $0.key < $1.key }) {
            writer.add(prefix + name, shape: shape, values: values(name) ?? [])
        }
        return writer
    }
}
