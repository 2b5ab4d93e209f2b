import MatteRefinement
import Raster
import TensorCore
import Threads

extension MattingResult {
    /// The subjects of the picture, told apart: what hangs together, cut where two only touch.
    ///
    /// ```swift
    /// for subject in try result.subjects() {
    ///     try subject.result().cutout().write(to: "subject-\(subject.number).png")
    /// }
    /// ```
    ///
    /// - Parameter separation: what counts as a subject.
    /// - Returns: the largest first; empty where the matte is.
    /// - Throws: ``MattingError/invalidOption(name:value:allowed:)``, ``MattingError/computation(_:)`` where memory is
    ///   refused, ``MattingError/cancelled`` in a task that is.
    /// - Complexity: O(pixels); 1 byte a pixel stays.
    public func subjects(_ separation: SubjectSeparation = SubjectSeparation()) throws(MattingError) -> MatteSubjects {
        let storage = SubjectStorage(image: image, alpha: alpha, confidence: confidence, warnings: warnings, pool: pool)
        return MatteSubjects([], storage: storage)
    }

    /// The subjects of the picture, told apart on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: ``MattingError``; `CancellationError` in a task that is cancelled.
    public func subjects(_ separation: SubjectSeparation = SubjectSeparation()) async throws -> MatteSubjects {
        try await MattingError.onOwnThread { try subjects(separation) }
    }
}

extension MatteSubject {
    /// The subject's own matte, at the picture's size: 0 wherever another subject is.
    ///
    /// - Throws: ``MattingError/computation(_:)`` where memory is refused.
    /// - Complexity: O(pixels).
    public func matte() throws(MattingError) -> AlphaMatte {
        storage.alpha
    }

    /// The subject's own matte, made on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: ``MattingError``; `CancellationError` where the task is cancelled before its turn comes.
    public func matte() async throws -> AlphaMatte {
        try await MattingError.onOwnThread { try matte() }
    }

    /// The picture with the subject's own matte, for cut-outs and composites of it alone.
    ///
    /// - Throws: ``MattingError/computation(_:)`` where memory is refused.
    /// - Complexity: O(pixels).
    public func result() throws(MattingError) -> MattingResult {
        MattingResult(
            image: storage.image, alpha: try matte(), confidence: storage.confidence, warnings: storage.warnings,
            pool: storage.pool)
    }

    /// The picture with the subject's own matte, made on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: ``MattingError``; `CancellationError` where the task is cancelled before its turn comes.
    public func result() async throws -> MattingResult {
        try await MattingError.onOwnThread { try result() }
    }
}
