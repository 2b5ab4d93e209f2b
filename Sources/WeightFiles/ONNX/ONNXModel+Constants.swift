extension ONNXModel {
    /// The constant that a node reads as its input `index`; nil where there is none, or it depends on the picture.
    func constant(_ node: ONNXNode, _ index: Int) throws(WeightError) -> GraphTensor? {
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

    static let passing: Set<String> = [
        "Cast", "CastLike", "Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze",
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
                // A scalar becomes a matrix of one value.
                result = tensor.reshaped(to: [tensor.shape.first ?? 1, tensor.shape.dropFirst().reduce(1, *)])
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
