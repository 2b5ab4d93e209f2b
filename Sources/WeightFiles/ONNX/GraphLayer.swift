/// A layer with weights of a graph, whatever its tensors are called there.
package struct GraphLayer: Sendable {
    /// What a layer does, as far as its weights tell.
    package enum Kind: String, Sendable {
        /// A convolution, deformable or not, or a linear layer, which is one of a single pixel.
        case convolution
        case transposedConvolution = "transposed convolution"
        case batchNorm = "batch norm"
        case layerNorm = "layer norm"
        /// What attention within windows adds for where two pixels lie to each other.
        case positionBias = "relative position bias"
    }

    package let kind: Kind
    /// The node's name, or that of what it writes, for messages.
    package let node: String
    /// `[outputs, inputs / groups, height, width]`, of a linear layer `[outputs, inputs]`, of a transposed convolution
    /// `[inputs, outputs, height, width]`, of a norm the gain `[channels]`, of a position bias the table
    /// `[displacements, heads]`, or what an exporter has made of it for each pair of pixels, `[heads, pixels, pixels]`.
    package let weight: GraphTensor
    package var bias: GraphTensor?
    package var groups = 1
    /// Of a batch norm.
    package var mean, variance: GraphTensor?
    /// Of a norm.
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

    /// Whether the values may be weights, as far as their type says.
    var hasFloats: Bool {
        switch tensor.type {
        case .float, .float16, .bfloat16, .double: true
        default: false
        }
    }

    /// The same values without dimensions of one, but for those of `shape`; nil where that is another shape.
    func squeezed(to shape: [Int]) -> GraphTensor? {
        guard self.shape.suffix(shape.count) == shape[...], self.shape.dropLast(shape.count).allSatisfy({ $0 == 1 })
        else { return nil }
        return GraphTensor(tensor, shape: shape, strides: Array(strides.suffix(shape.count)))
    }

    /// The same values with other dimensions, of which one may be -1, which is what remains, and 0 stands for what it was;
    /// nil where these are not as many, or the values do not follow each other.
    func reshaped(to sizes: [Int]) -> GraphTensor? {
        var shape = sizes.enumerated().map { (index, size) in
            size == 0 && index < self.shape.count ? self.shape[index] : size
        }
        if let open = shape.firstIndex(of: -1) {
            shape[open] = 1
            guard shape.allSatisfy({ $0 > 0 }), let rest = WeightHeader.product(of: shape),
                let count = WeightHeader.product(of: self.shape)
            else { return nil }
            shape[open] = count / rest
        }
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
