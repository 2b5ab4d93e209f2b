/// What happens to a sum of products before it is written: `activation(sum + bias) + residual`.
package struct ProductEpilogue {
    /// One value a column, padded with zeros to whole vectors (``ProductEpilogue/biasPadding`` floats).
    package var bias: UnsafePointer<Float>
    /// The bounds of an activation that is a clamp; none for others.
    package let low: Float
    package let high: Float
    /// Whether x · Φ(x) is the activation.
    package let isGelu: Bool
    package var residual: UnsafePointer<Float>?
    package let residualStride: Int

    /// Floats behind a bias that may be read.
    package static let biasPadding = 16

    /// - Parameter activation: one that products apply (``Activation/isFusedByProducts``); another has no effect here.
    package init(
        bias: UnsafePointer<Float>, activation: Activation = .none, residual: UnsafePointer<Float>?,
        residualStride: Int
    ) {
        let bounds = activation.bounds ?? (-.infinity, .infinity)
        self.bias = bias
        self.low = bounds.low
        self.high = bounds.high
        self.isGelu = activation == .gelu
        self.residual = residual
        self.residualStride = residualStride
    }
}
