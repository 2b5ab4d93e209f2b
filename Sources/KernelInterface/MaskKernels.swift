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
}
