import MatteEvaluation
import Matting

/// Averages over all pictures and over each category.
struct EvaluationSummary {
    /// Averages and times of some pictures.
    struct Group {
        private(set) var metrics = MatteMetricsSummary()
        /// Of the pictures whose truths separate their subjects.
        private(set) var subjects = SubjectMetricsSummary()
        private var milliseconds: [Double] = []

        fileprivate mutating func add(_ metrics: MatteMetrics, _ subjects: SubjectMetrics?, milliseconds: Double) {
            self.metrics.add(metrics)
            if let subjects { self.subjects.add(subjects) }
            self.milliseconds.append(milliseconds)
        }

        /// The middle one, or the mean of the two in the middle; nil of none.
        var medianMilliseconds: Double? {
            guard !milliseconds.isEmpty else { return nil }
            let sorted = milliseconds.sorted()
            return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
        }
    }

    private(set) var all = Group()
    private(set) var categories: [String: Group] = [:]
    /// Pictures whose sums are over a trimap's unknown area.
    private(set) var trimapCount = 0
    var failureCount = 0
    /// Mean absolute errors and what the network expected of them, of the pictures where it tells.
    private var errors: [Double] = []
    private var expectedErrors: [Double] = []

    /// The overlap of each picture, and how sure the network was of it: by its rank among validation pictures where the
    /// weight file has these, else by the overlap that it expects.
    private var overlaps: [Double] = []
    private var confidences: [Double] = []

    /// How good the surest pictures are; nil where the network does not tell.
    private var curve: ConfidenceCurve? {
        overlaps.count == all.metrics.pictureCount ? ConfidenceCurve(overlaps: overlaps, confidences: confidences) : nil
    }

    /// The share of the pictures that one would look at.
    private static let leastSure = 0.2

    /// The share of all error that the least sure fifth of the pictures has; nil where the network does not tell.
    private var errorOfLeastSure: Double? {
        guard !errors.isEmpty, errors.count == all.metrics.pictureCount else { return nil }
        return DoubtRanking.errorShareRemoved(dropping: Self.leastSure, errors: errors, doubts: expectedErrors)
    }

    mutating func add(
        _ record: EvaluationRecord, _ metrics: MatteMetrics, _ subjects: SubjectMetrics?, hasTrimap: Bool
    ) {
        all.add(metrics, subjects, milliseconds: record.milliseconds)
        categories[record.category, default: Group()].add(metrics, subjects, milliseconds: record.milliseconds)
        if hasTrimap { trimapCount += 1 }
        if let expected = record.expectedError {
            errors.append(record.mae)
            expectedErrors.append(expected)
        }
        if let confidence = record.confidence ?? record.expectedOverlap ?? record.emptiness {
            confidences.append(confidence)
            overlaps.append(record.iou ?? (record.foundSubject ? 0 : 1))
        }
    }

    // MARK: For people

    var lines: [String] { table.lines + [""] + notes }

    private var table: Table {
        var table = Table([.left] + [Table.Alignment](repeating: .right, count: 10))
        table.add(["", "pictures", "MAE", "MSE", "SAD", "Grad", "Conn", "IoU", "max F", "bound. IoU", "ms"])
        table.rule()
        if categories.count > 1 {
            for (name, group) in categories.sorted(by: { $0.key < $1.key }) {
                table.add(Self.cells(name.isEmpty ? "–" : name, group))
            }
            table.rule()
        }
        table.add(Self.cells("all", all))
        return table
    }

    private static func cells(_ name: String, _ group: Group) -> [String] {
        let metrics = group.metrics
        func text(_ value: Double?, _ decimals: Int) -> String { value?.fixed(decimals) ?? "–" }
        return [
            name, "\(metrics.pictureCount)", text(metrics.meanAbsoluteError, 4), text(metrics.meanSquaredError, 4),
            text(metrics.sumOfAbsoluteDifferences, 2), text(metrics.gradientError, 2),
            text(metrics.connectivityError, 2), text(metrics.intersectionOverUnion, 4),
            text(metrics.maximumFMeasure, 4), text(metrics.boundaryIntersectionOverUnion, 4),
            text(group.medianMilliseconds, 1),
        ]
    }

