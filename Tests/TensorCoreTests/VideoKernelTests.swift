import KernelDispatch
import TensorCore
import Testing
import TestSupport

/// Kernels for frames of video, against their formulas in double precision.
@Suite struct VideoKernelTests {
    static let counts = [1, 2, 3, 7, 8, 9, 10, 16, 17, 33]
    /// Values that nothing may overwrite.
    static let guardCount = 5

    // MARK: Chroma

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 16, 17, 33, 64], [true, false])
    func chromaIsStretched(width: Int, isCentered: Bool) {
        var random = SeededGenerator(seed: UInt64(width))
        let count = (width + 1) / 2
        let source = random.values(count, scale: 100)
        var result = [Float](repeating: .nan, count: width + Self.guardCount)
        kernels.stretchChromaRow(source, count: count, isCentered: isCentered, &result, width: width)
        #expect(result.suffix(Self.guardCount).allSatisfy { $0.isNaN })
        let expected = (0..<width).map { x -> Double in
            // Sample i lies at luma 2i + ½, or at 2i.
            let position = isCentered ? (Double(x) - 0.5) / 2 : Double(x) / 2
            let left = position.rounded(.down)
            func value(_ i: Double) -> Double { Double(source[min(max(Int(i), 0), count - 1)]) }
            return value(left) + (value(left + 1) - value(left)) * (position - left)
        }
        // Two products and a sum of values up to 100.
        expectClose(Array(result.dropLast(Self.guardCount)), expected, absolute: 2e-5, relative: 0)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 16, 17, 33, 64], [true, false])
    func chromaIsShrunk(width: Int, isCentered: Bool) {
        var random = SeededGenerator(seed: UInt64(width))
        let count = (width + 1) / 2
        let source = random.values(width, scale: 100)
        let before = random.values(count + Self.guardCount)
        var sums = before
        kernels.shrinkChromaRow(source, width: width, isCentered: isCentered, weight: 0.5, into: &sums)
        func value(_ x: Int) -> Double { Double(source[min(max(x, 0), width - 1)]) }
        let expected = before.enumerated().map { i, sum in
            if i >= count { return Double(sum) }
            let (l, m, r) = (value(2 * i - 1), value(2 * i), value(2 * i + 1))
            return Double(sum) + 0.5 * (isCentered ? (m + r) / 2 : (l + 2 * m + r) / 4)
        }
        expectClose(sums, expected, absolute: 2e-5, relative: 0)
    }

    // MARK: Colours

    @Test(arguments: counts) func lumaBecomesColors(count: Int) {
        var random = SeededGenerator(seed: UInt64(count))
        let (luma, blue, red) = (
            random.values(count, scale: 300), random.values(count, scale: 300), random.values(count)
        )
        let k: [Float] = [1.164, 1.596, 3, -0.392, -0.813, 5, 2.017, -7]
        func expected(_ i: Int, _ c: Int, _ maximum: Double) -> Int {
            let (y, u, v) = (Double(k[0]) * Double(luma[i]), Double(blue[i]), Double(red[i]))
            let value =
                switch c {
                case 0: y + Double(k[1]) * v + Double(k[2])
                case 1: y + Double(k[3]) * u + Double(k[4]) * v + Double(k[5])
                default: y + Double(k[6]) * u + Double(k[7])
                }
            return Int(min(max(value, 0), maximum).rounded())
        }
        var bytes = [UInt8](repeating: 77, count: 3 * count + Self.guardCount)
        kernels.colorsRow8(luma: luma, blue: blue, red: red, coefficients: k, &bytes, count: count)
        var words = [UInt16](repeating: 777, count: 3 * count + Self.guardCount)
        kernels.colorsRow16(luma: luma, blue: blue, red: red, coefficients: k, &words, count: count)
        #expect(bytes.suffix(Self.guardCount).allSatisfy { $0 == 77 })
        #expect(words.suffix(Self.guardCount).allSatisfy { $0 == 777 })
        for i in 0..<3 * count {
            // A value within a float's rounding of a half may fall to either side.
            #expect(abs(Int(bytes[i]) - expected(i / 3, i % 3, 255)) <= 1)
            #expect(abs(Int(words[i]) - expected(i / 3, i % 3, 65535)) <= 1)
        }
    }

    @Test(arguments: counts, [1, 2, 3, 4]) func colorsBecomeLuma(count: Int, stride: Int) {
        var random = SeededGenerator(seed: UInt64(count * 10 + stride))
        let bytes = (0..<count * stride).map { _ in UInt8.random(in: 0...255, using: &random) }
        let words = bytes.map { UInt16($0) * 257 }
        let k = random.values(12)
        var rows8 = [[Float]](repeating: [Float](repeating: .nan, count: count + Self.guardCount), count: 3)
        var rows16 = rows8
        var (y, u, v) = (rows8[0], rows8[1], rows8[2])
        kernels.lumaRow8(bytes, stride: stride, coefficients: k, luma: &y, blue: &u, red: &v, count: count)
        rows8 = [y, u, v]
        (y, u, v) = (rows16[0], rows16[1], rows16[2])
        kernels.lumaRow16(words, stride: stride, coefficients: k, luma: &y, blue: &u, red: &v, count: count)
        rows16 = [y, u, v]
        for row in 0..<3 {
            #expect((rows8[row] + rows16[row]).filter(\.isNaN).count == 2 * Self.guardCount)
            for (samples, values) in [(bytes.map(Double.init), rows8[row]), (words.map(Double.init), rows16[row])] {
                let expected = (0..<count).map { i -> Double in
                    let colors = (0..<3).map { samples[i * stride + (stride < 3 ? 0 : $0)] }
                    return (0..<3).reduce(Double(k[4 * row + 3])) { $0 + Double(k[4 * row + $1]) * colors[$1] }
                }
                // Three products of up to 65535 and their sum.
                expectClose(Array(values.dropLast(Self.guardCount)), expected, absolute: 0.02, relative: 1e-5)
            }
        }
    }

    @Test func stepsAreRoundedAndClamped() {
        let values: [Float] = [-1, -0.0, .nan, .infinity, -.infinity, 0.4, 0.6, 1, 2]
        var bytes = [UInt8](repeating: 7, count: values.count)
        kernels.stepsRow8(values, scale: 219, offset: 16, maximum: 235, &bytes, count: values.count)
        #expect(bytes == [0, 16, 0, 235, 0, 104, 147, 235, 235])
        var words = [UInt16](repeating: 7, count: values.count)
        kernels.stepsRow16(values, scale: 1023, offset: 0, maximum: 1023, &words, count: values.count)
        #expect(words == [0, 0, 0, 1023, 0, 409, 614, 1023, 1023])
    }

    // MARK: Cells

    @Test(arguments: counts) func pixelsComeApart(count: Int) {
        var random = SeededGenerator(seed: UInt64(count))
        let bytes = (0..<3 * count).map { _ in UInt8.random(in: 0...255, using: &random) }
        let stride = count + 2
        var planes = [Float](repeating: .nan, count: 3 * stride)
        kernels.planesFromBytes(bytes, 0.25, &planes, stride: stride, count)
        for index in planes.indices {
            let (plane, x) = (index / stride, index % stride)
            if x < count { #expect(planes[index] == Float(bytes[3 * x + plane]) * 0.25) }
            if x >= count { #expect(planes[index].isNaN) }
        }
    }

    @Test(arguments: counts, [1, 2, 3]) func blocksAreAveraged(count: Int, factor: Int) {
        var random = SeededGenerator(seed: UInt64(count))
        let source = random.values(count)
        let blocks = (count + factor - 1) / factor
        var result = [Float](repeating: .nan, count: blocks + Self.guardCount)
        kernels.planeReduceRow(source, count, factor, 0.5, &result)
        #expect(result.suffix(Self.guardCount).allSatisfy { $0.isNaN })
        let expected = (0..<blocks).map { block -> Double in
            let values = source[block * factor..<min((block + 1) * factor, count)]
            return 0.5 * values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
        }
        expectClose(Array(result.dropLast(Self.guardCount)), expected, absolute: 2e-7, relative: 0)
    }

    // MARK: Temporal filter

    @Test(arguments: counts, [1, 3]) func changeIsMeasured(count: Int, planes: Int) {
        var random = SeededGenerator(seed: UInt64(count))
        let stride = count + 3
        let (now, average) = (random.values(stride * planes), random.values(stride * planes))
        let ages = random.values(count).map { 4.5 + 3.5 * $0 }
        var result = [Float](repeating: .nan, count: count + Self.guardCount)
        kernels.temporalChangeRow(
            now, average: average, planes: planes, planeStride: stride, gain: 0.9, ages: ages, &result, count: count)
        #expect(result.suffix(Self.guardCount).allSatisfy { $0.isNaN })
        let expected = (0..<count).map { i -> Double in
            let square = (0..<planes).reduce(0.0) { sum, plane in
                let d = Double(now[plane * stride + i]) - Double(Float(0.9)) * Double(average[plane * stride + i])
                return sum + d * d
            }
            return square / Double(planes) * Double(ages[i]) / (Double(ages[i]) + 1)
        }
        expectClose(Array(result.dropLast(Self.guardCount)), expected, absolute: 1e-7, relative: 2e-6)
    }

    @Test(arguments: [(10, 3), (17, 9), (33, 20), (9, 9), (40, 2)]) func motionIsTold(width: Int, height: Int) {
        var random = SeededGenerator(seed: 3)
        let blocks = (width + 7) / 8
        let before = random.values(width * height)
        // Half a column to the left, as far as a line between two pixels knows; noise; and nothing at all.
        let moved = before.indices.map { i in
            i % width + 1 < width && i % width > 0 ? before[i] + (before[i + 1] - before[i - 1]) / 4 : before[i]
        }
        let noisy = zip(before, random.values(width * height)).map { $0 + 0.1 * $1 }
        for (now, isMotion) in [(moved, true), (noisy, false), (before, false)] {
            var shares = [Float](repeating: .nan, count: blocks + Self.guardCount)
            kernels.temporalMotionRow(
                now, average: before, gain: 1, width: width, height: height, rows: 0..<height, &shares, blocks: blocks)
            #expect(shares.suffix(Self.guardCount).allSatisfy { $0.isNaN })
            for share in shares.prefix(blocks) {
                if width < 10 || height < 3 {
                    #expect(share == 0)
                } else if isMotion {
                    // The gradients are those of the moved picture: not quite the ones it was moved by.
                    #expect(share > 0.4)
                } else if height > 8 {
                    #expect(share < 0.15)
                }
            }
        }
    }

    @Test(arguments: counts) func windowsAreAveraged(count: Int) {
        var random = SeededGenerator(seed: UInt64(count))
        let rows = (0..<3).map { _ in random.values(count) }
        var result = [Float](repeating: .nan, count: count + Self.guardCount)
        kernels.temporalWindowRow(above: rows[0], rows[1], below: rows[2], &result, count: count)
        #expect(result.suffix(Self.guardCount).allSatisfy { $0.isNaN })
        let expected = (0..<count).map { i -> Double in
            [i - 1, i, i + 1].reduce(0.0) { sum, x in
                rows.reduce(sum) { $0 + Double($1[min(max(x, 0), count - 1)]) }
            } / 9
        }
        expectClose(Array(result.dropLast(Self.guardCount)), expected, absolute: 1e-6, relative: 0)
    }

    @Test(arguments: counts) func placesAge(count: Int) {
        var random = SeededGenerator(seed: UInt64(count))
        let change = random.values(count).map { 3 + 3 * $0 }
        let before = random.values(count + Self.guardCount).map { 4.5 + 3.5 * $0 }
        var ages = before
        var shares = [Float](repeating: .nan, count: count + Self.guardCount)
        kernels.temporalAgeRow(
            change, still: 2, moved: 4, longest: 8, ages: &ages, shares: &shares, count: count)
        #expect(shares.suffix(Self.guardCount).allSatisfy { $0.isNaN })
        #expect(ages.suffix(Self.guardCount) == before.suffix(Self.guardCount))
        let expected = (0..<count).map { i -> Double in
            1 + min(max((4 - Double(change[i])) / 2, 0), 1) * min(Double(before[i]), 7)
        }
        expectClose(Array(ages.prefix(count)), expected, absolute: 0, relative: 1e-6)
        expectClose(Array(shares.prefix(count)), expected.map { 1 / $0 }, absolute: 0, relative: 1e-6)
    }

    @Test(arguments: counts) func averagesMove(count: Int) {
        var random = SeededGenerator(seed: UInt64(count))
        let shares = random.values(count).map { abs($0) < 0.5 ? 1 : abs($0) }
        let now = random.values(2 * count)
        let before = random.values(2 * count + Self.guardCount)
        var average = before
        kernels.temporalAverageRow(now, gain: 1.1, shares: shares, into: &average, count: count)
        #expect(average.suffix(count + Self.guardCount) == before.suffix(count + Self.guardCount))
        let expected = (0..<count).map { i -> Double in
            let old = Double(before[i]) * Double(Float(1.1))
            return old + (Double(now[i]) - old) * Double(shares[i])
        }
        expectClose(Array(average.prefix(count)), expected, absolute: 5e-7, relative: 0)

        for width in [2 * count, 2 * count - 1] {
            var matte = now + [.nan]
            kernels.temporalBlendRow(previous: before, shares: shares, into: &matte, count: width)
            for i in 0..<width {
                let share = shares[i / 2]
                let expected = Double(before[i]) + (Double(now[i]) - Double(before[i])) * Double(share)
                #expect(abs(Double(matte[i]) - expected) < 5e-7)
                if share == 1 { #expect(matte[i] == now[i]) }
            }
            #expect(width == 2 * count || matte[width] == now[width])
            #expect(matte[2 * count].isNaN)
        }
    }
}
