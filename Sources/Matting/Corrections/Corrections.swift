import MatteSolving
import Raster
import TensorCore

/// Certain pixels that a person gives: a trimap, scribbles or strokes. The result honours them exactly.
public struct Corrections: Sendable {
    enum Source: Sendable {
        case trimap(Trimap)
        case scribbles(Scribbles)
        case strokes([Stroke])
    }
    let source: Source
    /// How alpha is solved from certain pixels.
    public var solver = ClosedFormMatting()

    /// A trimap: background and foreground as they are, the unknown solved from them. The automatic matte is only where the
    /// solver begins.
    public init(_ trimap: Trimap) { source = .trimap(trimap) }

    /// Scribbles: the matte changes around them, and stays what it was elsewhere.
    public init(_ scribbles: Scribbles) { source = .scribbles(scribbles) }

    /// Strokes, all of one time: the same pixels as both subject and background are an error.
    public init(_ strokes: [Stroke]) { source = .strokes(strokes) }

    /// Marks of strokes and scribbles, where they are and how far the matte around them is solved again.
    struct Marks {
        let fresh: PixelMarks
        let box: PixelRect
        let nearReach: Int
    }

    /// Checks all that can be wrong with a picture's corrections.
    ///
    /// - Returns: the marks; nil for a trimap, and for a list without a stroke.
    /// - Throws: As ``MattingResult/corrected(by:)``.
    func marks(for image: RasterImage) throws(MattingError) -> Marks? {
        try MattingError.wrapping { try solver.validate(as: "corrections.solver") }
        switch source {
        case .trimap(let trimap):
            try trimap.check(for: image)
            return nil
        case .scribbles(let scribbles):
            guard scribbles.width == image.width, scribbles.height == image.height else {
                throw .differentSizes(
                    of: "scribbles", width: scribbles.width, height: scribbles.height, expectedWidth: image.width,
                    expectedHeight: image.height)
            }
            let box = scribbles.marks.withBytes {
                CorrectionLoops.box($0, width: image.width, height: image.height)
            }
            // Painted with brushes of unknown width, thin as a rule.
            return box.map {
                Marks(
                    fresh: scribbles.marks, box: PixelRect(columns: $0.columns, rows: $0.rows),
                    nearReach: max(max(image.width, image.height) / 200, 8))
            }
        case .strokes(let strokes):
            for stroke in strokes { try stroke.validate() }
            guard let widest = strokes.map(\.radius).max() else { return nil }
            var fresh = try MattingError.wrapping { try PixelMarks(width: image.width, height: image.height) }
            var box = PixelRect(x: 0, y: 0, width: 0, height: 0)
            for stroke in strokes { box = box.union(try stroke.fill(&fresh, refusesContradictions: true)) }
            return Marks(fresh: fresh, box: box, nearReach: Self.nearReach(radius: widest))
        }
    }

    /// Pixels around a stroke that are solved again: as wide as the brush, up to a limit, and some more.
    static func nearReach(radius: Double) -> Int { Int(min(radius, 120)) + 8 }
}

extension MattingResult {
    /// The result with a person's corrections, which it honours exactly, also where the picture has an alpha of its own.
    ///
    /// - Throws: ``MattingError/differentSizes(of:width:height:expectedWidth:expectedHeight:)`` for a trimap or scribbles of
    ///   another size, ``MattingError/nothingKnown`` for a trimap of unknown pixels alone,
    ///   ``MattingError/emptyStroke``, ``MattingError/strokeOutside(width:height:)``,
    ///   ``MattingError/contradictoryStrokes(x:y:)``, ``MattingError/invalidOption(name:value:allowed:)``,
    ///   ``MattingError/computation(_:)`` or ``MattingError/picture(_:)`` where memory is refused,
    ///   ``MattingError/cancelled``.
    /// - Complexity: a trimap's unknown pixels times some tens of iterations; for scribbles and strokes what they touch.
    ///   Memory: up to 130 MB, and six bytes a pixel.
    public func corrected(by corrections: Corrections) throws(MattingError) -> MattingResult {
        try corrected(by: corrections, marks: try corrections.marks(for: image))
    }

    /// The same with marks that were made before.
    func corrected(by corrections: Corrections, marks: Corrections.Marks?) throws(MattingError) -> MattingResult {
        try MattingError.wrapping {
            try Cancellation.check()
            var alpha = alpha.tensor
            var outcome = SolvingOutcome()
            if case .trimap(let trimap) = corrections.source {
                outcome = try ClosedFormPass(solver: corrections.solver, pool: pool)(&alpha, trimap, of: image)
            } else if let marks {
                let pass = CorrectionPass(image: image, solver: corrections.solver, pool: pool)
                var certain = try PixelMarks(width: image.width, height: image.height)
                outcome =
                    try pass(
                        marks.fresh, box: marks.box, nearReach: marks.nearReach, alpha: &alpha, certain: &certain
                    ).outcome
            }
            return replacing(AlphaMatte(alpha), warnings: outcome.warnings)
        }
    }

    /// The result with another matte, and what is to be said of that.
    func replacing(_ alpha: AlphaMatte, warnings added: [MattingWarning]) -> MattingResult {
        MattingResult(
            image: image, photograph: photograph, alpha: alpha, confidence: confidence,
            warnings: (warnings + added).telling(of: alpha), pool: pool)
    }

    /// The result with a person's corrections, made on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: As the synchronous form, but `CancellationError` where the task is cancelled.
    public func corrected(by corrections: Corrections) async throws -> MattingResult {
        try await MattingError.onOwnThread { try corrected(by: corrections) }
    }
}
