extension Value {
    /// The labels of all layers that this value depends on: those that others read before these, earlier inputs first. A
    /// layer that is applied several times is there once, one without a label not at all.
    ///
    /// The order follows from who reads whom alone, so that it is that of the same network written down elsewhere.
    ///
    /// - Complexity: O(nodes and their inputs).
    package var labels: [String] {
        let nodes = graph.nodes
        var labels: [String] = []
        var isReached = [Bool](repeating: false, count: nodes.count)
        var isDone = isReached
        var stack = [index]
        while let node = stack.last {
            guard isReached[node] else {
                isReached[node] = true
                stack += nodes[node].inputs.reversed().filter { !isReached[$0] }
                continue
            }
            stack.removeLast()
            if isDone[node] { continue }
            isDone[node] = true
            let label = nodes[node].label
            if nodes[node].layer != nil, !label.isEmpty, !labels.contains(label) { labels.append(label) }
        }
        return labels
    }

    /// Whether a layer of that label reads this value as it is.
    package func isRead(by label: String) -> Bool {
        graph.nodes.contains { $0.label == label && $0.inputs.contains(index) }
    }
}
