/// A function applied to each value.
///
/// Kernels take the raw number, so that one kernel serves all and the branch stays outside its loop.
package enum Activation: Int, Sendable {
    case none
    /// max(x, 0)
    case relu
    /// min(max(x, 0), 6), Howard et al. 2017
    case relu6
    /// 1 / (1 + e⁻ˣ)
    case sigmoid
    /// x · relu6(x + 3) / 6, Howard et al. 2019
    case hardSwish
}

extension Activation {
    /// The bounds of an activation that is a clamp; nil for the others.
    package var bounds: (low: Float, high: Float)? {
        switch self {
        case .none: (-.infinity, .infinity)
        case .relu: (0, .infinity)
        case .relu6: (0, 6)
        case .sigmoid, .hardSwish: nil
        }
    }
}
