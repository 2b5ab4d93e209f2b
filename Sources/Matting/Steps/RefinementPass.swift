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

    /// The matte `[1, height, width, 1]` of the picture, and inside each crop that of the crop.
    func callAsFunction(_ looks: Looks, of image: RasterImage) throws -> Tensor {
        // Where all edges are inside crops, they are refined there.
        let refinement = looks.cropsCoverAll ? refinement.withoutNetwork : refinement
        var alpha = try refined(looks.whole, of: image, by: refinement)
        for subject in looks.crops {
            // One crop's pixels at a time.
            let part = try refined(subject.prediction, of: subject.crop.image(of: image), by: self.refinement)
            try Cancellation.check { try subject.crop.merge(part, into: &alpha, pool: pool) }
        }
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
