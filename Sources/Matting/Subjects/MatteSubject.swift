import MatteRefinement
import Raster
import TensorCore
import Threads

/// One subject of a picture, from `subjects(_:)`. Its matte is made when it is asked for.
public struct MatteSubject: Sendable {
    /// Its place among the picture's subjects by area: 1 is the largest.
    public let number: Int
    /// The smallest rectangle that holds its body: its pixels of at least ``SubjectSeparation/threshold``, but for specks.
    public let box: PixelRect
    /// What it covers, in pixels: the sum of its alphas.
    public let area: Double
    /// The share of its matte that the network expects to be right, in `[0, 1]`: 1 less the errors that it expects of the
    /// subject's alphas, summed, over ``area``. Nil where the network does not tell.
    public let confidence: Double?
    /// The mean alpha of its pixels of at least ``SubjectSeparation/threshold``: how sure of itself the matte is. Ranks
    /// subjects where there is no ``confidence``.
    package let certainty: Double

    private let label: Int
    private let storage: SubjectStorage

    init(
        number: Int, label: Int, extent: SubjectLabels.Extent, expectedError: Double?, storage: SubjectStorage
    ) {
        self.number = number
        self.box = PixelRect(columns: extent.columns, rows: extent.rows)
        self.area = extent.area
        self.confidence = expectedError.map { min(max(1 - $0 / extent.area, 0), 1) }
        self.certainty = extent.bodyCount > 0 ? extent.bodyArea / Double(extent.bodyCount) : 0
        self.label = label
        self.storage = storage
    }

    /// The subject's own matte, at the picture's size: 0 wherever another subject is.
    ///
    /// Where two subjects touch, the line between them passes over two pixels. The mattes of all subjects sum to the
    /// picture's matte, exactly and in any order.
    ///
    /// - Throws: ``MattingError/computation(_:)`` where memory is refused, ``MattingError/cancelled`` in a task that is.
    /// - Complexity: O(pixels).
    public func matte() throws(MattingError) -> AlphaMatte {
        let (result, labels) = (storage.result, storage.labels)
        return try MattingError.wrapping {
            try Cancellation.check {
                AlphaMatte(try labels.matte(of: label, in: result.alpha.tensor, pool: result.pool))
            }
        }
    }

    /// The subject's own matte, made on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: ``MattingError``; `CancellationError` in a task that is cancelled.
    public func matte() async throws -> AlphaMatte {
        try await MattingError.onOwnThread { try matte() }
    }

    /// The picture with the subject's own matte, for cut-outs and composites of it alone.
    ///
    /// ``MattingResult/confidence`` is that of the whole picture's matte.
    ///
    /// - Throws: `computation(_:)` where memory is refused, ``MattingError/cancelled`` in a task that is.
    /// - Complexity: O(pixels).
    public func result() throws(MattingError) -> MattingResult {
        let whole = storage.result
        return MattingResult(
            image: whole.image, photograph: whole.photograph, alpha: try matte(), confidence: whole.confidence,
            warnings: whole.warnings, pool: whole.pool)
    }

    /// The picture with the subject's own matte, made on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: ``MattingError``; `CancellationError` in a task that is cancelled.
    public func result() async throws -> MattingResult {
        try await MattingError.onOwnThread { try result() }
    }
}
