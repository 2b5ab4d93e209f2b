import MatteEvaluation
import PictureTestSupport
import Raster
import Testing
import TestSupport
import Threads

@testable import Matting

/// Measures of mattes, on cases that can be worked out by hand.
@Suite struct MatteMetricsTests {
    // MARK: Sums

    @Test func sumsOfDifferences() throws {
        // Differences 0.5, 0, 0.25, 0.25: their mean is 0.25, that of their squares (0.25 + 0 + 0.0625 + 0.0625) / 4.
        let metrics = try matte(2, [0.5, 1, 0.25, 0]).metrics(against: matte(2, [1, 1, 0, 0.25]))
        #expect(metrics.meanAbsoluteError == 0.25)
        #expect(metrics.meanSquaredError == 0.09375)
        #expect(metrics.sumOfAbsoluteDifferences == 0.001)
        #expect(metrics.areaPixelCount == 4)
    }

    @Test(arguments: RasterImage.BitDepth.allCases) func trimapLimitsTheSums(depth: RasterImage.BitDepth) throws {
        let maximum = depth == .eight ? 255 : 65535
        // The first and the third pixel are unknown: 0.5 + 0.25, and (0.25 + 0.0625) / 2.
        let trimap = try RasterImage(
            width: 2, height: 2, colorModel: .gray, bitDepth: depth, samples: [1, 0, maximum - 1, maximum])
        let metrics = try matte(2, [0.5, 1, 0.25, 0]).metrics(against: matte(2, [1, 1, 0, 0.25]), trimap: trimap)
        #expect(metrics.sumOfAbsoluteDifferences == 0.00075)
        #expect(metrics.meanSquaredError == 0.15625)
        #expect(metrics.areaPixelCount == 2)
        // Over the whole picture always.
        #expect(metrics.meanAbsoluteError == 0.25)
        #expect(metrics.intersectionOverUnion == 1)
    }

    @Test func trimapWithoutUnknownPixels() throws {
        let trimap = try RasterImage(width: 2, height: 1, colorModel: .gray, samples: [0, 255])
        let metrics = try matte(2, [0.5, 1]).metrics(against: matte(2, [0, 0]), trimap: trimap)
        #expect(metrics.areaPixelCount == 0)
        #expect(metrics.meanSquaredError == 0 && metrics.sumOfAbsoluteDifferences == 0)
        #expect(metrics.gradientError == 0 && metrics.connectivityError == 0)
        #expect(metrics.meanAbsoluteError == 0.75)
    }

    // MARK: Overlap

    @Test func intersectionOverUnion() throws {
        // Taken are pixels 0, 1, 2, subject are 1, 2, 3: two of four. One half belongs to the subject.
        let metrics = try matte(5, [1, 0.5, 0.9, 0.49, 0]).metrics(against: matte(5, [0.49, 0.5, 1, 0.75, 0]))
        #expect(metrics.intersectionOverUnion == 0.5)
        #expect(metrics.truthHasSubject && metrics.predictionHasSubject)
    }

    @Test func boundaryOfShiftedSquares() throws {
        // 2 % of the diagonal of 10 × 10 rounds to nothing, so the reach is one pixel: a square of 4 × 4 has a ring of
        // 12. Shifted by one column, the rings share the upper and the lower side but for one pixel at each end: 2 · 3.
        let truth = try AlphaMatte.rectangle(3..<7, 3..<7, width: 10, height: 10)
        let prediction = try AlphaMatte.rectangle(4..<8, 3..<7, width: 10, height: 10)
        let metrics = try prediction.metrics(against: truth)
        #expect(metrics.boundaryIntersectionOverUnion == 6.0 / 18)
        #expect(metrics.intersectionOverUnion == 12.0 / 20)
    }

    @Test func bordersOfThePictureAreBoundaries() throws {
        // The truth fills 5 × 5: its boundary is the frame of 16. The prediction lacks the last column: 20 pixels without
        // 3 × 2 inner ones. They share rows 0 and 4 (2 · 4) and the first column between them (3): 11 of 16 + 14 − 11.
        let truth = try AlphaMatte.rectangle(0..<5, 0..<5, width: 5, height: 5)
        let prediction = try AlphaMatte.rectangle(0..<4, 0..<5, width: 5, height: 5)
        #expect(try prediction.metrics(against: truth).boundaryIntersectionOverUnion == 11.0 / 19)
    }

