import KernelDispatch
import MattingNetworks
import TensorCore
import WeightFiles

/// How far a matte is to be trusted, as the network itself expects.
///
/// A network that predicts its doubt learns, beside the matte, the absolute error that the matte will have at each pixel.
/// Numbers about the subject and a map come of it: what a small subject lacks is not diluted by the empty ground around
/// it. They speak of pictures like those the network was trained and measured on: the score ranks pictures well, but no
/// network knows what it has never seen.
public struct MatteConfidence: Sendable {
    /// The expected mean absolute error of alpha over the picture, in [0, 1]; 0.02 is two parts in a hundred.
    public let expectedError: Double
    /// The expected intersection over union, at one half, of the matte and the true subject, in [0, 1]; nil where the matte
    /// is empty.
    ///
    /// What is expected to be subject of the matte's own part, over that part and what is expected to be missing from it.
    public let expectedOverlap: Double?
    /// Of an empty matte, how sure it is that the picture has no subject, in [0, 1]; nil where there is a matte.
    public let emptiness: Double?
    /// The share of the validation pictures of which the network was less sure, in [0, 1]; nil where the weight file has
    /// no table of them.
    ///
    /// By the overlap expected where the weight file has a table of those, else by the mean error expected; that of an empty
    /// matte is its ``emptiness`` then. 0.2 means: four pictures in five are surer. Sending everything below 0.2 to a person sends about a fifth of
    /// pictures like the validation ones, which have most of the error; `Weights/README.md` says how much.
    public let score: Double?
    /// In pixels of ``expectedErrors``: the size of the input of that look at the whole picture which counts.
    public var width: Int { doubt.shape.width }
    /// In pixels of ``expectedErrors``.
    public var height: Int { doubt.shape.height }

    /// `[1, h, w, 1]`, as the network predicted it.
    private let doubt: Tensor
    private let scale: Float

    /// - Parameters:
    ///   - doubt: `[1, h, w, 1]`, the predicted absolute error of each pixel, in [0, 1].
    ///   - matte: of the same shape, in [0, 1]: what that doubt is about.
    ///   - strongestHint: of an empty matte, what came nearest to a subject, in [0, 1]; nil where there is one.
    ///   - calibration: what such predictions were worth on validation pictures.
    init(doubt: Tensor, matte: Tensor, strongestHint: Float?, calibration: DoubtCalibration?) {
        let sum = doubt.withValues { values in values.baseAddress.map { kernels.sum($0, count: values.count) } ?? 0 }
        let mean = sum / Double(max(doubt.shape.elementCount, 1))
        let scale = calibration?.scale ?? 1
        self.doubt = doubt
        self.scale = scale
        self.expectedError = min(mean * Double(scale), 1)
        if let strongestHint {
            self.expectedOverlap = nil
            self.emptiness = 1 - Double(min(max(strongestHint, 0), 1))
        } else {
            self.expectedOverlap = ExpectedOverlap(of: matte, doubt: doubt, scale: scale).value
            self.emptiness = nil
        }
        if let overlaps = calibration?.overlaps {
            self.score = expectedOverlap.map { Self.rank(of: Float($0), among: overlaps) } ?? emptiness
        } else {
            self.score = calibration.map { 1 - Self.rank(of: Float(mean), among: $0.quantiles) }
        }
    }

    /// The expected error around a pixel of the picture, in [0, 1].
    ///
    /// - Parameters:
    ///   - x: in [0, 1) from the left edge of the picture to the right.
    ///   - y: in [0, 1) from the upper edge to the lower.
    public func expectedError(x: Double, y: Double) -> Float {
        let column = Self.index(of: x, count: width)
        let row = Self.index(of: y, count: height)
        return min(doubt.withValues { $0[row * width + column] } * scale, 1)
    }

    /// The nearest of `count` cells of [0, 1); what is not a number counts as 0.
    private static func index(of position: Double, count: Int) -> Int {
        position > 0 ? min(Int(min(position, 1) * Double(count)), count - 1) : 0
    }

    /// The map: the expected error of each pixel of that input, row by row from the top, in [0, 1].
    public var expectedErrors: [Float] { doubt.withValues { $0.map { min($0 * scale, 1) } } }

    /// Where a value lies among ascending ones, 0 at the first and 1 at the last, linear in between.
    private static func rank(of value: Float, among quantiles: [Float]) -> Double {
        guard let above = quantiles.firstIndex(where: { $0 > value }) else { return 1 }
        guard above > 0 else { return 0 }
        let (low, high) = (quantiles[above - 1], quantiles[above])
        let share = Double((value - low) / (high - low))
        return (Double(above - 1) + share) / Double(quantiles.count - 1)
    }
}
