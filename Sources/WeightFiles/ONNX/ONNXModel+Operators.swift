extension ONNXModel {
    /// Refuses what could not be another form of a known network.
    ///
    /// Networks are told by their layers with weights, in order; what stands between these is taken for what the network
    /// has there. So an operator that no exported network has is a reason to stop.
    func requireKnownOperators() throws(WeightError) {
        let quantized = Set(nodes.lazy.map(\.operation).filter(Self.isOnWholeNumbers))
        guard quantized.isEmpty else { throw .quantizedGraph(file: file, operators: quantized.sorted()) }
        if let node = nodes.first(where: { !Self.known.contains($0.operation) }) {
            throw .unknownOperator(file: file, operation: node.operation, node: node.name)
        }
    }

    /// Whether an operator computes with whole numbers, or leads there or back: `QLinearConv`, `DequantizeLinear`,
    /// `com.microsoft.MatMulNBits`. Runtimes have dozens of them, and name them by these words.
    private static func isOnWholeNumbers(_ operation: String) -> Bool {
        ["uantize", "Integer", "QLinear", "QGemm", "QAttention", "NBits", "Bnb4"].contains(where: operation.contains)
    }

    /// What exporters write for the networks that are found in graphs, with weights, without, and to find sizes.
    private static let known: Set = [
        "BatchNormalization", "Conv", "ConvTranspose", "DeformConv", "Gemm", "InstanceNormalization",
        "LayerNormalization", "MatMul",
        "Abs", "Add", "AveragePool", "Ceil", "Clip", "Concat", "DepthToSpace", "Div", "Dropout", "Erf", "Exp",
        "Expand", "Floor", "Gelu", "GlobalAveragePool", "HardSigmoid", "HardSwish", "Max", "MaxPool", "Min", "Mul",
        "Neg", "Pad", "Pow",
        "Reciprocal", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceSum", "Relu", "Resize", "Sigmoid", "Slice",
        "Softmax", "Split", "Sqrt", "Sub", "Sum", "Tanh", "Tile", "Upsample",
        "And", "Cast", "CastLike", "Constant", "ConstantOfShape", "Equal", "Flatten", "Gather", "GatherElements",
        "GatherND", "Greater",
        "Identity", "Less", "Mod", "Not", "Or", "Range", "Reshape", "Round", "ScatterND", "Shape", "Size", "Squeeze",
        "Transpose", "Unsqueeze", "Where",
    ]
}
