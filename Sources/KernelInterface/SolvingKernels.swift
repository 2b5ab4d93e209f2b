/// Coefficients of a symmetric stencil of 5 × 5 pixels that are kept for a pixel: its own, and those that couple it to the
/// twelve pixels after it: 1 and 2 to the right; in the next row -2 to 2; in the row after that -2 to 2.
package let solvingPlanes = 13
/// Pixels of the blocks that runs of unknown pixels are made of: whole vectors of every instruction set.
package let solvingBlock = 16

/// Loops of closed-form matting and its solver, over runs of a row.
/// What each computes, and what it costs, stands above it in `Kernels`.
///
/// A row of a stencil is ``solvingPlanes`` planes of `stride` floats, rows follow one another; maps have rows of `stride`
/// floats. Pointers are those of a run's first pixel in its own row. Counts are whole ``solvingBlock``s, except where a
/// kernel says otherwise, and there are readable and finite values two pixels beyond a run on all sides.
package protocol SolvingKernels {
    // MARK: SolvingWindows
    static func solvingWindows(
        _ guide: UnsafePointer<Float>, rowStride: Int, planeStride: Int, _ windows: UnsafePointer<Float>,
        _ stencil: UnsafeMutablePointer<Float>, stride: Int, rows: Range<Int>, epsilon: Float,
        _ scratch: UnsafeMutablePointer<Float>, count: Int
    )
    static func solvingDiagonal(_ stencil: UnsafeMutablePointer<Float>, stride: Int, count: Int)
    static func solvingMask(
        _ stencil: UnsafeMutablePointer<Float>, stride: Int, _ unknown: UnsafePointer<Float>, count: Int
    )
    static func solvingInvert(
        _ stencil: UnsafePointer<Float>, _ inverse: UnsafeMutablePointer<Float>, least: Float, count: Int
    )

    // MARK: SolvingProducts
    static func solvingResidual(
        _ stencil: UnsafePointer<Float>, stride: Int, _ x: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
        _ residual: UnsafeMutablePointer<Float>, count: Int
    )
    static func solvingProduct(
        _ stencil: UnsafePointer<Float>, stride: Int, _ p: UnsafePointer<Float>, _ q: UnsafeMutablePointer<Float>,
        count: Int
    ) -> Double
    static func solvingSecondStep(
        _ stencil: UnsafePointer<Float>, stride: Int, _ p: UnsafePointer<Float>, _ residual: UnsafePointer<Float>,
        _ inverse: UnsafePointer<Float>, keep: Float, momentum: Float, step: Float, _ x: UnsafeMutablePointer<Float>,
        count: Int
    )

    // MARK: SolvingVectors
    static func solvingScale(
        _ inverse: UnsafePointer<Float>, _ values: UnsafePointer<Float>, factor: Float,
        _ result: UnsafeMutablePointer<Float>, count: Int
    )
    static func solvingAdvance(
        _ x: UnsafeMutablePointer<Float>, _ p: UnsafePointer<Float>, _ r: UnsafeMutablePointer<Float>,
        _ q: UnsafePointer<Float>, step: Float, count: Int
    ) -> Double
    static func solvingDot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Double
    static func solvingDirection(
        _ p: UnsafeMutablePointer<Float>, _ z: UnsafePointer<Float>, factor: Float, count: Int
    )

    // MARK: SolvingGrids
    static func solvingCoarsenColumns(
        _ fine: UnsafePointer<Float>, stride: Int, _ result: UnsafeMutablePointer<Float>, resultStride: Int, count: Int
    )
    static func solvingCoarsenRows(
        _ rows: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>, stride: Int, count: Int
    )
    static func solvingRestrict(
        _ fine: UnsafePointer<Float>, stride: Int, _ result: UnsafeMutablePointer<Float>, count: Int
    )
    static func solvingProlong(
        _ upper: UnsafePointer<Float>, _ lower: UnsafePointer<Float>, _ inverse: UnsafePointer<Float>,
        _ x: UnsafeMutablePointer<Float>, count: Int
    )
}
