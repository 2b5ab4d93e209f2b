import Files
import Raster

extension RasterImage {
    /// Decodes the picture of a matte: of a Photoshop file what its layer "Subject" shows of itself, any other file as it is.
    ///
    /// - Parameter lenient: for pictures; files of layers have to be whole.
    /// - Throws: ``ImageCodecError``; ``ImageCodecError/noMatte(format:reason:path:)`` for layers of which none is the matte.
    package init(
        matteDecoding bytes: UnsafeRawBufferPointer, limits: DecodingLimits = .default, lenient: Bool = false
    ) throws(ImageCodecError) {
        let format = try ImageFormat.required(ofMatte: bytes)
        self =
            format.supportsLayers
            ? try PSDMatte.decode(bytes, format, limits)
            : try RasterImage(decoding: bytes, limits: limits, lenient: lenient)
    }

    /// Decodes the picture of a matte.
    ///
    /// - Throws: As ``init(matteDecoding:limits:lenient:)``.
    package init(
        matteDecoding bytes: [UInt8], limits: DecodingLimits = .default, lenient: Bool = false
    ) throws(ImageCodecError) {
        self = try bytes.withBytes { (buffer) throws(ImageCodecError) in
            try RasterImage(matteDecoding: buffer, limits: limits, lenient: lenient)
        }
    }

    /// Reads the picture of a matte from a file.
    ///
    /// - Throws: As ``init(matteDecoding:limits:lenient:)``, with `path`.
    package init(
        matteIn path: BytePath, limits: DecodingLimits = .default, lenient: Bool = false
    ) throws(ImageCodecError) {
        self = try WholeFile.read(path, limits: limits, as: ImageFormat.required(ofMatte:)) {
            (bytes) throws(ImageCodecError) in
            try RasterImage(matteDecoding: bytes, limits: limits, lenient: lenient)
        }
    }
}

extension ImageFormat {
    /// The format of a matte's file that begins so.
    ///
    /// - Throws: As `required(of:)`.
    fileprivate static func required(ofMatte bytes: UnsafeRawBufferPointer) throws(ImageCodecError) -> ImageFormat {
        if let format = detect(bytes), format.supportsLayers { return format }
        return try required(of: bytes)
    }
}
