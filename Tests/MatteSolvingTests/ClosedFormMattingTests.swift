import TensorCore
import TestSupport
import Testing
import Threads

@testable import MatteSolving

/// A picture, a trimap and what the unknown pixels begin with.
struct SolvingScene {
    let width: Int
    let height: Int
    var colors: [Float]
    var values: [Float]
    var mask: [UInt8]

    /// A soft disc of one colour over another, with texture, and a ring of unknown pixels.
    init(width: Int, height: Int, texture: Float = 0.05, seed: UInt64 = 1, band: Double = 3) {
        var generator = SeededGenerator(seed: seed)
        (self.width, self.height) = (width, height)
        (colors, values, mask) = ([], [], [])
        let radius = Double(min(width, height)) * 0.3
        for y in 0..<height {
            for x in 0..<width {
                let (dx, dy) = (Double(x) - Double(width) / 2, Double(y) - Double(height) / 2)
                let distance = (dx * dx + dy * dy).squareRoot() - radius
                let alpha = Float(min(max(0.5 - distance / 3, 0), 1))
                let (noise, tint) = (
                    Float.random(in: -1...1, using: &generator) * texture, Float(x) / Float(width) * 0.3
                )
                colors += [0.2 + 0.6 * alpha + noise, 0.7 - 0.5 * alpha + tint * (1 - alpha), 0.3 + noise + tint]
                let isUnknown = abs(distance) < band
                mask.append(isUnknown ? 7 : 0)
                values.append(isUnknown ? Float.random(in: 0...1, using: &generator) : alpha > 0.5 ? 1 : 0)
            }
        }
    }

    func solved(
        by matting: ClosedFormMatting = ClosedFormMatting(tolerance: 1e-6), pool: ThreadPool = .shared,
        columns: Range<Int>? = nil, rows: Range<Int>? = nil, cut: SolvingTiles = SolvingTiles()
    ) throws -> (values: [Float], outcome: SolvingOutcome) {
        var alpha = try Tensor(shape: TensorShape(height: height, width: width, channels: 1), values: values)
        let (width, colors) = (width, colors)
        let outcome = try mask.withUnsafeBufferPointer { mask in
            let problem = SolvingProblem(
                width: width, height: height, mask: try #require(mask.baseAddress), unknownValue: 7, guideChannels: 3
            ) { row, columns, planes, stride in
                for channel in 0..<3 {
                    for (index, x) in columns.enumerated() {
                        planes[channel * stride + index] = colors[(row * width + x) * 3 + channel]
                    }
                }
            }
            return try matting.solve(&alpha, problem, columns: columns, rows: rows, cut: cut, pool: pool)
        }
        return (alpha.values, outcome)
    }

    func naive(epsilon: Float = 1e-7, prior: Float = ClosedFormMatting().prior) -> [Double] {
        NaiveClosedForm(width: width, height: height, colors: colors.map(Double.init), epsilon: Double(epsilon))
            .alpha(values.map(Double.init), unknown: mask.map { $0 == 7 }, prior: Double(prior))
    }
}

struct ClosedFormMattingTests {
    /// Against brute force on the paper's formula. Single precision leaves 1e-3: the equations' condition is up to 1e6 where
    /// colours hardly vary, and the reference's own solution changes as much where the picture does by 1e-7.
    ///
    /// A window determines five of its nine pixels at most, so that in the smallest pictures every third is unknown.
    @Test(arguments: [(3, 3), (4, 3), (5, 4), (9, 7), (13, 17), (19, 11), (33, 9), (17, 23)])
    func agreesWithBruteForce(width: Int, height: Int) throws {
        var scene = SolvingScene(width: width, height: height, seed: UInt64(width))
        if width < 10 { scene.mask = scene.mask.indices.map { $0 % 3 == 0 ? 7 : 0 } }
        let (values, outcome) = try scene.solved()
        #expect(outcome.isConverged)
        let naive = scene.naive()
        let worst = zip(values, naive).map { abs(Double($0) - $1) }.max() ?? 0
        #expect(worst < 2e-3, "\(worst)")
    }

    /// With a prior that weighs the equations are well conditioned.
    @Test(arguments: [Float(1e-3), 0.03, 10]) func thePriorIsAShareOfTheEquation(prior: Float) throws {
        let scene = SolvingScene(width: 17, height: 23)
        let (values, outcome) = try scene.solved(by: ClosedFormMatting(prior: prior, tolerance: 1e-6))
        #expect(outcome.isConverged)
        let worst = zip(values, scene.naive(prior: prior)).map { abs(Double($0) - $1) }.max() ?? 0
        #expect(worst < 1e-4, "\(worst)")
    }

