#if WebP
import CImageCodecs
import Files
import Raster

/// A picture to WebP: 8 bits, RGB with or without alpha; the container around libwebp's frames is written here.
///
/// Source: WebP Container Specification (RFC 9649), section 2.
enum WebPEncoder {
    static func encode(_ image: RasterImage, _ options: EncodingOptions) throws(ImageCodecError) -> EncodedImage {
        var settings = try settings(for: options.webpCompression)
        let maxSide = ImageFormat.webp.maxSide
        guard image.width <= maxSide, image.height <= maxSide else {
            throw .tooLarge(
                width: image.width, height: image.height, maxPixels: maxSide * maxSide, maxSide: maxSide)
        }
        var session = EncodingSession(format: .webp)
        if image.bitDepth == .sixteen { session.warn(.reducedToEightBits) }
        let image = try ImageCodecError.wrapping { () throws(RasterError) in try image.converted(to: .eight) }
        let profile = session.profile(
            image.iccProfile, for: image.colorModel.hasAlpha ? .rgba : .rgb, options.metadata)
        let metadata = OutgoingMetadata(of: image, options.metadata, as: .webp, &session)
        let (exif, xmp) = parts(of: metadata, &session)

        var bytes = cic_bytes()
        var report = cic_report()
        let status = EncodingSession.withArguments(image, profile: []) { pixels, _ in
            cic_webp_encode(&pixels, &settings, &bytes, &report)
        }
        try session.check(status, report, byteCount: image.storage.byteCount)
        let file = try session.finish(bytes)
        if profile.isEmpty && exif == nil && xmp == nil { return file }
        return try wrapped(file, image, profile: profile, exif: exif, xmp: xmp)
    }

    private static func settings(for compression: WebPCompression) throws(ImageCodecError) -> cic_webp_options {
        switch compression {
        case .lossless(let effort):
            guard (0...9).contains(effort) else {
                throw .invalidOption(name: "the effort of lossless WebP", value: effort, allowed: 0...9)
            }
            return cic_webp_options(lossless: true, effort: Int32(effort), quality: 0, sharp: false)
        case .lossy(let quality):
            guard (1...100).contains(quality) else {
                throw .invalidOption(name: "the WebP quality", value: quality, allowed: 1...100)
            }
            return cic_webp_options(lossless: false, effort: 0, quality: Int32(quality), sharp: true)
        }
    }

    /// The blocks that have chunks of their own. A density has none, and is in EXIF.
    private static func parts(
        of metadata: OutgoingMetadata, _ session: inout EncodingSession
    ) -> (exif: [UInt8]?, xmp: [UInt8]?) {
        var exif = metadata.exif
        if let resolution = metadata.resolution {
            if resolution.unit == .ratio {
                session.warn(.metadataNotRepresentable(kind: "resolution", format: .webp))
            } else if exif == nil {
                let fields = TIFFField.fields(of: resolution, isBigEndian: false)
                exif = [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0] + TIFFField.directory(fields, at: 8, isBigEndian: false)
            }
        }
        if metadata.photoshop != nil {
            session.warn(.metadataNotRepresentable(kind: "IPTC and Photoshop's data", format: .webp))
        }
        for item in metadata.texts {
            session.warn(.metadataNotRepresentable(kind: "text (\(item.keyword))", format: .webp))
        }
        return (exif, metadata.xmp)
    }

    /// The file with a header that says what is in it, and chunks before and behind the frame.
    private static func wrapped(
        _ file: EncodedImage, _ image: RasterImage, profile: [UInt8], exif: [UInt8]?, xmp: [UInt8]?
    ) throws(ImageCodecError) -> EncodedImage {
        let output = GrowingBytes()
        func number(_ value: Int, _ byteCount: Int) -> [UInt8] {
            TIFFField.number(value, byteCount, isBigEndian: false)
        }
        func append(_ name: String, _ data: [UInt8]) throws(ImageCodecError) {
            try output.append(Array(name.utf8) + number(data.count, 4))
            try output.append(data)
            if !data.count.isMultiple(of: 2) { try output.append([0]) }
        }
        try file.withBytes { (bytes) throws(ImageCodecError) in
            // libwebp writes a header of its own where alpha has a chunk of its own.
            let chunks = WebPChunks(bytes, limits: .default)
            guard let frame = chunks.frame else {
                throw .encodingFailed(format: .webp, reason: "no frame came out")
            }
            let isLossless = bytes[frame.range].starts(with: "VP8L".utf8)
            let hasAlpha = isLossless ? image.colorModel.hasAlpha : bytes[frame.range].starts(with: "ALPH".utf8)
            let flags =
                (profile.isEmpty ? 0 : 0x20) | (hasAlpha ? 0x10 : 0) | (exif == nil ? 0 : 0x08)
                | (xmp == nil ? 0 : 0x04)
            try output.append(Array("RIFF".utf8) + number(0, 4) + Array("WEBP".utf8))
            try append(
                "VP8X", number(flags, 4) + number(image.width - 1, 3) + number(image.height - 1, 3))
            if !profile.isEmpty { try append("ICCP", profile) }
            try output.append(UnsafeRawBufferPointer(rebasing: bytes[frame.range]))
            if !frame.range.count.isMultiple(of: 2) { try output.append([0]) }
            if let exif { try append("EXIF", exif) }
            if let xmp { try append("XMP ", xmp) }
        }
        output.replace(at: 4, with: number(output.count - 8, 4))
        return EncodedImage(format: .webp, warnings: file.warnings, bytes: try output.finish())
    }
}
#endif
