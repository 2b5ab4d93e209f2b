extension VectorKernels {
    /// One row of `min(max(slope · g + offset, low), high)` where g is a weighted sum of a picture's three channels, and
    /// slope and offset are mixed from two rows each by `weightY` in `[0, 1]`.
    ///
    /// Memory-bound: three floats from memory and one to it, four from the first-level cache. The loop is plain, for the
    /// compiler to make vectors of where pixels are neighbours: taking three channels apart has no form in Swift's vectors.
    @inline(never)
    package static func guidedLinearRow(
        _ output: UnsafeMutablePointer<Float>, outputStride: Int, count: Int,
        guide: UnsafePointer<Float>, guideStride: Int, guideWeights: SIMD3<Float>,
        slopes: UnsafePointer<Float>, slopesBelow: UnsafePointer<Float>,
        offsets: UnsafePointer<Float>, offsetsBelow: UnsafePointer<Float>, weightY: Float, low: Float, high: Float
    ) {
        if guideStride == 3 && outputStride == 1 {
            guidedLinear(
                output, 1, count, guide, 3, guideWeights, slopes, slopesBelow, offsets, offsetsBelow, weightY, low, high
            )
        } else {
            guidedLinear(
                output, outputStride, count, guide, guideStride, guideWeights, slopes, slopesBelow, offsets,
                offsetsBelow, weightY, low, high)
        }
    }
}

@inline(__always)
private func guidedLinear(
    _ output: UnsafeMutablePointer<Float>, _ outputStride: Int, _ count: Int,
    _ guide: UnsafePointer<Float>, _ guideStride: Int, _ guideWeights: SIMD3<Float>,
    _ slopes: UnsafePointer<Float>, _ slopesBelow: UnsafePointer<Float>,
    _ offsets: UnsafePointer<Float>, _ offsetsBelow: UnsafePointer<Float>, _ weightY: Float, _ low: Float, _ high: Float
) {
    let (red, green, blue) = (guideWeights.x, guideWeights.y, guideWeights.z)
    var x = 0
    while x < count {
        let pixel = guide + x &* guideStride
        let value = pixel[0] * red + pixel[1] * green + pixel[2] * blue
        let slope = slopes[x] + (slopesBelow[x] - slopes[x]) * weightY
        let offset = offsets[x] + (offsetsBelow[x] - offsets[x]) * weightY
        let result = slope * value + offset
        let raised = result < low ? low : result
        output[x &* outputStride] = raised > high ? high : raised
        x &+= 1
    }
}
