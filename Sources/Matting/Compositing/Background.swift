import Raster

/// What lies behind the subject in a composite.
@nonexhaustive public enum Background: Sendable {
    /// One colour.
    case color(RasterColor)
    /// A picture, scaled to cover the whole composite and cut at the sides; its own transparency lies over white. Its
    /// colours become those of the picture before it that look the same.
    case image(RasterImage)
}
