import ImageCodecs
import MatteRefinement
import MattingNetworks
import TensorCore
import VideoStreams
import WeightFiles

/// What can go wrong between a picture and its matte, by stage.
@nonexhaustive public enum MattingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Making a picture, a part of one or a colour.
    case picture(RasterError)
    /// Reading or writing a picture.
    case image(ImageCodecError)
    /// Reading, making or writing frames of a video.
    case video(VideoStreamError)
    /// Loading a weight file, or what its network computes.
    case weights(WeightError)
    /// Computing, where memory was refused or a shape is not representable.
    case computation(TensorError)
    /// The recipe would make a far larger input of a picture than it has pixels itself; `limit` is in pixels.
    case inputTooLarge(width: Int, height: Int, limit: Int)
    /// The network would need more memory for this picture than ``MattingOptions/memoryLimit`` allows; both in bytes.
    case memoryLimitExceeded(byteCount: Int, limit: Int)
    /// The task was cancelled; no result was made. Asynchronous calls throw `CancellationError` instead.
    case cancelled
    /// The system refused a thread to work on.
    case noThread
    /// An option has a value that it cannot have.
    case invalidOption(name: String, value: String, allowed: String)
    /// A frame was to be laid around the subject, and no pixel of the matte reaches that alpha.
    case nothingToFrame(threshold: Double)
    /// The number of values given for a matte is not its number of pixels.
    case wrongValueCount(count: Int, width: Int, height: Int)
    /// A matte and what it is compared with, its truth or its trimap, have different sizes.
    case differentSizes(of: String, width: Int, height: Int, expectedWidth: Int, expectedHeight: Int)
    /// What should be a matte or a trimap has colours.
    case colored(String)
    /// A trimap in which no pixel is certain.
    case nothingKnown
    /// Scribbles in which no pixel is marked.
    case nothingMarked
    /// Scribbles on a picture that is opaque everywhere: what is no stroke has to be transparent.
    case scribblesWithoutTransparency
    /// A pixel of scribbles whose colour means nothing; the colour as `#rrggbb`.
    case strangeScribble(x: Int, y: Int, color: String)
    /// A stroke without a point.
    case emptyStroke
    /// A stroke that touches no pixel of a picture of this size.
    case strokeOutside(width: Int, height: Int)
    /// Strokes of one list of which one says subject and another background of this pixel.
    case contradictoryStrokes(x: Int, y: Int)
    /// The picture has no subject of this number; `count` is how many it has, the first of which has number 1.
    case noSuchSubject(number: Int, count: Int)
    /// A picture of labels has more colours than there can be subjects, or more masks than that overlap.
    case tooManySubjects(limit: Int)
    /// No subject is under this pixel; `width` and `height` are the upright picture's.
    case noSubjectAt(x: Int, y: Int, width: Int, height: Int)

    public var description: String {
        switch self {
        case .picture(let error): error.description
        case .image(let error): error.description
        case .video(let error): error.description
        case .weights(let error): error.description
        case .computation(let error): error.description
        case .inputTooLarge(let width, let height, let limit):
            "the network's input for this picture would have \(width)×\(height) pixels, more than \(limit); "
                + "crop the picture, or choose another input.rule or input.size"
        case .memoryLimitExceeded(let byteCount, let limit):
            "the network would need \(byteCount) bytes for this picture, more than the limit of \(limit); "
                + "choose a smaller input.size or another input.rule, or raise the limit"
        case .cancelled: "cancelled"
        case .noThread: "the system refused a thread; end other programs, or raise the limit on processes"
        case .invalidOption(let name, let value, let allowed):
            "\(name) is \(value); use \(allowed)"
        case .nothingToFrame(let threshold):
            "there is no subject to frame: nothing of the matte reaches an alpha of \(threshold); "
                + "lower framing.threshold, or take the whole picture"
        case .wrongValueCount(let count, let width, let height):
            "\(count) values are no matte of \(width)×\(height) pixels; give one for each pixel"
        case .differentSizes(let part, let width, let height, let expectedWidth, let expectedHeight):
            Self.differentSizes(part, "\(width)×\(height)", "\(expectedWidth)×\(expectedHeight)")
        case .colored(let part):
            "the \(part) has colours; save it as a grey picture"
        case .nothingKnown:
            "no pixel of the trimap is certain; paint some of the subject white and some of the background black"
        case .nothingMarked:
            "no pixel of the scribbles is marked; paint over subject (white or green) or background (black or red)"
        case .scribblesWithoutTransparency:
            "the scribbles are opaque everywhere; paint them on a transparent picture, or give a trimap instead"
        case .strangeScribble(let x, let y, let color):
            "the scribble at (\(x), \(y)) is \(color); paint subject white or green, background black or red, "
                + "and what is to be found out grey or blue, without soft edges of other colours"
        case .emptyStroke:
            "a stroke without points; give one at least"
        case .strokeOutside(let width, let height):
            "a stroke lies outside of the picture; it has \(width)×\(height) pixels, counted from the upper left corner"
        case .contradictoryStrokes(let x, let y):
            "strokes say subject and background of the same pixel (\(x), \(y)); give what is meant only"
        case .noSuchSubject(let number, let count):
            switch count {
            case ...0: "there is no subject \(number): the matte is empty"
            case 1: "there is no subject \(number): the picture has one; use 1"
            default: "there is no subject \(number): the picture has \(count); use 1 to \(count)"
            }
        case .tooManySubjects(let limit):
            "more than \(limit) true subjects; give each one colour, without smooth edges, in a PNG"
        case .noSubjectAt(let x, let y, let width, let height):
            x >= 0 && y >= 0 && x < width && y < height
                ? "no subject is at \(x),\(y); choose a pixel inside of one"
                : "\(x),\(y) is no pixel of the upright picture; use 0,0 to \(width - 1),\(height - 1)"
        }
    }

    private static func differentSizes(_ part: String, _ size: String, _ expected: String) -> String {
        if part == "picture" {
            return
                "the picture has \(size) pixels and the matte \(expected); bring the matte to the size of the upright picture"
        }
        return "the \(part) \(part.hasSuffix("s") ? "have" : "has") \(size) pixels and the picture \(expected); "
            + "bring the \(part) to the size of the upright picture"
    }

    /// Rethrows what the stages throw as a ``MattingError``.
    package static func wrapping<Result>(_ body: () throws -> Result) throws(MattingError) -> Result {
        do {
            return try body()
        } catch let error as MattingError {
            throw error
        } catch let problem as OptionProblem {
            throw .invalidOption(name: problem.name, value: problem.value, allowed: problem.allowed)
        } catch let error as RasterError {
            throw .picture(error)
        } catch let error as ImageCodecError {
            throw .image(error)
        } catch let error as VideoStreamError {
            throw .video(error)
        } catch let error as WeightError {
            throw .weights(error)
        } catch let error as TensorError {
            throw .computation(error)
        } catch {
            // Nothing below throws anything else but the cancellation of a task.
            throw .cancelled
        }
    }
}
