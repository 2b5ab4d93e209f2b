import Raster
import Threads

extension RasterImage {
    /// Reads a file on a thread of the package's own; see the synchronous form.
    ///
    /// As many calls run at once as there are processors, decoding, matting and encoding counted together; the others wait
    /// suspended, first come first served. For tasks: Swift's own threads are never blocked.
    ///
    /// - Throws: ``ImageCodecError`` with `path`; `CancellationError` where the task is cancelled before its turn comes.
    public init(
        contentsOf path: String, limits: DecodingLimits = .default, lenient: Bool = false
    ) async throws {
        self = try await ImageCodecError.onOwnThread {
            try RasterImage(contentsOf: path, limits: limits, lenient: lenient)
        }
    }

    /// Decodes a whole file in memory on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: ``ImageCodecError``; `CancellationError` where the task is cancelled before its turn comes.
    public init(decoding bytes: [UInt8], limits: DecodingLimits = .default, lenient: Bool = false) async throws {
        self = try await ImageCodecError.onOwnThread {
            try RasterImage(decoding: bytes, limits: limits, lenient: lenient)
        }
    }

    /// The picture as a whole file in memory, made on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: ``ImageCodecError``; `CancellationError` where the task is cancelled before its turn comes.
    public func encoded(as format: ImageFormat, options: EncodingOptions = .init()) async throws -> EncodedImage {
        try await ImageCodecError.onOwnThread { try encoded(as: format, options: options) }
    }

    /// Writes the picture to a file on a thread of the package's own; see the synchronous form. The file appears whole or
    /// not at all.
    ///
    /// - Throws: ``ImageCodecError``; `CancellationError` where the task is cancelled before its turn comes.
    @discardableResult
    public func write(
        to path: String, format: ImageFormat? = nil, options: EncodingOptions = .init()
    ) async throws -> [EncodingWarning] {
        try await ImageCodecError.onOwnThread { try write(to: path, format: format, options: options) }
    }
}

extension ImageCodecError {
    /// Runs a call that blocks where it blocks none of Swift's own threads.
    fileprivate static func onOwnThread<Result>(_ body: () throws -> Result) async throws -> Result {
        try await WorkThreads.shared.run(orThrow: ImageCodecError.noThread, body)
    }
}
