import MatteRefinement
import MattingNetworks
import Raster
import TensorCore
import Threads
import WeightFiles

/// Mattes made elsewhere, brought to their picture and refined: what a pipeline does after its network, without one.
///
/// ```swift
/// let refiner = try MattingRefiner(.closedForm(ClosedFormRefinement()))
/// let matte = try AlphaMatte(RasterImage(contentsOf: "matte.png"))
/// let result = try refiner.refine(matte, of: photo)
/// ```
public struct MattingRefiner: Sendable {
    /// How mattes are refined.
    public let refinement: MattingOptions.Refinement
    private let edges: EdgeModel?
    private let pool: ThreadPool

    /// Of the picture's longer side the window that filters a matte of the picture's own size has this share as its radius,
    /// and at least this many pixels; a second pass has a quarter.
    private static let (filterShare, leastRadius) = (0.004, 4)

    /// - Parameters:
    ///   - refinement: how mattes are refined.
    ///   - edgeWeightFile: for the edge network, where the refinement asks for it; nil takes the embedded one.
    ///   - threadCount: for each call, 1 to 1024; nil shares one pool of all usable processors. The result is the same, bit
    ///     for bit, for every number.
    /// - Throws: ``MattingError/invalidOption(name:value:allowed:)``, ``MattingError/weights(_:)``.
    public init(
        _ refinement: MattingOptions.Refinement = .guided(GuidedUpsampling()), edgeWeightFile: WeightFile? = nil,
        threadCount: Int? = nil
    ) throws(MattingError) {
        try MattingOptions(refinement: refinement, threadCount: threadCount).validate()
        var edges: EdgeModel?
        if case .edges = refinement {
            let file = if let edgeWeightFile { edgeWeightFile } else { try MattingPipeline.defaultEdgeWeights() }
            edges = try MattingError.wrapping { try EdgeModel(file) }
        }
        self.refinement = refinement
        self.edges = edges
        self.pool = threadCount.map { ThreadPool(threadCount: $0) } ?? .shared
    }

    /// The matte at exactly the picture's size, refined.
    ///
    /// A matte of the picture's size keeps its detail: ``MattingOptions/Refinement/guided(_:)`` filters it with windows of
    /// 0.4 % of the picture's longer side and again with a quarter of that (K. He et al. 2013), the closed form solves the
    /// band around what is unsure in it, and ``MattingOptions/Refinement/bilinear`` leaves it as it is. A matte of another
    /// size is brought up (or down) first; it has to have the picture's proportions, up to a pixel of its own. An alpha that
    /// the picture already has is multiplied in.
    ///
    /// - Parameters:
    ///   - matte: of the picture, from anywhere.
    ///   - image: the picture.
    ///   - corrections: certain pixels, honoured exactly.
    /// - Throws: ``MattingError/differentSizes(of:width:height:expectedWidth:expectedHeight:)`` for a matte of other
    ///   proportions, ``MattingError/computation(_:)`` where memory is refused, ``MattingError/cancelled``, and what
    ///   `corrected(by:)` throws.
    public func refine(
        _ matte: AlphaMatte, of image: RasterImage, corrections: Corrections? = nil
    ) throws(MattingError) -> MattingResult {
        guard matte.hasProportions(of: image) else {
            throw .differentSizes(
                of: "picture", width: image.width, height: image.height, expectedWidth: matte.width,
                expectedHeight: matte.height)
        }
        let marks = try corrections?.marks(for: image)
        let result = try MattingError.wrapping {
            try Cancellation.check()
            var coarse = CoarseMatte(matte: matte.tensor, doubt: nil)
            if matte.width == image.width, matte.height == image.height {
                coarse.matte = try filtered(matte.tensor, of: image)
            }
            let pass = RefinementPass(refinement, edges: edges, pool: pool)
            var (alpha, warnings) = try pass(Looks(coarse), of: image)
            if image.colorModel.hasAlpha {
                try Cancellation.check { try image.multiplyAlpha(into: &alpha, pool: pool) }
            }
            return MattingResult(
                image: image, made: AlphaMatte(alpha), confidence: nil, warnings: warnings, pool: pool)
        }
        guard let corrections else { return result }
        return try result.corrected(by: corrections, marks: marks)
    }

    /// A matte of the picture's own size, as its edges are.
    private func filtered(_ matte: Tensor, of image: RasterImage) throws -> Tensor {
        guard case .guided(let upsampling) = refinement else { return matte }
        let radius = max(Int(Double(max(image.width, image.height)) * Self.filterShare), Self.leastRadius)
        return try image.withGuideRows { guide in
            try Cancellation.check {
                var matte = matte
                for radius in [radius, radius / 4] {
                    // Less than the upsampling's: hair is a pixel wide at this size, and fits to it have no noise to fear.
                    let filter = GuidedFilter(radius: radius, epsilon: max(upsampling.epsilon, 1e-4))
                    matte = try filter(matte, guide: guide, deadZone: upsampling.deadZone, pool: pool)
                }
                return matte
            }
        }
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

extension AlphaMatte {
    /// Whether a picture has the matte's proportions, up to a pixel of the matte.
    fileprivate func hasProportions(of image: RasterImage) -> Bool {
        let (width, height) = (Double(width), Double(height))
        let scale = Double(image.width) / width
        return abs(Double(image.height) / scale - height) <= 1
            || abs(Double(image.width) / (Double(image.height) / height) - width) <= 1
    }
}
