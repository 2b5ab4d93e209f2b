import MatteRefinement
import TensorCore
import Testing
import Threads

@Suite struct GuidedFilterTests {
    /// Sizes that fall short of, meet and pass whole vectors; radii up to beyond the picture.
    static let sizes = [(1, 1), (1, 7), (7, 1), (2, 3), (5, 4), (8, 9), (13, 6), (17, 23), (31, 16), (40, 33)]

    /// Means of values up to 1 round to some 10⁻⁷, products and slopes make it 10⁻⁶. Moments shifted by 1/2 leave a
    /// covariance good to a few 10⁻⁹ in flat windows, where it is divided by ε: measured 7·10⁻⁶ for 10⁻⁴, 4·10⁻⁴ for 10⁻⁶.
    static func tolerance(_ epsilon: Double) -> Double { 2e-6 + 1e-9 / epsilon }

    @Test(arguments: [1, 3], [1, 2, 4]) func agreesWithDefinition(channels: Int, subsampling: Int) throws {
        for (index, (width, height)) in Self.sizes.enumerated() {
            // The naive window grows with the square of the radius, until it has the whole picture: the large ones see one ε
            // only, and the largest the smaller pictures, which it is beyond all the same.
            for radius in width * height < 400 ? [0, 1, 3, 9, 50] : [0, 1, 3, 9] {
                for epsilon in radius > 1 ? [1e-3] : [1e-1, 1e-3, 1e-4, 1e-6] {
                    let seed = UInt64(index * 100 + radius)
                    let guide = try Tensor.noise(width, height, channels: channels, seed: seed)
                    let matte = try Tensor.noise(width, height, seed: seed + 7)
                    let filter = GuidedFilter(radius: radius, epsilon: Float(epsilon), subsampling: subsampling)
                    let naive = NaiveGuidedFilter(
                        radius: radius, epsilon: Double(Float(epsilon)), subsampling: subsampling)
                    let expected = naive.filter(
                        NaivePlane(matte), guide: (0..<channels).map { NaivePlane(guide, channel: $0) })
                    let error = greatestDifference(try filter(matte, guide: guide).values, expected.values)
                    #expect(
                        error <= Self.tolerance(epsilon),
                        "\(width)×\(height) radius \(radius) ε \(epsilon) seed \(seed): \(error)")
                }
            }
        }
    }

    @Test(arguments: [1, 3], [1, 3]) func constantMatteStays(channels: Int, subsampling: Int) throws {
        let guide = try Tensor.noise(37, 29, channels: channels, seed: 1)
        for value: Float in [0, 0.3, 1] {
            let matte = try Tensor.picture(37, 29) { _, _, _ in value }
            let result = try GuidedFilter(radius: 4, epsilon: 1e-4, subsampling: subsampling)(matte, guide: guide)
            // A covariance that should be 0 is good to some 10⁻⁸, over a least variance of ε that is 10⁻⁴.
            #expect(result.values.allSatisfy { abs($0 - value) < 2e-5 })
        }
    }

    @Test func matteThatIsAGuideChannelStays() throws {
        let guide = try Tensor.noise(40, 31, channels: 3, seed: 5)
        let values = guide.values
        let matte = try Tensor.picture(40, 31) { x, y, _ in values[(y * 40 + x) * 3 + 1] }
        let result = try GuidedFilter(radius: 3, epsilon: 1e-6)(matte, guide: guide)
        // The ridge takes ε / variance, some 10⁻⁵, of each deviation.
        #expect(greatestDifference(result.values, NaivePlane(matte).values) < 5e-5)
    }

    @Test(arguments: [1, 2, 4]) func linearInGuideStays(subsampling: Int) throws {
        let guide = try Tensor.picture(64, 48, channels: 3) { x, y, c in
            0.5 + 0.4 * Float((x * (c + 2) + y * (5 - c)) % 17) / 17 - 0.2
        }
        let values = guide.values
        let matte = try Tensor.picture(64, 48) { x, y, _ in
            let pixel = (y * 64 + x) * 3
            return 0.1 + 0.3 * values[pixel] - 0.2 * values[pixel + 1] + 0.5 * values[pixel + 2]
        }
        let result = try GuidedFilter(radius: 8, epsilon: 1e-7, subsampling: subsampling)(matte, guide: guide)
        #expect(greatestDifference(result.values, NaivePlane(matte).values) < 1e-3)
    }

    @Test(arguments: [1, 3], [1, 4]) func threadCountsAgreeToTheBit(channels: Int, subsampling: Int) throws {
        let guide = try Tensor.noise(700, 301, channels: channels, seed: 9)
        let matte = try Tensor.noise(700, 301, seed: 10)
        let filter = GuidedFilter(radius: 9, epsilon: 1e-3, subsampling: subsampling)
        let expected = try filter(matte, guide: guide, pool: ThreadPool(threadCount: 1)).values
        for threads in [2, 3, 5] {
            let values = try filter(matte, guide: guide, pool: ThreadPool(threadCount: threads)).values
            #expect(values.elementsEqual(expected) { $0.bitPattern == $1.bitPattern }, "\(threads) threads")
        }
    }

    /// Tiles must not show: the middle of a picture several tiles wide is what a cut-out of it gives.
    @Test func tilesDoNotShow() throws {
        let guide = try Tensor.noise(600, 280, seed: 21)
        let matte = try Tensor.noise(600, 280, seed: 22)
        let filter = GuidedFilter(radius: 5, epsilon: 1e-3)
        let whole = try filter(matte, guide: guide).values
        let (guideValues, matteValues) = (guide.values, matte.values)
        let (left, top, size) = (236, 108, 60)
        let part = try filter(
            try .picture(size, size) { x, y, _ in matteValues[(y + top) * 600 + x + left] },
            guide: try .picture(size, size) { x, y, _ in guideValues[(y + top) * 600 + x + left] }
        ).values
        for y in 10..<50 {
            for x in 10..<50 {
                #expect(abs(whole[(y + top) * 600 + x + left] - part[y * size + x]) < 1e-5)
            }
        }
    }

    /// A long line is where running sums in single precision lose digits: here the error does not grow with it.
    @Test func longLinesKeepTheirDigits() throws {
        let width = 9000
        let guide = try Tensor.noise(width, 12, seed: 31)
        // A bright guide with little contrast: the variance is a small difference of large numbers.
        let bright = try Tensor.picture(width, 12) { x, y, _ in 0.9 + 0.1 * guide.at(x, y) }
        let matte = try Tensor.noise(width, 12, seed: 32)
        let filter = GuidedFilter(radius: 20, epsilon: 1e-4)
        let result = try filter(matte, guide: bright).values
        let start = width - 200
        let tail = try Tensor.picture(200, 12) { x, y, _ in bright.at(x + start, y) }
        let tailMatte = try Tensor.picture(200, 12) { x, y, _ in matte.at(x + start, y) }
        let expected = NaiveGuidedFilter(radius: 20, epsilon: Double(Float(1e-4)))
            .filter(NaivePlane(tailMatte), guide: [NaivePlane(tail)])
        var worst = 0.0
        for y in 0..<12 {
            for x in 40..<200 { worst = max(worst, abs(Double(result[y * width + start + x]) - expected[x, y])) }
        }
        // Measured 5·10⁻⁷ at the end of the line.
        #expect(worst < 2e-6, "\(worst)")
    }

    @Test func emptyPicturesPass() throws {
        let matte = try Tensor(zeros: TensorShape(height: 0, width: 5, channels: 1))
        #expect(try GuidedFilter(radius: 2, epsilon: 0.1)(matte, guide: matte).values.isEmpty)
    }
}

extension Tensor {
    /// A value of the first channel.
    func at(_ x: Int, _ y: Int) -> Float { withValues { $0[(y * shape.width + x) * shape.channels] } }
}
