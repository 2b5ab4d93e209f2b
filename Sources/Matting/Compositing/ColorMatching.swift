import MatteRefinement

/// Takes the subject's colours towards those of the background, so that both seem to stand in one light.
///
/// Mean and spread of the subject in Lαβ, weighted by alpha, become those of the background by ``strength``, within limits:
/// lightness at most ± 0.12 decades (a factor of 1.3 in light), blue against yellow ± 0.05, red against green ± 0.012, the
/// spread of each by a factor of 0.8 to 1.25. Without them a grey subject would take all the colour of a meadow, and a flat
/// background all contrast from the subject. Takes the colours of all pixels with it, opaque ones too. The picture's own
/// primaries count as sRGB's.
///
/// Source: Reinhard, Adhikhmin, Gooch, Shirley, "Color Transfer between Images", IEEE Computer Graphics and Applications
/// 21 (5), 2001.
public struct ColorMatching: Sendable, Hashable {
    /// How far: 0 leaves the colours as they are, 1 takes them as far as the limits allow. In `[0, 1]`.
    public var strength: Double

    /// By half, unless something else is said.
    public init(strength: Double = 0.5) { self.strength = strength }
}

extension ColorMatching {
    func validate() throws(OptionProblem) {
        try OptionProblem.check("matching.strength", strength, in: 0...1)
    }
}
