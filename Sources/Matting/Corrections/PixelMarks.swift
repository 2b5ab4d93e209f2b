import Raster

/// What strokes say of a picture's pixels, one byte each: 0 nothing, or a ``Mark``.
struct PixelMarks: Sendable {
    /// What is said of one pixel.
    enum Mark: UInt8 {
        case none = 0
        case background = 1
        case subject = 2
        case unknown = 3
    }
    let width: Int
    let height: Int
    var storage: PixelStorage
}
