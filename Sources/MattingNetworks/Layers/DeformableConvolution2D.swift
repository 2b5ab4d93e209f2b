import KernelInterface
import TensorCore
import WeightFiles

/// A modulated deformable convolution with batch norm and ReLU (Zhu et al., *Deformable ConvNets v2*, 2019): where each
/// tap looks and how much it counts is itself predicted, pixel by pixel, by convolutions of the same map.
struct DeformableConvolution2D: Sendable {
    private let placement: Convolution2D
    private let convolution: DeformableConvolution
    private let label, modulatorLabel: String

    /// Binds `atrous_conv.offset_conv`, `atrous_conv.modulator_conv`, `atrous_conv.regular_conv` and `bn` under `scope`.
    init(_ scope: WeightScope, inputs: Int, outputs: Int, kernel: Int) throws(WeightError) {
        let layer = scope["atrous_conv"]
        let geometry = ConvolutionGeometry(kernel: kernel)
        // One convolution reads the map once for both.
        let offset = try ConvolutionParameters(
            layer["offset_conv"], inputs: inputs, outputs: 2 * geometry.tapCount, geometry: geometry)
        let modulator = try ConvolutionParameters(
            layer["modulator_conv"], inputs: inputs, outputs: geometry.tapCount, geometry: geometry)
        self.placement = try Convolution2D(
            fixed: offset.weight.values + modulator.weight.values, bias: (offset.bias ?? []) + (modulator.bias ?? []),
            inputs: inputs, outputs: 3 * geometry.tapCount, kernel: kernel, file: scope.file,
            label: layer["offset_conv"].path)
        let regular = try ConvolutionParameters(
            layer["regular_conv"], inputs: inputs, outputs: outputs, geometry: geometry, batchNorm: scope["bn"],
            hasBias: false)
        // A tap counts between 0 and 2 times: the sigmoid's double, of which the weights have the two.
        self.convolution = DeformableConvolution(try regular.packed(times: 2), activation: .relu)
        self.label = layer["regular_conv"].path
        self.modulatorLabel = layer["modulator_conv"].path
    }

    /// `[N, H, W, inputs]` to `[N, H, W, outputs]`.
    func callAsFunction(_ x: Value) -> Value {
        let placement = placement(x)
        let taps = placement.shape.channels / 3
        let modulation = placement.channels(2 * taps..<3 * taps).activated(.sigmoid, label: modulatorLabel)
        return x.graph.append(convolution, [x, placement.channels(0..<2 * taps), modulation], label: label)
    }
}
