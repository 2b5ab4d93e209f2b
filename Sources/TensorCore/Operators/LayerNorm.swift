import KernelDispatch
import KernelInterface

/// Layer normalisation (Ba et al. 2016) over the channels: each pixel to mean 0 and variance 1, then an affine map.
///
/// `[N, H, W, C]` to `[N, H, W, C]`. The variance is the biased one, as PyTorch has it.
package struct LayerNorm: GraphOperator, PreparedOperator {
    private let gain: [Float]
    private let bias: [Float]
    private let epsilon: Float

    /// - Parameters:
    ///   - gain: `[C]`.
    ///   - bias: `[C]`.
    package init(gain: [Float], bias: [Float], epsilon: Float = 1e-5) {
        precondition(gain.count == bias.count, "a gain and a bias a channel")
        self.gain = gain
        self.bias = bias
        self.epsilon = epsilon
    }

    package var summary: String { "layer norm" }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape {
        precondition(inputs[0].channels == gain.count, "\(inputs[0].channels) channels into a layer norm")
        return inputs[0]
    }

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let input = inputs[0]
        forEachPixelBlock(of: output, in: context) { first, count in
            normalize(
                input.base + first * input.pixelStride, stride: input.pixelStride,
                into: output.base + first * output.pixelStride, stride: output.pixelStride, rows: count)
        }
    }

    /// Normalises rows of pixels, also in place; for operators that do it on their way.
    func normalize(
        _ input: UnsafePointer<Float>, stride: Int, into output: UnsafeMutablePointer<Float>, stride outputStride: Int,
        rows: Int
    ) {
        gain.withUnsafeBufferPointer { gain in
            bias.withUnsafeBufferPointer { bias in
                guard let gain = gain.baseAddress, let bias = bias.baseAddress else { return }
                kernels.layerNormPixels(
                    input, inputStride: stride, output, outputStride: outputStride, rows: rows,
                    channels: self.gain.count, gain: gain, bias: bias, epsilon: epsilon)
            }
        }
    }
}
