import MatteRefinement
import MatteSolving
import Raster
import TensorCore

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
    /// The matte with all strokes so far.
    public private(set) var alpha: AlphaMatte
    /// How alpha is solved around strokes.
    public let solver: ClosedFormMatting
    /// Bytes that are kept for undoing at most.
    public let undoMemory: Int

    private let original: MattingResult
    private var certain: PixelMarks
    private var warnings: [MattingWarning] = []
    /// What to go back to, the last one last; and what to go forward to.
    private var undoSteps: [CorrectionStep] = []
    private var redoSteps: [CorrectionStep] = []

    /// A session on a result.
    ///
    /// - Parameters:
    ///   - result: of a pipeline, a refiner, or made of a picture and a matte.
    ///   - solver: how alpha is solved around strokes.
    ///   - undoMemory: bytes that are kept for undoing and redoing together, 0 to 2^40; the oldest steps are forgotten
    ///     first. A step keeps five bytes for each pixel of the rectangle that it changed.
    /// - Throws: ``MattingError/invalidOption(name:value:allowed:)``, ``MattingError/picture(_:)`` where memory is refused.
    public init(
        _ result: MattingResult, solver: ClosedFormMatting = ClosedFormMatting(tolerance: 1e-3),
        undoMemory: Int = 128 << 20
    ) throws(MattingError) {
        try MattingError.wrapping {
            try solver.validate(as: "solver")
            try OptionProblem.check("undoMemory", undoMemory, in: 0...1 << 40)
        }
        self.original = result
        self.alpha = result.alpha
        self.solver = solver
        self.undoMemory = undoMemory
        self.certain = try MattingError.wrapping {
            try PixelMarks(width: result.image.width, height: result.image.height)
        }
    }

    /// The picture.
    public var image: RasterImage { original.image }

    /// The picture with the matte as it is now.
    public var result: MattingResult { original.replacing(alpha, warnings: warnings) }

    /// Applies a stroke to the matte.
    ///
    /// - Returns: the rectangle in which alpha changed; empty where nothing did.
    /// - Throws: ``MattingError/emptyStroke``, ``MattingError/strokeOutside(width:height:)``,
    ///   ``MattingError/invalidOption(name:value:allowed:)``, ``MattingError/computation(_:)`` or
    ///   ``MattingError/picture(_:)`` where memory is refused, ``MattingError/cancelled``. The session is then what it was.
    /// - Complexity: what the stroke touches, and a copy of the matte's memory.
    @discardableResult
    public mutating func apply(_ stroke: Stroke) throws(MattingError) -> PixelRect {
        try stroke.validate()
        let pass = CorrectionPass(image: image, solver: solver, pool: original.pool)
        var fresh = try MattingError.wrapping { try PixelMarks(width: image.width, height: image.height) }
        let box = try stroke.fill(&fresh, refusesContradictions: false)
        // Copies, which a call that throws leaves behind.
        var (next, marks) = (alpha.tensor, certain)
        let (bounds, outcome) = try MattingError.wrapping {
            try Cancellation.check()
            return try pass(
                fresh, box: box, nearReach: Corrections.nearReach(radius: stroke.radius), alpha: &next, certain: &marks)
        }
        let changed = alpha.changedRect(to: next, within: bounds)
        let step = try MattingError.wrapping {
            try CorrectionStep(changed: changed, kept: box.union(changed), alpha: alpha.tensor, marks: certain)
        }
        alpha = AlphaMatte(next)
        certain = marks
        warnings = outcome.warnings
        redoSteps = []
        undoSteps.append(step)
        forgetOldest()
        return changed
    }

    /// Applies a stroke on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: As the synchronous form, but `CancellationError` where the task is cancelled.
    @discardableResult
    public mutating func apply(_ stroke: Stroke) async throws -> PixelRect {
        try await MattingError.onOwnThread { try apply(stroke) }
    }

    /// Whether there is a stroke to undo.
    public var canUndo: Bool { !undoSteps.isEmpty }
    /// Whether there is an undone stroke to apply again.
    public var canRedo: Bool { !redoSteps.isEmpty }

    /// Takes the last stroke back.
    ///
    /// - Returns: the rectangle in which alpha changed; empty where there was nothing to undo.
    /// - Throws: ``MattingError/computation(_:)`` or ``MattingError/picture(_:)`` where memory is refused; the session is
    ///   then what it was.
    @discardableResult
    public mutating func undo() throws(MattingError) -> PixelRect {
        try step(from: \.undoSteps, to: \.redoSteps)
    }

    /// Applies the stroke that was undone last once more.
    ///
    /// - Returns: the rectangle in which alpha changed; empty where there was nothing to redo.
    /// - Throws: As ``undo()``.
    @discardableResult
    public mutating func redo() throws(MattingError) -> PixelRect {
        try step(from: \.redoSteps, to: \.undoSteps)
    }

    /// Takes the last step of one list, and leaves its inverse in the other.
    private mutating func step(
        from source: WritableKeyPath<Self, [CorrectionStep]>, to target: WritableKeyPath<Self, [CorrectionStep]>
    ) throws(MattingError) -> PixelRect {
        guard let step = self[keyPath: source].last else { return PixelRect(x: 0, y: 0, width: 0, height: 0) }
        let inverse = try exchange(step)
        self[keyPath: source].removeLast()
        self[keyPath: target].append(inverse)
        return step.changed
    }

    /// Puts a step's values in their place; the step that would take them out again.
    private mutating func exchange(_ step: CorrectionStep) throws(MattingError) -> CorrectionStep {
        var (next, marks) = (alpha.tensor, certain)
        let inverse = try MattingError.wrapping {
            let inverse = try CorrectionStep(changed: step.changed, kept: step.kept, alpha: next, marks: marks)
            try step.put(into: &next, &marks)
            return inverse
        }
        alpha = AlphaMatte(next)
        certain = marks
        warnings = []
        return inverse
    }

    /// Forgets the oldest steps beyond the memory for them.
    private mutating func forgetOldest() {
        var byteCount = undoSteps.reduce(0) { $0 + $1.byteCount }
        while byteCount > undoMemory, let first = undoSteps.first {
            byteCount -= first.byteCount
            undoSteps.removeFirst()
        }
    }
}

extension AlphaMatte {
    /// The smallest rectangle in which another matte of the same size differs.
    fileprivate func changedRect(to other: Tensor, within bounds: PixelRect) -> PixelRect {
        let box = tensor.withPointer { before in
            other.withPointer { after in
                CorrectionLoops.changedBox(
                    before, after, width: width, columns: bounds.columns, rows: bounds.rows)
            }
        }
        return box.map { PixelRect(columns: $0.columns, rows: $0.rows) } ?? PixelRect(x: 0, y: 0, width: 0, height: 0)
    }
}
