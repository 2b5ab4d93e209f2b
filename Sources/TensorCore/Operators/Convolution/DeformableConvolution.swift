import KernelDispatch
import KernelInterface

/// A modulated deformable convolution (Zhu et al., *Deformable ConvNets v2*, 2019) with bias and activation: each tap of
/// the kernel looks where an offset of its own moves it at every pixel, and counts as much as a modulation says.
///
/// Inputs are the map `[N, H, W, C]`, the offsets `[N, H, W, 2 · k²]` (rows, then columns of tap after tap) and the
/// modulation `[N, H, W, k²]`; the output is `[N, H, W, outputChannels]`. Offsets are not bounded; beyond the map are zeros.
package struct DeformableConvolution: GraphOperator {
    package let weights: ConvolutionWeights
    package let activation: Activation

    package init(_ weights: ConvolutionWeights, activation: Activation = .none) {
        let kernel = weights.geometry.kernelHeight
        precondition(
            kernel % 2 == 1 && weights.geometry == ConvolutionGeometry(kernel: kernel) && activation.bounds != nil,
            "a deformable convolution has an odd square kernel at stride 1, and at most a clamp behind it")
        self.weights = weights
        self.activation = activation
    }

    package var summary: String {
        let kernel = weights.geometry.kernelHeight
        return "deformable convolution \(kernel)×\(kernel) \(weights.inputChannels)→\(weights.outputChannels)"
    }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape {
        let taps = weights.geometry.tapCount
        precondition(
            inputs.count == 3 && inputs[0].channels == weights.inputChannels
                && inputs[1] == inputs[0].with(channels: 2 * taps) && inputs[2] == inputs[0].with(channels: taps),
            "maps \(inputs) into \(summary)")
        return inputs[0].with(channels: weights.outputChannels)
    }

    package func multiplyAccumulates(_ inputs: [TensorShape], output: TensorShape) -> Int {
        output.elementCount * weights.depth
    }

    package func prepared(
        _ inputs: [TensorShape], output: TensorShape, preferring preference: MemoryPreference
    ) throws(TensorError) -> any PreparedOperator {
        try SampledConvolution(self)
    }
}

/// A deformable convolution as a matrix product of what its taps see, sampled into panels that fit the cache.
private struct SampledConvolution: PreparedOperator {
    private let convolution: DeformableConvolution
    /// Taps of one product: as many as keep a panel of weights and one of samples in the second-level cache. The products
    /// of a larger kernel are added up.
    private let tapsAProduct: Int
    private let packed: FloatBuffer
    /// The bias of all products but the first.
    private let noBias: FloatBuffer
    /// Output pixels of one product.
    private static let rows = 96

    init(_ convolution: DeformableConvolution) throws(TensorError) {
        let weights = convolution.weights
        self.convolution = convolution
        self.tapsAProduct = min(max(1024 / weights.inputChannels, 1), weights.geometry.tapCount)
        self.packed = try weights.rightOperand(tapsAProduct: tapsAProduct)
        self.noBias = try FloatBuffer(
            count: weights.outputChannels + ProductEpilogue.biasPadding, zeroed: true, purpose: "a convolution's bias")
    }

    var work: String { convolution.summary }
    var algorithm: String? { "sampled" }

    func scratchCount(_ inputs: [TensorShape], output: TensorShape) -> Int {
        Self.rows * tapsAProduct * inputs[0].channels
    }

    func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let (input, offsets, modulation) = (inputs[0], inputs[1], inputs[2])
        let weights = convolution.weights
        let (channels, taps) = (weights.inputChannels, weights.geometry.tapCount)
        let (columns, pixels) = (weights.outputChannels, output.shape.height * output.shape.width)
        let isOnly = tapsAProduct == taps
        let blocks = (pixels + Self.rows - 1) / Self.rows
        context.pool.forEach(output.shape.batch * blocks) { chunk, slot in
            let (picture, block) = chunk.quotientAndRemainder(dividingBy: blocks)
            let first = block * Self.rows
            let count = min(Self.rows, pixels - first)
            let panel = context.scratch(slot: slot)
            let target = output.picture(picture) + first * output.pixelStride
            for firstTap in stride(from: 0, to: taps, by: tapsAProduct) {
                let tapCount = min(tapsAProduct, taps - firstTap)
                kernels.sampleTaps(
                    panel, first: first, count: count, firstTap: firstTap, tapCount: tapCount,
                    input: input.picture(picture), pixelStride: input.pixelStride, height: input.shape.height,
                    width: input.shape.width, channels: channels, kernel: weights.geometry.kernelHeight,
                    offsets: offsets.picture(picture), offsetStride: offsets.pixelStride,
                    modulation: modulation.picture(picture), modulationStride: modulation.pixelStride)
                // The bias comes with the first product, the activation after the last.
                let epilogue = ProductEpilogue(
                    bias: firstTap == 0 ? weights.bias.base : noBias.base,
                    activation: isOnly ? convolution.activation : .none,
                    residual: firstTap == 0 ? nil : UnsafePointer(target), residualStride: output.pixelStride)
                kernels.product(
                    rows: count, columns: columns, depth: tapCount * channels, panel, leftStride: tapCount * channels,
                    panels: packed.base + kernels.packedCount(depth: firstTap * channels, columns: columns),
                    into: target, stride: output.pixelStride, epilogue: epilogue)
            }
            if !isOnly {
                kernels.finishConvolution(
                    target, pixelStride: output.pixelStride, rows: count, channels: columns, bias: nil,
                    activation: convolution.activation, residual: nil, residualStride: 0)
            }
        }
    }
}
