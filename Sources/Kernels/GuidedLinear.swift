extension VectorKernels {
    /// A row of coefficients between two rows of coarse maps, mixed by `weightY` in `[0, 1]`: for each column its slope, how
    /// much the next column's differs from it, its offset, and how much the next column's differs from that.
    ///
    /// Done once a row, so that a fine pixel costs one load. Memory-bound, about a nanosecond a column.
    @inline(never)
    package static func blendCoefficients(
        slopes: UnsafePointer<Float>, slopesBelow: UnsafePointer<Float>, slopeStride: Int,
        offsets: UnsafePointer<Float>, offsetsBelow: UnsafePointer<Float>, offsetStride: Int, weightY: Float,
        width: Int, into coefficients: UnsafeMutablePointer<SIMD4<Float>>
    ) {
        var slope: Float = 0
        var offset: Float = 0
        var x = width
        // From the right: a column's right neighbour is known, and the last column has none.
        while x > 0 {
            x &-= 1
            let nextSlope = slope
            let nextOffset = offset
            let upperSlope = slopes[x &* slopeStride]
            let upperOffset = offsets[x &* offsetStride]
            slope = upperSlope + (slopesBelow[x &* slopeStride] - upperSlope) * weightY
            offset = upperOffset + (offsetsBelow[x &* offsetStride] - upperOffset) * weightY
            let isLast = x == width &- 1
            coefficients[x] = SIMD4(
                slope, isLast ? 0 : nextSlope - slope, offset, isLast ? 0 : nextOffset - offset)
        }
    }

    /// One row of `min(max(slope · g + offset, low), high)` where g is a weighted sum of a fine map's first three channels
    /// and slope and offset are interpolated between coarse columns.
    ///
    /// The coarse column of fine column x is `x · scaleX + offsetX`, clamped, as in ``bilinearRow``. Memory-bound: four
    /// floats read and one written a pixel.
    @inline(never)
    package static func guidedLinearRow(
        _ output: UnsafeMutablePointer<Float>, outputStride: Int, outputWidth: Int,
        guide: UnsafePointer<Float>, guideStride: Int, guideWeights: SIMD3<Float>,
        coefficients: UnsafePointer<SIMD4<Float>>, width: Int, scaleX: Float, offsetX: Float, low: Float, high: Float
    ) {
        let (red, green, blue) = (guideWeights.x, guideWeights.y, guideWeights.z)
        var pixel = guide
        var x = 0
        while x < outputWidth {
            let position = Float(x) * scaleX + offsetX
            let clamped = position > 0 ? position : 0
            let floor = Int(clamped)
            let column = floor < width ? floor : width &- 1
            let weight = clamped - Float(column)
            let c = coefficients[column]
            let value =
                (c.x + c.y * weight) * (pixel[0] * red + pixel[1] * green + pixel[2] * blue) + (c.z + c.w * weight)
            let raised = value < low ? low : value
            output[x &* outputStride] = raised > high ? high : raised
            pixel += guideStride
            x &+= 1
        }
    }
}
