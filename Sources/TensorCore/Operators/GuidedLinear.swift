import KernelDispatch
import KernelInterface

/// A linear function of a fine picture whose coefficients are known on a coarse grid only: slope · guide + offset, the
/// coefficients interpolated bilinearly (He and Sun, *Fast Guided Filter*, 2015; learned coefficients: Wu et al., *Fast
/// End-to-End Trainable Guided Filter*, 2018).
///
/// Inputs are the picture `[N, H, W, 3]`, slopes `[N, h, w, K]` and offsets `[N, h, w, K]`; the output is `[N, H, W, K]`.
/// Channel k's guide is a sum of the picture's channels by weights of its own. Interpolated coefficients live in scratch
/// memory, a row at a time.
package struct GuidedLinear: GraphOperator, PreparedOperator {
    private let guides: [SIMD3<Float>]
    private let bounds: (low: Float, high: Float)

    /// - Parameters:
    ///   - guides: for each output channel the weights of red, green and blue in its guide.
    ///   - activation: a clamp; applied to the result.
    package init(guides: [SIMD3<Float>], activation: Activation = .none) {
        guard let bounds = activation.bounds else {
            preconditionFailure("\(activation) behind a linear function of a guide; only clamps are fused")
        }
        self.guides = guides
        self.bounds = bounds
    }

    package var summary: String { "guided linear function" }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape {
        precondition(
            inputs.count == 3 && inputs[0].channels == 3 && inputs[1] == inputs[2]
                && inputs[1].channels == guides.count && inputs[0].batch == inputs[1].batch,
            "a linear function of \(inputs)")
        return inputs[0].with(channels: guides.count)
    }

    package func multiplyAccumulates(_ inputs: [TensorShape], output: TensorShape) -> Int { output.elementCount }

    /// A coarse row as it is, and two of each coefficient stretched to the fine width.
    package func scratchCount(_ inputs: [TensorShape], output: TensorShape) -> Int {
        inputs[1].width + 4 * output.width
    }

    /// Rows that one thread takes at a time: several to each coarse row, which is stretched once for all of them.
    private static let bandHeight = 16

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let height = output.shape.height
        let bands = (height + Self.bandHeight - 1) / Self.bandHeight
        context.pool.forEach(output.shape.batch * bands) { chunk, slot in
            let (n, band) = chunk.quotientAndRemainder(dividingBy: bands)
            let rows = band * Self.bandHeight..<min((band + 1) * Self.bandHeight, height)
            for k in guides.indices {
                run(channel: k, rows, of: n, inputs, output: output, scratch: context.scratch(slot: slot))
            }
        }
    }

    private func run(
        channel k: Int, _ rows: Range<Int>, of n: Int, _ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let (picture, slopes, offsets) = (inputs[0], inputs[1], inputs[2])
        let width = output.shape.width
        let coarse = slopes.shape
        let resize = BilinearResize(height: output.shape.height, width: width)
        let line = scratch + 4 * width
        func stretch(_ row: Int, of map: FeatureMap, to target: UnsafeMutablePointer<Float>) {
            kernels.copyPixels(
                map.pixel(n, row, 0) + k, inputStride: map.pixelStride, line, outputStride: 1, rows: coarse.width,
                channels: 1)
            kernels.planeStretchRow(line, coarse.width, target, width)
        }

        // Slopes and then offsets of two coarse rows, the upper and the lower one.
        var (upper, lower) = (scratch, scratch + 2 * width)
        var (upperRow, lowerRow) = (-1, -1)
        for y in rows {
            let source = resize.sourceRows(of: y, from: coarse.height)
            if source.top != upperRow {
                swap(&upper, &lower)
                swap(&upperRow, &lowerRow)
            }
            if source.top != upperRow {
                stretch(source.top, of: slopes, to: upper)
                stretch(source.top, of: offsets, to: upper + width)
                upperRow = source.top
            }
            if source.bottom != lowerRow {
                stretch(source.bottom, of: slopes, to: lower)
                stretch(source.bottom, of: offsets, to: lower + width)
                lowerRow = source.bottom
            }
            kernels.guidedLinearRow(
                output.pixel(n, y, 0) + k, outputStride: output.pixelStride, count: width,
                guide: picture.pixel(n, y, 0), guideStride: picture.pixelStride, guideWeights: guides[k],
                slopes: upper, slopesBelow: lower, offsets: upper + width, offsetsBelow: lower + width,
                weightY: source.weight, low: bounds.low, high: bounds.high)
        }
    }
}
