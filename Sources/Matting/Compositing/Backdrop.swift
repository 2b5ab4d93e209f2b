import ImageCodecs
import MatteRefinement
import Raster

/// A picture to be laid behind subjects, prepared once for many of them: decoded no larger than it is needed, scaled and
/// converted once for each size of canvas and colour space.
///
/// Copies share what is prepared, from whatever threads they are used.
public struct Backdrop: Sendable {
    /// How large the picture is on the canvas.
    @nonexhaustive public enum Scaling: Sendable, Hashable {
        /// So that it covers the whole canvas; what reaches beyond is cut off.
        case cover
        /// So that all of it is seen; what it leaves free has the colour ``Backdrop/surround``.
        case contain
        /// By a factor on its own pixels, above 0 and up to 64, once.
        case factor(Double)
        /// By a factor on its own pixels, above 0 and up to 64, again and again in both directions.
        case tile(Double)
    }

    /// How large the picture is.
    public let scaling: Scaling
    /// Where it stands, and which part of it is cut off: in the middle by default.
    public let position: CanvasPosition
    /// Beside the picture, and behind what of it is transparent.
    public let surround: RasterColor
    let store: BackdropStore

    /// A picture in memory.
    public init(
        _ image: RasterImage, scaling: Scaling = .cover, position: CanvasPosition = .center,
        surround: RasterColor = .white
    ) {
        self.scaling = scaling
        self.position = position
        self.surround = surround
        self.store = BackdropStore(.image(image))
    }
}
