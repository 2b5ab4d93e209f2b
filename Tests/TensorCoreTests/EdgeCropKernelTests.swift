import KernelInterface
import TestSupport
import Testing

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
        let planes = random.values(5 * stride)
        for isGrey in [false, true] {
            var output = [Float](repeating: 9, count: 5 * width + 1)
            kernels.cropRow(
                planes, stride: stride, green: isGrey ? 0 : stride, blue: isGrey ? 0 : 2 * stride, count: count,
                width: width, &output)
            for x in 0..<width {
                let source = min(x, count - 1)
                for plane in 0..<5 {
                    let value = planes[(isGrey && plane < 3 ? 0 : plane) * stride + source]
                    #expect(output[5 * x + plane] == (plane < 4 ? 2 * value - 1 : value))
                }
            }
            #expect(output[5 * width] == 9)
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
