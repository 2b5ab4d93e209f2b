import MatteEvaluation
import Testing

/// How good the surest pictures are.
@Suite struct ConfidenceCurveTests {
    @Test func aGoodConfidenceRises() throws {
        let overlaps = (1...10).map { Double($0) / 10 }
        let curve = try #require(ConfidenceCurve(overlaps: overlaps, confidences: overlaps.map { $0 * $0 }))
        #expect(curve.points.count == 10)
        for (index, point) in curve.points.enumerated() {
            // The surest 10 − index: the mean of the largest.
            let kept = overlaps.suffix(10 - index)
            #expect(abs(point.coverage - Double(kept.count) / 10) < 1e-12)
            #expect(abs(point.meanOverlap - kept.reduce(0, +) / Double(kept.count)) < 1e-12)
            #expect(point.leastConfidence == kept[kept.startIndex] * kept[kept.startIndex])
        }
        #expect(abs((curve.rankCorrelation ?? 0) - 1) < 1e-12)
    }

    @Test func aWrongOneFalls() throws {
        let curve = try #require(ConfidenceCurve(overlaps: [0.1, 0.5, 0.9], confidences: [3, 2, 1]))
        #expect(abs((curve.rankCorrelation ?? 0) + 1) < 1e-12)
        #expect(curve.points.last?.meanOverlap == 0.1)
    }

    /// Ranks 1, 2.5, 2.5, 4 of the overlaps and 1, 2, 3, 4 of the confidences: 4.5 / √(4.5 · 5).
    @Test func equalOnesShareTheirRank() throws {
        let curve = try #require(ConfidenceCurve(overlaps: [0.2, 0.4, 0.4, 0.8], confidences: [1, 2, 3, 4]))
        #expect(abs((curve.rankCorrelation ?? 0) - 4.5 / (4.5 * 5).squareRoot()) < 1e-12)
    }

    /// Of equal confidences the worse counts first, whatever the order of the input.
    @Test func orderOfTheInputDoesNotFlatter() throws {
        let one = ConfidenceCurve(overlaps: [0.9, 0.1], confidences: [1, 1])
        #expect(one == ConfidenceCurve(overlaps: [0.1, 0.9], confidences: [1, 1]))
        #expect(one?.points.last?.meanOverlap == 0.1 && one?.rankCorrelation == nil)
    }

    @Test func noNumberIsTheLeastSure() throws {
        let curve = try #require(ConfidenceCurve(overlaps: [0.9, 0.2], confidences: [0.1, .nan]))
        #expect(curve.points.last?.meanOverlap == 0.9)
        #expect(curve.points.first?.leastConfidence.isFinite == true)
    }

    @Test func listsThatDoNotBelongTogetherHaveNone() {
        #expect(ConfidenceCurve(overlaps: [], confidences: []) == nil)
        #expect(ConfidenceCurve(overlaps: [0.5], confidences: []) == nil)
        #expect(ConfidenceCurve(overlaps: [.nan], confidences: [1]) == nil)
    }
}
