import KernelDispatch
import TensorCore
import Testing
import TestSupport

/// Kernels between pixels of 8 or 16 bits and floats, against their formulas.
@Suite struct RasterKernelTests {
    static let counts = [0, 1, 2, 7, 8, 9, 16, 33]

    // MARK: Area averages

    @Test(arguments: counts) func rowsAreAccumulated(count: Int) {
        var random = SeededGenerator(seed: UInt64(count))
        let bytes = (0..<count + 9).map { _ in UInt8.random(in: 0...255, using: &random) }
        let words = (0..<count + 9).map { _ in UInt16.random(in: 0...65535, using: &random) }
        let before = random.values(count + 9)
        let weight: Float = 0.3125  // five sixteenths: products of bytes are exact
        var sums8 = before
        kernels.accumulateRow8(bytes, weight: weight, into: &sums8, count: count)
        var sums16 = before
        kernels.accumulateRow16(words, weight: weight, into: &sums16, count: count)
        for i in before.indices {
            #expect(sums8[i] == (i < count ? before[i] + Float(bytes[i]) * weight : before[i]))
            #expect(sums16[i] == (i < count ? before[i] + Float(words[i]) * weight : before[i]))
        }
    }

    @Test(arguments: [2, 4]) func hiddenColoursWeighNothing(channels: Int) {
        var random = SeededGenerator(seed: UInt64(channels))
        let count = 300
        var bytes = (0..<count * channels).map { _ in UInt8.random(in: 0...255, using: &random) }
        var words = (0..<count * channels).map { _ in UInt16.random(in: 0...65535, using: &random) }
        for pixel in 0..<count where pixel % 3 != 0 {
            bytes[pixel * channels + channels - 1] = pixel % 3 == 1 ? 0 : 255
            words[pixel * channels + channels - 1] = pixel % 3 == 1 ? 0 : 65535
        }
        let before = random.values(count * channels)
        var sums8 = before
        kernels.accumulatePremultipliedRow8(bytes, weight: 0.7, channels: channels, into: &sums8, count: count)
        var sums16 = before
        kernels.accumulatePremultipliedRow16(words, weight: 0.7, channels: channels, into: &sums16, count: count)
        var expected8: [Double] = []
        var expected16: [Double] = []
        for i in before.indices {
            let alpha = i / channels * channels + channels - 1
            let (share8, share16) = i == alpha ? (1, 1) : (Double(bytes[alpha]) / 255, Double(words[alpha]) / 65535)
            expected8.append(Double(before[i]) + 0.7 * Double(bytes[i]) * share8)
            expected16.append(Double(before[i]) + 0.7 * Double(words[i]) * share16)
        }
        // Four roundings of a product, and one of the sum with a value below 1.
        expectClose(sums8, expected8, absolute: 1e-7, relative: 3e-7)
        expectClose(sums16, expected16, absolute: 1e-7, relative: 3e-7)
    }

    @Test(arguments: [1, 2, 3, 7, 10, 33, 100, 1023], [1, 3, 4]) func rowsAreAveraged(width: Int, channels: Int) {
        var random = SeededGenerator(seed: UInt64(width))
        let row = random.values(width * channels).map { $0 + 1 }
        for outputWidth in [1, 2, 3, 5, 8, 33, 100] {
            var output = [Float](repeating: .nan, count: outputWidth * channels + 4)
            kernels.averageRow(
                row, width: width, channels: channels, scale: 0.5, into: &output, outputWidth: outputWidth)
            #expect(output.suffix(4).allSatisfy { $0.isNaN })
            var expected: [Double] = []
            for x in 0..<outputWidth {
                let begin = Double(x * width) / Double(outputWidth)
                let end = Double((x + 1) * width) / Double(outputWidth)
                for c in 0..<channels {
                    let sum = (0..<width).reduce(0.0) { sum, i in
                        let covered = max(min(end, Double(i + 1)) - max(begin, Double(i)), 0)
                        return sum + Double(row[i * channels + c]) * covered
                    }
                    expected.append(0.5 * sum / (end - begin))
                }
            }
            // A float sum of up to a thousand values between 0 and 2.
            expectClose(
                Array(output.dropLast(4)), expected, absolute: 1e-6, relative: 3e-5, "\(width) to \(outputWidth)")
        }
    }

    @Test func averagesOfALongRowDoNotDrift() {
        let (width, outputWidth) = (32_768, 331)
        let row = (0..<width).map { Float($0) }
        var output = [Float](repeating: .nan, count: outputWidth)
        kernels.averageRow(row, width: width, channels: 1, scale: 1, into: &output, outputWidth: outputWidth)
        let step = Double(width) / Double(outputWidth)
        let expected = (0..<outputWidth).map { x in
            // The mean of the staircase ⌊t⌋ over the interval: its integral is n(n − 1) / 2 up to a whole number n.
            func integral(_ t: Double) -> Double {
                t.rounded(.down) * (t.rounded(.down) - 1) / 2 + (t - t.rounded(.down)) * t.rounded(.down)
            }
            return (integral(Double(x + 1) * step) - integral(Double(x) * step)) / step
        }
        // A float sum of a hundred values: some roundings of 2⁻²⁴ each.
        expectClose(output, expected, absolute: 1e-4, relative: 1e-6)
    }

    // MARK: Quantisation

