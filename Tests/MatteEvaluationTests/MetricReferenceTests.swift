import PictureTestSupport
import Raster
import Testing
import TestSupport
import Threads

@testable import MatteEvaluation
@testable import Matting

/// Measures of mattes against slow ones in double precision, and against numbers of the field's own tools.
@Suite struct MetricReferenceTests {
    private static let sizes = [(1, 1), (1, 13), (17, 1), (3, 5), (9, 9), (31, 70), (67, 66), (130, 9)]

    @Test(arguments: sizes) func everyPixelAgrees(width: Int, height: Int) throws {
        for seed in 1...3 as ClosedRange<UInt64> {
            // Noise of many small parts, and blocks with soft edges and bridges.
            let pairs = try [
                (
                    AlphaMatte.random(width: width, height: height, seed: seed),
                    AlphaMatte.random(width: width, height: height, seed: seed + 100)
                ),
                (
                    AlphaMatte.blocks(width: width, height: height, seed: seed),
                    AlphaMatte.blocks(width: width, height: height, seed: seed + 100)
                ),
            ]
            for (prediction, truth) in pairs {
                let reference = ReferenceMetrics(prediction, truth)
                let metrics = try prediction.metrics(against: truth)
                // Slopes are of 32 bits; a sum of squares keeps six digits of them.
                expectEqual(metrics.gradientError, reference.gradientErrors().reduce(0, +) / 1000, within: 2e-6)
                expectEqual(
                    metrics.connectivityError, reference.connectivityErrors().reduce(0, +) / 1000, within: 1e-12)
                if let boundary = metrics.boundaryIntersectionOverUnion {
                    #expect(boundary == reference.boundaryIntersectionOverUnion())
                }
                let trimap = try RasterImage.noise(width: width, height: height, colorModel: .gray, seed: seed)
                let area = try prediction.metrics(against: truth, trimap: trimap)
                func sum(_ errors: [Double]) -> Double {
                    zip(errors, trimap.samples).reduce(0) { 1..<255 ~= $1.1 ? $0 + $1.0 : $0 } / 1000
                }
                expectEqual(area.gradientError, sum(reference.gradientErrors()), within: 2e-6)
                expectEqual(area.connectivityError, sum(reference.connectivityErrors()), within: 1e-12)
            }
        }
    }

    @Test func sameForEveryNumberOfThreads() throws {
        let (width, height) = (301, 211)
        let truth = try AlphaMatte.blocks(width: width, height: height, seed: 8)
        let prediction = try AlphaMatte.blocks(width: width, height: height, seed: 9)
        let trimap = try RasterImage.noise(width: width, height: height, colorModel: .gray)
        let all = try [1, 2, 5].map {
            try prediction.metrics(against: truth, trimap: trimap, pool: ThreadPool(threadCount: $0))
        }
        #expect(all[1] == all[0] && all[2] == all[0])
    }

    // MARK: Other programs

