import TensorCore
import Testing
import TestSupport
import Threads

@testable import MatteRefinement

/// Foreground colours against the same relaxation in double precision, without tiles and closed forms.
@Suite struct ForegroundEstimationTests {
    /// One pixel, lines, sizes of several tiles in both directions, and long ones.
    static let sizes = [(1, 1), (1, 2), (9, 1), (1, 40), (17, 13), (131, 39), (270, 3)]

    @Test(arguments: sizes, [1, 2, 3, 4]) func agreesWithTheNaiveSolution(
        size: (width: Int, height: Int), samplesPerPixel: Int
    ) throws {
        let scene = Self.Scene(size.width, size.height, samplesPerPixel: samplesPerPixel, seed: 11)
        let estimation = ForegroundEstimation(
            regularization: size.width == 17 ? 1e-3 : 1e-5, iterations: size.width == 131 ? 3 : 2)
        let expected = NaiveForeground.solve(
            image: scene.colors, alpha: scene.coverage, width: size.width, height: size.height, estimation)
        let actual = try scene.solve(estimation, wanted: .covered, threads: 2)
        let differences = actual.flatMap { index, values in
            values.enumerated().map { abs(Double($0.element) - expected[$0.offset][index]) }
        }
        // Single precision where what holds colours is 1e-5 of what they explain.
        #expect(differences.reduce(0, max) < 2e-3)
        #expect(differences.reduce(0, +) <= 2e-5 * Double(differences.count))
    }

    /// Tiles without wanted pixels are left out; the others are the same.
    @Test func wantedPixelsAreAllThere() throws {
        let scene = Self.Scene(290, 100, samplesPerPixel: 3, seed: 12)
        let all = try scene.solve(ForegroundEstimation(), wanted: .covered, threads: 2)
        let soft = try scene.solve(ForegroundEstimation(), wanted: .soft, threads: 2)
        #expect(soft.count < all.count)
        #expect(soft.allSatisfy { all[$0.key] == $0.value })
        #expect(scene.alpha.indices.allSatisfy { scene.alpha[$0] <= 0 || all[$0] != nil })
        #expect(scene.alpha.indices.allSatisfy { scene.alpha[$0] <= 0 || scene.alpha[$0] >= 1 || soft[$0] != nil })
    }

    @Test func doesNotDependOnThreads() throws {
        let scene = Self.Scene(260, 90, samplesPerPixel: 3, seed: 13)
        let one = try scene.solve(ForegroundEstimation(), wanted: .soft, threads: 1)
        for threads in [2, 3, 5] {
            #expect(try scene.solve(ForegroundEstimation(), wanted: .soft, threads: threads) == one)
        }
    }

    @Test func levelsGrowFromOnePixelToThePicture() {
        for (width, height) in [(1, 1), (2, 1), (3, 5), (640, 480), (1, 100_000), (8192, 6144)] {
            let levels = ForegroundEstimation.levels(width: width, height: height)
            #expect(levels.first.map { $0 == (1, 1) } == true)
            #expect(levels.last.map { $0 == (width, height) } == true)
            for (small, large) in zip(levels, levels.dropFirst()) {
                #expect(small.width <= large.width && small.height <= large.height)
                #expect(large.width <= 2 * small.width + 1 && large.height <= 2 * small.height + 1)
            }
        }
    }

