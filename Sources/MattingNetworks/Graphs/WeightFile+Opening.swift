import Files
import WeightFiles

extension WeightFile {
    /// Opens a weight file of any kind: safetensors, or an ONNX graph of a known network, whose tensors then have the names
    /// that the network's own weight files have.
    ///
    /// - Parameter path: of a regular file; what is in it counts, not what it is called.
    /// - Throws: as ``init(contentsOf:limits:verifyingChecksum:)-(String,_,_)``, and the cases of ``WeightError`` under
    ///   "Graphs".
    /// - Complexity: O(bytes).
    package static func opened(
        _ path: BytePath, limits: WeightLimits = .default, verifyingChecksum: Bool = true
    ) throws(WeightError) -> WeightFile {
        guard try isONNX(contentsOf: path) else {
            return try WeightFile(contentsOf: path, limits: limits, verifyingChecksum: verifyingChecksum)
        }
        return try GraphBinding(ONNXModel(contentsOf: path, limits: limits)).weightFile()
    }
}
