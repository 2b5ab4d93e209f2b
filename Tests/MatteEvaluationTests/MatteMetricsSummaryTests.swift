import MatteEvaluation
import Testing
import TestSupport

@testable import Matting

/// Averages over pictures.
@Suite struct MatteMetricsSummaryTests {
    @Test func nothingHasNoAverage() {
        let summary = MatteMetricsSummary()
        #expect(summary.pictureCount == 0 && summary.meanAbsoluteError == nil && summary.meanSquaredError == nil)
        #expect(summary.intersectionOverUnion == nil && summary.maximumFMeasure == nil)
        #expect(summary.precisionRecall == nil)
    }

    @Test func picturesCountTheSame() throws {
        var summary = MatteMetricsSummary()
        // MAE 0.5, 0 and 1; IoU of the first two 1/2 and 1; the third has no subject.
        try summary.add(metrics([1, 1], [1, 0]))
        try summary.add(metrics([1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 0, 0]))
        try summary.add(metrics([1], [0]))
        #expect(summary.pictureCount == 3 && summary.subjectCount == 2)
        #expect(summary.emptyCount == 1 && summary.keptEmptyCount == 0)
        #expect(summary.meanAbsoluteError == 0.5 && summary.meanSquaredError == 0.5)
        #expect(summary.intersectionOverUnion == 0.75)
        try summary.add(metrics([0.25, 0.25], [0, 0]))
        #expect(summary.emptyCount == 2 && summary.keptEmptyCount == 1)
        #expect(summary.meanAbsoluteError == 0.4375)
        #expect(summary.intersectionOverUnion == 0.75)
    }

    @Test func onlyEmptyPictures() throws {
        var summary = MatteMetricsSummary()
        try summary.add(metrics([0], [0]))
        #expect(summary.meanAbsoluteError == 0)
        #expect(summary.intersectionOverUnion == nil && summary.boundaryIntersectionOverUnion == nil)
        #expect(summary.maximumFMeasure == nil && summary.precisionRecall == nil)
    }

    @Test func oneThresholdForAllPictures() throws {
        var summary = MatteMetricsSummary()
        // The first picture is best cut between 0.2 and 0.6, the second between 0.7 and 0.9: each reaches F = 1 alone.
        let first = try metrics([0.6, 0.2, 0, 0], [1, 0, 0, 0])
        let second = try metrics([0.9, 0.7, 0, 0], [1, 0, 0, 0])
        #expect(first.maximumFMeasure == 1 && second.maximumFMeasure == 1)
        summary.add(first)
        summary.add(second)
        // Below 0.2: P = 1/2 in both, F = 1.3 · 0.5 / 1.15. Between 0.2 and 0.6: 1 and 0.5652. Above 0.7: 0 and 1.
        let low = 1.3 * 0.5 / 1.15
        #expect(abs((summary.maximumFMeasure ?? 0) - (1 + low) / 2) < 1e-15)
        // P = 3/4 and R = 1 there.
        let curve = try #require(summary.precisionRecall)
        #expect(curve.precision[100] == 0.75 && curve.recall[100] == 1)
        #expect(abs(curve.maximumFMeasure - 1.3 * 0.75 / (0.3 * 0.75 + 1)) < 1e-15)
    }

    private func metrics(_ prediction: [Float], _ truth: [Float]) throws -> MatteMetrics {
        try AlphaMatte(width: prediction.count, height: 1, values: prediction).metrics(
            against: AlphaMatte(width: truth.count, height: 1, values: truth))
    }
}
