import MatteSolving

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
}

extension MattingResult {
    /// The result with a person's corrections.
    ///
    /// - Throws: ``MattingError/differentSizes(of:width:height:expectedWidth:expectedHeight:)`` for a trimap or scribbles of
    ///   another size, ``MattingError/nothingKnown`` for a trimap of unknown pixels alone,
    ///   ``MattingError/emptyStroke``, ``MattingError/strokeOutside(width:height:)``,
    ///   ``MattingError/contradictoryStrokes(x:y:)``, ``MattingError/invalidOption(name:value:allowed:)``,
    ///   ``MattingError/computation(_:)`` where memory is refused, ``MattingError/cancelled``.
    public func corrected(by corrections: Corrections) throws(MattingError) -> MattingResult {
        fatalError("to be written")
    }

    /// The result with a person's corrections, made on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: As the synchronous form, but `CancellationError` where the task is cancelled.
    public func corrected(by corrections: Corrections) async throws -> MattingResult {
        try await MattingError.onOwnThread { try corrected(by: corrections) }
    }
}
