import Files
import Raster

/// Reads a YUV4MPEG2 stream, what `ffmpeg -f yuv4mpegpipe` writes, frame by frame; memory does not grow with its length.
///
/// ```swift
/// var reader = try Y4MReader(path: "film.y4m")
/// while let frame = try reader.nextFrame() { … }
/// ```
public struct Y4MReader: ~Copyable, Sendable {
    /// What the stream says of its frames.
    public let header: Y4MHeader
    /// Frames that a file of this size holds; nil for pipes, whose end nobody knows.
    public let expectedFrameCount: Int?
    /// Frames read so far.
    public private(set) var frameCount = 0
    private var input: BufferedInput

    /// Opens a file or a pipe by its name.
    ///
    /// - Throws: ``VideoStreamError``.
    public init(path: String, limits: DecodingLimits = .default) throws(VideoStreamError) {
        try self.init(path: BytePath(path), limits: limits)
    }

    /// Opens a file or a pipe by a name of any bytes.
    ///
    /// - Throws: ``VideoStreamError``.
    package init(path: BytePath, limits: DecodingLimits = .default) throws(VideoStreamError) {
        try self.init(try Self.open(path), limits)
    }

    /// Reads from an open descriptor, such as standard input, which stays open afterwards.
    ///
    /// - Throws: ``VideoStreamError``.
    public init(fileDescriptor: Int32, limits: DecodingLimits = .default) throws(VideoStreamError) {
        try self.init(BufferedInput(fileDescriptor: fileDescriptor), limits)
    }

    /// Reads a stream that is in memory.
    ///
    /// - Throws: ``VideoStreamError``.
    public init(decoding bytes: [UInt8], limits: DecodingLimits = .default) throws(VideoStreamError) {
        try self.init(BufferedInput(bytes: bytes), limits)
    }

    private init(_ source: consuming BufferedInput, _ limits: DecodingLimits) throws(VideoStreamError) {
        var source = source
        let (header, count) = try Self.begin(&source, limits)
        self.header = header
        expectedFrameCount = count
        input = source
    }

    private static func open(_ path: BytePath) throws(VideoStreamError) -> BufferedInput {
        do throws(FileFailure) {
            return try BufferedInput(path: path)
        } catch {
            throw .unreadable(frame: 0, reason: error.reason)
        }
    }

    private static func begin(
        _ input: inout BufferedInput, _ limits: DecodingLimits
    ) throws(VideoStreamError) -> (Y4MHeader, Int?) {
        let (bytes, end) = try line(&input, frame: 0)
        let isVideo = bytes.starts(with: Y4MHeader.magic.utf8)
        guard isVideo else { throw .notVideo(leadingBytes: Array(bytes.prefix(16))) }
        switch end {
        case .newline: break
        case .endOfInput: throw .truncatedHeader
        case .limit: throw .lineTooLong(frame: 0, limit: Y4MHeader.maxLineBytes)
        }
        let header = try Y4MHeader(line: String(decoding: bytes, as: UTF8.self), limits: limits)
        return (header, input.remainingCount.map { $0 / (marker.utf8.count + 1 + header.format.byteCount) })
    }

    private static let marker = "FRAME"

    private static func line(
        _ input: inout BufferedInput, frame: Int
    ) throws(VideoStreamError) -> (bytes: [UInt8], end: BufferedInput.LineEnd) {
        do throws(FileFailure) {
            return try input.readLine(limit: Y4MHeader.maxLineBytes)
        } catch {
            throw .unreadable(frame: frame, reason: error.reason)
        }
    }

    /// The next frame, or nil at the end of the stream. After an error there is nothing more to read.
    ///
    /// - Throws: ``VideoStreamError`` with the frame's number.
    /// - Complexity: O(bytes of a frame), in memory too.
    public mutating func nextFrame() throws(VideoStreamError) -> PlanarFrame? {
        let number = frameCount + 1
        let (line, end) = try Self.line(&input, frame: number)
        if line.isEmpty && end == .endOfInput { return nil }
        let expected = header.format.byteCount
        guard line.starts(with: Self.marker.utf8), line.count == 5 || line[5] == UInt8(ascii: " ") else {
            let isBegun = end == .endOfInput && Self.marker.utf8.starts(with: line)
            throw isBegun
                ? .truncated(frame: number, byteCount: 0, expected: expected) : .notAFrame(frame: number)
        }
        switch end {
        case .newline: break
        case .endOfInput: throw .truncated(frame: number, byteCount: 0, expected: expected)
        case .limit: throw .lineTooLong(frame: number, limit: Y4MHeader.maxLineBytes)
        }
        var frame = try PlanarFrame(header.format)
        let result = try frame.withMutableBytes { bytes in
            Result { () throws(FileFailure) in try input.read(into: bytes) }
        }
        switch result {
        case .failure(let failure):
            throw .unreadable(frame: number, reason: failure.reason)
        case .success(let count):
            guard count == expected else { throw .truncated(frame: number, byteCount: count, expected: expected) }
        }
        frameCount = number
        return frame
    }
}
