import MattingNetworks
import Raster
import Threads
import WeightFiles

/// Mattes made elsewhere, brought to their picture and refined: what a pipeline does after its network, without one.
///
/// ```swift
/// let refiner = try MattingRefiner(.closedForm(ClosedFormRefinement()))
/// let result = try refiner.refine(AlphaMatte(RasterImage(contentsOf: "matte.png")), of: photo)
/// ```
public struct MattingRefiner: Sendable {
    /// How mattes are refined.
    public let refinement: MattingOptions.Refinement
    private let edges: EdgeModel?
    private let pool: ThreadPool

    /// - Parameters:
    ///   - refinement: how mattes are refined.
    ///   - edgeWeightFile: for the edge network, where the refinement asks for it; nil takes the embedded one.
    ///   - threadCount: for each call, 1 to 1024; nil shares one pool of all usable processors. The result is the same, bit
    ///     for bit, for every number.
    /// - Throws: ``MattingError/invalidOption(name:value:allowed:)``, ``MattingError/weights(_:)``.
    public init(
        _ refinement: MattingOptions.Refinement, edgeWeightFile: WeightFile? = nil, threadCount: Int? = nil
    ) throws(MattingError) {
        fatalError("to be written")
    }

    /// The matte at exactly the picture's size, refined.
    ///
    /// A matte of the picture's size keeps its detail: it is filtered where it is unsure. A matte of another size is brought
    /// up (or down) first; it has to have the picture's proportions, up to a pixel of its own. An alpha that the picture
    /// already has is multiplied in.
    ///
    /// - Parameters:
    ///   - matte: of the picture, from anywhere.
    ///   - image: the picture.
    ///   - corrections: certain pixels, honoured exactly.
    /// - Throws: ``MattingError/differentSizes(of:width:height:expectedWidth:expectedHeight:)`` for a matte of other
    ///   proportions, ``MattingError/computation(_:)`` where memory is refused, ``MattingError/cancelled``, and what
    ///   ``MattingResult/corrected(by:)`` throws.
    public func refine(
        _ matte: AlphaMatte, of image: RasterImage, corrections: Corrections? = nil
    ) throws(MattingError) -> MattingResult {
        fatalError("to be written")
    }

    /// The matte at exactly the picture's size, refined on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: As the synchronous form, but `CancellationError` where the task is cancelled.
    public func refine(
        _ matte: AlphaMatte, of image: RasterImage, corrections: Corrections? = nil
    ) async throws -> MattingResult {
        try await MattingError.onOwnThread { try refine(matte, of: image, corrections: corrections) }
    }
}
