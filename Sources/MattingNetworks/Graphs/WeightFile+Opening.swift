import Files
import WeightFiles

extension WeightFile {
    /// Opens a weight file of any kind: safetensors, a checkpoint of PyTorch, or an ONNX graph of a known network, whose
    /// tensors then have the names that the network's own weight files have.
    ///
    /// - Parameters:
    ///   - path: of a regular file; what is in it counts, not what it is called.
    ///   - dictionary: the place of the tensors in a checkpoint that has several sets of them; nil where there is one, and
    ///     for every other kind of file.
    ///   - limits: what is refused before memory is asked for.
    ///   - verifyingChecksum: as in ``init(contentsOf:limits:verifyingChecksum:)-(String,_,_)``.
    /// - Throws: as that, and the cases of ``WeightError`` under "Graphs".
    /// - Complexity: O(bytes).
    package static func opened(
        _ path: BytePath, dictionary: String? = nil, limits: WeightLimits = .default, verifyingChecksum: Bool = true
    ) throws(WeightError) -> WeightFile {
        guard try isONNX(contentsOf: path) else {
            return try WeightFile(
                contentsOf: path, dictionary: dictionary, limits: limits, verifyingChecksum: verifyingChecksum)
        }
        if let dictionary {
            throw .checkpoint(file: path.description, .unknownDictionary(name: dictionary, known: []))
        }
        return try GraphBinding(ONNXModel(contentsOf: path, limits: limits)).weightFile()
    }
}
