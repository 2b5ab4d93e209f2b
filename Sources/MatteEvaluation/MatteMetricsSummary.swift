/// Averages of ``MatteMetrics`` over pictures, each of which counts the same whatever its size.
///
/// Memory does not grow with the number of pictures.
public struct MatteMetricsSummary: Sendable, Equatable, Codable {
    /// Pictures that were added.
    public private(set) var pictureCount = 0
    /// Those among them whose truth has a subject: what IoU, F-measure and boundary IoU are averaged over.
    public private(set) var subjectCount = 0
    /// Those whose truth has none and whose prediction has none either.
    public private(set) var keptEmptyCount = 0

    private var absolute = 0.0
    private var square = 0.0
    private var differences = 0.0
    private var gradient = 0.0
    private var connectivity = 0.0
    private var overlap = 0.0
    private var boundaryOverlap = 0.0
    private var precision = PerThreshold()
    private var recall = PerThreshold()
    private var fMeasure = PerThreshold()

    /// A summary of no pictures.
    public init() {}

    /// Counts a picture.
    public mutating func add(_ metrics: MatteMetrics) {
        pictureCount &+= 1
        absolute += metrics.meanAbsoluteError
        square += metrics.meanSquaredError
        differences += metrics.sumOfAbsoluteDifferences
        gradient += metrics.gradientError
        connectivity += metrics.connectivityError
        guard let intersectionOverUnion = metrics.intersectionOverUnion,
            let boundary = metrics.boundaryIntersectionOverUnion, let curve = metrics.precisionRecall
        else {
            if !metrics.predictionHasSubject { keptEmptyCount &+= 1 }
            return
        }
        subjectCount &+= 1
        overlap += intersectionOverUnion
        boundaryOverlap += boundary
        for (threshold, value) in curve.fMeasure.enumerated() {
            precision[threshold] += curve.precision[threshold]
            recall[threshold] += curve.recall[threshold]
            fMeasure[threshold] += value
        }
    }

    /// Pictures whose truth has no subject.
    public var emptyCount: Int { pictureCount &- subjectCount }

    /// The mean of ``MatteMetrics/meanAbsoluteError``; nil without pictures.
    public var meanAbsoluteError: Double? { mean(absolute, pictureCount) }
    /// The mean of ``MatteMetrics/meanSquaredError``; nil without pictures.
    public var meanSquaredError: Double? { mean(square, pictureCount) }
    /// The mean of ``MatteMetrics/sumOfAbsoluteDifferences``; nil without pictures.
    public var sumOfAbsoluteDifferences: Double? { mean(differences, pictureCount) }
    /// The mean of ``MatteMetrics/gradientError``; nil without pictures.
    public var gradientError: Double? { mean(gradient, pictureCount) }
    /// The mean of ``MatteMetrics/connectivityError``; nil without pictures.
    public var connectivityError: Double? { mean(connectivity, pictureCount) }
    /// The mean of ``MatteMetrics/intersectionOverUnion``; nil without a picture that has a subject.
    public var intersectionOverUnion: Double? { mean(overlap, subjectCount) }
    /// The mean of ``MatteMetrics/boundaryIntersectionOverUnion``; nil without a picture that has a subject.
    public var boundaryIntersectionOverUnion: Double? { mean(boundaryOverlap, subjectCount) }

    /// The maximum over thresholds of the F-measure's mean over pictures, which one threshold for all must reach: what
    /// pysodmetrics reports. Nil without a picture that has a subject.
    public var maximumFMeasure: Double? { fMeasure.values.max().flatMap { mean($0, subjectCount) } }

    /// Precision and recall at each threshold, averaged over pictures; nil without a picture that has a subject.
    ///
    /// Its ``PrecisionRecallCurve/maximumFMeasure`` is what older toolboxes report as the maximum: averages first, then F.
    public var precisionRecall: PrecisionRecallCurve? {
        guard subjectCount > 0 else { return nil }
        return PrecisionRecallCurve(
            precision: precision.values.map { $0 / Double(subjectCount) },
            recall: recall.values.map { $0 / Double(subjectCount) })
    }

    private func mean(_ sum: Double, _ count: Int) -> Double? { count > 0 ? sum / Double(count) : nil }
}
