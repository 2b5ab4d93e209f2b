import Matting
import PictureTestSupport
import Raster
import TestSupport
import Testing

@testable import MatteEvaluation

@Suite struct SubjectMetricsTests {
    // MARK: Cases worked by hand

    /// IoU of .8, .55 and 0 with two true subjects: at .5 two of three hit, ranked 1 and 3.
    @Test func averagePrecisionOfAFewSubjects() throws {
        var summary = SubjectMetricsSummary()
        summary.add(
            SubjectMetrics(trueCount: 2, confidences: [0.5, 0.9, 0.7], overlaps: [[0, 0.55], [0.8, 0], [0.1, 0]]))
        // Recall .5 with precision 1 (51 of 101 recalls), then recall 1 with 2 of 3 (50).
        let half: Double = (51 + 50 * 2 / 3.0) / 101
        let first: Double = 51 / 101.0
        let precision50 = try #require(summary.averagePrecision50)
        #expect(abs(precision50 - half) < 1e-12)
        // From .6 on only the first hits, from .85 on none.
        let precisions = try #require(summary.averagePrecisions)
        #expect(abs(precisions[1] - half) < 1e-12)
        #expect(precisions[2...6].allSatisfy { abs($0 - first) < 1e-12 })
        #expect(precisions[7...].allSatisfy { $0 == 0 })
        #expect(summary.averagePrecision75 == precisions[5])
        let expected: Double = (2 * half + 5 * first) / 10
        let precision = try #require(summary.averagePrecision)
        #expect(abs(precision - expected) < 1e-12)
        #expect(summary.pictureCount == 1 && summary.trueCount == 2 && summary.foundCount == 3)
    }

    /// Both found subjects lie over one true one best; the second takes the other, or none.
    @Test func aTrueSubjectIsTakenOnce() {
        let metrics = SubjectMetrics(trueCount: 2, confidences: [0.2, 0.9], overlaps: [[0.9, 0.6], [0.7, 0.1]])
        #expect(metrics.confidences == [0.9, 0.2])
        #expect(metrics.matches(threshold: 0.5) == [true, true])
        #expect(metrics.matches(threshold: 0.65) == [true, false])
        #expect(metrics.matches(threshold: 0.75) == [false, true])
    }

    @Test func nothingTrueIsNotDefined() {
        var summary = SubjectMetricsSummary()
        #expect(summary.averagePrecision == nil && summary.averagePrecision50 == nil)
        summary.add(SubjectMetrics(trueCount: 0, confidences: [0.3], overlaps: [[]]))
        #expect(summary.averagePrecision == nil && summary.foundCount == 1)
        summary.add(SubjectMetrics(trueCount: 1, confidences: [], overlaps: []))
        #expect(summary.averagePrecision == 0)
    }

    // MARK: Against the definition

