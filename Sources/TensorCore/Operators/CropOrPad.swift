import KernelDispatch

/// The same map in a frame of another size: zeros are added on the right and below, or pixels cut off there.
package struct CropOrPad: GraphOperator, PreparedOperator {
    package let height: Int
    package let width: Int

    package init(height: Int, width: Int) {
        precondition(height >= 1 && width >= 1, "a map of \(height)×\(width)")
        self.height = height
        self.width = width
    }

    package var summary: String { "cropped or padded to \(height)×\(width)" }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape { inputs[0].with(height: height, width: width) }

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let input = inputs[0]
        let channels = output.shape.channels
        context.pool.forEach(output.shape.batch * height) { row, _ in
            let (picture, y) = row.quotientAndRemainder(dividingBy: height)
            let covered = y < input.shape.height ? min(input.shape.width, width) : 0
            if covered > 0 {
                kernels.copyPixels(
                    input.pixel(picture, y, 0), inputStride: input.pixelStride, output.pixel(picture, y, 0),
                    outputStride: output.pixelStride, rows: covered, channels: channels)
            }
            for x in covered..<width { output.pixel(picture, y, x).update(repeating: 0, count: channels) }
        }
    }
}