    @Test func boundaryReachesTwoPercentOfTheDiagonal() throws {
        // The diagonal of 120 × 90 is 150: a reach of 3. The whole picture against itself without a hole in its middle,
        // which takes nothing of the frame: the truth's boundary is the frame alone, 120·90 − 114·84 = 1224; the
        // prediction's has 7 × 7 pixels around the hole besides, without the hole itself.
        var values = [Float](repeating: 1, count: 120 * 90)
        let truth = try AlphaMatte(width: 120, height: 90, values: values)
        values[45 * 120 + 60] = 0
        let prediction = try AlphaMatte(width: 120, height: 90, values: values)
        #expect(try prediction.metrics(against: truth).boundaryIntersectionOverUnion == 1224.0 / (1224 + 48))
    }

    // MARK: F-measure

    @Test func maximumFMeasure() throws {
        // Subject: the first two of four pixels. Predicted in 8 bits: 204, 51, 102, 0.
        // At 103...204 only the first is taken: P = 1, R = 1/2, F = 1.3 · 0.5 / (0.3 + 0.5) = 0.8125.
        // At 52...102 two are: P = 1/2, R = 1/2, F = 0.5. At 1...51 three: P = 2/3, R = 1, F = 1.3 · 2/3 / 1.2 = 0.7222.
        let metrics = try matte(4, [0.8, 0.2, 0.4, 0]).metrics(against: matte(4, [1, 0.5, 0.49, 0]))
        let curve = try #require(metrics.precisionRecall)
        #expect(curve.precision.count == 256 && curve.recall.count == 256)
        #expect(curve.precision[0] == 0.5 && curve.recall[0] == 1)
        #expect(curve.precision[51] == 2.0 / 3 && curve.recall[51] == 1)
        #expect(curve.precision[52] == 0.5 && curve.recall[52] == 0.5)
        #expect(curve.precision[103] == 1 && curve.recall[204] == 0.5)
        #expect(curve.precision[205] == 0 && curve.recall[205] == 0 && curve.fMeasure[205] == 0)
        #expect(abs((metrics.maximumFMeasure ?? 0) - 0.8125) < 1e-15)
        #expect(abs(curve.fMeasure[51] - 0.722222222222222) < 1e-14)
    }

    // MARK: Gradient

    @Test func gradientOfOnePixel() throws {
        // The picture of the kernel is the kernel: squares of both derivatives sum to 1 each, their norm.
        var values = [Float](repeating: 0, count: 17 * 13)
        values[6 * 17 + 8] = 1
        let matte = try AlphaMatte(width: 17, height: 13, values: values)
        let empty = try AlphaMatte(emptyOfWidth: 17, height: 13)
        #expect(abs(try matte.metrics(against: empty).gradientError - 0.002) < 1e-9)
        #expect(abs(try empty.metrics(against: matte).gradientError - 0.002) < 1e-9)
        // Only amplitudes count: a pixel of nothing in a full matte has the same ones.
        let hole = try AlphaMatte(width: 17, height: 13, values: values.map { 1 - $0 })
        #expect(try hole.metrics(against: matte).gradientError < 1e-9)
    }

    @Test func evenMattesHaveNoGradient() throws {
        // Also at the borders, which go on.
        let one = try matte(11, [Float](repeating: 1, count: 11 * 3))
        #expect(try one.metrics(against: matte(11, [Float](repeating: 0, count: 11 * 3))).gradientError < 1e-15)
    }

    // MARK: Connectivity

    @Test func connectivityOfAnIsland() throws {
        // Three pixels hang together at every threshold, so they are the largest part; the last one never belongs: its
        // level is 0. φ(0.5) = 0.5 and φ(1) = 0.
        let metrics = try matte(5, [1, 1, 1, 0, 0.5]).metrics(against: matte(5, [1, 1, 1, 0, 1]))
        #expect(metrics.connectivityError == 0.0005)
        // An island that both have costs nothing.
        let same = try matte(5, [1, 1, 1, 0, 1])
        #expect(try same.metrics(against: same).connectivityError == 0)
    }

    @Test func connectivityOfAThinBridge() throws {
        // Both parts hang together up to 0.2, by the bridge of the truth. At 0.3 the left one is the larger: the bridge
        // and the right part keep level 0.2. The bridge: φ(0.25) = 1, for 0.05 is less than the tolerance, and
        // φ(1) = 1 − 0.8; the right part is the same in both.
        let metrics = try matte(6, [1, 1, 1, 0.25, 1, 1]).metrics(against: matte(6, [1, 1, 1, 1, 1, 1]))
        #expect(abs(metrics.connectivityError - 0.0008) < 1e-12)
    }

    @Test func connectivityTolerates() throws {
        // 0.9 keeps level 0.9: the truth's distance of 0.1 is tolerated. 0.8 does not: 0.2 is lost.
        let truth = try matte(3, [1, 1, 1])
        #expect(try matte(3, [1, 0.9, 1]).metrics(against: truth).connectivityError == 0)
        #expect(abs(try matte(3, [1, 1, 0.8]).metrics(against: truth).connectivityError - 0.0002) < 1e-12)
    }

