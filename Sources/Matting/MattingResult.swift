import Raster
import TensorCore
import Threads

/// A picture and its matte.
public struct MattingResult: Sendable {
    /// The picture as it was given, or with clean colours.
    public let image: RasterImage
    /// The picture as it was given: what is shown or measured of the ground comes from it. Clean colours are those of the
    /// subject; where the matte is soft they are no ground.
    package let photograph: RasterImage
    /// How much of each pixel is subject, at exactly the picture's size.
    public let alpha: AlphaMatte
    /// How far the matte is to be trusted; nil where the network does not tell.
    public let confidence: MatteConfidence?
    /// What a caller should know; empty most of the time.
    public let warnings: [MattingWarning]
    package let pool: ThreadPool

    /// A result of a picture and a matte made elsewhere, for cutting out and compositing. Of an empty matte it says that there
    /// is no subject.
    ///
    /// - Throws: ``MattingError/differentSizes(of:width:height:expectedWidth:expectedHeight:)``.
    public init(image: RasterImage, alpha: AlphaMatte) throws(MattingError) {
        guard alpha.width == image.width, alpha.height == image.height else {
            throw .differentSizes(
                of: "picture", width: image.width, height: image.height, expectedWidth: alpha.width,
                expectedHeight: alpha.height)
        }
        self.init(image: image, made: alpha, confidence: nil, warnings: [], pool: .shared)
    }

    /// A result of a matte that was just made: with what decoding the picture and making it have to say, and whether there is
    /// a subject.
    init(
        image: RasterImage, made alpha: AlphaMatte, confidence: MatteConfidence?, warnings: [MattingWarning],
        pool: ThreadPool
    ) {
        let decoding = image.warnings.map { MattingWarning.decoding($0) }
        self.init(
            image: image, alpha: alpha, confidence: confidence, warnings: (decoding + warnings).telling(of: alpha),
            pool: pool)
    }

    /// - Parameter photograph: nil where it is `image`.
    init(
        image: RasterImage, photograph: RasterImage? = nil, alpha: AlphaMatte, confidence: MatteConfidence?,
        warnings: [MattingWarning], pool: ThreadPool
    ) {
        precondition(
            alpha.width == image.width && alpha.height == image.height,
            "a matte of \(alpha.width)×\(alpha.height) for a picture of \(image.width)×\(image.height)")
        self.image = image
        self.photograph = photograph ?? image
        self.alpha = alpha
        self.confidence = confidence
        self.warnings = warnings
        self.pool = pool
    }

    /// Whether a subject was found; without one the matte is empty.
    public var hasSubject: Bool { !warnings.contains(.noSubject) }
}
