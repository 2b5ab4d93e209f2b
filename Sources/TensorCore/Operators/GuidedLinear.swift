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

    /// Four floats a coarse column: its coefficients and their steps to the next one.
    package func scratchCount(_ inputs: [TensorShape], output: TensorShape) -> Int { 4 * inputs[1].width + 4 }

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let (picture, slopes, offsets) = (inputs[0], inputs[1], inputs[2])
        let (height, width) = (output.shape.height, output.shape.width)
        let coarse = slopes.shape
        let resize = BilinearResize(height: height, width: width)
        let horizontal = resize.mapping(from: coarse.width, to: width)
        context.pool.forEach(output.shape.batch * height) { chunk, slot in
            let (n, y) = chunk.quotientAndRemainder(dividingBy: height)
            let rows = resize.sourceRows(of: y, from: coarse.height)
            // Rounded up to the vectors' alignment.
            let address = UnsafeMutableRawPointer(context.scratch(slot: slot))
                .alignedUp(for: SIMD4<Float>.self)
            let coefficients = address.bindMemory(to: SIMD4<Float>.self, capacity: coarse.width)
            for (k, guide) in guides.enumerated() {
                kernels.blendCoefficients(
                    slopes: slopes.pixel(n, rows.top, 0) + k, slopesBelow: slopes.pixel(n, rows.bottom, 0) + k,
                    slopeStride: slopes.pixelStride, offsets: offsets.pixel(n, rows.top, 0) + k,
                    offsetsBelow: offsets.pixel(n, rows.bottom, 0) + k, offsetStride: offsets.pixelStride,
                    weightY: rows.weight, width: coarse.width, into: coefficients)
                kernels.guidedLinearRow(
                    output.pixel(n, y, 0) + k, outputStride: output.pixelStride, outputWidth: width,
                    guide: picture.pixel(n, y, 0), guideStride: picture.pixelStride, guideWeights: guide,
                    coefficients: coefficients, width: coarse.width, scaleX: horizontal.scale,
                    offsetX: horizontal.offset, low: bounds.low, high: bounds.high)
            }
        }
    }
}
