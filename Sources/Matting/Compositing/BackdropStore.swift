import Raster

/// What copies of a backdrop share.
final class BackdropStore: Sendable {
    enum Source: Sendable {
        case image(RasterImage)
    }

    let source: Source

    init(_ source: Source) { self.source = source }
}
