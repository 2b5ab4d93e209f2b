import Raster
import Threads

/// The frames of a YUV4MPEG2 stream, read as they are asked for, on a thread of the package's own.
///
/// ```swift
/// let film = try Y4MFrames(path: "film.y4m")
/// for try await frame in film { … }
/// ```
///
/// One pass: a second loop goes on where the first one stopped. Frames go to whoever asks first.
public struct Y4MFrames: AsyncSequence, Sendable {
    /// What the stream says of its frames.
    public let header: Y4MHeader
    /// Frames that a file of this size holds; nil for pipes, whose end nobody knows.
    public let expectedFrameCount: Int?
    private let source: Source

    /// Opens a file or a pipe by its name, and reads its header.
    ///
    /// - Throws: ``VideoStreamError``.
    public init(path: String, limits: DecodingLimits = .default) throws(VideoStreamError) {
        self.init(try Y4MReader(path: path, limits: limits))
    }

    /// Goes on reading where a reader stands.
    public init(_ reader: consuming Y4MReader) {
        self.header = reader.header
        self.expectedFrameCount = reader.expectedFrameCount
        self.source = Source(reader)
    }

    /// The next frames.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: source) }

    /// Reads one frame after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let source: Source

        /// The next frame; nil after the last.
        ///
        /// - Throws: ``VideoStreamError`` with the frame's number; `CancellationError` where the task is cancelled.
        public func next() async throws -> PlanarFrame? { try await source.next() }
    }

    /// The reader, which is not to be copied.
    fileprivate final class Source: Sendable {
        private let reader: Guarded<Y4MReader>

        init(_ reader: consuming Y4MReader) { self.reader = Guarded(reader) }

        func next() async throws -> PlanarFrame? {
            try await WorkThreads.waiting.run(orThrow: VideoStreamError.noThread) {
                try reader.withLock { reader in
                    Result { () throws(VideoStreamError) in try reader.nextFrame() }
                }.get()
            }
        }
    }
}
