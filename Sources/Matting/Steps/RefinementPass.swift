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

    /// The matte `[1, height, width, 1]` of the picture, and inside each crop that of the crop; and what is to be said of it.
    func callAsFunction(_ looks: Looks, of image: RasterImage) throws -> (alpha: Tensor, warnings: [MattingWarning]) {
        // Where all edges are inside crops, they are refined there.
        let refinement = looks.cropsCoverAll ? refinement.aroundCrops : refinement
        var (alpha, warnings) = try refined(looks.whole, of: image, by: refinement)
        for subject in looks.crops {
            // One crop's pixels at a time.
            let part = try refined(subject.prediction, of: subject.crop.image(of: image), by: self.refinement)
            try Cancellation.check { try subject.crop.merge(part.alpha, into: &alpha, pool: pool) }
            warnings += part.warnings.filter { !warnings.contains($0) }
        }
        return (alpha, warnings)
    }

    private func refined(
        _ prediction: CoarseMatte, of image: RasterImage, by refinement: MattingOptions.Refinement
    ) throws -> (alpha: Tensor, warnings: [MattingWarning]) {
        switch refinement {
        case .edges(let refinement):
            guard let edges else { preconditionFailure("a pipeline that refines edges has loaded their network") }
            return (
                try refinement(prediction.matte, doubt: prediction.doubt, image: image, model: edges, pool: pool), []
            )
        case .guided(let upsampling):
            return (try guided(prediction, of: image, by: upsampling), [])
        case .closedForm(let refinement):
            var alpha = try guided(prediction, of: image, by: refinement.upsampling)
            let trimap = try Trimap(
                AlphaMatte(alpha),
                confidence: prediction.doubt.map {
                    MatteConfidence(doubt: $0, matte: prediction.matte, strongestHint: nil, calibration: nil)
                },
                band: refinement.band, pool: pool)
            // All unknown is a picture to which nothing can be added.
            guard trimap.backgroundCount + trimap.foregroundCount > 0 else { return (alpha, []) }
            let outcome = try ClosedFormPass(solver: refinement.solver, pool: pool)(&alpha, trimap, of: image)
            return (alpha, outcome.warnings)
        case .bilinear:
            return (
                try Cancellation.check {
                    try prediction.matte.resized(height: image.height, width: image.width, pool: pool)
                }, []
            )
        }
    }

    private func guided(
        _ prediction: CoarseMatte, of image: RasterImage, by upsampling: GuidedUpsampling
    ) throws -> Tensor {
        try Cancellation.check {
            try image.withGuideRows { (guide) throws(TensorError) in
                try upsampling(prediction.matte, guide: guide, pool: pool)
            }
        }
    }
}

extension MattingOptions.Refinement {
    /// Whether it reads the network's doubt.
    var asksForDoubt: Bool {
        switch self {
        case .edges, .closedForm: true
        case .guided, .bilinear: false
        }
    }

    /// What remains of it around a crop, whose own edges are refined.
    fileprivate var aroundCrops: Self {
        switch self {
        case .edges(let refinement): .guided(refinement.upsampling)
        case .closedForm(let refinement): .guided(refinement.upsampling)
        case .guided, .bilinear: self
        }
    }
}
