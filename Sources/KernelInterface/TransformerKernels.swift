/// Loops of transformers, over maps `[N, H, W, C]` with a pixel stride: a pixel is a token.
/// What each computes, and what it costs, stands above it in `Kernels`.
package protocol TransformerKernels {
    // MARK: LayerNorm
    static func layerNormPixels(
        _ input: UnsafePointer<Float>, inputStride: Int, _ output: UnsafeMutablePointer<Float>, outputStride: Int,
        rows: Int, channels: Int, gain: UnsafePointer<Float>, bias: UnsafePointer<Float>, epsilon: Float
    )

    // MARK: PackPanels
    static func packTransposedPanels(
        _ source: UnsafePointer<Float>, stride: Int, depth: Int, columns: Int, _ target: UnsafeMutablePointer<Float>
    )

    // MARK: WindowAttention
    static func windowScratchCount(side: Int, headSize: Int) -> Int
    static func windowPositionCount(side: Int) -> Int
    static func windowPositions(
        side: Int, table: UnsafePointer<Float>, tableStride: Int, into positions: UnsafeMutablePointer<Float>
    )
    static func attendWindow(
        _ grid: WindowGrid, row: Int, column: Int, queries: UnsafePointer<Float>, pixelStride: Int, channels: Int,
        headSize: Int, padding: UnsafePointer<Float>, positions: UnsafePointer<Float>,
        into output: UnsafeMutablePointer<Float>, outputStride: Int, scratch: UnsafeMutablePointer<Float>
    )
}
