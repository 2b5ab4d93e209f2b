/// A layer with weights of a graph, whatever its tensors are called there.
package struct GraphLayer: Sendable {
    /// What a layer does, as far as its weights tell.
    package enum Kind: String, Sendable {
        /// A convolution, or a linear layer, which is one of a single pixel.
        case convolution
        case transposedConvolution = "transposed convolution"
        case batchNorm = "batch norm"
    }

    package let kind: Kind
    /// The node's name, or that of what it writes, for messages.
    package let node: String
    /// `[outputs, inputs / groups, height, width]`, of a linear layer `[outputs, inputs]`, of a transposed convolution
    /// `[inputs, outputs, height, width]`, of a batch norm the gain `[channels]`.
    package let weight: GraphTensor
    package var bias: GraphTensor?
    package var groups = 1
    /// Of a batch norm.
    package var mean, variance: GraphTensor?
    package var epsilon: Float = 0
}

/// A constant tensor of a graph: where its values are, and how they are walked.
package struct GraphTensor: Sendable {
    let tensor: ONNXTensor
    /// The dimensions, slowest first.
    package let shape: [Int]
    /// How far apart in the file neighbours along each dimension are, in values.
    let strides: [Int]

    /// The tensor as the file has it.
    init(_ tensor: ONNXTensor, file: String) throws(WeightError) {
        _ = try tensor.elementCount(file: file)
        self.init(tensor, shape: tensor.shape, strides: Self.strides(of: tensor.shape))
    }

    private init(_ tensor: ONNXTensor, shape: [Int], strides: [Int]) {
        self.tensor = tensor
        self.shape = shape
        self.strides = strides
    }

    /// What the file calls it.
    package var name: String { tensor.name }

    /// Whether the values follow each other as the file has them.
    var isPlain: Bool { strides == Self.strides(of: shape) }

    /// Dimension i is the former dimension `order[i]`; nil where that is no order of them.
    func permuted(by order: [Int]) -> GraphTensor? {
        guard order.sorted() == Array(shape.indices) else { return nil }
        return GraphTensor(tensor, shape: order.map { shape[$0] }, strides: order.map { strides[$0] })
    }

    /// The same values with other dimensions; nil where these are not as many, or the values do not follow each other.
    func reshaped(to shape: [Int]) -> GraphTensor? {
        guard isPlain, shape.allSatisfy({ $0 > 0 }), let count = WeightHeader.product(of: shape),
            count == WeightHeader.product(of: self.shape)
        else { return nil }
        return GraphTensor(tensor, shape: shape, strides: Self.strides(of: shape))
    }

    private static func strides(of shape: [Int]) -> [Int] {
        var stride = 1
        var strides = shape
        for index in shape.indices.reversed() {
            strides[index] = stride
            stride *= shape[index]
        }
        return strides
    }
}
