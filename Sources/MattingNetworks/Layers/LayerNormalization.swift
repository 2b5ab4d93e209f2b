import TensorCore
import WeightFiles

/// Layer normalisation (Ba et al. 2016) over the channels of each pixel, weights found by name.
struct LayerNormalization: Sendable {
    let norm: LayerNorm
    /// The name in the file.
    let label: String

    /// Binds `weight` and `bias`, each `[channels]`.
    init(_ scope: WeightScope, channels: Int) throws(WeightError) {
        scope.note(LayerForm(.layerNorm, weight: [channels], hasBias: true, epsilon: 1e-5))
        self.norm = LayerNorm(
            gain: Array(try scope.tensor("weight", shape: [channels])),
            bias: Array(try scope.tensor("bias", shape: [channels])))
        self.label = scope.path
    }

    func callAsFunction(_ x: Value) -> Value { x.graph.append(norm, [x], label: label) }
}