    @Test func diagonalNeighboursDoNotHangTogether() throws {
        // Two by two on the diagonal, and one: the level of the single pixel is 0, of the pair 1.
        let truth = try matte(3, [1, 1, 0, 0, 0, 1])
        let metrics = try matte(3, [1, 1, 0, 0, 0, 0.5]).metrics(against: truth)
        #expect(metrics.connectivityError == 0.0005)
    }

    @Test func ofEqualPartsTheFirstIsTheLargest() throws {
        // Level 0 for the second one: φ(1) − φ(0.5) = 0.5 there, nothing in the first.
        let metrics = try matte(3, [1, 0, 0.5]).metrics(against: matte(3, [1, 0, 1]))
        #expect(metrics.connectivityError == 0.0005)
    }

    // MARK: No subject

    @Test func truthWithoutSubject() throws {
        let empty = try AlphaMatte(emptyOfWidth: 3, height: 2)
        // 0.4 is less than one half: such a truth has nothing to overlap either.
        for truth in [empty, try matte(3, [0, 0.4, 0, 0, 0, 0])] {
            for (prediction, isFound) in [(empty, false), (try matte(3, [1, 0, 0, 0, 0, 0]), true)] {
                let metrics = try prediction.metrics(against: truth)
                #expect(metrics.intersectionOverUnion == nil && metrics.boundaryIntersectionOverUnion == nil)
                #expect(metrics.precisionRecall == nil && metrics.maximumFMeasure == nil)
                #expect(!metrics.truthHasSubject && metrics.predictionHasSubject == isFound)
            }
        }
        #expect(try empty.metrics(against: empty).connectivityError == 0)
        let missed = try empty.metrics(against: matte(3, [1, 0, 0, 0, 0, 0]))
        #expect(missed.intersectionOverUnion == 0 && missed.boundaryIntersectionOverUnion == 0)
        // Everything is at least 0: at that threshold all pixels are taken, P = 1/6 and R = 1.
        #expect(abs((missed.maximumFMeasure ?? 0) - 1.3 / 6 / (0.3 / 6 + 1)) < 1e-15)
        #expect(missed.truthHasSubject && !missed.predictionHasSubject)
    }

    @Test func perfectMatte() throws {
        let truth = try AlphaMatte.random(width: 61, height: 47, seed: 3)
        let metrics = try truth.metrics(against: truth)
        #expect(metrics.meanAbsoluteError == 0 && metrics.meanSquaredError == 0)
        #expect(metrics.sumOfAbsoluteDifferences == 0 && metrics.gradientError == 0 && metrics.connectivityError == 0)
        #expect(metrics.intersectionOverUnion == 1 && metrics.boundaryIntersectionOverUnion == 1)
        #expect(metrics.maximumFMeasure == 1)
    }

    // MARK: Errors

    @Test func differentSizesAreErrors() throws {
        let one = try matte(2, [0, 0])
        let other = try matte(1, [0, 0, 0])
        let trimap = try RasterImage(width: 3, height: 4, colorModel: .gray)
        let expected = MattingError.differentSizes(
            of: "truth", width: 1, height: 3, expectedWidth: 2, expectedHeight: 1)
        #expect(throws: expected) { try one.metrics(against: other) }
        #expect(expected.description.contains("1×3") && expected.description.contains("2×1"))
        #expect(
            throws: MattingError.differentSizes(
                of: "trimap", width: 3, height: 4, expectedWidth: 2, expectedHeight: 1)
        ) { try one.metrics(against: one, trimap: trimap) }
    }

    @Test func colouredTrimapIsAnError() throws {
        let trimap = try RasterImage.plain(width: 2, height: 1, [128, 128, 127])
        let one = try matte(2, [0, 0])
        #expect(throws: MattingError.colored("trimap")) { try one.metrics(against: one, trimap: trimap) }
        #expect(MattingError.colored("trimap").description.contains("grey"))
    }

    private func matte(_ width: Int, _ values: [Float]) throws -> AlphaMatte {
        try AlphaMatte(width: width, height: values.count / width, values: values)
    }
}

extension AlphaMatte {
    /// 1 in a rectangle, 0 outside.
    static func rectangle(_ columns: Range<Int>, _ rows: Range<Int>, width: Int, height: Int) throws -> AlphaMatte {
        try AlphaMatte(
            width: width, height: height,
            values: (0..<width * height).map { columns ~= $0 % width && rows ~= $0 / width ? 1 : 0 })
    }
}
