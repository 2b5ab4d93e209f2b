/// Loops over rows of video frames: luma and chroma to colours and back, and the temporal filter of mattes.
/// What each computes, and what it costs, stands above it in `Kernels`.
package protocol VideoKernels {
    // MARK: ChromaResampling
    static func stretchChromaRow(
        _ source: UnsafePointer<Float>, count: Int, isCentered: Bool, _ result: UnsafeMutablePointer<Float>, width: Int
    )
    static func shrinkChromaRow(
        _ source: UnsafePointer<Float>, width: Int, isCentered: Bool, weight: Float,
        into sums: UnsafeMutablePointer<Float>
    )

    // MARK: LumaChroma
    static func colorsRow8(
        luma: UnsafePointer<Float>, blue: UnsafePointer<Float>, red: UnsafePointer<Float>,
        coefficients: UnsafePointer<Float>, _ target: UnsafeMutablePointer<UInt8>, count: Int
    )
    static func colorsRow16(
        luma: UnsafePointer<Float>, blue: UnsafePointer<Float>, red: UnsafePointer<Float>,
        coefficients: UnsafePointer<Float>, _ target: UnsafeMutablePointer<UInt16>, count: Int
    )
    static func lumaRow8(
        _ pixels: UnsafePointer<UInt8>, stride: Int, coefficients: UnsafePointer<Float>,
        luma: UnsafeMutablePointer<Float>, blue: UnsafeMutablePointer<Float>, red: UnsafeMutablePointer<Float>,
        count: Int
    )
    static func lumaRow16(
        _ pixels: UnsafePointer<UInt16>, stride: Int, coefficients: UnsafePointer<Float>,
        luma: UnsafeMutablePointer<Float>, blue: UnsafeMutablePointer<Float>, red: UnsafeMutablePointer<Float>,
        count: Int
    )
    static func stepsRow8(
        _ source: UnsafePointer<Float>, scale: Float, offset: Float, maximum: Float,
        _ target: UnsafeMutablePointer<UInt8>, count: Int
    )
    static func stepsRow16(
        _ source: UnsafePointer<Float>, scale: Float, offset: Float, maximum: Float,
        _ target: UnsafeMutablePointer<UInt16>, count: Int
    )

    // MARK: TemporalBlend
    static func temporalChangeRow(
        _ now: UnsafePointer<Float>, average: UnsafePointer<Float>, planes: Int, planeStride: Int, gain: Float,
        ages: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>, count: Int
    )
    static func temporalMotionRow(
        _ now: UnsafePointer<Float>, average: UnsafePointer<Float>, gain: Float, width: Int, height: Int,
        rows: Range<Int>, _ result: UnsafeMutablePointer<Float>, blocks: Int
    )
    static func temporalWindowRow(
        above: UnsafePointer<Float>, _ here: UnsafePointer<Float>, below: UnsafePointer<Float>,
        _ result: UnsafeMutablePointer<Float>, count: Int
    )
    static func temporalAgeRow(
        _ change: UnsafePointer<Float>, still: Float, moved: Float, longest: Float,
        ages: UnsafeMutablePointer<Float>, shares: UnsafeMutablePointer<Float>, count: Int
    )
    static func temporalAverageRow(
        _ now: UnsafePointer<Float>, gain: Float, shares: UnsafePointer<Float>,
        into average: UnsafeMutablePointer<Float>, count: Int
    )
    static func temporalBlendRow(
        previous: UnsafePointer<Float>, shares: UnsafePointer<Float>, into matte: UnsafeMutablePointer<Float>,
        count: Int
    )
}
