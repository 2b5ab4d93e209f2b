import Matting
import Raster
import TensorCore
import Threads

/// What rules can ask of a picture and its matte.
public struct PictureFacts: Sendable, Hashable {
    /// A number that rules can ask for.
    public enum Measure: String, Sendable, Hashable, CaseIterable {
        /// Of the upright picture, in pixels.
        case width
        /// Of the upright picture, in pixels.
        case height
        /// In millions of pixels.
        case megapixels
        /// The share of validation pictures of which the network was less sure; unknown where it does not tell.
        case confidence
        /// The intersection over union of the matte and the true subject that the network expects; unknown where it does not
        /// tell, and of an empty matte.
        case expectedOverlap = "expected-overlap"
        /// The mean absolute error of alpha that the network expects; unknown where it does not tell.
        case expectedError = "expected-error"
        /// The area where the network expects alpha to be wrong by more than a tenth, over the subject's own; at most 1, and
        /// unknown where it does not tell.
        case uncertainArea = "uncertain-area"
        /// The share of the picture that the subject covers.
        case coverage
        /// How many subjects there are.
        case subjects
        /// How far the colours of subject and ground lie apart, from 0 to 1, where a quarter of the outline has less; unknown
        /// where there is no outline.
        case contrast

        /// The values it can have.
        var range: ClosedRange<Double> {
            switch self {
            case .width, .height, .megapixels, .subjects: 0...(.infinity)
            case .confidence, .expectedOverlap, .expectedError, .uncertainArea, .coverage, .contrast: 0...1
            }
        }
    }

    /// A side of the picture.
    public enum Side: String, Sendable, Hashable, CaseIterable {
        /// The first column.
        case left
        /// The first row.
        case top
        /// The last column.
        case right
        /// The last row.
        case bottom
    }

    /// What was measured; measures that no rule asks for, and unknown ones, are not there.
    public var values: [Measure: Double]
    /// Sides that the subject touches, over a hundredth of their length at least.
    public var touchedSides: Set<Side>
    /// Whether no subject was found.
    public var isEmpty: Bool

    /// Facts that are known already.
    public init(values: [Measure: Double] = [:], touchedSides: Set<Side> = [], isEmpty: Bool = false) {
        self.values = values
        self.touchedSides = touchedSides
        self.isEmpty = isEmpty
    }

    /// Measures a result.
    ///
    /// - Parameters:
    ///   - result: of a pipeline.
    ///   - measures: those that cost something are taken only where they are among these.
    /// - Throws: ``MattingError`` where memory is refused.
    /// - Complexity: O(pixels).
    public init(_ result: MattingResult, measuring measures: Set<Measure> = Set(Measure.allCases)) throws(MattingError)
    {
        let alpha = result.alpha
        let coverage = alpha.coverage
        var values: [Measure: Double] = [
            .width: Double(alpha.width), .height: Double(alpha.height),
            .megapixels: Double(alpha.width) * Double(alpha.height) / 1e6, .coverage: coverage,
        ]
        if let confidence = result.confidence {
            values[.confidence] = confidence.score
            values[.expectedOverlap] = confidence.expectedOverlap
            values[.expectedError] = confidence.expectedError
            let errors = confidence.expectedErrors
            let doubtful = errors.count { $0 > 0.1 }
            values[.uncertainArea] =
                coverage > 0 ? min(Double(doubtful) / (Double(errors.count) * coverage), 1) : doubtful > 0 ? 1 : 0
        }
        if measures.contains(.subjects) {
            values[.subjects] = result.hasSubject ? Double(try result.subjects().count) : 0
        }
        if measures.contains(.contrast), result.hasSubject {
            values[.contrast] = try Self.contrast(of: alpha, over: result.image)
        }
        self.init(values: values, touchedSides: Self.touchedSides(alpha), isEmpty: !result.hasSubject)
    }

    private static func touchedSides(_ alpha: AlphaMatte) -> Set<Side> {
        let touched = alpha.touchedSides
        return Set(
            Side.allCases.filter { side in
                switch side {
                case .left: touched.contains(.left)
                case .top: touched.contains(.top)
                case .right: touched.contains(.right)
                case .bottom: touched.contains(.bottom)
                }
            })
    }

    /// The longer side of what contrast is measured in: an outline of some hundred pixels, without noise.
    private static let contrastSide = 192
    /// How far apart a pixel of the subject and one of the ground lie.
    private static let reach = 4

    /// Pairs of pixels across the outline, one all subject and one all ground; the lower quartile of their distances in
    /// sRGB, over the distance of black and white.
    private static func contrast(of alpha: AlphaMatte, over image: RasterImage) throws(MattingError) -> Double? {
        let scale = min(Double(contrastSide) / Double(max(image.width, image.height)), 1)
        let width = max(Int((Double(image.width) * scale).rounded()), 1)
        let height = max(Int((Double(image.height) * scale).rounded()), 1)
        let matte = try alpha.resized(width: width, height: height)
        let colors = try MattingError.wrapping {
            try image.withoutAlpha().areaAveraged(width: width, height: height, pool: .shared)
        }
        let channels = colors.shape.channels
        var distances: [Float] = matte.withValues { matte in
            colors.withValues { colors in
                var distances: [Float] = []
                func compare(_ a: Int, _ b: Int) {
                    guard min(matte[a], matte[b]) < 0.1, max(matte[a], matte[b]) > 0.9 else { return }
                    var sum: Float = 0
                    for channel in 0..<channels {
                        let difference = colors[a * channels + channel] - colors[b * channels + channel]
                        sum += difference * difference
                    }
                    distances.append((sum / Float(channels)).squareRoot())
                }
                for y in 0..<height {
                    for x in 0..<width {
                        if x + reach < width { compare(y * width + x, y * width + x + reach) }
                        if y + reach < height { compare(y * width + x, (y + reach) * width + x) }
                    }
                }
                return distances
            }
        }
        guard !distances.isEmpty else { return nil }
        distances.sort()
        return Double(distances[distances.count / 4])
    }
}
