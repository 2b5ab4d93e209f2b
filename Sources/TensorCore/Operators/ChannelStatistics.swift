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
package struct InstanceNorm: GraphOperator, PreparedOperator {
    private let gain: [Float]
    private let bias: [Float]
    private let epsilon: Float

    /// - Parameters:
    ///   - gain: `[C]`, ones where the layer is not affine.
    ///   - bias: `[C]`, zeros where the layer is not affine.
    package init(gain: [Float], bias: [Float], epsilon: Float = 1e-5) {
        precondition(gain.count == bias.count, "a gain and a bias a channel")
        self.gain = gain
        self.bias = bias
        self.epsilon = epsilon
    }

    package var summary: String { "instance norm" }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape {
        precondition(inputs[0].channels == gain.count, "\(inputs[0].channels) channels into an instance norm")
        return inputs[0]
    }

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let input = inputs[0]
        let pixels = input.shape.height * input.shape.width
        forEachChannelBlock(of: input, in: context) { picture, channel, count in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * channelBlock) { memory in
                guard let means = memory.baseAddress else { return }
                let variances = means + channelBlock
                let source = input.picture(picture) + channel
                kernels.channelMoments(
                    source, pixelStride: input.pixelStride, rows: pixels, channels: count, means: means,
                    variances: variances)
                // From moments to scale and shift, in place.
                for c in 0..<count {
                    let scale = gain[channel + c] / (variances[c] + epsilon).squareRoot()
                    means[c] = bias[channel + c] - means[c] * scale
                    variances[c] = scale
                }
                kernels.scaleAndShiftPixels(
                    source, inputStride: input.pixelStride, output.picture(picture) + channel,
                    outputStride: output.pixelStride, rows: pixels, channels: count, scale: variances, shift: means)
            }
        }
    }
}
