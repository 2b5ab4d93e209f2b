import Files

/// Writes a YUV4MPEG2 stream, frame by frame, into a file that appears whole or not at all, or straight into a pipe.
///
/// ```swift
/// var writer = try Y4MWriter(header, to: "matte.y4m")
/// for frame in frames { try writer.write(frame) }
/// try writer.finish()
/// ```
public struct Y4MWriter: ~Copyable, Sendable {
    /// What the stream says of its frames.
    public let header: Y4MHeader
    /// Frames written so far.
    public private(set) var frameCount = 0
    private var output: AtomicFileWriter

    /// Begins a stream with its header.
    ///
    /// - Parameters:
    ///   - header: what the stream says of its frames.
    ///   - path: a file, which appears when the stream is finished, or a pipe, a device or `/dev/stdout`.
    /// - Throws: ``VideoStreamError/cannotWrite(frame:reason:)``,
    ///   ``VideoStreamError/unnamedFormat(sampling:bitDepth:)`` before anything is made.
    public init(_ header: Y4MHeader, to path: String) throws(VideoStreamError) {
        try self.init(header, to: BytePath(path))
    }

    /// Begins a stream with its header, in a file with a name of any bytes.
    ///
    /// - Throws: as ``init(_:to:)-(_,String)``.
    package init(_ header: Y4MHeader, to path: BytePath) throws(VideoStreamError) {
        self.header = header
        output = try Self.begin(header, path)
    }

    private static func begin(_ header: Y4MHeader, _ path: BytePath) throws(VideoStreamError) -> AtomicFileWriter {
        guard header.isWritable else {
            throw .unnamedFormat(sampling: header.format.sampling, bitDepth: header.format.bitDepth)
        }
        do throws(FileFailure) {
            var output = try AtomicFileWriter(path)
            try output.write(Array("\(header.line)\n".utf8))
            return output
        } catch {
            throw .cannotWrite(frame: 0, reason: error.reason)
        }
    }

    /// The temporary name under which the file grows until ``finish()``; nil where it is no file. Whoever ends the process
    /// by force may remove it.
    package var temporaryPath: BytePath? { output.temporaryPath }

    /// Appends a frame.
    ///
    /// - Throws: ``VideoStreamError/differentFormat(frame:)``, ``VideoStreamError/cannotWrite(frame:reason:)``.
    public mutating func write(_ frame: PlanarFrame) throws(VideoStreamError) {
        let number = frameCount + 1
        guard frame.format == header.format else { throw .differentFormat(frame: number) }
        do throws(FileFailure) {
            try output.write(Array("FRAME\n".utf8))
            try frame.withBytes { (bytes) throws(FileFailure) in try output.write(bytes) }
        } catch {
            throw .cannotWrite(frame: number, reason: error.reason)
        }
        frameCount = number
    }

    /// Makes the file appear under its name. Without this call it never does; after it nothing more is written.
    ///
    /// - Throws: ``VideoStreamError/cannotWrite(frame:reason:)`` with the last frame.
    public mutating func finish() throws(VideoStreamError) {
        do throws(FileFailure) {
            try output.finish()
        } catch {
            throw .cannotWrite(frame: frameCount, reason: error.reason)
        }
    }
}
