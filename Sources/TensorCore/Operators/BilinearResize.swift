/// Bilinear interpolation to another size, as PyTorch's `interpolate` has it.
///
/// Half-pixel centres by default (`align_corners=False`): the source of output x is `(x + ½) · in / out − ½`, clamped.
/// With aligned corners it is `x · (in − 1) / (out − 1)`. No smoothing when shrinking: that is the network's convention;
/// pictures are shrunk by area instead.
package struct BilinearResize: GraphOperator, PreparedOperator {
    package let height: Int
    package let width: Int
    package let alignsCorners: Bool

    package init(height: Int, width: Int, alignsCorners: Bool = false) {
        precondition(height >= 1 && width >= 1, "resizing to \(height)×\(width)")
        self.height = height
        self.width = width
        self.alignsCorners = alignsCorners
    }

    package var summary: String { "bilinear resize to \(height)×\(width)" }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape { inputs[0].with(height: height, width: width) }

    /// Source position of output i: `i · scale + offset`.
    private func mapping(from size: Int, to target: Int) -> (scale: Float, offset: Float) {
        if alignsCorners { return (target > 1 ? Float(size - 1) / Float(target - 1) : 0, 0) }
        let scale = Float(size) / Float(target)
        return (scale, scale / 2 - 0.5)
    }

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let input = inputs[0]
        context.pool.forEach(output.shape.batch * height) { chunk, _ in
            let (picture, y) = chunk.quotientAndRemainder(dividingBy: height)
            writeRow(y, of: input, picture: picture, to: output.pixel(picture, y, 0), stride: output.pixelStride)
        }
    }

    /// One row of the result, for operators that need no more than a row at a time.
    func writeRow(
        _ y: Int, of input: FeatureMap, picture: Int, to row: UnsafeMutablePointer<Float>, stride: Int
    ) {
        let vertical = mapping(from: input.shape.height, to: height)
        let horizontal = mapping(from: input.shape.width, to: width)
        let position = max(Float(y) * vertical.scale + vertical.offset, 0)
        let top = min(Int(position), input.shape.height - 1)
        let bottom = min(top + 1, input.shape.height - 1)
        kernels.bilinearRow(
            row, outputStride: stride, outputWidth: width,
            top: input.pixel(picture, top, 0), bottom: input.pixel(picture, bottom, 0),
            weightY: position - Float(top), pixelStride: input.pixelStride, width: input.shape.width,
            channels: input.shape.channels, scaleX: horizontal.scale, offsetX: horizontal.offset)
    }
}
