import MatteRefinement
import Raster

/// The mattes of a stream of frames, in order, as they are asked for.
///
/// ```swift
/// for try await result in try pipeline.mattes(of: frames) { show(result) }
/// ```
///
/// Each matte is made when the loop asks for it, on a thread of the package's own: nothing is computed ahead, and memory
/// does not grow. A loop that is left, or whose task is cancelled, stops within the frame that is in work.
public struct VideoMattes<Frames: AsyncSequence>: AsyncSequence where Frames.Element == RasterImage {
    private let pipeline: MattingPipeline
    private let frames: Frames
    private let filter: TemporalFilter?

    fileprivate init(
        _ frames: Frames, _ pipeline: MattingPipeline, filter: TemporalFilter?
    ) throws(MattingError) {
        try MattingError.wrapping { try filter?.validate(as: "filter") }
        self.frames = frames
        self.pipeline = pipeline
        self.filter = filter
    }

    /// Begins the stream anew, as far as its frames can.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(frames: frames.makeAsyncIterator(), video: VideoMatting(pipeline, validated: filter))
    }

    /// Goes through the frames once.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private var frames: Frames.AsyncIterator
        /// In a box, since a stream's memory is not to be copied.
        private let stream: Stream

        private final class Stream {
            var video: VideoMatting

            init(_ video: consuming VideoMatting) { self.video = video }
        }

        fileprivate init(frames: Frames.AsyncIterator, video: consuming VideoMatting) {
            self.frames = frames
            self.stream = Stream(video)
        }

        /// The matte of the next frame; nil after the last.
        ///
        /// - Throws: What the frames throw; as `MattingPipeline.matte(_:)`, but `CancellationError` where the task is
        ///   cancelled. After an error there is nothing more to ask for.
        public mutating func next() async throws -> MattingResult? {
            guard let frame = try await frames.next() else { return nil }
            let stream = stream
            return try await stream.video.pipeline.admitted {
                try await MattingError.onOwnThread { try stream.video.matte(frame) }
            }
        }
    }
}

extension MattingPipeline {
    /// The mattes of a stream of frames, one after the other; the asynchronous form of ``VideoMatting``.
    ///
    /// - Parameters:
    ///   - frames: upright pictures of any size; a change of size begins anew.
    ///   - filter: how flicker is taken out where the network sees each frame by itself; nil leaves the mattes as they are.
    /// - Throws: ``MattingError/invalidOption(name:value:allowed:)``.
    public func mattes<Frames: AsyncSequence>(
        of frames: Frames, filter: TemporalFilter? = TemporalFilter()
    ) throws(MattingError) -> VideoMattes<Frames> where Frames.Element == RasterImage {
        try VideoMattes(frames, self, filter: filter)
    }
}
