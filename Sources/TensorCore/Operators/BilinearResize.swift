import KernelDispatch

/// Bilinear interpolation to another size, as PyTorch's `interpolate` has it.
///
/// Half-pixel centres by default (`align_corners=False`): the source of output x is `(x + ½) · in / out − ½`, clamped.
/// With aligned corners it is `x · (in − 1) / (out − 1)`. With a step of its own it is `(x + ½) · step − ½`, whatever the
/// sizes: what lies beyond the output is cropped, as networks do that scale by a factor. No smoothing when shrinking: that is the network's convention;
/// pictures are shrunk by area instead.
package struct BilinearResize: GraphOperator, PreparedOperator {
    package let height: Int
    package let width: Int
    package let alignsCorners: Bool
    /// Source pixels from one output pixel to the next; nil for those that make the sizes fit.
    private let step: Float?

    package init(height: Int, width: Int, alignsCorners: Bool = false, step: Float? = nil) {
        precondition(height >= 1 && width >= 1, "resizing to \(height)×\(width)")
        precondition(step == nil || !alignsCorners, "aligned corners leave no choice of a step")
        self.height = height
        self.width = width
        self.alignsCorners = alignsCorners
        self.step = step
    }

    /// Whether every pixel is stretched alike, from edge to edge.
    var isEven: Bool { !alignsCorners && step == nil }

    package var summary: String { "bilinear resize to \(height)×\(width)" }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape { inputs[0].with(height: height, width: width) }

    /// Source position of output i: `i · scale + offset`.
    func mapping(from size: Int, to target: Int) -> (scale: Float, offset: Float) {
        if alignsCorners { return (target > 1 ? Float(size - 1) / Float(target - 1) : 0, 0) }
        let scale = step ?? Float(size) / Float(target)
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
        let rows = sourceRows(of: y, from: input.shape.height)
        let horizontal = mapping(from: input.shape.width, to: width)
        kernels.bilinearRow(
            row, outputStride: stride, outputWidth: width,
            top: input.pixel(picture, rows.top, 0), bottom: input.pixel(picture, rows.bottom, 0),
            weightY: rows.weight, pixelStride: input.pixelStride, width: input.shape.width,
            channels: input.shape.channels, scaleX: horizontal.scale, offsetX: horizontal.offset)
    }

    /// The two rows of `size` that output row `y` lies between, and the weight of the lower one.
    func sourceRows(of y: Int, from size: Int) -> (top: Int, bottom: Int, weight: Float) {
        let vertical = mapping(from: size, to: height)
        let position = max(Float(y) * vertical.scale + vertical.offset, 0)
        let top = min(Int(position), size - 1)
        return (top, min(top + 1, size - 1), position - Float(top))
    }
}
