import TensorCore
import Testing
import TestSupport
import Threads

@testable import MatteRefinement

/// The Gaussian and the bilateral filter of mattes.
@Suite struct MaskFilterTests {
    // MARK: Gaussian

    static let sizes = [(1, 1), (1, 40), (35, 1), (33, 29), (50, 70)]

    @Test(arguments: sizes, [0.4, 1, 2.7, 9, 60]) func boxesAgreeWithTheirDefinition(
        size: (width: Int, height: Int), deviation: Double
    ) throws {
        let matte = try Tensor.noise(size.width, size.height, seed: 8)
        let filter = GaussianFeather(deviation: deviation)
        var expected = NaivePlane(matte)
        for isDown in [false, true] {
            for _ in 0..<3 { expected = Self.box(expected, filter, isDown: isDown) }
        }
        for threads in [1, 2, 3] {
            var result = matte
            try filter.apply(to: &result, pool: ThreadPool(threadCount: threads))
            // Seven roundings to 2⁻²⁴.
            #expect(greatestDifference(result.values, expected.values) < 5e-7)
        }
    }

    /// The variance of the boxes is that of the Gaussian, whatever the deviation.
    @Test(arguments: [0.1, 0.33, 0.5, 1, 1.7, 4, 33.3, 512, 1024]) func varianceIsExact(deviation: Double) {
        let filter = GaussianFeather(deviation: deviation)
        #expect(filter.edge >= 0 && filter.edge < 1)
        let ends = Double(filter.reach + 1)
        let inner = (0...filter.reach).reduce(0.0) { $0 + 2 * Double($1 * $1) }
        let variance = 3 * filter.scale * (inner + 2 * filter.edge * ends * ends)
        #expect(abs(variance / (deviation * deviation) - 1) < 1e-9)
    }

    /// A step becomes the integral of a Gaussian: three boxes are within two hundredths of it.
    @Test(arguments: [1.5, 4, 12]) func aStepBecomesAGaussianEdge(deviation: Double) throws {
        var matte = try Tensor.picture(160, 3) { x, _, _ in x < 80 ? 1 : 0 }
        try GaussianFeather(deviation: deviation).apply(to: &matte, pool: ThreadPool(threadCount: 1))
        let exact = (0..<160).map { x in
            (-2000...2000).reduce(0.0) { sum, pixel in
                let distance = Double(pixel - x)
                return pixel < 80 ? sum + exponential(-distance * distance / (2 * deviation * deviation)) : sum
            } / (deviation * (2 * Double.pi).squareRoot())
        }
        #expect(greatestDifference(Array(matte.values.prefix(160)), exact) < 0.02)
    }

    /// No trace is left where nothing was, and nothing is lost where all was.
    @Test func constantsStay() throws {
        for value in [0, 0.25, 1] as [Float] {
            var matte = try Tensor.picture(70, 90) { _, _, _ in value }
            try GaussianFeather(deviation: 7.3).apply(to: &matte, pool: ThreadPool(threadCount: 2))
            #expect(matte.values.allSatisfy { $0 == value })
        }
        var matte = try Tensor.picture(300, 20) { x, y, _ in x < 100 ? Float(y % 7) / 9 : x > 200 ? 1 : 0 }
        try GaussianFeather(deviation: 5).apply(to: &matte, pool: ThreadPool(threadCount: 2))
        // Three boxes of length 20 end after 30 pixels.
        let values = matte.values
        #expect((0..<20).allSatisfy { row in (135..<165).allSatisfy { values[row * 300 + $0] == 0 } })
        #expect((0..<20).allSatisfy { row in (235..<300).allSatisfy { values[row * 300 + $0] == 1 } })
    }

    private static func box(_ plane: NaivePlane, _ filter: GaussianFeather, isDown: Bool) -> NaivePlane {
        NaivePlane(width: plane.width, height: plane.height) { x, y in
            func value(_ step: Int) -> Double {
                isDown
                    ? plane[x, min(max(y + step, 0), plane.height - 1)]
                    : plane[min(max(x + step, 0), plane.width - 1), y]
            }
            let inner = (-filter.reach...filter.reach).reduce(0.0) { $0 + value($1) }
            return (inner + filter.edge * (value(-filter.reach - 1) + value(filter.reach + 1))) * filter.scale
        }
    }

    // MARK: Bilateral

    /// The grid is within a few hundredths of the exact filter, and by far nearer to it than the matte is.
    @Test(arguments: [(0.8, 0.3), (2, 0.2), (3.4, 0.1), (6, 0.5)]) func gridIsNearTheExactFilter(
        radius: Double, tolerance: Double
    ) throws {
        var numbers = SeededNumbers(seed: 9)
        let matte = try Tensor.picture(61, 47) { x, y, _ in
            let base: Float = x < 30 ? 0.85 : x < 34 ? 0.85 - Float(x - 29) * 0.16 : 0.05
            return min(max(base + (numbers.next() - 0.5) * 0.12, 0), 1)
        }
        let plane = NaivePlane(matte)
        let reach = Int(4 * radius) + 1
        let exact = NaivePlane(width: 61, height: 47) { x, y in
            var (sum, weights) = (0.0, 0.0)
            for pixel in plane.window(x, y, reach) {
                let square = Double((pixel.x - x) * (pixel.x - x) + (pixel.y - y) * (pixel.y - y))
                let difference = plane[pixel.x, pixel.y] - plane[x, y]
                let weight =
                    exponential(-square / (2 * radius * radius))
                    * exponential(-difference * difference / (2 * tolerance * tolerance))
                sum += weight * plane[pixel.x, pixel.y]
                weights += weight
            }
            return sum / weights
        }
        var result = matte
        try BilateralSmoothing(radius: radius, tolerance: tolerance).apply(
            to: &result, pool: ThreadPool(threadCount: 2))
        #expect(greatestDifference(result.values, exact.values) < 0.04)
        let mean = zip(result.values, exact.values).reduce(0) { $0 + abs(Double($1.0) - $1.1) } / (61 * 47)
        let before = zip(matte.values, exact.values).reduce(0) { $0 + abs(Double($1.0) - $1.1) } / (61 * 47)
        #expect(mean < 0.006 && mean < before / 4)
    }

    @Test(arguments: [(1, 1), (1, 50), (300, 7), (150, 200)]) func doesNotDependOnThreads(
        size: (width: Int, height: Int)
    )
        throws
    {
        let matte = try Tensor.noise(size.width, size.height, seed: 10)
        for radius in [0.5, 3, 40, 64] {
            let filter = BilateralSmoothing(radius: radius, tolerance: 0.1)
            var (one, three) = (matte, matte)
            try filter.apply(to: &one, pool: ThreadPool(threadCount: 1))
            try filter.apply(to: &three, pool: ThreadPool(threadCount: 3))
            #expect(one.values == three.values)
            #expect(one.values.allSatisfy { $0 >= 0 && $0 <= 1 })
        }
    }

    /// Hard edges stay exactly where they are.
    @Test func binaryMattesStay() throws {
        let matte = try Tensor.picture(200, 140) { x, y, _ in (x / 9 + y / 13) % 2 == 0 ? 1 : 0 }
        var result = matte
        try BilateralSmoothing(radius: 4, tolerance: 0.15).apply(to: &result, pool: ThreadPool(threadCount: 2))
        // Six deviations away, a weight of e⁻²² at the most.
        #expect(zip(result.values, matte.values).allSatisfy { abs($0 - $1) < 1e-6 })
    }
}
