import Matting
import MattingNetworks
import Raster
import WeightFiles

/// How far two mattes of one picture are apart, in alpha.
package struct MatteDifference: Sendable {
    /// Of all pixels.
    package let mean: Double
    /// Of the worst pixel.
    package let maximum: Double
    /// Whether the first matte is all background or all subject, but for a thousandth, or the same everywhere, with a
    /// deviation below 0.01. A network that makes no difference between pixels gives the same matte with other weights, too.
    package let isOfFlatMatte: Bool

    /// - Parameters:
    ///   - first: a matte.
    ///   - second: of the same size.
    package init(_ first: AlphaMatte, _ second: AlphaMatte) {
        precondition(first.width == second.width && first.height == second.height, "mattes of two sizes")
        var (sum, maximum) = (0.0, Float(0))
        var (alphas, squares) = (0.0, 0.0)
        first.withValues { first in
            second.withValues { second in
                var index = 0
                while index < first.count {
                    let distance = abs(first[index] - second[index])
                    sum += Double(distance)
                    let alpha = Double(first[index])
                    alphas += alpha
                    squares += alpha * alpha
                    if distance > maximum { maximum = distance }
                    index &+= 1
                }
            }
        }
        let count = Double(first.width * first.height)
        self.mean = sum / count
        let average = alphas / count
        self.isOfFlatMatte = !(0.001...0.999).contains(average) || squares / count - average * average < 0.01 * 0.01
        self.maximum = Double(maximum)
    }

    /// The mattes that two weight files of one network give of a picture, the network's own without refinement; those of
    /// edge networks, behind the embedded network.
    ///
    /// - Parameter recipe: preprocessing of both in place of the first one's, by the keys of metadata: what it changes is no
    ///   matter of the weights.
    /// - Throws: ``MattingError``.
    package init(
        between first: WeightFile, and second: WeightFile, on image: RasterImage, recipe: [String: String] = [:]
    ) throws(MattingError) {
        // A threshold of 0: a picture in which nothing is found would have one empty matte for all.
        func matte(_ file: WeightFile) throws(MattingError) -> AlphaMatte {
            let isEdge = EdgeModel.isRecognized(in: file)
            let options = MattingOptions(
                refinement: isEdge ? .edges(EdgeRefinement()) : .bilinear, subjectThreshold: 0,
                memoryUse: .small, recipe: isEdge ? [:] : recipe)
            let pipeline = try MattingPipeline(
                weightFile: isEdge ? try MattingPipeline.defaultWeights() : file, edgeWeightFile: isEdge ? file : nil,
                options: options)
            return try pipeline.matte(image).alpha
        }
        self.init(try matte(first), try matte(second))
    }
}
