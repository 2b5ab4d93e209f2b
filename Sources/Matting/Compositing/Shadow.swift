import MatteRefinement
import Raster

/// The shadow under the subject of a composite or a cut-out: none, the picture's own, or a drawn one.
///
/// How dark a shadow is says its opacity as image editors mean it: black of opacity 0.4 on white is encoded as 0.6 of white.
/// Lengths are shares of the subject's height on the canvas, or pixels of the canvas.
public struct Shadow: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case none
        case kept(strength: Double, reach: RelativeLength)
        case drop(across: RelativeLength, down: RelativeLength, blur: RelativeLength, opacity: Double, RasterColor)
        case contact(blur: RelativeLength, opacity: Double, RasterColor)
    }

    let kind: Kind

    /// No shadow.
    public static let none = Shadow(kind: .none)
    /// The picture's own shadow; see ``kept(strength:reach:)``.
    public static let kept = kept()
    /// A soft shadow below and behind; see ``drop(across:down:blur:opacity:color:)``.
    public static let drop = drop()
    /// A soft shadow where the subject touches the ground; see ``contact(blur:opacity:color:)``.
    public static let contact = contact()

    /// The picture's own shadow: the darkening of the ground beside the subject against a smooth estimate of the ground
    /// without it, as a soft layer of grey. The ground's texture is no part of it, and where the ground is too restless to
    /// tell a shadow from it, there is none, which the picture's ``RasterImage/warnings`` say. The photograph's background
    /// out of focus has the shadow in it already: over that it is refused.
    ///
    /// - Parameters:
    ///   - strength: factor on its density, in `[0, 2]`; 1 is as dark as in the picture.
    ///   - reach: how far from the subject it may go.
    public static func kept(strength: Double = 1, reach: RelativeLength = .share(0.35)) -> Shadow {
        Shadow(kind: .kept(strength: strength, reach: reach))
    }

    /// The subject's silhouette, moved and blurred.
    ///
    /// - Parameters:
    ///   - across: to the right; negative to the left.
    ///   - down: downwards; negative upwards.
    ///   - blur: radius; the Gaussian's standard deviation is half of it.
    ///   - opacity: in `[0, 1]`.
    ///   - color: of sRGB; its alpha counts as a factor on the opacity.
    public static func drop(
        across: RelativeLength = .share(0), down: RelativeLength = .share(0.02), blur: RelativeLength = .share(0.05),
        opacity: Double = 0.35, color: RasterColor = .black
    ) -> Shadow {
        Shadow(kind: .drop(across: across, down: down, blur: blur, opacity: opacity, color))
    }

    /// A flat shadow on the ground line, under what of the subject comes near it: the lowest part of the silhouette, squashed
    /// and blurred, darkest where it touches.
    ///
    /// - Parameters:
    ///   - blur: radius across; downwards it is a third of it.
    ///   - opacity: where it is darkest, in `[0, 1]`.
    ///   - color: of sRGB; its alpha counts as a factor on the opacity.
    public static func contact(
        blur: RelativeLength = .share(0.12), opacity: Double = 0.6, color: RasterColor = .black
    ) -> Shadow {
        Shadow(kind: .contact(blur: blur, opacity: opacity, color))
    }
}

extension Shadow {
    /// The photograph out of focus has its own shadow in it: kept, too, it would darken the ground twice.
    func validate(over background: Background) throws(OptionProblem) {
        guard case .kept = kind, case .blurred = background else { return }
        throw OptionProblem(
            "shadow", "kept", allowed: "none, drop or contact: the photograph out of focus has its own shadow in it")
    }

    func validate() throws(OptionProblem) {
        switch kind {
        case .none: break
        case .kept(let strength, let reach):
            try OptionProblem.check("shadow.strength", strength, in: 0...2)
            try reach.validate(as: "shadow.reach", largestShare: 2)
        case .drop(let across, let down, let blur, let opacity, _):
            try across.validate(as: "shadow.across", mayBeNegative: true, largestShare: 2)
            try down.validate(as: "shadow.down", mayBeNegative: true, largestShare: 2)
            try blur.validate(as: "shadow.blur", largestShare: 2)
            try OptionProblem.check("shadow.opacity", opacity, in: 0...1)
        case .contact(let blur, let opacity, _):
            try blur.validate(as: "shadow.blur", largestShare: 2)
            try OptionProblem.check("shadow.opacity", opacity, in: 0...1)
        }
    }
}
