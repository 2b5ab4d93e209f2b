import MatteRefinement
import MattingNetworks
import Raster
import TensorCore

/// The mattes of one stream of video, frame by frame, in order.
///
/// ```swift
/// let pipeline = try MattingPipeline()                      // loaded once, for any number of streams
/// var video = try VideoMatting(pipeline)                     // one a stream
/// for frame in frames { show(try video.matte(frame)) }
/// ```
///
/// A recurrent network, such as Robust Video Matting, remembers the frames before it by itself, and has learned what cuts
/// are. What networks for still pictures make of each frame alone flickers; a ``TemporalFilter`` takes that out where the
/// picture stands still, and begins anew at cuts. A change of size begins anew with both.
///
/// A value that cannot be copied: frames of one stream follow one another, and the compiler sees to it.
public struct VideoMatting: ~Copyable, Sendable {
    /// What makes the mattes.
    public let pipeline: MattingPipeline
    /// What takes the flicker out of the mattes of single frames; nil where the network remembers by itself, or nobody is to.
    public let filter: TemporalFilter?
    private var network = NetworkState()
    private var average = TemporalState()

    /// Begins a stream.
    ///
    /// - Parameters:
    ///   - pipeline: shared; streams do not disturb one another.
    ///   - filter: how flicker is taken out where the network sees each frame by itself; nil leaves the mattes as they are.
    /// - Throws: ``MattingError/invalidOption(name:value:allowed:)``.
    public init(
        _ pipeline: MattingPipeline, filter: TemporalFilter? = TemporalFilter()
    ) throws(MattingError) {
        try MattingError.wrapping { try filter?.validate(as: "filter") }
        self.init(pipeline, validated: filter)
    }

    init(_ pipeline: MattingPipeline, validated filter: TemporalFilter?) {
        self.pipeline = pipeline
        self.filter = pipeline.isRecurrent ? nil : filter
    }

    /// The matte of the next frame, at exactly its size.
    ///
    /// Blocks the calling thread, and stops in a task that is cancelled, as `MattingPipeline.matte(_:)` does. After an
    /// error the stream may go on with the next frame.
    ///
    /// - Throws: As `MattingPipeline.matte(_:)`.
    /// - Complexity: that of a still picture, and O(pixels) for the filter.
    public mutating func matte(_ frame: RasterImage) throws(MattingError) -> MattingResult {
        let result = try pipeline.matte(frame, state: &network)
        guard let filter else { return result }
        return try (consume result).filtered(by: filter, state: &average)
    }

    /// Forgets the frames so far: the next one begins a new stream.
    public mutating func reset() {
        network = NetworkState()
        average.reset()
    }
}

extension MattingResult {
    /// The same with its matte averaged over time.
    fileprivate consuming func filtered(
        by filter: TemporalFilter, state: inout TemporalState
    ) throws(MattingError) -> MattingResult {
        let (image, confidence, warnings, pool) = (image, confidence, warnings, pool)
        // The last owner of the matte's memory, so that it is averaged in place.
        var matte = alpha.tensor
        _ = consume self
        try MattingError.wrapping {
            try image.withGuideRows { (guide) throws(TensorError) in
                try filter.apply(to: &matte, guide: guide, state: &state, pool: pool)
            }
        }
        let alpha = AlphaMatte(matte)
        // A subject that the network lost in this frame alone is still in the average.
        let isFound = warnings.contains(.noSubject) && alpha.coverage > 1e-4
        return MattingResult(
            image: image, alpha: alpha, confidence: confidence,
            warnings: isFound ? warnings.filter { $0 != .noSubject } : warnings, pool: pool)
    }
}
