import Raster

/// What lies behind the subject in a composite.
@nonexhaustive public enum Background: Sendable {
    /// One colour, in the picture's own colour space.
    case color(RasterColor)
    /// A picture, scaled to cover the whole composite and cut at the sides; its own transparency lies over white.
    case image(RasterImage)
}