    /// Random sets, against precision and recall counted anew for every recall asked for.
    @Test(arguments: 0..<12) func agreesWithTheDefinition(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var summary = SubjectMetricsSummary()
        var pictures: [SubjectMetrics] = []
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let trueCount = Int.random(in: 0...4, using: &random)
            let found = Int.random(in: 0...5, using: &random)
            let picture = SubjectMetrics(
                trueCount: trueCount,
                // Few values: ranks are shared.
                confidences: (0..<found).map { _ in Double(random.next() % 5) / 5 },
                overlaps: (0..<found).map { _ in (0..<trueCount).map { _ in Double(random.next() % 21) / 20 } })
            pictures.append(picture)
            summary.add(picture)
        }
        let expected = Self.naive(pictures)
        #expect((expected == nil) == (summary.averagePrecision == nil))
        for (precision, naive) in zip(summary.averagePrecisions ?? [], expected ?? []) {
            #expect(abs(precision - naive) < 1e-12)
        }
    }

    private static func naive(_ pictures: [SubjectMetrics]) -> [Double]? {
        let total = pictures.map(\.trueCount).reduce(0, +)
        guard total > 0 else { return nil }
        return (0..<10).map { step in
            let threshold = 0.5 + 0.05 * Double(step)
            var found: [(confidence: Double, order: Int, isHit: Bool)] = []
            for picture in pictures {
                var free = Set(0..<picture.trueCount)
                for (confidence, overlaps) in zip(picture.confidences, picture.overlaps) {
                    // A step of .05 is not exact in binary.
                    let best = free.filter { overlaps[$0] > threshold - 1e-9 }.max {
                        (overlaps[$0], $1) < (overlaps[$1], $0)
                    }
                    if let best { free.remove(best) }
                    found.append((confidence, found.count, best != nil))
                }
            }
            found.sort { ($1.confidence, $0.order) < ($0.confidence, $1.order) }
            var sum = 0.0
            for percent in 0...100 {
                var best = 0.0
                for rank in found.indices {
                    let hits = found[...rank].count { $0.isHit }
                    if hits * 100 >= percent * total { best = max(best, Double(hits) / Double(rank + 1)) }
                }
                sum += best
            }
            return sum / 101
        }
    }

    // MARK: Overlaps

    private static func subjects() throws -> MatteSubjects {
        let image = try RasterImage.drawn(width: 40, height: 20) { _, _ in [0.5, 0.5, 0.5] }
        var values = [Float](repeating: 0, count: 800)
        for y in 5..<15 {
            for x in 2..<12 { values[y * 40 + x] = 1 }
            for x in 20..<35 { values[y * 40 + x] = 0.8 }
            values[y * 40 + 35] = 0.4
        }
        return try MattingResult(image: image, alpha: AlphaMatte(width: 40, height: 20, values: values)).subjects()
    }

    private static func mask(_ columns: Range<Int>, _ rows: Range<Int>, width: Int = 40) throws -> AlphaMatte {
        try AlphaMatte(
            width: width, height: 20,
            values: (0..<width * 20).map { columns.contains($0 % width) && rows.contains($0 / width) ? 1 : 0 })
    }

    @Test func overlapsOfLabels() throws {
        // Red under the first, grey under half of the second, outlines and black nobody's.
        let labels = try RasterImage.drawn(width: 40, height: 20) { x, y in
            if !(5..<15).contains(y) { return [0, 0, 0] }
            if (2..<12).contains(x) { return [1, 0, 0] }
            if x == 12 { return [224 / 255.0, 224 / 255.0, 192 / 255.0] }
            return (20..<30).contains(x) ? [0.2, 0.2, 0.2] : [0, 0, 0]
        }
        let truth = try TrueSubjects(labels: labels)
        #expect(truth.count == 2 && truth.width == 40 && truth.height == 20)
        let metrics = try Self.subjects().metrics(against: truth)
        #expect(metrics.trueCount == 2)
        // The surer one first: opaque, then 0.8.
        #expect(abs(metrics.confidences[0] - 1) < 1e-6 && abs(metrics.confidences[1] - 0.8) < 1e-6)
        #expect(metrics.overlaps == [[1, 0], [0, 100 / 150.0]])
    }

    @Test func masksMayOverlap() async throws {
        let masks = [try Self.mask(2..<12, 5..<15), try Self.mask(7..<25, 5..<15), try Self.mask(0..<0, 0..<0)]
        let truth = try TrueSubjects(masks: masks)
        #expect(truth.count == 2)
        let metrics = try await Self.subjects().metrics(against: truth)
        #expect(metrics.overlaps[0] == [1, 50 / 230.0])
        #expect(metrics.overlaps[1] == [0, 50 / 280.0])
    }

    @Test func masksAndLabelsOfOneTruthAgree() throws {
        let labels = try RasterImage.drawn(width: 40, height: 20, colorModel: .gray, bitDepth: .sixteen) { x, y in
            [x < 10 ? 0.1 : x < 22 ? 0.3 : y < 10 ? 0.7 : 0]
        }
        let masks = [try Self.mask(0..<10, 0..<20), try Self.mask(10..<22, 0..<20), try Self.mask(22..<40, 0..<10)]
        let subjects = try Self.subjects()
        let one = try subjects.metrics(against: TrueSubjects(labels: labels))
        #expect(try one == subjects.metrics(against: TrueSubjects(masks: masks)))
    }

    // MARK: Errors

    @Test func smoothLabelsAreRefused() throws {
        let smooth = try RasterImage.drawn(width: 40, height: 20, colorModel: .gray, bitDepth: .sixteen) { x, y in
            [Double(y * 40 + x) / 800]
        }
        #expect(throws: MattingError.tooManySubjects(limit: 255)) { _ = try TrueSubjects(labels: smooth) }
        let mask = try AlphaMatte(width: 1, height: 1, values: [1])
        #expect(try TrueSubjects(masks: [AlphaMatte](repeating: mask, count: 255)).count == 255)
        #expect(throws: MattingError.tooManySubjects(limit: 255)) {
            _ = try TrueSubjects(masks: [AlphaMatte](repeating: mask, count: 256))
        }
    }

    @Test func otherSizesAreRefused() throws {
        let wide = try Self.mask(0..<5, 0..<5, width: 41)
        #expect(
            throws: MattingError.differentSizes(
                of: "mask of a subject", width: 41, height: 20, expectedWidth: 40, expectedHeight: 20)
        ) { _ = try TrueSubjects(masks: [try Self.mask(0..<5, 0..<5), wide]) }
        #expect(
            throws: MattingError.differentSizes(
                of: "truth", width: 41, height: 20, expectedWidth: 40, expectedHeight: 20)
        ) { _ = try Self.subjects().metrics(against: TrueSubjects(masks: [wide])) }
        #expect(throws: MattingError.picture(.emptyPicture(width: 0, height: 0))) { _ = try TrueSubjects(masks: []) }
    }
}
