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

    // MARK: ComponentSpread
    static func componentSpread(
        _ labels: UnsafeMutablePointer<Int32>, _ values: UnsafePointer<Float>, isBelow: Bool, width: Int, height: Int,
        _ queue: UnsafeMutablePointer<Int32>, first: Int, end: Int, limit: Int
    ) -> (first: Int, end: Int)
    static func componentEdges(
        _ labels: UnsafeMutablePointer<Int32>, _ values: UnsafePointer<Float>, isBelow: Bool, row: Int, width: Int,
        height: Int, _ queue: UnsafeMutablePointer<Int32>, end: Int
    ) -> Int
    static func unlabelledCount(
        _ labels: UnsafePointer<Int32>, _ values: UnsafePointer<Float>, isBelow: Bool, count: Int
    ) -> Int
    static func fillParts(
        _ values: UnsafeMutablePointer<Float>, _ labels: UnsafePointer<Int32>, _ fills: UnsafePointer<UInt8>,
        with value: Float, count: Int
    )

    // MARK: MaskValues
    static func clampMatte(_ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, count: Int)
    static func thresholdMatte(_ values: UnsafeMutablePointer<Float>, at threshold: Float, count: Int)
    static func invertMatte(_ values: UnsafeMutablePointer<Float>, count: Int)
    static func negate(_ values: UnsafeMutablePointer<Float>, count: Int)

    // MARK: GreyDilation
    static func raiseShifted(
        _ previous: UnsafePointer<Float>, _ source: UnsafePointer<Float>, offset: Int, width: Int,
        _ result: UnsafeMutablePointer<Float>, count: Int
    )
    static func greaterOf(
        _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>, count: Int
    )
    static func lesserOf(
        _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>, count: Int
    )
    static func slidingMaximum(
        _ row: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutablePointer<Float>, reach: Int, count: Int
    )
    static func discMaximum(
        _ row: UnsafePointer<Float>, stride: Int, offsets: UnsafePointer<Int>, points: Int,
        weights: UnsafePointer<Float>, samples: Int, _ result: UnsafeMutablePointer<Float>, count: Int
    )

    // MARK: BoxColumns
    static func transposeIn(
        _ source: UnsafePointer<Float>, rowStride: Int, rows: Int, _ target: UnsafeMutablePointer<Float>, lanes: Int,
        count: Int
    )
    static func transposeOut(
        _ source: UnsafePointer<Float>, lanes: Int, _ target: UnsafeMutablePointer<Float>, rowStride: Int, rows: Int,
        count: Int
    )
    static func roundToGrid(_ values: UnsafeMutablePointer<Float>, count: Int)
    static func boxColumns(
        _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, lanes: Int, count: Int, reach: Int,
        edge: Double, scale: Double, _ sums: UnsafeMutablePointer<Double>
    )

    // MARK: BilateralGrid
    static func isConstant(_ values: UnsafePointer<Float>, _ value: Float, count: Int) -> Bool
    static func gridSplat(
        _ row: UnsafePointer<Float>, count: Int, x: Double, y: Double, step: Double, scale: Float,
        _ grid: UnsafeMutablePointer<Float>, columns: Int, bins: Int
    )
    static func gridBlur(
        _ grid: UnsafeMutablePointer<Float>, lines: Int, count: Int, inner: Int, weights: UnsafePointer<Float>,
        reach: Int, _ scratch: UnsafeMutablePointer<Float>
    )
    static func gridSlice(
        _ row: UnsafePointer<Float>, count: Int, x: Double, y: Double, step: Double, scale: Float,
        _ grid: UnsafePointer<Float>, columns: Int, bins: Int, _ result: UnsafeMutablePointer<Float>
    )
}
