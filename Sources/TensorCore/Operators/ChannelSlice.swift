import KernelDispatch

/// Some of a map's channels.
///
/// Costs nothing in a plan: whoever reads it reads the wider map with its pixel stride.
package struct ChannelSlice: GraphOperator, PreparedOperator {
    package let channels: Range<Int>

    package init(_ channels: Range<Int>) {
        precondition(channels.lowerBound >= 0 && !channels.isEmpty, "a slice of channels \(channels)")
        self.channels = channels
    }

    package var summary: String { "slice" }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape {
        precondition(channels.upperBound <= inputs[0].channels, "channels \(channels) of \(inputs[0])")
        return inputs[0].with(channels: channels.count)
    }

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let input = inputs[0]
        let width = output.shape.width
        context.pool.forEach(output.shape.batch * output.shape.height) { row, _ in
            kernels.copyPixels(
                input.base + row * width * input.pixelStride + channels.lowerBound, inputStride: input.pixelStride,
                output.base + row * width * output.pixelStride, outputStride: output.pixelStride, rows: width,
                channels: channels.count)
        }
    }
}
