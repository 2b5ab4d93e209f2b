/// Loops of mask work and of foreground colours, over rows of mattes and pictures.
/// What each computes, and what it costs, stands above it in `Kernels`.
package protocol MaskKernels {
    // MARK: ComponentLabels
    static func componentRuns(
        _ values: UnsafePointer<Float>, threshold: Float, isBelow: Bool, _ labels: UnsafeMutablePointer<Int32>,
        row: Int, width: Int
    )
    static func componentJoin(_ labels: UnsafeMutablePointer<Int32>, row: Int, width: Int, isDiagonal: Bool)
    static func componentRoots(_ labels: UnsafePointer<Int32>, row: Int, width: Int) -> Int
    static func componentFlatten(
        _ labels: UnsafeMutablePointer<Int32>, row: Int, width: Int, count: Int, facts: UnsafeMutablePointer<Int32>
    ) -> Int

    // MARK: ForegroundColors
    static func colorsOfRow8(
        _ pixels: UnsafePointer<UInt8>, samplesPerPixel: Int, colors: Int, columns: UnsafePointer<Int32>,
        tables: UnsafePointer<Float>, _ planes: UnsafeMutablePointer<Float>, planeStride: Int, count: Int
    )
    static func colorsOfRow16(
        _ pixels: UnsafePointer<UInt16>, samplesPerPixel: Int, colors: Int, columns: UnsafePointer<Int32>,
        tables: UnsafePointer<Float>, _ planes: UnsafeMutablePointer<Float>, planeStride: Int, count: Int
    )
    static func coverageOfRow(
        _ alpha: UnsafePointer<Float>, columns: UnsafePointer<Int32>, _ result: UnsafeMutablePointer<Float>, count: Int
    )
    static func divideByAlpha8(
        _ alpha: UnsafeMutablePointer<Float>, _ pixels: UnsafePointer<UInt8>, samplesPerPixel: Int,
        columns: UnsafePointer<Int32>, count: Int
    )
    static func divideByAlpha16(
        _ alpha: UnsafeMutablePointer<Float>, _ pixels: UnsafePointer<UInt16>, samplesPerPixel: Int,
        columns: UnsafePointer<Int32>, count: Int
    )
    static func gather(
        _ source: UnsafePointer<Float>, columns: UnsafePointer<Int32>, _ result: UnsafeMutablePointer<Float>, count: Int
    )
    static func hasValueBetween(
        _ low: Float, _ high: Float, _ values: UnsafePointer<Float>, count: Int
    ) -> Bool
    static func relaxColors(
        _ colors: (
            above: UnsafePointer<Float>, here: UnsafePointer<Float>, below: UnsafePointer<Float>,
            result: UnsafeMutablePointer<Float>
        ), _ alpha: (above: UnsafePointer<Float>, here: UnsafePointer<Float>, below: UnsafePointer<Float>),
        _ image: UnsafePointer<Float>, channels: Int, planeStride: Int, regularization: Float, gradientWeight: Float,
        count: Int
    )
    static func encodeColors8(
        _ planes: UnsafePointer<Float>, planeStride: Int, colors: Int, coverage: UnsafePointer<Float>,
        least: Float, limit: Float, tables: UnsafePointer<Float>, steps: Int, _ pixels: UnsafeMutablePointer<UInt8>,
        samplesPerPixel: Int, count: Int
    )
    static func encodeColors16(
        _ planes: UnsafePointer<Float>, planeStride: Int, colors: Int, coverage: UnsafePointer<Float>,
        least: Float, limit: Float, tables: UnsafePointer<Float>, steps: Int, _ pixels: UnsafeMutablePointer<UInt16>,
        samplesPerPixel: Int, count: Int
    )
}
