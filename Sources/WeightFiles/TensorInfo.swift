/// What a weight file's header says about one tensor, checked against the file.
public struct TensorInfo: Sendable, Equatable, Codable {
    /// The name, unique in the file, at most 256 bytes of UTF-8.
    public let name: String
    /// How the values are stored.
    public let type: WeightType
    /// The dimensions, slowest first, each at least 1; empty for a single number.
    public let shape: [Int]
    /// Where the values lie, in bytes from the start of the data section.
    public let byteRange: Range<Int>

    /// The product of the dimensions.
    public var elementCount: Int { (byteRange.upperBound &- byteRange.lowerBound) / type.byteCount }

    /// The last component of the name: `weight` of `stage1.conv.weight`.
    var lastComponent: Substring {
        guard let dot = name.lastIndex(of: ".") else { return name[...] }
        return name[name.index(after: dot)...]
    }

    /// Whether this is the number of batches that a batch norm of PyTorch has seen: nothing but training asks for it.
    package var isBatchCount: Bool { lastComponent == "num_batches_tracked" }
}