    /// Numbers printed by Tests/Fixtures/Metrics/reference.py: scipy 1.17.1, scikit-image 0.25.2, pysodmetrics 1.6.2.
    @Test func numbersOfOtherPrograms() throws {
        let (truth, prediction, trimap) = try Self.pictures()
        let metrics = try AlphaMatte(prediction).metrics(against: AlphaMatte(truth))
        expectEqual(metrics.meanAbsoluteError, 0.06011873638344226, within: 1e-7)
        expectEqual(metrics.sumOfAbsoluteDifferences, 0.6492823529411764, within: 1e-7)
        expectEqual(metrics.meanSquaredError, 0.024649335725575632, within: 1e-7)
        expectEqual(metrics.gradientError, 1.0308165131004012, within: 2e-6)
        expectEqual(metrics.connectivityError, 0.6788137254901961, within: 1e-7)
        expectEqual(metrics.intersectionOverUnion, 0.7943866288237149, within: 1e-15)
        expectEqual(metrics.boundaryIntersectionOverUnion, 0.28376436781609193, within: 1e-15)
        expectEqual(metrics.maximumFMeasure, 0.9043116624604557, within: 1e-12)

        let unknown = try AlphaMatte(prediction).metrics(against: AlphaMatte(truth), trimap: trimap)
        #expect(unknown.areaPixelCount == 3140)
        expectEqual(unknown.sumOfAbsoluteDifferences, 0.4835960784313726, within: 1e-7)
        expectEqual(unknown.meanSquaredError, 0.046291989607132975, within: 1e-7)
        expectEqual(unknown.gradientError, 0.4199798259914596, within: 2e-6)
        expectEqual(unknown.connectivityError, 0.516356862745098, within: 1e-7)

        let faint = try RasterImage(
            width: truth.width, height: truth.height, colorModel: .gray, samples: prediction.samples.map { $0 / 4 })
        let second = try AlphaMatte(faint).metrics(against: AlphaMatte(truth))
        expectEqual(second.maximumFMeasure, 0.9026288419467061, within: 1e-12)
        var summary = MatteMetricsSummary()
        summary.add(metrics)
        summary.add(second)
        expectEqual(summary.maximumFMeasure, 0.8599043064566048, within: 1e-12)
        expectEqual(summary.precisionRecall?.maximumFMeasure, 0.8748138488249009, within: 1e-12)
    }

    /// The pictures of reference.py, of whole numbers only.
    private static func pictures() throws -> (truth: RasterImage, prediction: RasterImage, trimap: RasterImage) {
        let (width, height) = (120, 90)
        // Towards minus infinity, as Python divides.
        func divide(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : -((b - 1 - a) / b) }
        func clamp(_ value: Int) -> Int { min(max(value, 0), 255) }
        func picture(_ sample: (Int, Int) -> Int) throws -> RasterImage {
            try RasterImage(
                width: width, height: height, colorModel: .gray,
                samples: (0..<width * height).map { sample($0 % width, $0 / width) })
        }
        func square(_ x: Int, _ y: Int) -> Int { x * x + y * y }
        return (
            truth: try picture { x, y in
                let value = clamp(128 + divide(900 - square(x - 60, y - 45), 2))
                return value == 128 ? 129 : value
            },
            prediction: try picture { x, y in
                let noise = (x * 73 + y * 151 + x * y * 7) % 61 - 30
                let disc = clamp(128 + divide(850 - square(x - 63, y - 44), 3) + noise * 2)
                return max(disc, square(x - 12, y - 75) < 64 ? 200 : 0)
            },
            trimap: try picture { x, y in
                let square = square(x - 60, y - 45)
                return abs(square - 900) < 500 ? 128 : square < 900 ? 255 : 0
            }
        )
    }

    private func expectEqual(
        _ value: Double?, _ expected: Double, within tolerance: Double,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = value.map { abs($0 - expected) / max(abs(expected), 1e-3) } ?? .infinity
        #expect(error <= tolerance, "\(value ?? .nan), expected \(expected)", sourceLocation: sourceLocation)
    }
}

extension AlphaMatte {
    /// Blocks of 7 × 5 pixels of a few values, so that parts are large, thin and many.
    fileprivate static func blocks(width: Int, height: Int, seed: UInt64) throws -> AlphaMatte {
        var random = SeededGenerator(seed: seed)
        let columns = width / 7 + 1
        let blocks = (0..<columns * (height / 5 + 1)).map { _ -> Float in
            random.pick([0, 0, 1, 1, 1, 0.2, 0.35, 0.5, 0.6, 0.8, 0.95])
        }
        return try AlphaMatte(
            width: width, height: height,
            values: (0..<width * height).map { index in
                let (x, y) = (index % width, index / width)
                // Bridges of one pixel between blocks.
                return x % 7 == 3 && y % 2 == 0 ? 0.75 : blocks[y / 5 * columns + x / 7]
            })
    }
}
