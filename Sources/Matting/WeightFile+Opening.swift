import Files
import MattingNetworks
import WeightFiles

extension WeightFile {
    /// Opens a weight file of any kind: safetensors, a checkpoint of PyTorch, or an ONNX graph of a known network, whose
    /// tensors then have the names that the network's own weight files have. ``MattingPipeline`` opens its files so.
    ///
    /// - Parameters:
    ///   - path: a regular file; what is in it counts, not what it is called.
    ///   - limits: what is refused before memory is asked for.
    /// - Throws: ``WeightError``: what reading a weight file throws, and its cases under "Graphs".
    /// - Complexity: O(bytes).
    public static func opened(_ path: String, limits: WeightLimits = .default) throws(WeightError) -> WeightFile {
        try opened(BytePath(path), limits: limits)
    }
}
