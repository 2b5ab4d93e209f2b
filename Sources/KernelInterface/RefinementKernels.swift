/// Moments in the column sums of a grey guide: w, wI, wp, wI², wIp, wp².
package let guidedGreyMoments = 6
/// Moments in the column sums of a colour guide: w, wI (3), wp, wI·I (6: rr rg rb gg gb bb), wI·p (3), wp².
package let guidedColourMoments = 15

/// Loops of the guided filter and its upsampling form, over rows of planes.
/// What each computes, and what it costs, stands above it in `Kernels`.
package protocol RefinementKernels {
    // MARK: BoxSums
    static func boxAddRow(_ row: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>, _ count: Int)
    static func boxSubtractRow(_ row: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>, _ count: Int)
    static func boxScaleRow(
        _ row: UnsafeMutablePointer<Float>, _ factors: UnsafePointer<Float>, _ factor: Float, _ count: Int
    )
    static func boxSlideRows(
        _ source: UnsafePointer<Float>, _ sourceStride: Int, _ result: UnsafeMutablePointer<Float>, _ resultStride: Int,
        _ planes: Int, _ first: Int, _ count: Int, _ radius: Int, _ length: Int
    )
    static func boxShiftRows(_ row: UnsafeMutablePointer<Float>, _ count: Int, _ shift: Float)

    // MARK: EdgeCrops
    static func softness(_ matte: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>, count: Int)
    static func markAbove(
        _ values: UnsafePointer<Float>, threshold: Float, _ marks: UnsafeMutablePointer<Float>, count: Int
    )
    static func raise(_ values: UnsafeMutablePointer<Float>, to others: UnsafePointer<Float>, count: Int)
    static func cropRow(
        _ planes: UnsafePointer<Float>, stride: Int, channels: Int, count: Int, width: Int,
        _ output: UnsafeMutablePointer<Float>
    )
    static func changeRow(
        _ change: UnsafeMutablePointer<Float>, alpha: UnsafePointer<Float>, base: UnsafePointer<Float>,
        deadZone: Float, count: Int
    )
    static func addWeighted(
        _ change: UnsafePointer<Float>, weights: UnsafePointer<Float>, weight: Float,
        to values: UnsafeMutablePointer<Float>, count: Int
    )

    // MARK: GuidedApply
    static func guidedApplyInterleaved(
        _ coefficients: UnsafePointer<Float>, _ stride: Int, _ guide: UnsafePointer<Float>, _ channels: Int,
        _ result: UnsafeMutablePointer<Float>, _ count: Int
    )
    static func guidedApplyBounded(
        _ coefficients: UnsafePointer<Float>, _ stride: Int, _ guide: UnsafePointer<Float>, _ guideStride: Int,
        _ channels: Int, _ deadZone: Float, _ result: UnsafeMutablePointer<Float>, _ count: Int
    )

    // MARK: GuidedMoments
    static func guidedGreyAccumulate(
        _ rows: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>, _ stride: Int, _ count: Int,
        _ sign: Float
    )
    static func guidedColourAccumulate(
        _ rows: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>, _ stride: Int, _ count: Int,
        _ sign: Float
    )

    // MARK: GuidedSolve
    static func guidedGreySolve(
        _ sums: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>, _ stride: Int, _ count: Int,
        _ epsilon: Float,
        _ low: Float, _ slope: Float, _ steepest: Float
    )
    static func guidedColourSolve(
        _ sums: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>, _ stride: Int, _ count: Int,
        _ epsilon: Float,
        _ low: Float, _ slope: Float, _ steepest: Float
    )
    static func guidedFallBack(
        _ b: UnsafeMutablePointer<Float>, _ trust: UnsafePointer<Float>, _ matte: UnsafePointer<Float>, _ count: Int
    )

    // MARK: GuidedWeights
    static func guidedWeights(_ values: UnsafeMutablePointer<Float>, _ count: Int, _ least: Float)

    // MARK: LocalColors
    static func localColorWeights(
        _ row: UnsafeMutablePointer<Float>, planeStride: Int, channels: Int, uncertain: Float, count: Int
    )
    static func addScaled(
        _ sums: UnsafePointer<Float>, factor: Float, to total: UnsafeMutablePointer<Float>, count: Int
    )
    static func localColorMeans(
        _ sums: UnsafePointer<Float>, stride: Int, channels: Int, gain: Float, _ result: UnsafeMutablePointer<Float>,
        planeStride: Int, count: Int
    )

    // MARK: PlaneConversion
    static func planeFromBytes(
        _ source: UnsafePointer<UInt8>, _ step: Int, _ scale: Float, _ result: UnsafeMutablePointer<Float>, _ count: Int
    )
    static func planesFromBytes(
        _ source: UnsafePointer<UInt8>, _ scale: Float, _ result: UnsafeMutablePointer<Float>, stride: Int, _ count: Int
    )
    static func planeFromWords(
        _ source: UnsafePointer<UInt16>, _ step: Int, _ scale: Float, _ result: UnsafeMutablePointer<Float>,
        _ count: Int
    )
    static func planeFromFloats(
        _ source: UnsafePointer<Float>, _ step: Int, _ result: UnsafeMutablePointer<Float>, _ count: Int
    )

    // MARK: PlaneExtrema
    static func planeExtrema(
        _ source: UnsafePointer<Float>, _ width: Int, _ height: Int, _ radius: Int,
        _ least: UnsafeMutablePointer<Float>, _ greatest: UnsafeMutablePointer<Float>,
        _ scratch: UnsafeMutablePointer<Float>
    )
    static func planeMarkUnsure(
        _ lower: UnsafePointer<Float>, _ upper: UnsafePointer<Float>, _ above: Int, _ here: Int, _ below: Int,
        _ width: Int, _ marks: UnsafeMutablePointer<UInt8>
    )
    static func planeIsUnsure(_ lower: UnsafePointer<Float>, _ upper: UnsafePointer<Float>, _ count: Int) -> Bool
    static func planeClearDeadZone(_ values: UnsafeMutablePointer<Float>, _ count: Int, _ deadZone: Float)
    static func planeDifference(
        _ upper: UnsafePointer<Float>, _ lower: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>,
        _ count: Int
    )

    // MARK: PlaneResampling
    static func planeBlendRows(
        _ upper: UnsafePointer<Float>, _ lower: UnsafePointer<Float>, _ fraction: Float,
        _ result: UnsafeMutablePointer<Float>, _ count: Int
    )
    static func planeStretchRow(
        _ source: UnsafePointer<Float>, _ sourceCount: Int, _ result: UnsafeMutablePointer<Float>, _ count: Int
    )
    static func planeEnlargeRow(
        _ source: UnsafePointer<Float>, _ count: Int, _ factor: Int, _ result: UnsafeMutablePointer<Float>
    )
    static func planeReduceRow(
        _ source: UnsafePointer<Float>, _ count: Int, _ factor: Int, _ rowScale: Float,
        _ result: UnsafeMutablePointer<Float>
    )
    static func planeShrink(
        _ source: UnsafePointer<Float>, _ width: Int, _ height: Int,
        _ result: UnsafeMutablePointer<Float>, _ newWidth: Int, _ newHeight: Int
    )
}
