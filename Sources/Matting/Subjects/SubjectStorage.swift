import MatteRefinement
import Raster
import TensorCore
import Threads

/// What all subjects of a picture share.
struct SubjectStorage: Sendable {
    let result: MattingResult
    let labels: SubjectLabels
    /// The subjects by their labels, from 0: labels less 1 to places among the subjects; nil for a label that has nothing.
    let places: [Int?]

    /// Alpha from which a pixel of a subject can be hit: haze that nobody sees can not.
    private static let leastHit: Float = 0.1

    /// The place of the subject under a pixel; nil where there is none.
    func place(x: Int, y: Int) -> Int? {
        guard let alpha = result.alpha[x, y], alpha >= Self.leastHit else { return nil }
        let label = labels.label(x: x, y: y)
        return label > 0 ? places[label - 1] : nil
    }
}
