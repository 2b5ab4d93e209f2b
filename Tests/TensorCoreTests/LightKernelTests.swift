import KernelDispatch
import Testing
import TestSupport

/// Kernels on rows of light, against their formulas in double precision.
@Suite struct LightKernelTests {
    static let counts = [0, 1, 2, 7, 33]

    /// A curve that is its own table: a square and its root.
    private static let light8 = (0..<768).map { index -> Float in
        let x = Double(index % 256) / 255
        return Float(x * x)
    }
    private static let light16 = (0..<3 * 65_536).map { index -> Float in
        let x = Double(index % 65_536) / 65_535
        return Float(x * x)
    }
    /// 128 entries to an octave from 2⁻⁴⁰ on, by the bits of floats.
    private static let encoded = (0..<3 * kernels.encodedTableCount).map { index -> Float in
        let bits = UInt32((127 - 40) << 7 + index % kernels.encodedTableCount) << 16
        return min(Float(bitPattern: bits), 1).squareRoot()
    }

    private static func alpha(_ count: Int, _ random: inout SeededGenerator) -> [Float] {
        var alpha = random.values(count + 1).map { abs($0) }
        for (index, value) in [Float(1), 0, .nan, 1.5, -2].enumerated() where index < count { alpha[index] = value }
        return alpha
    }

    private static func clamped(_ a: Float) -> Double { a > 0 ? Double(min(a, 1)) : 0 }

    @Test(arguments: counts, [1, 3]) func samplesBecomeLight(count: Int, colors: Int) {
        var random = SeededGenerator(seed: UInt64(count))
        let stride = colors + 1
        let bytes = (0..<count * stride + 4).map { _ in UInt8.random(in: 0...255, using: &random) }
        let words = bytes.map { UInt16($0) * 257 }
        let alpha = Self.alpha(count, &random)
        let before = random.values(count * 4 + 4)
        var (sums8, sums16) = (before, before)
        kernels.addLightRow8(
            bytes, stride: stride, colors: colors, light: Self.light8, alpha: alpha, weight: 0.7, into: &sums8,
            count: count)
        kernels.addLightRow16(
            words, stride: stride, colors: colors, light: Self.light16, alpha: alpha, weight: 0.7, into: &sums16,
            count: count)
        let expected = before.enumerated().map { index, value -> Double in
            let (pixel, c) = (index / 4, index % 4)
            guard pixel < count else { return Double(value) }
            let sample = Double(bytes[pixel * stride + (colors == 1 || c == 3 ? 0 : c)]) / 255
            return Double(value) + 0.7 * Self.clamped(alpha[pixel]) * (c == 3 ? 1 : sample * sample)
        }
        // Three roundings.
        expectClose(sums8, expected, absolute: 3e-7, relative: 0)
        expectClose(sums16, expected, absolute: 3e-7, relative: 0)

        var silhouette = before
        kernels.addAlphaRow(alpha, weight: 0.7, into: &silhouette, count: count)
        let black = before.enumerated().map { index, value in
            Double(value) + (index % 4 == 3 && index / 4 < count ? 0.7 * Self.clamped(alpha[index / 4]) : 0)
        }
        expectClose(silhouette, black, absolute: 2e-7, relative: 0)
        var rest = [Float](repeating: 7, count: count + 1)
        kernels.complementRow(alpha, into: &rest, count: count)
        expectClose(rest, (0..<count).map { 1 - Self.clamped(alpha[$0]) } + [7], absolute: 1e-7, relative: 0)
    }

