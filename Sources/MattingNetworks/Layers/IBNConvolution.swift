import TensorCore
import WeightFiles

/// A convolution, then IBN (Pan et al., *Two at Once: Enhancing Learning and Generalization Capacities via IBN-Net*, ECCV
/// 2018), then ReLU: the first half of the channels is normalised by batch, the second by instance.
struct IBNConvolution: Sendable {
    private let convolution: Convolution2D
    private let norm: InstanceNorm
    private let label: String

    /// Binds `layers.0`, the convolution, and `layers.1.bnorm`, the norm of the first half.
    init(_ scope: WeightScope, inputs: Int, outputs: Int, kernel: Int, stride: Int = 1) throws(WeightError) {
        self.convolution = try Convolution2D(
            scope["layers"]["0"], inputs: inputs, outputs: outputs, kernel: kernel, stride: stride)
        let half = outputs / 2
        let batch = try BatchNorm(scope["layers"]["1"]["bnorm"], channels: half)
        self.label = batch.label
        let others = outputs - half
        // The batch norm is not folded into the weights: its scale and shift cost nothing beside the other half's.
        self.norm = InstanceNorm(
            gain: batch.scale + [Float](repeating: 1, count: others),
            bias: batch.shifted(nil) + [Float](repeating: 0, count: others), from: half, activation: .relu)
    }

    func callAsFunction(_ x: Value) -> Value { x.graph.append(norm, [convolution(x)], label: label) }
}
