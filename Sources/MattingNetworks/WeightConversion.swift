import WeightFiles

/// A network's weights out of whatever file they are in, as a weight file that says what it is: under the network's own
/// names, stored as asked for, with the preprocessing in its metadata.
package struct WeightConversion {
    /// The network's name in metadata.
    package let architecture: String
    /// What the new file is made of: the tensors that the network reads, under its own names, as they are stored in the
    /// source.
    package let source: WeightFile
    /// Tensors of the source that the network does not read: those beside its prefix, and those that files have for
    /// training or by habit, but for counts of batches, which every batch norm has.
    package let leftOut: [String]
    /// Holds the new file.
    package let writer: WeightFileWriter

    /// - Parameters:
    ///   - file: of a known network, under its own names or behind a prefix.
    ///   - type: how matrices and kernels are stored: F32, F16, BF16 or I8; nil as they are. Vectors (biases, batch norms)
    ///     become ``WeightType/f32`` then: they are few, and networks are sensitive to them.
    ///   - recipe: preprocessing in place of the file's, by the keys of metadata.
    ///   - notes: metadata in place of the file's.
    /// - Throws: ``WeightError/unknownArchitecture(file:stated:known:)``,
    ///   ``WeightError/severalNetworks(file:prefixes:)``, ``WeightError/unusable(file:problems:)``,
    ///   ``WeightError/badMetadata(file:key:value:expected:)``, ``WeightError/badOverride(key:value:expected:)``,
    ///   ``WeightError/valueNotRepresentable(tensor:index:type:)``, ``WeightError/outOfMemory(file:byteCount:)``.
    /// - Complexity: O(bytes); the new file's bytes are in memory beside the source's.
    package init(
        _ file: WeightFile, as type: WeightType?, recipe: [String: String] = [:], notes: [String: String] = [:]
    ) throws(WeightError) {
        let (network, source) = try Self.network(in: file, recipe: recipe)
        var metadata = file.metadata.filter { $0.key != "sha256" }
        metadata["architecture"] = network.name
        if let recipe = network.recipe {
            // All of it: what was said of another rule would not fit this one.
            metadata = metadata.filter { !InputRecipe.isKey($0.key) }
            metadata.merge(recipe.metadata) { $1 }
        }
        metadata.merge(notes) { $1 }
        var writer = WeightFileWriter(metadata: metadata)
        for tensor in source.tensors { try writer.add(tensor, of: source, as: type) }
        self.architecture = network.name
        self.source = source
        self.leftOut = network.leftOut
        self.writer = writer
    }

    private struct Network {
        let name: String
        /// nil for the edge network, which has none.
        let recipe: InputRecipe?
        let leftOut: [String]
    }

    /// Recognises the network, takes its tensors out of the file and builds it with them: what does not fit is told before
    /// anything is written.
    private static func network(
        in file: WeightFile, recipe: [String: String]
    ) throws(WeightError) -> (Network, WeightFile) {
        let isEdge = EdgeModel.isRecognized(in: file)
        let known = isEdge ? nil : try Architecture(of: file)
        // A name in the metadata is believed, as everywhere, so there may be none; of several it is not known which is meant.
        let prefixes = WeightBinder(file).scopes.filter(known?.isRecognized ?? EdgeModel.isRecognized).map(\.path)
        guard prefixes.count <= 1 else { throw .severalNetworks(file: file.name, prefixes: prefixes) }
        let prefix = prefixes.first ?? ""
        let source = try file.below(prefix)
        let stated = try known?.recipe(of: file, overriding: recipe)
        let binder = WeightBinder(source)
        if let known, let stated {
            let classCount = try known.makeNetwork(binder.root, stated).classCount
            try binder.finish()
            try known.requireOutput(of: stated, classCount: classCount, file: file, overriding: recipe)
        } else {
            if let key = recipe.keys.min() {
                throw .badOverride(
                    key: key, value: recipe[key] ?? "", expected: "no key: the edge network is fed in one way only")
            }
            _ = try EdgeNetwork(binder.root)
            try binder.finish()
        }
        let read = try source.keeping(binder.isRead)
        let start = prefix.isEmpty ? "" : prefix + "."
        func isRead(_ tensor: TensorInfo) -> Bool {
            let name = tensor.name.utf8
            guard name.starts(with: start.utf8) else { return false }
            return read.info(String(decoding: name.dropFirst(start.utf8.count), as: UTF8.self)) != nil
        }
        let network = Network(
            name: known?.name ?? EdgeModel.architecture, recipe: stated,
            leftOut: file.tensors.filter { !$0.isBatchCount && !isRead($0) }.map(\.name))
        return (network, read)
    }
}

extension WeightFileWriter {
    /// Adds a tensor of another file.
    ///
    /// - Parameter type: how it is stored where it has two dimensions or more; nil as it is there.
    fileprivate mutating func add(_ tensor: TensorInfo, of file: WeightFile, as type: WeightType?) throws(WeightError) {
        guard let type else {
            let bytes = file.withBytes(of: tensor) { [UInt8]($0) }
            return try add(tensor.name, shape: tensor.shape, type: tensor.type, bytes: bytes)
        }
        // The scales of bytes come with these.
        if file.isScale(tensor) { return }
        let values = try file.floats(tensor.name)
        try add(tensor.name, shape: tensor.shape, values: values, as: tensor.shape.count > 1 ? type : .f32)
    }
}
