import Files
import Raster
import Threads

extension LayeredImage {
    /// The layers as a whole file in memory.
    ///
    /// - Parameters:
    ///   - format: ``ImageFormat/psd`` or ``ImageFormat/psb``.
    ///   - options: How it is encoded, and what of its metadata is written.
    /// - Throws: ``ImageCodecError/notWritten(format:path:)`` for formats without layers,
    ///   `invalidLayer(name:reason:)`,
    ///   ``ImageCodecError/tooLarge(width:height:maxPixels:maxSide:path:)``, or
    ///   ``ImageCodecError/outOfMemory(byteCount:purpose:)``.
    public func encoded(
        as format: ImageFormat = .psd, options: EncodingOptions = .init()
    ) throws(ImageCodecError) -> EncodedImage {
        try PSDEncoder.encode(self, as: format, options)
    }

    /// Writes the layers to a file, which appears whole or not at all. The file is written row by row: beside the layers
    /// themselves no memory is needed that grows with the canvas.
    ///
    /// - Parameters:
    ///   - path: A file to create or replace, a device or a pipe; its extension, psd or psb, says what is written.
    ///   - format: Where the path's extension does not say it.
    ///   - options: How it is encoded, and what of its metadata is written.
    /// - Returns: What the file could not carry.
    /// - Throws: as `encoded(as:options:)`, and ``ImageCodecError/unknownExtension(path:)`` or
    ///   ``ImageCodecError/cannotWrite(path:reason:)``.
    @discardableResult
    public func write(
        to path: String, format: ImageFormat? = nil, options: EncodingOptions = .init()
    ) throws(ImageCodecError) -> [EncodingWarning] {
        guard let format = format ?? ImageFormat(path: path) else { throw .unknownExtension(path: path) }
        guard format.supportsLayers else { throw .notWritten(format: format, path: path) }
        return try PSDEncoder.write(self, to: BytePath(path), as: format, options)
    }
}

extension LayeredImage {
    /// The layers as a whole file in memory, made on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: ``ImageCodecError``; `CancellationError` where the task is cancelled before its turn comes.
    public func encoded(as format: ImageFormat = .psd, options: EncodingOptions = .init()) async throws -> EncodedImage
    {
        try await WorkThreads.shared.run(orThrow: ImageCodecError.noThread) {
            try encoded(as: format, options: options)
        }
    }

    /// Writes the layers to a file on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: ``ImageCodecError``; `CancellationError` where the task is cancelled before its turn comes.
    @discardableResult
    public func write(
        to path: String, format: ImageFormat? = nil, options: EncodingOptions = .init()
    ) async throws -> [EncodingWarning] {
        try await WorkThreads.shared.run(orThrow: ImageCodecError.noThread) {
            try write(to: path, format: format, options: options)
        }
    }
}
