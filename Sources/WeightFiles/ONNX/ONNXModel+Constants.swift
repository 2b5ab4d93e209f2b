extension ONNXModel {
    /// The constant that a node reads as its input `index`; nil where there is none, or it depends on the picture.
    func constant(_ node: ONNXNode, _ index: Int) throws(WeightError) -> GraphTensor? {
        guard node.inputs.indices.contains(index) else { return nil }
        return try constant(node.inputs[index])?.get()
    }

    /// The constant that a value is; nil where it is none.
    private func constant(_ value: Int) -> Result<GraphTensor, WeightError>? {
        if let tensor = initializers[value] { return made(of: tensor) }
        return writers[value].flatMap { constants[$0] }
    }

    /// Finds what nodes make of constants.
    ///
    /// Exporters hide weights behind nodes that make no more of them than there is: these are followed back to the tensor,
    /// or to a node that has been followed, then applied in order. So a chain is walked once, however many layers read from
    /// it; and what is wrong with a tensor is kept for who asks for it.
    mutating func findConstants() {
        var isFollowed = [Bool](repeating: false, count: nodes.count)
        for start in nodes.indices {
            var chain: [Int] = []
            var next: Int? = start
            // A node that is met again is done, or part of a circle, of which nothing comes.
            while let node = next, !isFollowed[node] {
                isFollowed[node] = true
                chain.append(node)
                let isPassing = Self.passing.contains(nodes[node].operation)
                next = isPassing ? nodes[node].inputs.first.flatMap { writers[$0] } : nil
            }
            for node in chain.reversed() { constants[node] = result(of: nodes[node]) }
        }
    }

    /// What a node makes of a constant; nil where it reads none, or computes.
    private func result(of node: ONNXNode) -> Result<GraphTensor, WeightError>? {
        if node.operation == "Constant" { return node.attributes.tensor.map(made) }
        guard Self.passing.contains(node.operation), let input = node.inputs.first.flatMap(constant) else { return nil }
        do throws(WeightError) {
            return try applied(node, to: try input.get()).map { .success($0) }
        } catch {
            return .failure(error)
        }
    }

    private func made(of tensor: ONNXTensor) -> Result<GraphTensor, WeightError> {
        Result { () throws(WeightError) in try GraphTensor(tensor, file: file) }
    }

    static let passing: Set<String> = [
        "Cast", "CastLike", "Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze",
    ]

    private func applied(_ node: ONNXNode, to tensor: GraphTensor) throws(WeightError) -> GraphTensor? {
        switch node.operation {
        case "Transpose":
            let order = node.attributes.permutation
            return tensor.permuted(by: order.isEmpty ? tensor.shape.indices.reversed() : order)
        case "Reshape":
            return try sizes(node, 1).flatMap { tensor.reshaped(to: $0) }
        case "Squeeze":
            return tensor.reshaped(to: tensor.shape.filter { $0 != 1 })
        case "Flatten":
            // A scalar becomes a matrix of one value.
            return tensor.reshaped(to: [tensor.shape.first ?? 1, tensor.shape.dropFirst().reduce(1, *)])
        default: return tensor  // Other types, and dimensions of one, which are of no account.
        }
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