    @Test func certainPixelsStayAsTheyAre() throws {
        let scene = SolvingScene(width: 61, height: 47)
        let (values, _) = try scene.solved(by: ClosedFormMatting())
        for (index, value) in values.enumerated() where scene.mask[index] == 0 { #expect(value == scene.values[index]) }
        #expect(values.allSatisfy { $0 >= 0 && $0 <= 1 })
    }

    /// Of two colours that do not vary alpha is known exactly.
    @Test func colorsOnALineGiveTheirShare() throws {
        var scene = SolvingScene(width: 40, height: 36, texture: 0)
        var truth: [Float] = []
        for index in scene.mask.indices {
            let share = Float(min(max((Double(index % 40) - 14) / 12, 0), 1))
            scene.colors[index * 3] = 0.1 + 0.7 * share
            scene.colors[index * 3 + 1] = 0.5 - 0.2 * share
            scene.colors[index * 3 + 2] = 0.9 - 0.6 * share
            truth.append(share)
            scene.mask[index] = share > 0 && share < 1 ? 7 : 0
            scene.values[index] = scene.mask[index] == 7 ? 0.5 : share
        }
        let (values, outcome) = try scene.solved()
        #expect(outcome.isConverged)
        let worst = zip(values, truth).map { abs($0 - $1) }.max() ?? 0
        #expect(worst < 0.01, "\(worst)")
    }

    @Test func everyNumberOfThreadsGivesTheSameBits() throws {
        let scene = SolvingScene(width: 211, height: 173, band: 14)
        let one = try scene.solved(by: ClosedFormMatting(), pool: ThreadPool(threadCount: 1))
        for count in [2, 3, 5] {
            let more = try scene.solved(by: ClosedFormMatting(), pool: ThreadPool(threadCount: count))
            #expect(more.values == one.values)
            #expect(more.outcome == one.outcome)
        }
    }

    @Test func whatHasNotConvergedIsReported() throws {
        let scene = SolvingScene(width: 101, height: 83, band: 12)
        let (_, outcome) = try scene.solved(by: ClosedFormMatting(tolerance: 1e-6, iterationLimit: 2))
        #expect(!outcome.isConverged)
        #expect(outcome.unconvergedCount == scene.mask.count { $0 == 7 })
        #expect(outcome.iterations == 2)
        #expect(outcome.residual > 1e-6)
    }

    @Test func picturesWithoutAWindowStayAsTheyAre() throws {
        for (width, height) in [(1, 1), (2, 5), (7, 2)] {
            var scene = SolvingScene(width: width, height: height)
            scene.mask = scene.mask.map { _ in 7 }
            let (values, _) = try scene.solved()
            #expect(values == scene.values)
        }
    }

    @Test func nothingUnknownCostsNothing() throws {
        var scene = SolvingScene(width: 31, height: 29)
        scene.mask = scene.mask.map { _ in 0 }
        let (values, outcome) = try scene.solved()
        #expect(values == scene.values)
        #expect(outcome == SolvingOutcome())
    }

    @Test func onlyThePartIsTouched() throws {
        let scene = SolvingScene(width: 90, height: 70, band: 6)
        let (values, _) = try scene.solved(columns: 0..<45, rows: 0..<35)
        for index in values.indices where index % 90 >= 45 || index / 90 >= 35 {
            #expect(values[index] == scene.values[index])
        }
        #expect(values != scene.values)
    }

    /// Tiles see what lies beyond them only through the smaller picture and the overlap, hence the mean.
    @Test func tilesAgreeWithTheWhole() throws {
        var scene = SolvingScene(width: 230, height: 190, band: 20)
        // Noise to begin with would stay in what tiles hold certain beyond their sides.
        for index in scene.values.indices where scene.mask[index] == 7 { scene.values[index] = 0.5 }
        let whole = try scene.solved()
        let cut = SolvingTiles(largestArea: 128 * 128, core: 64, overlap: 32)
        let tiled = try scene.solved(cut: cut)
        #expect(tiled.outcome.tileCount > 4)
        #expect(tiled.outcome.isConverged)
        let unknown = scene.mask.indices.filter { scene.mask[$0] == 7 }
        let mean = unknown.map { abs(whole.values[$0] - tiled.values[$0]) }.reduce(0, +) / Float(unknown.count)
        #expect(mean < 0.01, "\(mean)")
        for index in tiled.values.indices where scene.mask[index] == 0 {
            #expect(tiled.values[index] == scene.values[index])
        }
        let again = try scene.solved(pool: ThreadPool(threadCount: 3), cut: cut)
        #expect(again.values == tiled.values)
    }

    @Test(arguments: [(1, 1), (768, 2), (769, 1500), (5000, 3), (8000, 6000)])
    func tilesCoverTheirRegion(width: Int, height: Int) {
        let region = SolvingTiles.Rect(columns: 10..<10 + width, rows: 20..<20 + height)
        let tiles = SolvingTiles().tiles(of: region)
        #expect(tiles.allSatisfy { $0.columns.count <= 1024 && $0.rows.count <= 1024 && $0.area > 0 })
        let columns = Set(tiles.flatMap { Array($0.columns) })
        let rows = Set(tiles.flatMap { Array($0.rows) })
        #expect(columns == Set(region.columns) && rows == Set(region.rows))
    }
}
