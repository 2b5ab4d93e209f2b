extension ONNXModel {
    /// The layer that a node is, with what the nodes around it add to it; nil for one without weights.
    ///
    /// - Throws: what is wrong with the shape of a tensor; ``WeightError/trainingGraph(file:node:)``.
    func layer(of node: ONNXNode) throws(WeightError) -> GraphLayer? {
        switch node.operation {
        case "Conv", "ConvTranspose": try convolution(node, bias: 2)
        case "DeformConv": try convolution(node, bias: 3)
        case "Gemm": try linear(node)
        case "MatMul": try product(node)
        case "BatchNormalization": try batchNorm(node)
        case "LayerNormalization": try layerNorm(node)
        case "Mul": try layerNormInParts(node)
        case "Gather": try positionTable(node)
        case "Add": try positionBias(node)
        default: nil
        }
    }

    private func label(_ node: ONNXNode) -> String {
        node.name.isEmpty ? node.outputs.first.map { names[$0] } ?? "" : node.name
    }

    // MARK: Convolutions and linear layers

    /// A deformable convolution taken apart ends in a plain one, over the pixels that it has gathered.
    private func convolution(_ node: ONNXNode, bias index: Int) throws(WeightError) -> GraphLayer? {
        guard let weight = try constant(node, 1), try !isComputed(node, index) else { return nil }
        let isTransposed = node.operation == "ConvTranspose"
        var bias = try constant(node, index)
        if bias == nil, !isTransposed { bias = try addition(to: node, count: weight.shape.first, trailing: 2) }
        return GraphLayer(
            kind: isTransposed ? .transposedConvolution : .convolution, node: label(node), weight: weight,
            bias: bias, groups: node.attributes.groups)
    }

    private func linear(_ node: ONNXNode) throws(WeightError) -> GraphLayer? {
        let attributes = node.attributes
        // Factors and other sides are not how linear layers are written.
        guard !attributes.transposesLeft, attributes.alpha == 1, attributes.beta == 1,
            try !isComputed(node, 2), let matrix = try constant(node, 1), matrix.shape.count == 2,
            let weight = attributes.transposesRight ? matrix : matrix.permuted(by: [1, 0])
        else { return nil }
        return GraphLayer(kind: .convolution, node: label(node), weight: weight, bias: try constant(node, 2))
    }

    private func product(_ node: ONNXNode) throws(WeightError) -> GraphLayer? {
        guard let matrix = try constant(node, 1), matrix.shape.count == 2, let weight = matrix.permuted(by: [1, 0])
        else { return nil }
        return GraphLayer(
            kind: .convolution, node: label(node), weight: weight,
            bias: try addition(to: node, count: weight.shape[0], trailing: 0))
    }

    /// Whether a node has a bias as its input `index` that is no constant, but for zeros that the graph makes where there is
    /// none: without its bias a layer would be another one.
    func isComputed(_ node: ONNXNode, _ index: Int) throws(WeightError) -> Bool {
        guard node.inputs.indices.contains(index), node.inputs[index] != 0, try constant(node, index) == nil else {
            return false
        }
        guard let writer = source(of: node.inputs[index]) else { return true }
        switch writer.operation {
        case "ConstantOfShape":
            guard let tensor = writer.attributes.tensor else { return false }
            return try !isZero(GraphTensor(tensor, file: file))
        case "Expand":
            guard let filler = try constant(writer, 0) else { return true }
            return try !isZero(filler)
        default: return true
        }
    }

    /// Whether a tensor is a single zero. Of several values, which may be any number, none are read.
    func isZero(_ tensor: GraphTensor) throws(WeightError) -> Bool {
        guard tensor.shape.allSatisfy({ $0 == 1 }) else { return false }
        return try values(tensor)[0] == 0
    }

    /// The constant of `count` values that the one reader of a node adds to what it writes, along the dimension with
    /// `trailing` others behind it.
    private func addition(to node: ONNXNode, count: Int?, trailing: Int) throws(WeightError) -> GraphTensor? {
        guard let count, let output = node.outputs.first, let reader = soleReader(of: output),
            reader.operation == "Add",
            let index = reader.inputs.firstIndex(where: { $0 != output }), let bias = try constant(reader, index)
        else { return nil }
        let shape = bias.shape
        guard shape.count > trailing, shape.suffix(trailing).allSatisfy({ $0 == 1 }),
            shape.dropLast(trailing).last == count, shape.dropLast(trailing + 1).allSatisfy({ $0 == 1 })
        else { return nil }
        return bias
    }

    // MARK: Norms

    private func batchNorm(_ node: ONNXNode) throws(WeightError) -> GraphLayer? {
        guard !node.attributes.isTraining else { throw .trainingGraph(file: file, node: label(node)) }
        guard let weight = try constant(node, 1), let bias = try constant(node, 2),
            let mean = try constant(node, 3), let variance = try constant(node, 4)
        else { return nil }
        return GraphLayer(
            kind: .batchNorm, node: label(node), weight: weight, bias: bias, mean: mean, variance: variance,
            epsilon: node.attributes.epsilon)
    }

    private func layerNorm(_ node: ONNXNode) throws(WeightError) -> GraphLayer? {
        guard let weight = try constant(node, 1), try !isComputed(node, 2) else { return nil }
        return GraphLayer(
            kind: .layerNorm, node: label(node), weight: weight, bias: try constant(node, 2),
            epsilon: node.attributes.epsilon)
    }

    /// Before operator set 17: `(x − mean) / √(variance + ε)`, times the gain, plus the bias.
    private func layerNormInParts(_ node: ONNXNode) throws(WeightError) -> GraphLayer? {
        guard node.inputs.count == 2 else { return nil }
        for index in 0...1 {
            guard let quotient = source(of: node.inputs[1 - index]), quotient.operation == "Div",
                let weight = try constant(node, index), weight.shape.count == 1, weight.shape[0] > 1
            else { continue }
            return GraphLayer(
                kind: .layerNorm, node: label(node), weight: weight,
                bias: try addition(to: node, count: weight.shape[0], trailing: 0),
                epsilon: try epsilon(under: quotient))
        }
        return nil
    }

    private func epsilon(under quotient: ONNXNode) throws(WeightError) -> Float {
        guard let root = quotient.inputs.last.flatMap(source), root.operation == "Sqrt",
            let sum = root.inputs.first.flatMap(source), sum.operation == "Add"
        else { return 0 }
        for index in sum.inputs.indices {
            if let tensor = try constant(sum, index), tensor.shape.allSatisfy({ $0 == 1 }) {
                return try values(tensor)[0]
            }
        }
        return 0
    }

    // MARK: Position biases

    /// The table, from which rows are gathered for each pair of pixels. Which row is whose follows from the window.
    private func positionTable(_ node: ONNXNode) throws(WeightError) -> GraphLayer? {
        guard let table = try constant(node, 0), table.shape.count == 2, table.hasFloats else { return nil }
        return GraphLayer(kind: .positionBias, node: label(node), weight: table)
    }

    /// The rows, gathered already: one value for each head and pair of pixels, added to their product. Masks of windows are
    /// of that size too, and the same for all heads.
    private func positionBias(_ node: ONNXNode) throws(WeightError) -> GraphLayer? {
        guard node.inputs.count == 2 else { return nil }
        for index in 0...1 {
            guard let product = source(of: node.inputs[1 - index]), Self.products.contains(product.operation),
                let bias = try constant(node, index), bias.shape.count >= 3, bias.hasFloats
            else { continue }
            let shape = Array(bias.shape.suffix(3))
            guard shape[0] > 1, shape[1] > 1, shape[1] == shape[2], let weight = bias.squeezed(to: shape)
            else { continue }
            return GraphLayer(kind: .positionBias, node: label(node), weight: weight)
        }
        return nil
    }

    private static let products: Set = ["Div", "MatMul", "Mul"]

    // MARK: Neighbours

    /// The only node that reads a value; nil where there are several or none.
    func soleReader(of value: Int) -> ONNXNode? {
        readers[value].flatMap { $0 == ONNXModel.severalReaders ? nil : nodes[$0] }
    }

    /// The node that makes a value, behind those that only convert it.
    private func source(of value: Int) -> ONNXNode? {
        var writer = writers[value].map { nodes[$0] }
        for _ in 0..<4 {
            guard let node = writer, ["Cast", "Identity"].contains(node.operation) else { break }
            writer = node.inputs.first.flatMap { writers[$0] }.map { nodes[$0] }
        }
        return writer
    }
}
