import Raster

/// What lies behind the subject in a composite.
@nonexhaustive public enum Background: Sendable {
    /// One colour; what it lacks of alpha 1 stays transparent.
    case color(RasterColor)
    /// Colours that pass over into each other.
    case gradient(Gradient)
    /// A picture, scaled to cover the whole composite and cut at the sides; its own transparency lies over white. Its
    /// colours become those of the picture before it that look the same. Scaled anew for each composite: for many, or for
    /// another place on the canvas, there is ``backdrop(_:)``.
    case image(RasterImage)
    /// A picture that is prepared once for many composites, and says how it lies on them.
    case backdrop(Backdrop)
    /// The picture's own background, out of focus; see ``blurredOriginal(radius:)``.
    case blurred(radius: RelativeLength)
    /// Nothing: the composite is a cut-out, whose soft edges keep the picture's own colours.
    case none

    /// The picture's own background, out of focus: blurred by a Gaussian whose standard deviation is half of `radius`, in
    /// pixels of the composite or as a share of its longer side.
    ///
    /// The subject's colours are no part of it, so that no halo of them surrounds the subject: each pixel counts by what it
    /// has of the background (normalised convolution, Knutsson and Westin 1993).
    public static func blurredOriginal(radius: RelativeLength = .share(0.03)) -> Background { .blurred(radius: radius) }
}