    @Test(arguments: counts) func rowsAreAddedAndMoved(count: Int) {
        var random = SeededGenerator(seed: 2)
        let (row, before) = (random.values(count + 3), random.values(count + 3))
        var sums = before
        kernels.addRow(row, weight: 0.3, into: &sums, count: count)
        let expected = before.enumerated().map { Double($1) + ($0 < count ? 0.3 * Double(row[$0]) : 0) }
        expectClose(sums, expected, absolute: 2e-7, relative: 0)

        let source = random.values(40 * 4)
        let starts = (0..<count).map { _ in Int32.random(in: 0..<35, using: &random) }
        let weights = random.values(count * 5)
        var moved = [Float](repeating: 7, count: count * 4 + 1)
        kernels.resampleRow(source, starts: starts, weights: weights, taps: 5, into: &moved, count: count)
        let sum = (0..<count * 4).map { index -> Double in
            let (pixel, channel) = (index / 4, index % 4)
            return (0..<5).reduce(0.0) { sum, k -> Double in
                let value = source[(Int(starts[pixel]) + k) * 4 + channel]
                return sum + Double(weights[pixel * 5 + k]) * Double(value)
            }
        }
        expectClose(moved, sum + [7], absolute: 1e-6, relative: 0)
    }

    @Test func negativeLobesAreCut() {
        var row: [Float] = [-0.1, 0.5, 2, 0.8, 0.2, 0.3, 0.1, -0.5, 1.2, 1, 0.4, 1.3]
        kernels.clampLightRow(&row, count: 3)
        #expect(row == [0, 0.5, 0.8, 0.8, 0, 0, 0, 0, 1, 1, 0.4, 1])
    }

    @Test(arguments: counts, [0, 4]) func oneOverAnother(count: Int, stride: Int) {
        var random = SeededGenerator(seed: 3)
        let over = random.values(count * 4 + 4).map { abs($0) }
        let under = random.values(count * 4 + 4).map { abs($0) }
        var result = [Float](repeating: 7, count: count * 4 + 1)
        kernels.overRow(over, under: under, underStride: stride, into: &result, count: count)
        let expected = (0..<count * 4).map { index in
            Double(over[index]) + (1 - Double(over[index / 4 * 4 + 3])) * Double(under[index / 4 * stride + index % 4])
        }
        expectClose(result, expected + [7], absolute: 2e-7, relative: 0)
        var alpha = [Float](repeating: 7, count: count + 1)
        kernels.alphaOfRow(over, into: &alpha, count: count)
        #expect(alpha == (0..<count).map { over[4 * $0 + 3] } + [7])
    }

    /// A shadow takes what the table says: here the square of its opacity, between nodes too.
    @Test func shadowsAreLaidOn() {
        let depth = (0...1024).map { Float($0) / 1024 * Float($0) / 1024 }
        let mask: [Float] = [0, 1, 0.5, .nan, 2, 0.3003]
        let before = [Float](repeating: 0.8, count: 24)
        var row = before
        kernels.shadeRow(&row, mask: mask, depth: depth, shade: [0.1, 0.2, 0.3, 1], count: 6)
        let shade = [0.1, 0.2, 0.3, 1]
        let expected = (0..<24).map { index -> Double in
            let taken = Self.clamped(mask[index / 4])
            return 0.8 + (shade[index % 4] - 0.8) * taken * taken
        }
        // Between two nodes of a parabola.
        expectClose(row, expected, absolute: 5e-7, relative: 0)
    }

    /// Moving by a table that is linear in the roots of light is exact between its nodes.
    @Test func coloursAreMoved() {
        let side = 5
        let table = (0..<side * side * side).flatMap { index -> [Float] in
            let node = [index % side, index / side % side, index / side / side].map { Float($0) / Float(side - 1) }
            return [0.1 * node[1] - 0.05, 0.2 * node[2], -0.3 * node[0], 0]
        }
        var random = SeededGenerator(seed: 4)
        var row: [Float] = []
        for alpha in [Float(1), 0.4, 0, 1] {
            row += [abs(random.value()) * alpha, abs(random.value()) * alpha, abs(random.value()) * alpha, alpha]
        }
        let before = row
        kernels.moveColorsRow(&row, table: table, side: side, count: 4)
        let expected = (0..<16).map { index -> Double in
            let a = Double(before[index / 4 * 4 + 3])
            guard a > 0, index % 4 < 3 else { return Double(before[index]) }
            let root = (0..<3).map { (Double(before[index / 4 * 4 + $0]) / a).squareRoot() }
            let moved = [root[0] + 0.1 * root[1] - 0.05, root[1] + 0.2 * root[2], root[2] - 0.3 * root[0]][index % 4]
            let cut = min(max(moved, 0), 1)
            return cut * cut * a
        }
        expectClose(row, expected, absolute: 1e-6, relative: 0)
    }

