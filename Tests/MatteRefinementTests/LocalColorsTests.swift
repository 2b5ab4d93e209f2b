import TensorCore
import Testing
import Threads

@testable import MatteRefinement

@Suite struct LocalColorsTests {
    /// Sizes that cells of four do and do not divide, one cell, and more than a chunk of 64 rows of cells.
    @Test(arguments: [(1, 1), (5, 3), (64, 48), (131, 77), (30, 290)], [1, 3])
    func agreesWithItsDefinition(size: (width: Int, height: Int), channels: Int) throws {
        let (width, height) = size
        let guide = try Tensor.noise(width, height, channels: channels, seed: 3)
        // Values of 0 and 1 too: there the weight of one side is nothing at all.
        let matte = try Tensor.picture((width + 2) / 3, (height + 2) / 3) { x, y, _ in
            Float(min(max((x + y) * 3 - width / 2, 0), 40)) / 40
        }
        let band = try Tensor.picture(matte.shape.width, matte.shape.height) { x, _, _ in x % 7 < 3 ? 1 : 0 }
        let values = try Self.colors(guide, matte: matte, band: band, width: width, height: height, threads: 2)
        let expected = Self.naive(guide, matte: matte, band: band, width: width, height: height)
        #expect(values.count == 2 * (channels + 1))
        for (index, (plane, reference)) in zip(values, expected).enumerated() {
            // Quotients of sums in single precision; where only the widest windows have seen anything, both are tiny. A
            // spread is the root of a difference of squares: of an error of 1e-7 it makes 3e-4.
            let isSpread = index % (channels + 1) == channels
            #expect(greatestDifference(plane, reference.values) < (isSpread ? 5e-4 : 2e-4))
        }
    }

    /// A red subject on a blue ground, uncertain between them: far into the band both colours are known.
    @Test func knowsBothSidesOfABand() throws {
        let (width, height) = (96, 40)
        let guide = try Tensor.picture(width, height, channels: 3) { x, _, c in
            x < 48 ? [0.9, 0.1, 0.1][c] : [0.1, 0.2, 0.8][c]
        }
        let matte = try Tensor.picture(width, height) { x, _, _ in min(max((60 - Float(x)) / 24, 0), 1) }
        let band = try Tensor.picture(width, height) { x, _, _ in 32..<64 ~= x ? 1 : 0 }
        let values = try Self.colors(guide, matte: matte, band: band, width: width, height: height, threads: 1)
        let middle = height / 2 * width + 50
        for (plane, color) in zip(values, [0.9, 0.1, 0.1, 0.05, 0.1, 0.2, 0.8, 0.05] as [Float]) {
            // What is uncertain counts little, and is of either colour: they spread a little.
            #expect(abs(plane[middle] - color) < 0.1)
        }
    }

    @Test func doesNotDependOnThreads() throws {
        let (width, height) = (90, 530)
        let guide = try Tensor.noise(width, height, channels: 3, seed: 5)
        let matte = try Tensor.noise(45, 265, seed: 6)
        let band = try Tensor.picture(45, 265) { x, y, _ in (x / 5 + y / 9) % 2 == 0 ? 1 : 0 }
        let one = try Self.colors(guide, matte: matte, band: band, width: width, height: height, threads: 1)
        for threads in [2, 3] {
            let isSame =
                try Self.colors(guide, matte: matte, band: band, width: width, height: height, threads: threads) == one
            #expect(isSame)
        }
    }

    // MARK: Reading

    /// All planes, read in two pieces a row that do not begin at a cell.
    private static func colors(
        _ guide: Tensor, matte: Tensor, band: Tensor, width: Int, height: Int, threads: Int
    ) throws -> [[Float]] {
        let colors = try LocalColors(
            guide: TensorRows(guide), matte: ScaledPlane(matte, width: width, height: height),
            band: ScaledPlane(band, width: width, height: height), pool: ThreadPool(threadCount: threads))
        let count = colors.planeCount
        var planes = [[Float]](repeating: [], count: count)
        var target = [Float](repeating: .nan, count: count * width)
        var scratch = [Float](repeating: .nan, count: colors.scratchCount(columns: width))
        for row in 0..<height {
            for columns in [0..<width / 3, width / 3..<width] where !columns.isEmpty {
                colors.read(row: row, columns: columns, into: &target, stride: width, scratch: &scratch)
                for plane in 0..<count { planes[plane] += target[plane * width..<plane * width + columns.count] }
            }
        }
        return planes
    }

    // MARK: The definition, in double precision

    private static func naive(
        _ guide: Tensor, matte: Tensor, band: Tensor, width: Int, height: Int
    ) -> [NaivePlane] {
        let matte = scaled(matte, width, height).reduced(by: 4)
        let band = scaled(band, width, height).reduced(by: 4)
        let colors = (0..<guide.shape.channels).map { NaivePlane(guide, channel: $0).reduced(by: 4) }
        return [true, false].flatMap { isSubject in
            let weight = NaivePlane(width: matte.width, height: matte.height) { x, y in
                let share = isSubject ? matte[x, y] : 1 - matte[x, y]
                return share * share * (1 - band[x, y] + 5e-4)
            }
            let square = NaivePlane(width: matte.width, height: matte.height) { x, y in
                colors.reduce(0) { $0 + $1[x, y] * $1[x, y] }
            }
            func mean(_ plane: NaivePlane, _ x: Int, _ y: Int) -> Double {
                var (sum, total) = (0.0, 1e-12)
                func add(_ pixels: [(x: Int, y: Int)], _ factor: Double) {
                    for pixel in pixels {
                        sum += factor * weight[pixel.x, pixel.y] * plane[pixel.x, pixel.y]
                        total += factor * weight[pixel.x, pixel.y]
                    }
                }
                var share = 1.0
                for radius in [2, 6, 18, 60] {
                    add(weight.window(x, y, radius), share / Double((2 * radius + 1) * (2 * radius + 1)))
                    share *= 0.1
                }
                let all = (0..<weight.height).flatMap { row in (0..<weight.width).map { ($0, row) } }
                add(all, share / Double(all.count))
                return sum / total
            }
            let means = colors.map { color in
                NaivePlane(width: matte.width, height: matte.height) { mean(color, $0, $1) }
            }
            let spread = NaivePlane(width: matte.width, height: matte.height) { x, y in
                let variance = mean(square, x, y) - means.reduce(0) { $0 + $1[x, y] * $1[x, y] }
                return (max(variance, 0) * (colors.count == 1 ? 3 : 1)).squareRoot()
            }
            return (means + [spread]).map { $0.enlarged(by: 4, width: width, height: height) }
        }
    }

    /// Bilinear at another size, half-pixel centres, borders repeated.
    private static func scaled(_ plane: Tensor, _ width: Int, _ height: Int) -> NaivePlane {
        let source = NaivePlane(plane)
        func place(_ index: Int, _ count: Int, _ sourceCount: Int) -> (Int, Int, Double) {
            let position = min(
                max((Double(index) + 0.5) * Double(sourceCount) / Double(count) - 0.5, 0), Double(sourceCount - 1))
            return (Int(position), min(Int(position) + 1, sourceCount - 1), position - Double(Int(position)))
        }
        return NaivePlane(width: width, height: height) { x, y in
            let (left, right, u) = place(x, width, source.width)
            let (top, bottom, v) = place(y, height, source.height)
            return (source[left, top] * (1 - u) + source[right, top] * u) * (1 - v)
                + (source[left, bottom] * (1 - u) + source[right, bottom] * u) * v
        }
    }
}
