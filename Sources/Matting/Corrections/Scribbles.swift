import Raster

/// Strokes over subject and background, painted on a transparent picture of the photograph's size.
///
/// White or green strokes are over the subject, black or red ones over the background, blue or mid-grey ones over what is
/// to be found out anew. Transparent pixels say nothing. Any other colour is an error that says where it is.
public struct Scribbles: Sendable {
    /// In pixels.
    public let width: Int
    /// In pixels.
    public let height: Int
    let marks: PixelMarks

    /// Reads strokes from a picture with transparency: pixels whose alpha is at least a half are marked.
    ///
    /// - Throws: ``MattingError/scribblesWithoutTransparency``, ``MattingError/strangeScribble(x:y:color:)`` for a colour
    ///   without a meaning, ``MattingError/nothingMarked`` where all is transparent, ``MattingError/picture(_:)`` where
    ///   memory is refused.
    /// - Complexity: O(pixels).
    public init(_ image: RasterImage) throws(MattingError) {
        fatalError("to be written")
    }
}
