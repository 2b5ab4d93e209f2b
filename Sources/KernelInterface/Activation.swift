/// A function applied to each value.
///
/// Kernels take the raw number, so that one kernel serves all and the branch stays outside its loop.
@nonexhaustive public enum Activation: Int, Sendable {
    /// The value itself.
    case none
    /// max(x, 0)
    case relu
    /// min(max(x, 0), 6), Howard et al. 2017
    case relu6
    /// 1 / (1 + e⁻ˣ)
    case sigmoid
    /// x · relu6(x + 3) / 6, Howard et al. 2019
    case hardSwish
    /// relu6(x + 3) / 6, Howard et al. 2019
    case hardSigmoid
    /// (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)
    case hyperbolicTangent
    /// x · Φ(x), Φ the normal distribution's function: by the error function, not by its likeness in a hyperbolic
    /// tangent. Hendrycks and Gimpel 2016
    case gelu
    /// min(max(x, 0), 1): into the range of a matte
    case clamped
}

extension Activation {
    /// The bounds of an activation that is a clamp; nil for the others.
    package var bounds: (low: Float, high: Float)? {
        switch self {
        case .none: (-.infinity, .infinity)
        case .relu: (0, .infinity)
        case .relu6: (0, 6)
        case .clamped: (0, 1)
        case .sigmoid, .hardSwish, .hardSigmoid, .hyperbolicTangent, .gelu: nil
        }
    }

    /// Whether a matrix product applies it to its sums while they are in registers or the nearest cache.
    package var isFusedByProducts: Bool { bounds != nil || self == .gelu }
}
