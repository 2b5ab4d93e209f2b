import MatteSolving
import Raster

/// A matte that a person corrects stroke by stroke: each changes what it touches, and can be undone.
///
/// ```swift
/// var session = try CorrectionSession(result)
/// let changed = try session.apply(Stroke([.init(x: 120, y: 80)], radius: 12, kind: .subject))
/// redraw(changed)
/// try session.undo()
/// ```
///
/// A value: copies share memory until one of them changes. Far from the strokes the matte stays what it was, bit for bit.
/// Later strokes win over earlier ones.
public struct CorrectionSession: Sendable {
    /// The picture.
    public let image: RasterImage
    /// The matte with all strokes so far.
    public private(set) var alpha: AlphaMatte
    /// How alpha is solved around strokes.
    public let solver: ClosedFormMatting

    /// A session on a result.
    ///
    /// - Parameters:
    ///   - result: of a pipeline, a refiner, or made of a picture and a matte.
    ///   - solver: how alpha is solved around strokes.
    ///   - undoMemory: bytes that are kept for undoing, 0 to 2^40; the oldest steps are forgotten first. A step keeps five
    ///     bytes for each pixel of the rectangle that it changed, twice after it was undone.
    /// - Throws: ``MattingError/invalidOption(name:value:allowed:)``, ``MattingError/picture(_:)`` where memory is refused.
    public init(
        _ result: MattingResult, solver: ClosedFormMatting = ClosedFormMatting(), undoMemory: Int = 128 << 20
    ) throws(MattingError) {
        fatalError("to be written")
    }

    /// Applies a stroke to the matte.
    ///
    /// - Returns: the rectangle in which alpha changed; empty where nothing did.
    /// - Throws: ``MattingError/emptyStroke``, ``MattingError/strokeOutside(width:height:)``,
    ///   ``MattingError/invalidOption(name:value:allowed:)``, ``MattingError/computation(_:)`` where memory is refused,
    ///   ``MattingError/cancelled``. The session is then what it was.
    @discardableResult
    public mutating func apply(_ stroke: Stroke) throws(MattingError) -> PixelRect {
        fatalError("to be written")
    }

    /// Applies a stroke on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: As the synchronous form, but `CancellationError` where the task is cancelled.
    @discardableResult
    public mutating func apply(_ stroke: Stroke) async throws -> PixelRect {
        try await MattingError.onOwnThread { try apply(stroke) }
    }

    /// Whether there is a stroke to undo.
    public var canUndo: Bool { fatalError("to be written") }
    /// Whether there is an undone stroke to apply again.
    public var canRedo: Bool { fatalError("to be written") }

    /// Takes the last stroke back.
    ///
    /// - Returns: the rectangle in which alpha changed; empty where there was nothing to undo.
    /// - Throws: ``MattingError/computation(_:)`` where memory is refused.
    @discardableResult
    public mutating func undo() throws(MattingError) -> PixelRect { fatalError("to be written") }

    /// Applies the stroke that was undone last once more.
    ///
    /// - Returns: the rectangle in which alpha changed; empty where there was nothing to redo.
    /// - Throws: ``MattingError/computation(_:)`` where memory is refused.
    @discardableResult
    public mutating func redo() throws(MattingError) -> PixelRect { fatalError("to be written") }

    /// The picture with the matte as it is now.
    public var result: MattingResult { fatalError("to be written") }
}