    @Test func everyNumberIsChecked() {
        func refused(_ name: String, _ change: (inout ForegroundEstimation) -> Void) {
            var estimation = ForegroundEstimation()
            change(&estimation)
            #expect {
                try estimation.validate(as: "colours")
            } throws: { ($0 as? OptionProblem)?.name == "colours.\(name)" }
        }
        for value in [.nan, 0, -1, 2, .infinity] as [Float] { refused("regularization") { $0.regularization = value } }
        for value in [.nan, -1, 1001, .infinity] as [Float] { refused("gradientWeight") { $0.gradientWeight = value } }
        for value in [0, -1, 33, .max] { refused("iterations") { $0.iterations = value } }
        for value in [0, -1, 257, .max] { refused("coarseIterations") { $0.coarseIterations = value } }
        for value in [0, -1, 129, .max] { refused("coarseSide") { $0.coarseSide = value } }
        #expect(throws: Never.self) { try ForegroundEstimation().validate(as: "colours") }
    }

    /// The most that options allow fits into tiles.
    @Test func theMostIterations() throws {
        let scene = Self.Scene(140, 136, samplesPerPixel: 1, seed: 14)
        let estimation = ForegroundEstimation(iterations: 32, coarseIterations: 256, coarseSide: 128)
        let (one, two) = (
            try scene.solve(estimation, wanted: .soft, threads: 1),
            try scene.solve(estimation, wanted: .soft, threads: 2)
        )
        #expect(one == two)
        #expect(one.values.allSatisfy { $0.allSatisfy { $0 >= 0 && $0 <= 1 } })
    }

    // MARK: Scenes

    /// Pixels of 8 bits and a matte with a soft edge and noise in it.
    struct Scene {
        let width: Int
        let height: Int
        let samplesPerPixel: Int
        let samples: [UInt8]
        let alpha: [Float]

        init(_ width: Int, _ height: Int, samplesPerPixel: Int, seed: UInt64) {
            var numbers = SeededNumbers(seed: seed)
            self.width = width
            self.height = height
            self.samplesPerPixel = samplesPerPixel
            self.alpha = (0..<width * height).map { index in
                let slope = (Float(index % width) - Float(width) * 0.4) / 9 + 0.5
                return min(max(slope + (numbers.next() - 0.5) * 0.2, 0), 1)
            }
            self.samples = (0..<width * height * samplesPerPixel).map { index in
                let isOwnAlpha = samplesPerPixel % 2 == 0 && index % samplesPerPixel == samplesPerPixel - 1
                return isOwnAlpha
                    ? (numbers.next() < 0.8 ? 255 : UInt8(numbers.next() * 255)) : UInt8(numbers.next() * 255)
            }
        }

        var channels: Int { samplesPerPixel < 3 ? 1 : 3 }
        var colors: [[Double]] {
            (0..<channels).map { c in
                (0..<width * height).map { Double(samples[$0 * samplesPerPixel + c]) / 255 }
            }
        }
        /// The matte without the picture's own alpha.
        var coverage: [Double] {
            alpha.enumerated().map { index, value in
                guard samplesPerPixel % 2 == 0 else { return Double(value) }
                // As it is read: a difference of 1e-7 is a hundredth of what holds colours in flat parts.
                let own = samples[(index + 1) * samplesPerPixel - 1]
                return own > 0 ? Double(min(value * 255 / Float(own), 1)) : 0
            }
        }

        /// The planes of each pixel that was emitted.
        func solve(
            _ estimation: ForegroundEstimation, wanted: ForegroundEstimation.Wanted, threads: Int
        ) throws -> [Int: [Float]] {
            let table = (0..<channels).flatMap { _ in (0..<256).map { Float($0) / 255 } }
            let tensor = try Tensor(shape: TensorShape(height: height, width: width, channels: 1), values: alpha)
            let found = Guarded<[Int: [Float]]>([:])
            try samples.withUnsafeBytes { bytes in
                let base = try #require(bytes.baseAddress)
                let source = ColorSource(
                    base: base, width: width, height: height, samplesPerPixel: samplesPerPixel, bytesPerSample: 1,
                    light: table)
                try estimation(source, alpha: tensor, wanted: wanted, pool: ThreadPool(threadCount: threads)) { piece in
                    let values = (0..<piece.count).map { x in
                        (
                            piece.row * width + piece.firstColumn + x,
                            (0..<2 * channels).map { piece.colors[$0 * piece.stride + x] }
                        )
                    }
                    found.withLock { found in for (index, planes) in values { found[index] = planes } }
                }
            }
            return found.withLock { $0 }
        }
    }
}
