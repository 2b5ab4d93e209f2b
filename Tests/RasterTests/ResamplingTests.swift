import PictureTestSupport
import Raster
import Testing
import TestSupport
import Threads

/// Rows of light at other sizes and places, against sums over all pixels in double precision.
@Suite struct ResamplingTests {
    static let pools = [1, 3].map { ThreadPool(threadCount: $0) }

    /// Random light, premultiplied, with empty and full pixels.
    private func light(width: Int, height: Int, seed: UInt64) throws -> (LightGrid, NaiveLight) {
        var random = SeededGenerator(seed: seed)
        let grid = try LightGrid(width: width, height: height)
        for pixel in 0..<width * height {
            let alpha = random.pick([0, 1, abs(random.value())])
            for c in 0..<3 { grid.base[4 * pixel + c] = abs(random.value()) * alpha }
            grid.base[4 * pixel + 3] = alpha
        }
        let values = (0..<4 * width * height).map { Double(grid.base[$0]) }
        return (grid, NaiveLight(width: width, height: height, values: values))
    }

    private func values(_ grid: LightGrid) -> [Float] { (0..<4 * grid.width * grid.height).map { grid.base[$0] } }

    @Test(arguments: [(1, 1), (7, 5), (16, 16), (33, 9)], [(1, 1), (3, 8), (7, 5), (40, 23)])
    func allOfIt(from: (Int, Int), to: (Int, Int)) throws {
        let (grid, naive) = try light(width: from.0, height: from.1, seed: 3)
        let resampling = Resampling(
            columns: .resampling(.init(from.0, to: to.0)), rows: .resampling(.init(from.1, to: to.1)))
        let results = try Self.pools.map { values(try LightGrid(grid, resampling, pool: $0)) }
        // Sums of up to 300 products of single precision.
        expectClose(
            results[0], naive.resampled(width: to.0, height: to.1).values, absolute: 3e-6, relative: 0,
            "\(from) to \(to)")
        #expect(results[0].map(\.bitPattern) == results[1].map(\.bitPattern))
        if from == to { #expect(results[0] == values(grid)) }
    }

    /// Larger than the picture on some sides, a part of it on others, at scales that fit nothing.
    @Test(arguments: [(-3.25, 0.7), (2.5, 1.9), (-11.0, 1.0), (4.0, 1.0), (-40.0, 2.0), (30.0, 0.3), (0.1, 5.5)])
    func partsAndSurroundings(origin: Double, step: Double) throws {
        let (grid, naive) = try light(width: 23, height: 17, seed: 5)
        func axis(_ count: Int, _ outputs: Int, _ origin: Double) -> AxisWeights {
            .resampling(.init(inputCount: count, outputCount: outputs, origin: origin, step: step))
        }
        let resampling = Resampling(columns: axis(23, 19, origin), rows: axis(17, 21, origin / 2))
        let result = values(try LightGrid(grid, resampling, pool: Self.pools[0]))
        let expected = naive.resampled(width: 19, height: 21, x: (origin, step), y: (origin / 2, step))
        expectClose(result, expected.values, absolute: 3e-6, relative: 0, "\(origin) by \(step)")
    }

    /// A copy at whole pixels is a copy, to the bit.
    /// Beyond ends that are repeated an axis is that of inputs with as many copies of the outermost ones around them.
    @Test(arguments: [(-3.25, 0.7), (-2.0, 1.0), (-4.5, 2.5), (2.5, 1.9), (5.0, 0.4)])
    func repeatedEnds(origin: Double, step: Double) {
        let (count, around) = (6, 40)
        func sums(_ axis: AxisWeights, _ inputs: [Float]) -> [Float] {
            (0..<axis.count).map { x in
                guard axis.outputs.contains(x) else { return 0 }
                let place = x - axis.outputs.lowerBound
                return (0..<axis.taps).reduce(0) {
                    let index = Int(axis.starts[place]) + $1
                    return $0 + (index < inputs.count ? axis.weights[place * axis.taps + $1] * inputs[index] : 0)
                }
            }
        }
        let inputs: [Float] = [3, 1, 4, 1, 5, 9]
        for ends in [[], .first, .last, .both] as [AxisWeights.Ends] {
            let found = sums(
                .resampling(.init(inputCount: count, outputCount: 12, origin: origin, step: step), repeating: ends),
                inputs)
            let longer =
                [Float](repeating: inputs[0], count: around) + inputs
                + [Float](repeating: inputs[count - 1], count: around)
            let all = sums(
                .resampling(
                    .init(
                        inputCount: longer.count, outputCount: 12, origin: origin + Double(around), step: step)),
                longer)
            for x in 0..<12 {
                let (begin, end) = (origin + Double(x) * step, origin + Double(x + 1) * step)
                if begin < 0, !ends.contains(.first) { continue }
                if end > Double(count), !ends.contains(.last) { continue }
                #expect(abs(found[x] - all[x]) < 1e-4, "\(x)")
            }
        }
    }

    @Test func scaleOneIsACopy() throws {
        let (grid, _) = try light(width: 9, height: 6, seed: 7)
        let resampling = Resampling(
            columns: .resampling(.init(inputCount: 9, outputCount: 5, origin: 2, step: 1)),
            rows: .resampling(.init(inputCount: 6, outputCount: 6, origin: -1, step: 1)))
        let result = values(try LightGrid(grid, resampling, pool: Self.pools[0]))
        let expected = (0..<6).flatMap { y in
            (0..<20).map { k in y == 0 ? 0 : grid.base[4 * ((y - 1) * 9 + 2) + k] }
        }
        #expect(result == expected)
    }

    @Test func enlargedEdgesStayInRange() throws {
        let grid = try LightGrid(width: 8, height: 3)
        for pixel in 0..<24 where pixel % 8 >= 4 { for c in 0..<4 { grid.base[4 * pixel + c] = 1 } }
        let resampling = Resampling(columns: .resampling(.init(8, to: 80)), rows: .resampling(.init(3, to: 30)))
        let result = values(try LightGrid(grid, resampling, pool: Self.pools[0]))
        #expect(result.allSatisfy { $0 >= 0 && $0 <= 1 })
        // And colours are never more than alpha: no dark or bright fringe.
        #expect(stride(from: 0, to: result.count, by: 4).allSatisfy { result[$0] <= result[$0 + 3] })
    }

    @Test(arguments: [0.0, 0.4, 1.5, 6]) func blurring(sigma: Double) throws {
        let (grid, naive) = try light(width: 21, height: 14, seed: 9)
        let result = values(try grid.blurred(across: sigma, down: sigma / 2, pool: Self.pools[1]))
        func weights(_ count: Int, _ x: Int, _ sigma: Double) -> [Int: Double] {
            let reach = Int((3 * sigma).rounded(.up))
            func value(_ t: Int) -> Double { sigma > 0 ? NaiveGaussian.value(Double(t), sigma) : 1 }
            let sum = (-reach...reach).reduce(0.0) { $0 + value($1) }
            var weights: [Int: Double] = [:]
            for t in -reach...reach where x + t >= 0 && x + t < count { weights[x + t] = value(t) / sum }
            return weights
        }
        var expected: [Double] = []
        for y in 0..<14 {
            for x in 0..<21 {
                var sum = [0.0, 0, 0, 0]
                for (v, down) in weights(14, y, sigma / 2) {
                    for (u, across) in weights(21, x, sigma) {
                        for c in 0..<4 { sum[c] += down * across * naive.values[4 * (v * 21 + u) + c] }
                    }
                }
                expected += sum
            }
        }
        expectClose(result, expected, absolute: 3e-6, relative: 0, "sigma \(sigma)")
    }

    /// Every sample of 16 bits comes back from light, for sRGB's curve and a power.
    @Test(arguments: [true, false]) func tablesComeBack(isPower: Bool) throws {
        let profile =
            isPower ? MatrixProfile(MatrixProfile.adobeRGB, curve: MatrixProfile.gamma(563.0 / 256)).bytes() : nil
        let space = try ColorSpace(profile: profile, .rgb)
        let image = try RasterImage(
            width: 256, height: 256, colorModel: .gray, bitDepth: .sixteen, samples: Array(0...65_535))
        let tables = try LightTables.tables(of: space, .sixteen)
        #expect(try LightTables.tables(of: space, .sixteen) === tables)
        for (index, sample) in image.samples.enumerated() {
            let light = Double(tables.light[index])
            #expect(abs(tables.encoded(light, channel: 1) * 65_535 - Double(sample)) < 0.02 || sample < 8)
        }
    }
}

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

enum NaiveGaussian {
    static func value(_ t: Double, _ sigma: Double) -> Double { exp(-t * t / (2 * sigma * sigma)) }
}