    // MARK: Encoding

    @Test(arguments: [(1, 1), (1, 3), (3, 3)], [0, 4]) func mixedAndEncoded(colors: (Int, Int), underStride: Int) {
        let (inputs, outputs) = colors
        var random = SeededGenerator(seed: 5)
        let (count, stride) = (41, inputs + 1)
        let bytes = (0..<count * stride).map { _ in UInt8.random(in: 0...255, using: &random) }
        let words = bytes.map { UInt16($0) * 257 }
        let alpha = Self.alpha(count, &random)
        let under = random.values(count * 4).map { abs($0) }
        let (flat8, flat16): ([UInt8], [UInt16]) = ([11, 12, 13], [1100, 1200, 1300])
        var target8 = [UInt8](repeating: 77, count: count * outputs + 3)
        kernels.blendRow8(
            bytes, stride: stride, colors: inputs, alpha: alpha, light: Self.light8, encoded: Self.encoded,
            under: under,
            underStride: underStride, flat: flat8, dither: 0, x: 0, y: 0, &target8, outputColors: outputs, count: count)
        var target16 = [UInt16](repeating: 77, count: count * outputs + 3)
        kernels.blendRow16(
            words, stride: stride, colors: inputs, alpha: alpha, light: Self.light16, encoded: Self.encoded,
            under: under,
            underStride: underStride, flat: flat16, &target16, outputColors: outputs, count: count)
        #expect(target8.suffix(3) == [77, 77, 77] && target16.suffix(3) == [77, 77, 77])
        for i in 0..<count {
            let a = Self.clamped(alpha[i])
            for c in 0..<outputs {
                let sample = bytes[i * stride + (inputs == 1 ? 0 : c)]
                if a == 1 {
                    #expect(target8[i * outputs + c] == sample && target16[i * outputs + c] == UInt16(sample) * 257)
                } else if a == 0, underStride == 0 {
                    #expect(target8[i * outputs + c] == flat8[c] && target16[i * outputs + c] == flat16[c])
                } else {
                    let own = Double(sample) / 255 * Double(sample) / 255
                    let mixed = (a * own + (1 - a) * Double(under[i * underStride + c])).squareRoot()
                    #expect(abs(Double(target8[i * outputs + c]) - 255 * mixed) <= 0.501)
                    // Tables are within 2e-6 of the value.
                    #expect(abs(Double(target16[i * outputs + c]) - 65_535 * mixed) <= 0.7)
                }
            }
        }
    }

    /// From the darkest light to the brightest, and beyond on both sides.
    @Test func everyLightIsEncoded() {
        let values: [Float] = [0, 1e-30, 1e-13, 1e-9, 3e-5, 0.25, 0.999, 1, 1.5, -1, .nan, .infinity]
        let row: [Float] = values.flatMap { value -> [Float] in [value, value, value, 1] }
        var words = [UInt16](repeating: 7, count: 3 * values.count)
        kernels.encodeRow16(row, encoded: Self.encoded, &words, outputColors: 3, count: values.count)
        var bytes = [UInt8](repeating: 7, count: 3 * values.count)
        kernels.encodeRow8(
            row, encoded: Self.encoded, dither: 0, subject: row, y: 0, &bytes, outputColors: 3, count: values.count)
        for (index, value) in values.enumerated() {
            let exact = Self.clamped(value).squareRoot()
            #expect(abs(Double(words[3 * index]) - 65_535 * exact) <= 0.7, "\(value)")
            #expect(abs(Double(bytes[3 * index]) - 255 * exact) <= 0.501, "\(value)")
        }
    }

