import Files
import Raster

extension RasterImage {
    /// Reads a file of any format that this build reads (``ImageFormat/canRead``); which it is, is told by its bytes, not by
    /// its name.
    ///
    /// - Parameters:
    ///   - path: A file, pipe or device.
    ///   - limits: What is refused before memory is asked for.
    ///   - lenient: Accept a truncated or damaged file with what could be decoded, and say so in ``warnings``.
    /// - Throws: ``ImageCodecError`` with `path`.
    public init(
        contentsOf path: String, limits: DecodingLimits = .default, lenient: Bool = false
    ) throws(ImageCodecError) {
        try self.init(contentsOf: BytePath(path), limits: limits, lenient: lenient)
    }

    /// Reads a file by a name of any bytes.
    ///
    /// - Throws: ``ImageCodecError`` with `path`.
    package init(
        contentsOf path: BytePath, limits: DecodingLimits = .default, lenient: Bool = false
    ) throws(ImageCodecError) {
        self = try WholeFile.read(path, limits: limits) { (bytes) throws(ImageCodecError) in
            try RasterImage(decoding: bytes, limits: limits, lenient: lenient)
        }
    }

    /// Decodes a whole file in memory.
    ///
    /// - Parameters:
    ///   - bytes: The file; bytes after its end mark are ignored.
    ///   - limits: What is refused before memory is asked for.
    ///   - lenient: Accept a truncated or damaged file with what could be decoded, and say so in ``warnings``.
    /// - Throws: ``ImageCodecError``.
    public init(
        decoding bytes: UnsafeRawBufferPointer, limits: DecodingLimits = .default, lenient: Bool = false
    ) throws(ImageCodecError) {
        let format = try ImageFormat.required(of: bytes)
        let session = DecodingSession(format: format, limits: limits, lenient: lenient)
        switch format {
        case .png: self = try PNGDecoder.decode(bytes, in: session)
        case .jpeg: self = try JPEGDecoder.decode(bytes, in: session)
        #if WebP
        case .webp: self = try WebPDecoder.decode(bytes, in: session)
        #endif
        #if TIFF
        case .tiff: self = try TIFFDecoder.decode(bytes, in: session)
        #endif
        #if HEIF
        case .heif: self = try HEIFDecoder.decode(bytes, in: session)
        #endif
        default: preconditionFailure("\(format) was taken for a format that is read")
        }
    }

    /// Decodes a whole file in memory.
    ///
    /// - Throws: ``ImageCodecError``.
    public init(
        decoding bytes: [UInt8], limits: DecodingLimits = .default, lenient: Bool = false
    ) throws(ImageCodecError) {
        self = try bytes.withBytes { (buffer) throws(ImageCodecError) in
            try RasterImage(decoding: buffer, limits: limits, lenient: lenient)
        }
    }

    /// Decodes a whole file in memory.
    ///
    /// - Throws: ``ImageCodecError``.
    package init(
        decoding bytes: ByteBuffer, limits: DecodingLimits = .default, lenient: Bool = false
    ) throws(ImageCodecError) {
        self = try bytes.withBytes { (buffer) throws(ImageCodecError) in
            try RasterImage(decoding: buffer, limits: limits, lenient: lenient)
        }
    }
}

extension RasterImage {
    /// Decodes a whole file in memory, smaller than it is where the format can do that on its way: JPEG, by whole halves,
    /// in a half to a quarter of the time.
    ///
    /// - Parameter size: pixels that the upright picture has at least, if it has as many.
    /// - Throws: ``ImageCodecError``.
    package init(
        decoding bytes: [UInt8], limits: DecodingLimits = .default, lenient: Bool = false,
        atLeast size: (width: Int, height: Int)
    ) throws(ImageCodecError) {
        self = try bytes.withBytes { (buffer) throws(ImageCodecError) in
            guard case .jpeg = try ImageFormat.required(of: buffer) else {
                return try RasterImage(decoding: buffer, limits: limits, lenient: lenient)
            }
            let session = DecodingSession(format: .jpeg, limits: limits, lenient: lenient)
            return try JPEGDecoder.decode(buffer, in: session, atLeast: size)
        }
    }

    /// The size of the upright picture in a file, from its header where that tells, without memory for its pixels: JPEG.
    /// Files of other formats are decoded.
    ///
    /// - Throws: ``ImageCodecError``.
    package static func size(
        decoding bytes: [UInt8], limits: DecodingLimits = .default
    ) throws(ImageCodecError) -> (width: Int, height: Int) {
        try bytes.withBytes { (buffer) throws(ImageCodecError) in
            guard case .jpeg = try ImageFormat.required(of: buffer) else {
                let image = try RasterImage(decoding: buffer, limits: limits)
                return (image.width, image.height)
            }
            return try JPEGDecoder.size(buffer, in: DecodingSession(format: .jpeg, limits: limits, lenient: false))
        }
    }
}

extension ImageFormat {
    /// The format of a file that begins so.
    ///
    /// - Throws: ``ImageCodecError/unrecognizedFormat(leadingBytes:path:)`` for those that are not read,
    ///   ``ImageCodecError/notBuiltIn(format:leadingBytes:path:)`` for those that another build reads.
    package static func required(of bytes: UnsafeRawBufferPointer) throws(ImageCodecError) -> ImageFormat {
        let start = Array(bytes.prefix(ForeignFormat.prefixSize))
        guard let format = detect(bytes), format != .png || !PNGChunks.isApples(bytes) else {
            throw .unrecognizedFormat(leadingBytes: start)
        }
        guard format.canRead else {
            throw format.trait == nil
                ? .unrecognizedFormat(leadingBytes: start) : .notBuiltIn(format: format, leadingBytes: start)
        }
        return format
    }
}
