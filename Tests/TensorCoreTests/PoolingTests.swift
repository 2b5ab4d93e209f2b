import TensorCore
import Testing
import TestSupport

/// Pooling against its definition, and against PyTorch on a map small enough to check by hand.
@Suite struct PoolingTests {
    static let kinds: [Pooling.Kind] = [.maximum, .average(countsPadding: true), .average(countsPadding: false)]

    @Test(arguments: [1, 2, 3, 5, 7], [1, 2, 3]) func everyGeometry(kernel: Int, stride: Int) {
        var random = SeededGenerator(seed: UInt64(kernel * 10 + stride))
        for kind in Self.kinds {
            for padding in Set([0, 1, kernel / 2]) where padding <= kernel / 2 {
                for ceilMode in [false, true] {
                    for height in sweptSizes {
                        let width = random.pick(sweptSizes)
                        // A window that does not fit is a precondition, as in PyTorch.
                        let room = ceilMode ? stride - 1 : 0
                        guard min(height, width) + 2 * padding - kernel + room >= 0 else { continue }
                        let input = random.map(random.pick([1, 3]), height, width, random.pick(sweptChannels))
                        let layer = Pooling(kind, kernel: kernel, stride: stride, padding: padding, ceilMode: ceilMode)
                        let reference = input.pooled(
                            kind, kernel: kernel, stride: stride, padding: padding, ceilMode: ceilMode)
                        // A maximum is one of the values; a mean of 49 values below 1 rounds in its last bits.
                        OperatorRunner.expect(
                            layer, [input], computes: reference, absolute: kind == .maximum ? 0 : 5e-7, relative: 0,
                            pools: [Pools.all[0], random.pick(Pools.all)],
                            "\(kind), padding \(padding), ceil mode \(ceilMode)")
                    }
                }
            }
        }
    }

    struct Expected: Sendable {
        let kernel: Int
        let stride: Int
        let padding: Int
        let ceilMode: Bool
        let shape: [Int]
        let maximum: [Float]
        let countingPadding: [Float]
        let insideOnly: [Float]
    }

    // x = ((torch.arange(1, 31) * 7) % 31).float().reshape(1, 1, 5, 6)
    // F.max_pool2d(x, kernel, stride, padding, ceil_mode=ceil_mode)
    // F.avg_pool2d(x, kernel, stride, padding, ceil_mode=ceil_mode, count_include_pad=True), then False
    static let fromPyTorch = [
        Expected(
            kernel: 2, stride: 2, padding: 0, ceilMode: true, shape: [3, 3],
            maximum: [25, 28, 22, 29, 30, 26, 27, 10, 24],
            countingPadding: [16, 14.5, 13, 14.75, 21, 11.75, 23.5, 6.5, 20.5],
            insideOnly: [16, 14.5, 13, 14.75, 21, 11.75, 23.5, 6.5, 20.5]),
        Expected(
            kernel: 3, stride: 2, padding: 1, ceilMode: true, shape: [3, 4],
            maximum: [25, 28, 28, 22, 29, 30, 30, 22, 27, 30, 30, 24],
            countingPadding: [
                7.111111, 10.777778, 9.777778, 5.5, 11.333333, 15.444445, 15.666667, 6.166667, 8, 12.111111, 11.111111,
                6.166667,
            ],
            insideOnly: [
                16, 16.166666, 14.666667, 16.5, 17, 15.444445, 15.666667, 12.333333, 18, 18.166666, 16.666666, 18.5,
            ]),
        Expected(
            kernel: 3, stride: 2, padding: 1, ceilMode: false, shape: [3, 3],
            maximum: [25, 28, 28, 29, 30, 30, 27, 30, 30],
            countingPadding: [
                7.111111, 10.777778, 9.777778, 11.333333, 15.444445, 15.666667, 8, 12.111111, 11.111111,
            ],
            insideOnly: [16, 16.166666, 14.666667, 17, 15.444445, 15.666667, 18, 18.166666, 16.666666]),
        Expected(
            kernel: 3, stride: 3, padding: 0, ceilMode: true, shape: [2, 2], maximum: [29, 28, 27, 30],
            countingPadding: [14.666667, 15, 16.333334, 16.666666], insideOnly: [14.666667, 15, 16.333334, 16.666666]),
        Expected(
            kernel: 2, stride: 3, padding: 1, ceilMode: true, shape: [2, 3], maximum: [7, 28, 11, 29, 30, 13],
            countingPadding: [1.75, 12.25, 2.75, 9.5, 21, 3.75], insideOnly: [7, 24.5, 11, 19, 21, 7.5]),
    ]

    @Test(arguments: fromPyTorch.indices) func agreesWithPyTorch(index: Int) {
        let expected = Self.fromPyTorch[index]
        let input = ReferenceMap(TensorShape(trusted: 1, 5, 6, 1), values: (1...30).map { Double($0 * 7 % 31) })
        let shape = TensorShape(trusted: 1, expected.shape[0], expected.shape[1], 1)
        for (kind, values) in zip(Self.kinds, [expected.maximum, expected.countingPadding, expected.insideOnly]) {
            let layer = Pooling(
                kind, kernel: expected.kernel, stride: expected.stride, padding: expected.padding,
                ceilMode: expected.ceilMode)
            // The values above are printed to six decimals.
            OperatorRunner.expect(
                layer, [input], computes: ReferenceMap(shape, values: values), absolute: 1e-6, relative: 1e-7)
        }
    }
}
