import MatteRefinement

/// A length in pixels, or as a share of something that whoever takes it names.
@nonexhaustive public enum RelativeLength: Sendable, Hashable {
    /// Pixels of what is made.
    case pixels(Double)
    /// A share: 0.05 is five per cent.
    case share(Double)

    /// A share in per cent.
    public static func percent(_ percent: Double) -> RelativeLength { .share(percent / 100) }

    /// Nothing.
    public static let zero = RelativeLength.pixels(0)
}

extension RelativeLength {
    /// In pixels, where the share is one of `whole` pixels.
    func pixels(of whole: Double) -> Double {
        switch self {
        case .pixels(let pixels): pixels
        case .share(let share): share * whole
        }
    }

    /// Refuses what is not a number, negative where that means nothing, or beyond all canvases.
    func validate(as name: String, mayBeNegative: Bool = false, largestShare: Double = 10) throws(OptionProblem) {
        switch self {
        case .pixels(let pixels):
            let limit = Double(CanvasLimits.side)
            try OptionProblem.check("\(name).pixels", pixels, in: (mayBeNegative ? -limit : 0)...limit)
        case .share(let share):
            try OptionProblem.check("\(name).share", share, in: (mayBeNegative ? -largestShare : 0)...largestShare)
        }
    }
}
