import KernelDispatch

/// Attention over scales (Chen et al., *Attention to Scale*, 2016): maps of several sizes, brought to the first one's by
/// bilinear interpolation and summed by weights that are a softmax over the scales at every pixel.
///
/// Inputs are the K feature maps `[N, Hₖ, Wₖ, C]` and then their K logits `[N, Hₖ, Wₖ, 1]`; the output is `[N, H₀, W₀, C]`.
/// Interpolated rows live in scratch memory: maps of their own would be written to memory and read again.
package struct ScaleAttention: GraphOperator, PreparedOperator {
    package init() {}
    package var summary: String { "attention over scales" }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape {
        let count = inputs.count / 2
        precondition(count >= 1 && inputs.count == 2 * count, "\(inputs.count) maps; each has its logits")
        for (features, logits) in zip(inputs[..<count], inputs[count...]) {
            precondition(
                logits == features.with(channels: 1) && features.channels == inputs[0].channels
                    && features.batch == inputs[0].batch, "attending to \(features) by \(logits)")
        }
        return inputs[0]
    }

    package func multiplyAccumulates(_ inputs: [TensorShape], output: TensorShape) -> Int {
        inputs.count / 2 * output.elementCount
    }

    /// A row of every scale but the first, and a row of logits of every scale.
    package func scratchCount(_ inputs: [TensorShape], output: TensorShape) -> Int {
        let count = inputs.count / 2
        return output.width * (output.channels * (count - 1) + count)
    }

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let count = inputs.count / 2
        let (height, width, channels) = (output.shape.height, output.shape.width, output.shape.channels)
        let resize = BilinearResize(height: height, width: width)
        context.pool.forEach(output.shape.batch * height) { chunk, slot in
            let (picture, y) = chunk.quotientAndRemainder(dividingBy: height)
            let scratch = context.scratch(slot: slot)
            let logitRows = scratch + width * channels * (count - 1)
            withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: count) { features in
                withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Float>.self, capacity: count) { logits in
                    withUnsafeTemporaryAllocation(of: Int.self, capacity: count) { strides in
                        for k in 0..<count {
                            logits[k] = logitRows + k * width
                            resize.writeRow(y, of: inputs[count + k], picture: picture, to: logits[k], stride: 1)
                            if k == 0 {
                                features[k] = UnsafePointer(inputs[k].pixel(picture, y, 0))
                                strides[k] = inputs[k].pixelStride
                            } else {
                                let row = scratch + (k - 1) * width * channels
                                resize.writeRow(y, of: inputs[k], picture: picture, to: row, stride: channels)
                                features[k] = UnsafePointer(row)
                                strides[k] = channels
                            }
                        }
                        guard let features = features.baseAddress, let logits = logits.baseAddress,
                            let strides = strides.baseAddress
                        else { return }
                        kernels.attendRow(
                            output.pixel(picture, y, 0), outputStride: output.pixelStride,
                            features: features, strides: strides, logits: logits, count: count, width: width,
                            channels: channels)
                    }
                }
            }
        }
    }
}
