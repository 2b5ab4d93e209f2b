import MatteSolving
import Raster

/// Strokes over subject and background, painted on a transparent picture of the photograph's size.
///
/// White or green strokes are over the subject, black or red ones over the background, blue or mid-grey ones over what is
/// to be found out anew. Transparent pixels say nothing. Any other colour is an error that says where it is.
public struct Scribbles: Sendable {
    /// In pixels.
    public let width: Int
    /// In pixels.
    public let height: Int
    let marks: PixelMarks

    /// Reads strokes from a picture with transparency: pixels whose alpha is at least a half are marked.
    ///
    /// - Throws: ``MattingError/scribblesWithoutTransparency``, ``MattingError/strangeScribble(x:y:color:)`` for a colour
    ///   without a meaning, ``MattingError/nothingMarked`` where all is transparent, ``MattingError/picture(_:)`` where
    ///   memory is refused.
    /// - Complexity: O(pixels).
    public init(_ image: RasterImage) throws(MattingError) {
        let (width, count, channels) = (image.width, image.width * image.height, image.colorModel.channelCount)
        guard image.colorModel.hasAlpha else { throw .scribblesWithoutTransparency }
        var marks = try MattingError.wrapping { try PixelMarks(width: width, height: image.height) }
        var outcome = ScribbleLoops.Outcome.empty
        try MattingError.wrapping {
            try marks.withMutableBytes { bytes in
                image.withSamples { samples in
                    switch samples {
                    case .eight(let source):
                        outcome = ScribbleLoops.read(source, channels: channels, bytes, count: count)
                    case .sixteen(let source):
                        outcome = ScribbleLoops.read(source, channels: channels, bytes, count: count)
                    }
                }
            }
        }
        switch outcome {
        case .marked: break
        case .full: throw .scribblesWithoutTransparency
        case .empty: throw .nothingMarked
        case .strange(let index, let red, let green, let blue):
            let color = [red, green, blue].map { byte in
                let digits = String(byte, radix: 16)
                return digits.count < 2 ? "0" + digits : digits
            }
            throw .strangeScribble(x: index % width, y: index / width, color: "#" + color.joined())
        }
        self.width = width
        self.height = image.height
        self.marks = marks
    }

    /// Reads strokes from a picture with transparency, on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: As the synchronous form, but `CancellationError` where the task is cancelled before its turn comes.
    public init(_ image: RasterImage) async throws {
        self = try await MattingError.onOwnThread { try Scribbles(image) }
    }
}
