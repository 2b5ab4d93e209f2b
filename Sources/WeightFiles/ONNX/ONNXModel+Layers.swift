extension ONNXModel {
    /// The name of a value, for messages.
    package func name(_ value: Int) -> String { names[value] }

    /// The layers with weights that an output depends on: those that others read before these, earlier inputs first. The
    /// order follows from who reads whom alone, not from how the file lists its nodes. A layer that is applied several
    /// times is there once.
    ///
    /// - Parameter output: one of ``outputs``.
    /// - Throws: what is wrong with the shape of a layer's tensor; ``WeightError/trainingGraph(file:node:)``.
    /// - Complexity: O(nodes and their inputs).
    package func layers(behind output: Int) throws(WeightError) -> [GraphLayer] {
        var layers: [GraphLayer] = []
        var seen: Set<TensorName> = []
        for node in order(behind: output) {
            guard let layer = try layer(nodes[node]) else { continue }
            let isNamed = !layer.weight.name.isEmpty
            if layer.kind != .batchNorm, isNamed, !seen.insert(TensorName(layer.weight.name)).inserted { continue }
            layers.append(layer)
        }
        return layers
    }

    /// What the graph does to the picture before the first layer behind an output: its operators, without those that only
    /// arrange values.
    package func preparation(before output: Int) throws(WeightError) -> [String] {
        var operations: [String] = []
        for node in order(behind: output) {
            if try layer(nodes[node]) != nil { break }
            let operation = nodes[node].operation
            if !Self.arranging.contains(operation), !operations.contains(operation) { operations.append(operation) }
        }
        return operations
    }

    private static let arranging = passing.union(["Constant", "ConstantOfShape", "Dropout", "Shape", "Size"])

    /// Every node that the output depends on, after those that it reads.
    private func order(behind output: Int) -> [Int] {
        var order: [Int] = []
        var isReached = [Bool](repeating: false, count: nodes.count)
        var isDone = isReached
        var stack = writers[output].map { [$0] } ?? []
        while let node = stack.last {
            if isReached[node] {
                stack.removeLast()
                if !isDone[node] { order.append(node) }
                isDone[node] = true
                continue
            }
            isReached[node] = true
            for input in dataInputs(nodes[node]).reversed() {
                if let writer = writers[input], !isReached[writer] { stack.append(writer) }
            }
        }
        return order
    }

    /// What a node reads of data; who asks for a size reads none.
    private func dataInputs(_ node: ONNXNode) -> ArraySlice<Int> {
        switch node.operation {
        case "Shape", "Size": []
        case "Resize", "Upsample": node.inputs.prefix(1)
        default: node.inputs[...]
        }
    }

    // MARK: Nodes with weights

    /// The layer that a node is; nil for one without weights.
    private func layer(_ node: ONNXNode) throws(WeightError) -> GraphLayer? {
        let attributes = node.attributes
        switch node.operation {
        case "Conv", "ConvTranspose":
            guard let weight = try constant(node, 1) else { return nil }
            return GraphLayer(
                kind: node.operation == "Conv" ? .convolution : .transposedConvolution, node: label(node),
                weight: weight, bias: try constant(node, 2), groups: attributes.groups)
        case "Gemm":
            // Factors and other sides are not how linear layers are written.
            guard !attributes.transposesLeft, attributes.alpha == 1, attributes.beta == 1,
                let matrix = try constant(node, 1), matrix.shape.count == 2
            else { return nil }
            guard let weight = attributes.transposesRight ? matrix : matrix.permuted(by: [1, 0]) else { return nil }
            return GraphLayer(
                kind: .convolution, node: label(node), weight: weight, bias: try constant(node, 2))
        case "MatMul":
            guard let matrix = try constant(node, 1), matrix.shape.count == 2, let weight = matrix.permuted(by: [1, 0])
            else { return nil }
            return GraphLayer(kind: .convolution, node: label(node), weight: weight)
        case "BatchNormalization":
            guard !attributes.isTraining else { throw .trainingGraph(file: file, node: label(node)) }
            guard let weight = try constant(node, 1), let bias = try constant(node, 2),
                let mean = try constant(node, 3), let variance = try constant(node, 4)
            else { return nil }
            return GraphLayer(
                kind: .batchNorm, node: label(node), weight: weight, bias: bias, mean: mean, variance: variance,
                epsilon: attributes.epsilon)
        default: return nil
        }
    }

    private func label(_ node: ONNXNode) -> String {
        node.name.isEmpty ? node.outputs.first.map { names[$0] } ?? "" : node.name
    }

    // MARK: Constants

    /// The constant that a node reads as its input `index`; nil where there is none, or it depends on the picture.
    private func constant(_ node: ONNXNode, _ index: Int) throws(WeightError) -> GraphTensor? {
        guard node.inputs.indices.contains(index) else { return nil }
        // Exporters hide weights behind nodes that make no more of them than there is: these are followed back to the
        // tensor, then applied in order. None is passed twice unless the graph has a circle.
        var passed: [ONNXNode] = []
        var value = node.inputs[index]
        while passed.count <= nodes.count {
            if let tensor = initializers[value] { return try applied(passed, to: tensor) }
            guard let writer = writers[value].map({ nodes[$0] }) else { return nil }
            if writer.operation == "Constant" {
                guard let tensor = writer.attributes.tensor else { return nil }
                return try applied(passed, to: tensor)
            }
            guard Self.passing.contains(writer.operation), let input = writer.inputs.first else { return nil }
            passed.append(writer)
            value = input
        }
        return nil
    }

    private static let passing: Set<String> = [
        "Cast", "Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze",
    ]

    private func applied(_ passed: [ONNXNode], to tensor: ONNXTensor) throws(WeightError) -> GraphTensor? {
        var result: GraphTensor? = try GraphTensor(tensor, file: file)
        for node in passed.reversed() {
            guard let tensor = result else { return nil }
            switch node.operation {
            case "Transpose":
                let order = node.attributes.permutation
                result = tensor.permuted(by: order.isEmpty ? tensor.shape.indices.reversed() : order)
            case "Reshape":
                result = try sizes(node, 1).flatMap { tensor.reshaped(to: $0) }
            case "Squeeze":
                result = tensor.reshaped(to: tensor.shape.filter { $0 != 1 })
            case "Flatten":
                result = tensor.reshaped(to: [tensor.shape[0], tensor.shape.dropFirst().reduce(1, *)])
            default: break  // Other types, and dimensions of one, which are of no account.
            }
        }
        return result
    }

    /// The whole numbers that a node reads as its input `index`, where they are as few as a shape's.
    private func sizes(_ node: ONNXNode, _ index: Int) throws(WeightError) -> [Int]? {
        guard node.inputs.indices.contains(index) else { return nil }
        let value = node.inputs[index]
        if let tensor = initializers[value] { return try integers(tensor) }
        guard let constant = writers[value].map({ nodes[$0].attributes }) else { return nil }
        return try constant.tensor.map { (tensor) throws(WeightError) in try integers(tensor) } ?? constant.integers
    }
}
