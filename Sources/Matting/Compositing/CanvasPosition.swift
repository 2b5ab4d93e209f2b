import MatteRefinement

/// A place on a canvas as shares of what is left over: (0, 0) is at the left and the top, (1, 1) at the right and the
/// bottom, (0.5, 0.5) in the middle.
public struct CanvasPosition: Sendable, Hashable {
    /// From left to right, in `[0, 1]`.
    public var x: Double
    /// From top to bottom, in `[0, 1]`.
    public var y: Double

    /// A place by its shares, each in `[0, 1]`; what they are given to refuses others.
    public init(x: Double, y: Double) {
        self.x = x
        self.y = y
    }

    /// In the middle.
    public static let center = CanvasPosition(x: 0.5, y: 0.5)
    /// In the middle of the upper side.
    public static let top = CanvasPosition(x: 0.5, y: 0)
    /// In the middle of the lower side: where things stand.
    public static let bottom = CanvasPosition(x: 0.5, y: 1)
    /// In the middle of the left side.
    public static let left = CanvasPosition(x: 0, y: 0.5)
    /// In the middle of the right side.
    public static let right = CanvasPosition(x: 1, y: 0.5)
}

extension CanvasPosition {
    func validate(as owner: String) throws(OptionProblem) {
        try OptionProblem.check("\(owner).x", x, in: 0...1)
        try OptionProblem.check("\(owner).y", y, in: 0...1)
    }
}
