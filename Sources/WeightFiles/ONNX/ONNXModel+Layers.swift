extension ONNXModel {
    /// The name of a value, for messages.
    package func name(_ value: Int) -> String { names[value] }

    /// The layers with weights that an output depends on: those that others read before these, earlier inputs first. The
    /// order follows from who reads whom alone, not from how the file lists its nodes. A layer that is applied several
    /// times is there once.
    ///
    /// - Parameter output: one of ``outputs``.
    /// - Throws: what is wrong with the shape of a layer's tensor; ``WeightError/trainingGraph(file:node:)``,
    ///   ``WeightError/graphTooLarge(file:part:limit:)``.
    /// - Complexity: O(nodes and their inputs).
    package func layers(behind output: Int) throws(WeightError) -> [GraphLayer] {
        var layers: [GraphLayer] = []
        var seen: Set<TensorName> = []
        for node in order(behind: output) {
            guard let layer = try layer(of: nodes[node]) else { continue }
            let isNamed = !layer.weight.name.isEmpty
            if layer.kind != .batchNorm, isNamed, !seen.insert(TensorName(layer.weight.name)).inserted { continue }
            guard layers.count < Self.layerLimit else {
                throw .graphTooLarge(file: file, part: "layers behind an output", limit: Self.layerLimit)
            }
            layers.append(layer)
        }
        return layers
    }

    /// Layers behind an output. The networks here have three hundred, some with a batch norm each, and may be applied
    /// several times.
    private static let layerLimit = 4_096

    /// What the graph does to the picture before the first layer behind an output: its operators, without those that only
    /// arrange values, those that only make constants for the layer, and the zeros that a convolution is to have around
    /// its input.
    package func preparation(before output: Int) throws(WeightError) -> [String] {
        var operations: [String] = []
        var ofPicture: Set<Int> = []
        for node in order(behind: output) {
            if try layer(of: nodes[node]) != nil { break }
            guard dataInputs(nodes[node]).contains(where: { ofPicture.contains($0) || isInput($0) }) else { continue }
            ofPicture.formUnion(nodes[node].outputs)
            let operation = nodes[node].operation
            if try isPadding(nodes[node]) { continue }
            if !Self.arranging.contains(operation), !operations.contains(operation) { operations.append(operation) }
        }
        return operations
    }

    /// Whether a node fills up with zeros for one convolution alone, as exporters write padding of unequal sides.
    private func isPadding(_ node: ONNXNode) throws(WeightError) -> Bool {
        guard node.operation == "Pad", node.attributes.mode == "constant", node.attributes.filling == 0,
            let output = node.outputs.first, let reader = soleReader(of: output), reader.operation == "Conv",
            try !isComputed(node, 2)
        else { return false }
        guard let filling = try constant(node, 2) else { return true }
        return try isZero(filling)
    }

    private static let arranging = passing.union(["Constant", "ConstantOfShape", "Dropout", "Shape", "Size"])

    /// Whether a value comes from outside the graph.
    private func isInput(_ value: Int) -> Bool {
        value != 0 && writers[value] == nil && initializers[value] == nil
    }

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
}
