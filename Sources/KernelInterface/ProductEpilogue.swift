/// What happens to a sum of products before it is written: `min(max(sum + bias, low), high) + residual`.
package struct ProductEpilogue {
    /// One value a column, padded with zeros to whole vectors (``ProductEpilogue/biasPadding`` floats).
    package let bias: UnsafePointer<Float>
    package let low: Float
    package let high: Float
    package let residual: UnsafePointer<Float>?
    package let residualStride: Int

    /// Floats behind a bias that may be read.
    package static let biasPadding = 16

    package init(
        bias: UnsafePointer<Float>, low: Float, high: Float, residual: UnsafePointer<Float>?, residualStride: Int
    ) {
        self.bias = bias
        self.low = low
        self.high = high
        self.residual = residual
        self.residualStride = residualStride
    }
}
