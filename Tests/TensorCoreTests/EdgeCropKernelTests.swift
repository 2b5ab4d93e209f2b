import KernelDispatch
import KernelInterface
import Testing
import TestSupport

@testable import TensorCore

/// The loops around the edge network, against their definitions, over odd lengths.
@Suite struct EdgeCropKernelTests {
    private static let lengths = [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64]

    @Test(arguments: lengths) func softnessAndMarks(count: Int) {
        var random = SeededGenerator(seed: UInt64(count))
        let values = random.values(count).map { abs($0) }
        var softness = [Float](repeating: -1, count: count + 1)
        kernels.softness(values, &softness, count: count)
        for (value, soft) in zip(values, softness) {
            // Three roundings of numbers up to 1.
            #expect(abs(Double(soft) - 4 * Double(value) * (1 - Double(value))) < 4e-7)
        }
        #expect(softness[count] == -1)

        var marks = [Float](repeating: 0.25, count: count + 1)
        kernels.markAbove(values, threshold: 0.5, &marks, count: count)
        for (value, mark) in zip(values, marks) { #expect(mark == (value > 0.5 ? 1 : 0.25)) }
        #expect(marks[count] == 0.25)

        let others = random.values(count)
        var raised = values
        kernels.raise(&raised, to: others, count: count)
        #expect(raised == zip(values, others).map { max($0, $1) })
    }

    @Test(arguments: lengths) func cropRowsAreInterleavedAndFilledUp(width: Int) {
        var random = SeededGenerator(seed: UInt64(width))
        let count = Int(random.next() % UInt64(width)) + 1
        let stride = width + 3
        for channels in [1, 3] {
            let planes = random.values((3 * channels + 4) * stride).map { abs($0) }
            var output = [Float](repeating: 9, count: 14 * width + 1)
            kernels.cropRow(planes, stride: stride, channels: channels, count: count, width: width, &output)
            for x in 0..<width {
                let expected = Self.shown { Double(planes[$0 * stride + min(x, count - 1)]) }(channels)
                for (index, value) in expected.enumerated() {
                    // Differences of numbers up to 1, divided by at least 0.002.
                    #expect(abs(Double(output[14 * x + index]) - value) < (index < 10 ? 2e-7 : 1e-4))
                }
            }
            #expect(output[14 * width] == 9)
        }
    }

    /// The fourteen values of a pixel, from its planes.
    private static func shown(_ plane: @escaping (Int) -> Double) -> (_ channels: Int) -> [Double] {
        { channels in
            func color(_ first: Int) -> [Double] { (0..<3).map { plane(first + (channels == 3 ? $0 : 0)) } }
            func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
            let (picture, ours, theirs) = (color(0), color(channels + 2), color(2 * channels + 3))
            let way = zip(ours, theirs).map(-)
            let offset = zip(picture, theirs).map(-)
            let place = min(max(dot(offset, way) / (dot(way, way) + 2e-3), 0), 1)
            let beside = zip(offset, way).map { $0 - place * $1 }
            let nearness = 1 - min(dot(beside, beside).squareRoot() / 0.25, 1)
            let contrast = dot(way, way).squareRoot()
            let apart = contrast / (contrast + plane(2 * channels + 2) + plane(3 * channels + 3) + 1e-3)
            return (picture + [plane(channels)] + ours + theirs + [place, nearness, apart]).map { 2 * $0 - 1 }
                + [plane(channels + 1)]
        }
    }

    @Test(arguments: lengths) func changes(count: Int) {
        var random = SeededGenerator(seed: UInt64(count))
        let band = random.values(count)
        let alpha: [Float] = [0, 1, 0.01, 0.99, 0.5] + random.values(count)
        let base = random.values(count)
        var change = band
        kernels.changeRow(&change, alpha: alpha, base: base, deadZone: 0.01, count: count)
        for x in 0..<count {
            let stretched = min(max((Double(alpha[x]) - 0.01) / 0.98, 0), 1)
            // A handful of roundings of numbers up to 2.
            #expect(abs(Double(change[x]) - Double(band[x]) * (stretched - Double(base[x]))) < 2e-6)
        }
        let weights = random.values(count)
        var values = base
        kernels.addWeighted(change, weights: weights, weight: 0.75, to: &values, count: count)
        for x in 0..<count {
            let expected = Double(base[x]) + 0.75 * Double(weights[x]) * Double(change[x])
            #expect(abs(Double(values[x]) - expected) < 1e-6)
        }
    }
}
