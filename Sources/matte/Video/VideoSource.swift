import ArgumentParser
import Files
import ImageCodecs
import Matting
import MattingBatch
import Raster
import VideoStreams

/// A frame on its way from the source.
struct VideoFrame: Sendable {
    /// From 1.
    let number: Int
    let image: RasterImage
}

/// Where frames come from: a YUV4MPEG2 stream, or pictures in order. One thread reads it.
struct VideoSource: ~Copyable, Sendable {
    /// Of a stream; nil for pictures.
    private var reader: Y4MReader?
    /// nil for a stream.
    private let sequence: PictureSequence?
    /// The header of a stream; nil for pictures.
    let header: Y4MHeader?
    private let limits: DecodingLimits
    /// Whether a stream may end within a frame, and pictures may be damaged.
    private let lenient: Bool
    /// How a stream's samples stand for colours.
    let colors: VideoColors?
    /// Frames in all, where that is known.
    let expectedFrameCount: Int?

    /// - Parameters:
    ///   - input: a file, standard input, a folder of pictures, or a pattern of their names.
    ///   - matrix: that of the stream, where the height does not tell.
    /// - Throws: ``VideoStreamError``, ``VideoError``, ``PlanningError``.
    init(_ input: InputFile, matrix: VideoColors.Matrix?, _ arguments: InputArguments) throws {
        limits = arguments.limits
        lenient = arguments.lenient
        if case .named(let path) = input, PictureSequence.isMeant(by: path) {
            let sequence = try PictureSequence(path)
            self.sequence = sequence
            expectedFrameCount = sequence.files.count
            reader = nil
            header = nil
            colors = nil
        } else {
            let reader =
                switch input {
                case .standardInput: try Y4MReader(fileDescriptor: 0, limits: limits)
                case .named(let path): try Y4MReader(path: path, limits: limits)
                }
            header = reader.header
            colors = VideoColors(reader.header, matrix: matrix)
            expectedFrameCount = reader.expectedFrameCount
            sequence = nil
            self.reader = consume reader
        }
    }

    /// The pictures; nil for a stream.
    var files: [BytePath]? { sequence?.files }

    /// The number in the name of the first picture; 1 for a stream.
    var firstNumber: Int { sequence?.firstNumber ?? 1 }

    /// Reads every frame and hands it to `receive`, until that is false.
    ///
    /// - Throws: ``VideoStreamError``, ``VideoError``, ``MattingError``.
    mutating func read(_ pipeline: MattingPipeline, _ receive: (VideoFrame) -> Bool) throws {
        for (index, file) in (files ?? []).enumerated() {
            let image: RasterImage
            do {
                image = try RasterImage(contentsOf: file, limits: limits, lenient: lenient)
            } catch {
                throw VideoError.frame(number: index + 1, error)
            }
            guard receive(VideoFrame(number: index + 1, image: image)) else { return }
        }
        guard let colors, var reader = reader.take() else { return }
        do {
            while let frame = try reader.nextFrame() {
                let image = try frame.image(colors, pool: pipeline.pool)
                guard receive(VideoFrame(number: reader.frameCount, image: image)) else { return }
            }
        } catch {
            guard lenient, case .truncated(let frame, _, _) = error, frame > 1 else { throw error }
            Console.message("the stream ends within frame \(frame), which is left out")
        }
    }
}

/// What can go wrong with frames beside their stream.
enum VideoError: Error, CustomStringConvertible {
    case noFrames
    case frame(number: Int, ImageCodecError)
    case changedSize(number: Int, width: Int, height: Int, expectedWidth: Int, expectedHeight: Int)
    case noThread
    /// What keeps the work from beginning, with the name of what it is about.
    case preparation(reason: String)

    var description: String {
        switch self {
        case .noFrames: "there are no frames in it"
        case .frame(let number, let error): "frame \(number): \(error)"
        case .changedSize(let number, let width, let height, let expectedWidth, let expectedHeight):
            "frame \(number) has \(width)×\(height) pixels and those before it \(expectedWidth)×\(expectedHeight); "
                + "a stream has one size, so write pictures with -o DIR/"
        case .noThread: "the system refused a thread; end other programs"
        case .preparation(let reason): reason
        }
    }
}