    @Test func straightOverAShadow() {
        // Alpha, its colour as light, a shadow's opacity, and black: as encoded.
        let row: [Float] = [0.5 * 0.25, 0.5 * 0.25, 0.5 * 0.25, 0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0.04, 0.04, 0.04, 1]
        let mask: [Float] = [0.5, 0.5, 0, 0.5]
        let shade: [Float] = [0, 0.2, 1]
        var bytes = [UInt8](repeating: 7, count: 16)
        kernels.encodeStraightRow8(
            row, encoded: Self.encoded, mask: mask, shade: shade, &bytes, outputColors: 3, count: 4)
        // 0.5 of a subject encoded as 0.5, and half of the rest of shadow: 0.75 in all.
        let shares: [Double] = [0.25 / 0.75, 0.3 / 0.75, 0.5 / 0.75, 0.75]
        let first = shares.map { UInt8(($0 * 255).rounded()) }
        #expect(Array(bytes.prefix(4)) == first)
        #expect(Array(bytes[4..<8]) == [0, 51, 255, 128] && Array(bytes[8..<12]) == [0, 0, 0, 0])
        #expect(Array(bytes[12..<16]) == [51, 51, 51, 255])
        var words = [UInt16](repeating: 7, count: 16)
        kernels.encodeStraightRow16(
            row, encoded: Self.encoded, mask: nil, shade: shade, &words, outputColors: 3, count: 4)
        #expect(words[3] == 32_768 && abs(Int(words[0]) - 32_768) <= 1 && Array(words[4..<12]).allSatisfy { $0 == 0 })
    }

    /// Noise has no mean and stays within half a step; the subject is not dithered.
    @Test func noiseIsEven() {
        let (count, level) = (1000, Float(100.3 / 255))
        var total = 0
        for y in 0..<50 {
            var bytes = [UInt8](repeating: 0, count: count)
            let row: [Float] = (0..<count).flatMap { _ -> [Float] in [level * level, 0, 0, 1] }
            let clear = [Float](repeating: 0, count: 4 * count)
            kernels.encodeRow8(
                row, encoded: Self.encoded, dither: 1, subject: clear, y: y, &bytes, outputColors: 1, count: count)
            #expect(bytes.allSatisfy { $0 == 100 || $0 == 101 })
            total += bytes.reduce(0) { $0 + Int($1) }
            kernels.encodeRow8(
                row, encoded: Self.encoded, dither: 1, subject: row, y: y, &bytes, outputColors: 1, count: count)
            #expect(bytes.allSatisfy { $0 == 100 })
        }
        #expect(abs(Double(total) / Double(50 * count) - 100.3) < 0.01)
    }

    @Test func opaqueSamplesAreKept() {
        let alpha: [Float] = [1, 0.999, 2, 0]
        var bytes = [UInt8](repeating: 7, count: 16)
        kernels.keepOpaqueRow8(
            [1, 9, 2, 9, 3, 9, 4, 9], stride: 2, colors: 1, alpha: alpha, &bytes, outputColors: 3, outputStride: 4,
            count: 4)
        #expect(bytes == [1, 1, 1, 7, 7, 7, 7, 7, 3, 3, 3, 7, 7, 7, 7, 7])
        var words = [UInt16](repeating: 7, count: 12)
        kernels.keepOpaqueRow16(
            (1...12).map { UInt16($0) }, stride: 3, colors: 3, alpha: alpha, &words, outputColors: 3, outputStride: 3,
            count: 4)
        #expect(words == [1, 2, 3, 7, 7, 7, 7, 8, 9, 7, 7, 7])
        var channel = [UInt8](repeating: 9, count: 7)
        kernels.quantizeChannel8([0.5, 2, .nan], &channel, stride: 2, count: 3)
        #expect(channel == [128, 9, 255, 9, 0, 9, 9])
        var channel16 = [UInt16](repeating: 9, count: 3)
        kernels.quantizeChannel16([0.5, 1], &channel16, stride: 2, count: 2)
        #expect(channel16 == [32_768, 9, 65_535])
    }
}
