import CImageCodecs
import Raster

/// A picture without alpha to JPEG; 16-bit samples are rounded to 8 first.
enum JPEGEncoder {
    /// The format's limit in libjpeg, in pixels.
    private static let maxSide = 65_500
    /// 255 segments of at most 65,519 bytes each.
    private static let maxProfileBytes = 255 * 65_519

    static func encode(_ image: RasterImage, _ options: EncodingOptions) throws(ImageCodecError) -> EncodedImage {
        guard (1...100).contains(options.jpegQuality) else {
            throw .invalidOption(name: "the JPEG quality", value: options.jpegQuality, allowed: 1...100)
        }
        guard !image.colorModel.hasAlpha else { throw .alphaNotRepresentable(format: .jpeg) }
        guard image.width <= maxSide, image.height <= maxSide else {
            throw .tooLarge(
                width: image.width, height: image.height, maxPixels: maxSide * maxSide, maxSide: maxSide)
        }
        var session = EncodingSession(format: .jpeg)
        if image.bitDepth == .sixteen { session.warn(.reducedToEightBits) }
        let image = try ImageCodecError.wrapping { () throws(RasterError) in try image.converted(to: .eight) }
        var profile = session.profile(of: image, options.metadata)
        if profile.count > maxProfileBytes {
            session.warn(.iccProfileDropped(reason: "\(profile.count) bytes are more than JPEG can hold"))
            profile = []
        }
        let metadata = OutgoingMetadata(of: image, options.metadata, as: .jpeg, &session)
        var settings = settings(for: options)
        let segments = JPEGSegmentWriter.bytes(of: metadata, &settings, &session)
        var bytes = cic_bytes()
        var report = cic_report()
        let status = EncodingSession.withArguments(image, profile: profile) { pixels, profile in
            segments.withUnsafeBufferPointer { segments in
                settings.segments = segments.baseAddress
                settings.segments_size = segments.count
                return cic_jpeg_encode(&pixels, &profile, &settings, &bytes, &report)
            }
        }
        try session.check(status, report, byteCount: image.storage.byteCount)
        session.takeRemarks(report)
        return try session.finish(bytes)
    }

    private static func settings(for options: EncodingOptions) -> cic_jpeg_options {
        let (across, down): (Int32, Int32) =
            switch options.chromaSubsampling {
            case .none: (1, 1)
            case .half: (2, 1)
            case .quarter: (2, 2)
            case .automatic: options.jpegQuality >= 90 ? (1, 1) : (2, 2)
            }
        return cic_jpeg_options(
            quality: Int32(options.jpegQuality), chroma_across: across, chroma_down: down, density_unit: 0,
            density_across: 1, density_down: 1, segments: nil, segments_size: 0)
    }
}
