import MatteRefinement
import MattingNetworks
import Raster
import TensorCore
import Threads

/// Last step: the coarse matte at the picture's own size, with the picture's edges.
struct RefinementPass {
    private let refinement: MattingOptions.Refinement
    private let edges: EdgeModel?
    private let pool: ThreadPool

    /// - Parameter edges: the edge network, where the refinement asks for it.
    init(_ refinement: MattingOptions.Refinement, edges: EdgeModel?, pool: ThreadPool) {
        self.refinement = refinement
        self.edges = edges
        self.pool = pool
    }

    /// The matte `[1, height, width, 1]` of the picture, and inside the crop, where there is one, that of the crop.
    func callAsFunction(_ prediction: CoarseMatte, _ crop: CroppedSubject?, of image: RasterImage) throws -> Tensor {
        guard let crop else { return try refined(prediction, of: image, by: refinement) }
        // The edges are those inside the crop.
        var alpha = try refined(prediction, of: image, by: refinement.withoutNetwork)
        let part = try refined(crop.prediction, of: crop.image, by: refinement)
        try Cancellation.check { try crop.crop.merge(part, into: &alpha, pool: pool) }
        return alpha
    }

    private func refined(
        _ prediction: CoarseMatte, of image: RasterImage, by refinement: MattingOptions.Refinement
    ) throws -> Tensor {
        switch refinement {
        case .edges(let refinement):
            guard let edges else { preconditionFailure("a pipeline that refines edges has loaded their network") }
            return try refinement(prediction.matte, doubt: prediction.doubt, image: image, model: edges, pool: pool)
        case .guided(let upsampling):
            return try Cancellation.check {
                try image.withGuideRows { (guide) throws(TensorError) in
                    try upsampling(prediction.matte, guide: guide, pool: pool)
                }
            }
        case .closedForm: fatalError("to be written")
        case .bilinear:
            return try Cancellation.check {
                try prediction.matte.resized(height: image.height, width: image.width, pool: pool)
            }
        }
    }
}

extension MattingOptions.Refinement {
    /// What remains of it where the edge network is not asked.
    fileprivate var withoutNetwork: Self {
        switch self {
        case .edges(let refinement): .guided(refinement.upsampling)
        case .closedForm(let refinement): .guided(refinement.upsampling)
        case .guided, .bilinear: self
        }
    }
}
