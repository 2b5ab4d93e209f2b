import Raster

/// What is certain of a picture's pixels: background, subject, or neither.
///
/// Row-major from the top, of exactly the picture's size after EXIF orientation.
public struct Trimap: Sendable {
    /// What is known of one pixel.
    public enum Value: UInt8, Sendable, CaseIterable {
        /// Certainly not subject: alpha is 0.
        case background = 0
        /// To be found out.
        case unknown = 128
        /// Certainly all subject: alpha is 1.
        case foreground = 255
    }

    /// In pixels.
    public let width: Int
    /// In pixels.
    public let height: Int
    /// One byte a pixel, the raw value of what is known of it.
    package private(set) var storage: PixelStorage
    /// Pixels of each kind: background, unknown, foreground.
    package let counts: Counts

    /// How many pixels are of each kind.
    package struct Counts: Sendable, Equatable {
        package var background = 0
        package var unknown = 0
        package var foreground = 0
    }

    /// A trimap of given values, row by row from the top.
    ///
    /// - Throws: ``MattingError/picture(_:)`` for a size that no picture has or where memory is refused,
    ///   ``MattingError/wrongValueCount(count:width:height:)`` unless `values.count == width * height`.
    /// - Complexity: O(pixels).
    public init(width: Int, height: Int, values: [Value]) throws(MattingError) {
        fatalError("to be written")
    }

    /// What is known of one pixel; nil outside of the picture.
    public subscript(x: Int, y: Int) -> Value? { fatalError("to be written") }

    /// Pixels that are neither background nor foreground.
    public var unknownCount: Int { counts.unknown }
    /// Pixels that are certainly not subject.
    public var backgroundCount: Int { counts.background }
    /// Pixels that are certainly subject.
    public var foregroundCount: Int { counts.foreground }
}

extension Trimap {
    /// A trimap from a grey picture: black is background, white is foreground, what lies between is unknown.
    ///
    /// - Parameters:
    ///   - image: grey, or colours that are all equal. A picture with transparency somewhere has its trimap there.
    ///   - tolerance: values up to this count as black, those from 1 minus this as white; 0 to less than 0.5. JPEG makes
    ///     greys of black and white.
    /// - Throws: ``MattingError/colored(_:)``, ``MattingError/invalidOption(name:value:allowed:)``,
    ///   ``MattingError/picture(_:)`` where memory is refused.
    /// - Complexity: O(pixels).
    public init(_ image: RasterImage, tolerance: Float = 0.1) throws(MattingError) {
        fatalError("to be written")
    }

    /// A trimap from a matte: what is unsure, and a band around it, is unknown.
    ///
    /// - Parameters:
    ///   - matte: from anywhere.
    ///   - confidence: where its network doubts the matte; the band is wider there. nil takes the matte's own softness.
    ///   - band: how wide the band is.
    /// - Throws: ``MattingError/invalidOption(name:value:allowed:)``, ``MattingError/picture(_:)`` or
    ///   ``MattingError/computation(_:)`` where memory is refused.
    /// - Complexity: O(pixels), whatever the radius.
    public init(
        _ matte: AlphaMatte, confidence: MatteConfidence? = nil, band: TrimapBand = TrimapBand()
    ) throws(MattingError) {
        fatalError("to be written")
    }

    /// A trimap from a matte, made on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: As the synchronous form, but `CancellationError` where the task is cancelled.
    public init(
        _ matte: AlphaMatte, confidence: MatteConfidence? = nil, band: TrimapBand = TrimapBand()
    ) async throws {
        self = try await MattingError.onOwnThread { try Trimap(matte, confidence: confidence, band: band) }
    }

    /// The trimap as a grey picture of 8 bits: 0 background, 128 unknown, 255 foreground.
    ///
    /// - Throws: ``MattingError/picture(_:)`` where memory is refused.
    public func image() throws(MattingError) -> RasterImage {
        fatalError("to be written")
    }
}
