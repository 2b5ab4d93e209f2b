import Raster

extension RasterImage {
    /// The picture as a whole file in memory, with its colour profile, its resolution and what else of its metadata
    /// ``EncodingOptions/metadata`` lets through.
    ///
    /// PNG, TIFF and Photoshop's formats are exact. JPEG and WebP have 8 bits: 16-bit samples are rounded, which is stated
    /// in the result's ``EncodedImage/warnings``. JPEG has no alpha, which is an error.
    ///
    /// - Throws: ``ImageCodecError/alphaNotRepresentable(format:)``,
    ///   ``ImageCodecError/notWritten(format:path:)`` for a format that this build does not write,
    ///   ``ImageCodecError/invalidOption(name:value:allowed:)``,
    ///   ``ImageCodecError/tooLarge(width:height:maxPixels:maxSide:path:)`` for more than ``ImageFormat/maxSide``,
    ///   or ``ImageCodecError/outOfMemory(byteCount:purpose:)``.
    public func encoded(
        as format: ImageFormat, options: EncodingOptions = .init()
    ) throws(ImageCodecError) -> EncodedImage {
        try options.checkThreadCount()
        return switch format {
        case .png: try PNGEncoder.encode(self, options)
        case .jpeg: try JPEGEncoder.encode(self, options)
        case .tiff: try TIFFEncoder.encode(self, options)
        case .psd, .psb:
            try PSDEncoder.encode(
                LayeredImage(like: self, layers: [.init(name: "Layer 1", image: self)]), as: format, options)
        #if WebP
        case .webp: try WebPEncoder.encode(self, options)
        #endif
        default: throw .notWritten(format: format)
        }
    }

    /// Writes the picture to a file, which appears whole or not at all: under a temporary name in the same
    /// folder first.
    ///
    /// - Parameters:
    ///   - path: A file to create or replace, a device or a pipe.
    ///   - format: By default the format that the extension of `path` names.
    ///   - options: How it is encoded, and what of its metadata is written.
    /// - Returns: What the file could not carry.
    /// - Throws: ``ImageCodecError/unknownExtension(path:)``, ``ImageCodecError/cannotWrite(path:reason:)``, and what
    ///   `encoded(as:options:)` throws.
    @discardableResult
    public func write(
        to path: String, format: ImageFormat? = nil, options: EncodingOptions = .init()
    ) throws(ImageCodecError) -> [EncodingWarning] {
        guard let format = format ?? ImageFormat(path: path) else { throw .unknownExtension(path: path) }
        guard format.canWrite else { throw .notWritten(format: format, path: path) }
        let file = try encoded(as: format, options: options)
        try file.withBytes { (bytes) throws(ImageCodecError) in try AtomicFile.write(bytes, to: path) }
        return file.warnings
    }
}