    private var notes: [String] {
        let metrics = all.metrics
        var notes: [String] = []
        switch trimapCount {
        case 0: notes.append("MSE, SAD, Grad and Conn over whole pictures")
        case metrics.pictureCount: notes.append("MSE, SAD, Grad and Conn over the unknown area of the trimaps")
        case let count:
            notes.append(
                "MSE, SAD, Grad and Conn are mixed: \(count) of \(metrics.pictureCount) pictures over a trimap's unknown "
                    + "area, the others whole")
        }
        if metrics.emptyCount > 0 {
            notes.append(
                "IoU, max F and boundary IoU over \(metrics.subjectCount) pictures with a subject; "
                    + "of \(metrics.emptyCount) without, \(metrics.keptEmptyCount) came out empty")
        }
        if let share = errorOfLeastSure {
            let percent = (100 * share).fixed(0)
            notes.append("the fifth of the pictures that the network is least sure of has \(percent) % of the error")
        }
        let subjects = all.subjects
        if subjects.pictureCount > 0 {
            func text(_ value: Double?) -> String { value?.fixed(4) ?? "–" }
            let left = metrics.pictureCount - subjects.pictureCount
            notes.append(
                "subjects: AP \(text(subjects.averagePrecision)), AP50 \(text(subjects.averagePrecision50)), "
                    + "AP75 \(text(subjects.averagePrecision75)); \(subjects.foundCount) found, \(subjects.trueCount) true ones "
                    + "in \(subjects.pictureCount) pictures"
                    + (left > 0 ? "; \(left) whose truths do not separate them are left out" : ""))
        }
        if let curve {
            let points = curve.points.enumerated().filter { $0.offset % 2 == 0 }.map { _, point in
                "\(point.meanOverlap.fixed(3)) of \((100 * point.coverage).fixed(0)) %"
            }
            let correlation = curve.rankCorrelation.map { "; rank correlation \($0.fixed(2))" } ?? ""
            notes.append(
                "IoU of the surest pictures, 1 where rightly nothing is found: \(points.joined(separator: ", "))"
                    + correlation)
        }
        if failureCount > 0 { notes.append("\(failureCount) could not be evaluated") }
        return notes
    }
}

// MARK: - For programs

extension EvaluationSummary: Encodable {
    private enum Key: String, CodingKey {
        case all, categories, failed, trimaps, errorOfLeastSureFifth, confidenceCurve
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(all, forKey: .all)
        try container.encode(categories, forKey: .categories)
        try container.encode(failureCount, forKey: .failed)
        try container.encode(trimapCount, forKey: .trimaps)
        try container.encodeIfPresent(errorOfLeastSure, forKey: .errorOfLeastSureFifth)
        try container.encodeIfPresent(curve, forKey: .confidenceCurve)
    }
}

extension EvaluationSummary.Group: Encodable {
    private enum Key: String, CodingKey {
        case pictures, subjects, keptEmpty, mae, mse, sad, gradient, connectivity, iou, maxF, maxFOfMeans, boundaryIoU
        case separated, trueSubjects, foundSubjects, ap, ap50, ap75, milliseconds
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(metrics.pictureCount, forKey: .pictures)
        try container.encode(metrics.subjectCount, forKey: .subjects)
        try container.encode(metrics.keptEmptyCount, forKey: .keptEmpty)
        try container.encodeIfPresent(metrics.meanAbsoluteError, forKey: .mae)
        try container.encodeIfPresent(metrics.meanSquaredError, forKey: .mse)
        try container.encodeIfPresent(metrics.sumOfAbsoluteDifferences, forKey: .sad)
        try container.encodeIfPresent(metrics.gradientError, forKey: .gradient)
        try container.encodeIfPresent(metrics.connectivityError, forKey: .connectivity)
        try container.encodeIfPresent(metrics.intersectionOverUnion, forKey: .iou)
        try container.encodeIfPresent(metrics.maximumFMeasure, forKey: .maxF)
        try container.encodeIfPresent(metrics.precisionRecall?.maximumFMeasure, forKey: .maxFOfMeans)
        try container.encodeIfPresent(metrics.boundaryIntersectionOverUnion, forKey: .boundaryIoU)
        if subjects.pictureCount > 0 {
            try container.encode(subjects.pictureCount, forKey: .separated)
            try container.encode(subjects.trueCount, forKey: .trueSubjects)
            try container.encode(subjects.foundCount, forKey: .foundSubjects)
            try container.encodeIfPresent(subjects.averagePrecision, forKey: .ap)
            try container.encodeIfPresent(subjects.averagePrecision50, forKey: .ap50)
            try container.encodeIfPresent(subjects.averagePrecision75, forKey: .ap75)
        }
        try container.encodeIfPresent(medianMilliseconds, forKey: .milliseconds)
    }
}
