/// What a layer with weights looks like to whoever has to find it in a graph that calls it something else.
package struct LayerForm: Sendable {
    package let kind: GraphLayer.Kind
    /// The shape of its weight, as ``GraphLayer/weight`` has it; of a norm `[channels]`, of a position bias that of the
    /// table.
    package let weight: [Int]
    package let groups: Int
    /// Whether it has a bias where no batch norm is folded into it.
    package let hasBias: Bool
    /// The path of the batch norm behind it, which may be folded into it.
    package let norm: String?
    /// The norm's.
    package let epsilon: Double

    package init(
        _ kind: GraphLayer.Kind, weight: [Int], groups: Int = 1, hasBias: Bool, norm: String? = nil, epsilon: Double = 0
    ) {
        self.kind = kind
        self.weight = weight
        self.groups = groups
        self.hasBias = hasBias
        self.norm = norm
        self.epsilon = epsilon
    }
}
