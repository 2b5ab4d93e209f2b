import KernelDispatch
import KernelInterface

/// Channels that one thread sums at a time: a vector of eight.
private let channelBlock = 8

/// Calls `body` for each picture and each block of channels.
private func forEachChannelBlock(
    of input: FeatureMap, in context: ExecutionContext,
    _ body: (_ picture: Int, _ channel: Int, _ count: Int) -> Void
) {
    let blocks = (input.shape.channels + channelBlock - 1) / channelBlock
    context.pool.forEach(input.shape.batch * blocks) { chunk, _ in
        let channel = chunk % blocks * channelBlock
        body(chunk / blocks, channel, min(channelBlock, input.shape.channels - channel))
    }
}

/// The mean of each channel: `[N, H, W, C]` to `[N, 1, 1, C]`.
package struct GlobalAveragePool: GraphOperator, PreparedOperator {
    package init() {}
    package var summary: String { "global average pool" }
    package func outputShape(_ inputs: [TensorShape]) -> TensorShape { inputs[0].with(height: 1, width: 1) }

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let input = inputs[0]
        forEachChannelBlock(of: input, in: context) { picture, channel, count in
            kernels.channelMoments(
                input.picture(picture) + channel, pixelStride: input.pixelStride,
                rows: input.shape.height * input.shape.width, channels: count,
                means: output.picture(picture) + channel, variances: nil)
        }
    }
}

/// Instance normalisation (Ulyanov et al. 2016): each channel of each picture to mean 0 and variance 1, then an affine
/// map where the layer has one. The variance is the biased one, as PyTorch has it.
///
/// The first channels may be left to their affine map alone: a batch norm at inference, as in IBN layers (Pan et al.,
/// *Two at Once*, 2018), whose other half is normalised by instance.
package struct InstanceNorm: GraphOperator, PreparedOperator {
    private let gain: [Float]
    private let bias: [Float]
    private let firstChannel: Int
    private let epsilon: Float
    private let activation: Activation

    /// - Parameters:
    ///   - gain: `[C]`, ones where the layer is not affine.
    ///   - bias: `[C]`, zeros where the layer is not affine.
    ///   - firstChannel: the channels before it are not normalised; gain and bias are all that they get.
    ///   - activation: applied last, to all channels.
    package init(
        gain: [Float], bias: [Float], from firstChannel: Int = 0, epsilon: Float = 1e-5,
        activation: Activation = .none
    ) {
        precondition(gain.count == bias.count, "a gain and a bias a channel")
        precondition((0...gain.count).contains(firstChannel), "channel \(firstChannel) of \(gain.count)")
        self.gain = gain
        self.bias = bias
        self.firstChannel = firstChannel
        self.epsilon = epsilon
        self.activation = activation
    }

    package var summary: String { "instance norm" }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape {
        precondition(inputs[0].channels == gain.count, "\(inputs[0].channels) channels into an instance norm")
        return inputs[0]
    }

    /// A scale a channel, then a shift a channel, for each picture.
    package func sharedScratchCount(_ inputs: [TensorShape], output: TensorShape) -> Int {
        2 * output.batch * output.channels
    }

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let input = inputs[0]
        let channels = input.shape.channels
        let pixels = input.shape.height * input.shape.width
        func scales(_ picture: Int) -> UnsafeMutablePointer<Float> { context.sharedScratch + 2 * picture * channels }

        forEachChannelBlock(of: input, in: context) { picture, channel, count in
            let scale = scales(picture) + channel
            let shift = scale + channels
            if channel + count > firstChannel {
                kernels.channelMoments(
                    input.picture(picture) + channel, pixelStride: input.pixelStride, rows: pixels, channels: count,
                    means: shift, variances: scale)
            }
            // From moments to scale and shift, in place.
            for c in 0..<count {
                if channel + c < firstChannel {
                    (scale[c], shift[c]) = (gain[channel + c], bias[channel + c])
                } else {
                    scale[c] = gain[channel + c] / (scale[c] + epsilon).squareRoot()
                    shift[c] = bias[channel + c] - shift[c] * scale[c]
                }
            }
        }
        let width = output.shape.width
        context.pool.forEach(output.shape.batch * output.shape.height) { row, _ in
            let scale = scales(row / output.shape.height)
            let target = output.base + row * width * output.pixelStride
            kernels.scaleAndShiftPixels(
                input.base + row * width * input.pixelStride, inputStride: input.pixelStride, target,
                outputStride: output.pixelStride, rows: width, channels: channels, scale: scale,
                shift: scale + channels)
            if activation != .none {
                kernels.finishConvolution(
                    target, pixelStride: output.pixelStride, rows: width, channels: channels, bias: nil,
                    activation: activation, residual: nil, residualStride: 0)
            }
        }
    }
}