    @Test func everyStepSurvivesARoundTrip() {
        let steps8 = (0...255).map { Float($0) / 255 }
        var bytes = [UInt8](repeating: 7, count: 256)
        kernels.quantizeRow8(steps8, &bytes, count: 256)
        #expect(bytes == (0...255).map { UInt8($0) })
        let steps16 = (0...65535).map { Float($0) / 65535 }
        var words = [UInt16](repeating: 7, count: 65536)
        kernels.quantizeRow16(steps16, &words, count: 65536)
        #expect(words == (0...65535).map { UInt16($0) })
    }

    @Test func quantisationRoundsAndClamps() {
        let values: [Float] = [-1, -0.0, .nan, .infinity, -.infinity, 2, 0.00195, 0.00197, 0.9980, 0.9981, 1]
        var bytes = [UInt8](repeating: 7, count: values.count)
        kernels.quantizeRow8(values, &bytes, count: values.count)
        #expect(bytes == [0, 0, 0, 255, 0, 255, 0, 1, 254, 255, 255])
        var words = [UInt16](repeating: 7, count: values.count)
        kernels.quantizeRow16(values, &words, count: values.count)
        #expect(words == [0, 0, 0, 65535, 0, 65535, 128, 129, 65404, 65410, 65535])
    }

    @Test(arguments: [2, 4]) func alphaIsMultiplied(channels: Int) {
        var random = SeededGenerator(seed: 3)
        let alpha = random.values(256).map { abs($0) }
        let bytes = (0..<256).flatMap { [UInt8](repeating: 99, count: channels - 1) + [UInt8($0)] }
        let words = (0..<256).flatMap { [UInt16](repeating: 99, count: channels - 1) + [UInt16($0 * 257)] }
        var product8 = alpha
        kernels.multiplyByAlpha8(&product8, bytes, channels: channels, count: 256)
        var product16 = alpha
        kernels.multiplyByAlpha16(&product16, words, channels: channels, count: 256)
        let expected = alpha.enumerated().map { Double($1) * Double($0) / 255 }
        // Three roundings.
        expectClose(product8, expected, absolute: 0, relative: 2e-7)
        expectClose(product16, expected, absolute: 0, relative: 2e-7)
        // What was opaque stays as it is, to the bit.
        #expect(product8[255] == alpha[255] && product16[255] == alpha[255])
        #expect(product8[0] == 0 && product16[0] == 0)
    }

    // MARK: Cut-outs and composites

    @Test(arguments: [1, 3], [false, true]) func cutOutsKeepColours(colors: Int, keepsHidden: Bool) {
        var random = SeededGenerator(seed: UInt64(colors))
        let (count, stride) = (37, colors + 1)
        let bytes = (0..<count * stride).map { _ in UInt8.random(in: 0...255, using: &random) }
        let words = (0..<count * stride).map { _ in UInt16.random(in: 0...65535, using: &random) }
        var alpha = random.values(count).map { abs($0) }
        alpha.replaceSubrange(0..<4, with: [0, 0.0019, .nan, 1])
        var target8 = [UInt8](repeating: 77, count: count * (colors + 1) + 3)
        kernels.cutOutRow8(
            bytes, stride: stride, colors: colors, alpha: alpha, &target8, count: count, keepsHidden: keepsHidden)
        var target16 = [UInt16](repeating: 77, count: count * (colors + 1) + 3)
        kernels.cutOutRow16(
            words, stride: stride, colors: colors, alpha: alpha, &target16, count: count, keepsHidden: keepsHidden)
        #expect(target8.suffix(3) == [77, 77, 77] && target16.suffix(3) == [77, 77, 77])
        for i in 0..<count {
            let value8 = alpha[i] > 0 ? UInt8((alpha[i] * 255).rounded()) : 0
            let value16 = alpha[i] > 0 ? UInt16((alpha[i] * 65535).rounded()) : 0
            #expect(target8[i * (colors + 1) + colors] == value8)
            #expect(target16[i * (colors + 1) + colors] == value16)
            for c in 0..<colors {
                #expect(target8[i * (colors + 1) + c] == (value8 > 0 || keepsHidden ? bytes[i * stride + c] : 0))
                #expect(target16[i * (colors + 1) + c] == (value16 > 0 || keepsHidden ? words[i * stride + c] : 0))
            }
        }
    }

    // MARK: Reductions

    @Test(arguments: counts) func reductions(count: Int) {
        var random = SeededGenerator(seed: UInt64(count))
        let values = random.values(count) + [.nan]
        // Doubles hold the sum of a few 24-bit fractions exactly.
        #expect(kernels.sum(values, count: count) == values.prefix(count).reduce(0.0) { $0 + Double($1) })
        #expect(kernels.largest(values, count: count) == max(values.prefix(count).max() ?? 0, 0))
    }

    @Test func tensorsAreResizedLikeMaps() throws {
        var random = SeededGenerator(seed: 5)
        let reference = random.map(2, 7, 9, 3)
        let tensor = try Tensor(shape: reference.shape, values: reference.values.map { Float($0) })
        let resized = try tensor.resized(height: 12, width: 5, pool: Pools.all[1])
        // Source positions up to 9 in floats, neighbours that differ by up to 2.
        expectClose(resized, reference.resized(height: 12, width: 5, alignsCorners: false), absolute: 1e-5, relative: 0)
    }
}
