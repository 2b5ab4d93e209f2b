/// Precision and recall of a matte that is cut at each of 256 thresholds (Achanta et al., CVPR 2009).
///
/// Entry `t` in `0...255` takes all pixels whose alpha, rounded to 8 bits, is at least `t`; subject is what has a true
/// alpha of at least one half. Where nothing is taken the precision is 0, as in the usual toolboxes. Unlike those the
/// prediction is not stretched to the full range first.
public struct PrecisionRecallCurve: Sendable, Equatable, Codable {
    /// The share of the taken pixels that belong to the subject, `[256]`, in `[0, 1]`.
    public let precision: [Double]
    /// The share of the subject that is taken, `[256]`, in `[0, 1]`.
    public let recall: [Double]

    /// β² of the F-measure: the field weighs precision more than recall.
    public static let squaredBeta = 0.3
    static let thresholdCount = 256

    init(precision: [Double], recall: [Double]) {
        precondition(
            precision.count == Self.thresholdCount && recall.count == Self.thresholdCount,
            "a curve of \(precision.count) and \(recall.count) thresholds")
        self.precision = precision
        self.recall = recall
    }

    /// - Throws: `DecodingError` for another number of thresholds.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.precision = try container.decode(PerThreshold.self, forKey: .precision).values
        self.recall = try container.decode(PerThreshold.self, forKey: .recall).values
    }

    /// From the numbers of pixels of each predicted 8-bit value, in the subject (at least one) and outside it.
    init(subject: [Int], ground: [Int]) {
        let subjectCount = subject.reduce(0, +)
        precondition(subjectCount > 0, "recall of nothing")
        var precision = [Double](repeating: 0, count: Self.thresholdCount)
        var recall = precision
        var (hits, taken) = (0, 0)
        for threshold in precision.indices.reversed() {
            hits += subject[threshold]
            taken += subject[threshold] + ground[threshold]
            precision[threshold] = Double(hits) / Double(max(taken, 1))
            recall[threshold] = Double(hits) / Double(subjectCount)
        }
        self.init(precision: precision, recall: recall)
    }

    /// (1 + β²) · P · R / (β² · P + R) at each threshold, `[256]`, 0 where nothing is hit.
    public var fMeasure: [Double] {
        zip(precision, recall).map { precision, recall in
            let weighted = Self.squaredBeta * precision + recall
            return weighted > 0 ? (1 + Self.squaredBeta) * precision * recall / weighted : 0
        }
    }

    /// The largest of ``fMeasure``.
    public var maximumFMeasure: Double { fMeasure.max() ?? 0 }
}
