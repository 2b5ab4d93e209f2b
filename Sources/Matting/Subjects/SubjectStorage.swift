import MatteRefinement
import Raster
import TensorCore
import Threads

/// What all subjects of a picture share.
struct SubjectStorage: Sendable {
    let image: RasterImage
    let alpha: AlphaMatte
    let confidence: MatteConfidence?
    let warnings: [MattingWarning]
    let pool: ThreadPool

    /// Alpha from which a pixel of a subject can be hit.
    static let leastHit: Float = 0.1

    func index(x: Int, y: Int) -> Int? {
        guard let alpha = alpha[x, y], alpha >= Self.leastHit else { return nil }
        return 0
    }
}
