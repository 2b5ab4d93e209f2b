import ArgumentParser
import Files
import ImageCodecs
import MatteRefinement
import Matting
import MattingBatch
import Raster
import Threads
import VideoStreams

/// A film on its way: one thread reads ahead, one runs the network, the caller writes. Queues between them hold two frames
/// each, so memory does not grow with the film; order is theirs. An error of any stage ends all of them.
struct VideoJob {
    let target: VideoTarget
    var renderer: FrameRenderer
    /// Of the stream that is read; nil where pictures are.
    let sourceHeader: Y4MHeader?
    /// Those of the stream that is read.
    let colors: VideoColors?
    let matrix: VideoColors.Matrix?
    /// Frames a second where pictures are read.
    let rate: Y4MHeader.Ratio
    /// The number of the first picture that is written.
    let firstNumber: Int
    let options: EncodingOptions
    /// Whether pictures may replace files that are there.
    let overwrites: Bool
    private(set) var progress: VideoProgress
    /// Frames in which no subject was found.
    private(set) var emptyCount = 0
    private(set) var warnings = FrameWarnings()
    private(set) var width = 0
    private(set) var height = 0

    private static let queueCapacity = 2

    /// - Throws: what any of the stages throws. Whoever catches it ends the process: the thread that reads may still run.
    mutating func run(
        _ source: consuming VideoSource, _ pipeline: MattingPipeline, filter: TemporalFilter?
    ) throws {
        let frames = BoundedQueue<Result<VideoFrame, any Error>>(capacity: Self.queueCapacity)
        let results = BoundedQueue<Result<MattingResult, any Error>>(capacity: Self.queueCapacity)
        let handover = Handover(source)
        let reader = ThreadHandle {
            do {
                var source = handover.take()
                try source?.read(pipeline) { frames.send(.success($0)) }
            } catch {
                _ = frames.send(.failure(error))
            }
            frames.finish()
        }
        let network = ThreadHandle {
            do {
                var video = try VideoMatting(pipeline, filter: filter)
                while let frame = frames.receive() {
                    guard results.send(.success(try video.matte(frame.get().image))) else { break }
                }
            } catch {
                _ = results.send(.failure(error))
            }
            frames.close()
            results.finish()
        }
        var hasFailed = true
        defer {
            frames.close()
            results.close()
            network?.join()
            // After a failure the reader may wait for a pipe that delivers nothing for as long as its writer lives. Nothing
            // it does matters any more, and the process is about to end: whoever waited for it would hang with it.
            if !hasFailed { reader?.join() }
        }
        guard reader != nil, network != nil else { throw VideoError.noThread }
        switch target {
        case .stream(let output): try write(results, to: output.path, pipeline)
        case .pictures(let name, let format): try write(results, to: name, format)
        }
        progress.finish()
        hasFailed = false
    }

    /// The next result; nil after the last.
    private mutating func next(_ results: BoundedQueue<Result<MattingResult, any Error>>) throws -> MattingResult? {
        guard let result = try results.receive()?.get() else {
            if progress.frameCount == 0 { throw VideoError.noFrames }
            return nil
        }
        if !result.hasSubject { emptyCount += 1 }
        warnings.add(result.image.warnings, frame: progress.frameCount + 1)
        if progress.frameCount == 0 { (width, height) = (result.image.width, result.image.height) }
        return result
    }

    private mutating func write(
        _ results: BoundedQueue<Result<MattingResult, any Error>>, to path: BytePath, _ pipeline: MattingPipeline
    ) throws {
        guard let first = try next(results) else { return }
        var picture = try renderer.picture(first)
        let header = try renderer.header(of: picture, source: sourceHeader, rate: rate)
        // A matte has colours of its own: grey that uses all steps.
        let colors = header.format.sampling == .gray ? nil : self.colors
        let outputColors = colors ?? VideoColors(header, matrix: matrix)
        // Between the file and the note of its name no signal may end the command.
        var writer = try Interruption.whileWriting { () throws(VideoStreamError) in
            let writer = try Y4MWriter(header, to: path)
            Interruption.remove(writer.temporaryPath)
            return writer
        }
        defer { Interruption.remove(nil) }
        while true {
            guard picture.width == width && picture.height == height else {
                throw VideoError.changedSize(
                    number: progress.frameCount + 1, width: picture.width, height: picture.height,
                    expectedWidth: width, expectedHeight: height)
            }
            if sourceHeader == nil, picture.bitDepth.rawValue > header.format.bitDepth {
                warnings.add([EncodingWarning.reducedToEightBits], frame: progress.frameCount + 1)
            }
            warnings.add(picture.warnings, frame: progress.frameCount + 1)
            if header.format.sampling != .gray { picture = try inSRGB(picture) }
            try writer.write(
                PlanarFrame(picture, format: header.format, colors: outputColors, pool: pipeline.pool))
            progress.count()
            guard let result = try next(results) else { break }
            picture = try renderer.picture(result)
        }
        try Interruption.whileWriting { () throws(VideoStreamError) in try writer.finish() }
    }

    /// A frame for a film, which has no profile: without one its numbers are sRGB's.
    private mutating func inSRGB(_ picture: RasterImage) throws(RasterError) -> RasterImage {
        guard picture.iccProfile != nil else { return picture }
        let space: ColorSpace
        do throws(ColorSpace.Defect) {
            space = try ColorSpace(of: picture)
        } catch {
            warnings.add(["colours are written as they are, as \(error.reason)"], frame: progress.frameCount + 1)
            return picture
        }
        return try picture.converted(toSRGBFrom: space)
    }

    private mutating func write(
        _ results: BoundedQueue<Result<MattingResult, any Error>>, to name: FrameName, _ format: ImageFormat
    ) throws {
        while let result = try next(results) {
            let picture = try renderer.picture(result)
            let encoded = try picture.encoded(as: format, options: options)
            warnings.add(picture.warnings, frame: progress.frameCount + 1)
            warnings.add(encoded.warnings, frame: progress.frameCount + 1)
            let path = name.path(firstNumber + progress.frameCount)
            try encoded.withBytes { (bytes) throws(ImageCodecError) in
                try Interruption.whileWriting { () throws(ImageCodecError) in
                    try AtomicFile.write(bytes, to: path, replacing: overwrites)
                }
            }
            progress.count()
        }
    }
}

/// Carries the source into the thread that reads it: a closure can hold no value that cannot be copied.
private final class Handover: Sendable {
    private let source: Guarded<VideoSource?>

    init(_ source: consuming VideoSource) { self.source = Guarded(source) }

    func take() -> VideoSource? { source.withLock { $0.take() } }
}
