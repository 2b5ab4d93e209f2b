import MatteRefinement
import MatteSolving
import Raster

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
        guard tolerance >= 0, tolerance < 0.5 else {
            throw .invalidOption(name: "tolerance", value: tolerance.description, allowed: "0 to less than 0.5")
        }
        let channel = try image.matteChannel("trimap")
        let (stride, count) = (image.colorModel.channelCount, image.width * image.height)
        try self.init(width: image.width, height: image.height) { bytes in
            image.withSamples { samples in
                switch samples {
                case .eight(let source):
                    TrimapLoops.classify(
                        source + channel, stride: stride, low: UInt8(tolerance * 255),
                        high: UInt8(((1 - tolerance) * 255).rounded(.up)), bytes, count: count)
                case .sixteen(let source):
                    TrimapLoops.classify(
                        source + channel, stride: stride, low: UInt16(tolerance * 65535),
                        high: UInt16(((1 - tolerance) * 65535).rounded(.up)), bytes, count: count)
                }
            }
        }
    }

    /// A trimap from a grey picture, made on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: As the synchronous form, but `CancellationError` where the task is cancelled before its turn comes.
    public init(_ image: RasterImage, tolerance: Float = 0.1) async throws {
        self = try await MattingError.onOwnThread { try Trimap(image, tolerance: tolerance) }
    }

    /// The trimap as a grey picture of 8 bits: 0 background, 128 unknown, 255 foreground.
    ///
    /// - Throws: ``MattingError/picture(_:)`` where memory is refused.
    /// - Complexity: O(pixels).
    public func image() throws(MattingError) -> RasterImage {
        try MattingError.wrapping {
            var image = try RasterImage(width: width, height: height, colorModel: .gray)
            try image.withMutableSamples8 { target in
                withBytes { bytes in target.baseAddress?.update(from: bytes, count: target.count) }
            }
            return image
        }
    }

    /// The trimap as a grey picture, made on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: As the synchronous form, but `CancellationError` where the task is cancelled before its turn comes.
    public func image() async throws -> RasterImage {
        try await MattingError.onOwnThread { try image() }
    }
}
