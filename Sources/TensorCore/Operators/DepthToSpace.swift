import KernelDispatch

/// Channels become pixels: `[N, H, W, 4 · C]` to `[N, 2 · H, 2 · W, C]`.
///
/// The first C channels are the upper left pixel of each block of two by two; then come the upper right, the lower left
/// and the lower right one. Behind a 1×1 convolution it makes a transposed convolution of kernel 2 and stride 2.
package struct DepthToSpace: GraphOperator, PreparedOperator {
    package init() {}
    package var summary: String { "depth to space" }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape {
        let input = inputs[0]
        precondition(input.channels % 4 == 0, "\(input.channels) channels into blocks of four pixels")
        return TensorShape(trusted: input.batch, 2 * input.height, 2 * input.width, input.channels / 4)
    }

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let input = inputs[0]
        let channels = output.shape.channels
        context.pool.forEach(output.shape.batch * output.shape.height) { row, _ in
            let (picture, y) = row.quotientAndRemainder(dividingBy: output.shape.height)
            for x in 0..<2 {
                kernels.copyPixels(
                    input.pixel(picture, y / 2, 0) + (y % 2 * 2 + x) * channels, inputStride: input.pixelStride,
                    output.pixel(picture, y, x), outputStride: 2 * output.pixelStride, rows: input.shape.width,
                    channels: channels)
            }
        }
    }
}
