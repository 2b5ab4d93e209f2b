import TensorCore
import TestSupport
import Testing

/// Bilinear resizing against its definition, and against PyTorch on a map small enough to check by hand.
@Suite struct BilinearResizeTests {
    @Test(arguments: sweptSizes, [false, true]) func everySize(height: Int, alignsCorners: Bool) {
        var random = SeededGenerator(seed: UInt64(height))
        for target in sweptSizes + [64] {
            let (width, targetWidth) = (random.pick(sweptSizes), random.pick(sweptSizes))
            let input = random.map(random.pick([1, 3]), height, width, random.pick(sweptChannels))
            // Source positions up to 33 in floats err by some 2⁻¹⁹, and neighbours differ by up to 2.
            OperatorRunner.expect(
                BilinearResize(height: target, width: targetWidth, alignsCorners: alignsCorners), [input],
                computes: input.resized(height: target, width: targetWidth, alignsCorners: alignsCorners),
                absolute: 2e-5, relative: 0, pools: [Pools.all[0], random.pick(Pools.all)])
        }
    }

    @Test(arguments: sweptSizes, [false, true]) func sameSizeIsTheSameMap(size: Int, alignsCorners: Bool) {
        var random = SeededGenerator(seed: UInt64(size))
        let input = random.map(2, size, 7, 9)
        // Exact: the scale is 1 and every source position a whole number.
        OperatorRunner.expect(
            BilinearResize(height: size, width: 7, alignsCorners: alignsCorners), [input], computes: input,
            absolute: 0, relative: 0, pools: [Pools.all[1]])
    }

    /// By a factor of its own: what lies beyond the output is cropped, and beyond the input its border is repeated.
    @Test(arguments: sweptSizes, [0.5, 1.953125, 3.7] as [Float]) func ownStep(height: Int, step: Float) {
        var random = SeededGenerator(seed: UInt64(height))
        for target in sweptSizes {
            let (width, targetWidth) = (random.pick(sweptSizes), random.pick(sweptSizes))
            let input = random.map(random.pick([1, 3]), height, width, random.pick(sweptChannels))
            // Source positions up to 122 in floats err by some 2⁻¹⁷, and neighbours differ by up to 2.
            OperatorRunner.expect(
                BilinearResize(height: target, width: targetWidth, step: step), [input],
                computes: input.resized(height: target, width: targetWidth, step: Double(step)),
                absolute: 5e-5, relative: 0, pools: [Pools.all[0], random.pick(Pools.all)])
        }
    }

    struct Expected: Sendable {
        let height: Int
        let width: Int
        let alignsCorners: Bool
        let values: [Float]
    }

    // y = torch.tensor([1., 5., -2., 8., 0., 3.]).reshape(1, 1, 2, 3)
    // F.interpolate(y, size=(height, width), mode="bilinear", align_corners=aligns_corners)
    static let fromPyTorch = [
        Expected(
            height: 4, width: 6, alignsCorners: false,
            values: [
                1, 2, 4, 3.25, -0.25, -2, 2.75, 3, 3.5, 2.625, 0.375, -0.75, 6.25, 5, 2.5, 1.375, 1.625, 1.75, 8, 6, 2,
                0.75, 2.25, 3,
            ]),
        Expected(
            height: 4, width: 6, alignsCorners: true,
            values: [
                1, 2.6, 4.2, 3.6, 0.8, -2, 3.333333, 3.333333, 3.333333, 2.6, 1.133333, -0.333333, 5.666667, 4.066667,
                2.466666, 1.6, 1.466667, 1.333333, 8, 4.8, 1.6, 0.6, 1.8, 3,
            ]),
        Expected(
            height: 3, width: 5, alignsCorners: false,
            values: [1, 2.6, 5, 0.799999, -2, 4.5, 3.7, 2.5, 1.3, 0.5, 8, 4.8, 0, 1.8, 3]),
        Expected(
            height: 3, width: 5, alignsCorners: true,
            values: [1, 3, 5, 1.5, -2, 4.5, 3.5, 2.5, 1.5, 0.5, 8, 4, 0, 1.5, 3]),
        Expected(height: 1, width: 2, alignsCorners: false, values: [4, 1]),
        Expected(height: 1, width: 2, alignsCorners: true, values: [1, -2]),
        Expected(height: 2, width: 1, alignsCorners: false, values: [5, 0]),
        Expected(height: 2, width: 1, alignsCorners: true, values: [1, 8]),
        Expected(height: 5, width: 2, alignsCorners: false, values: [2, -0.25, 2.4, 0, 4, 1, 5.6, 2, 6, 2.25]),
        Expected(
            height: 5, width: 2, alignsCorners: true, values: [1, -2, 2.75, -0.75, 4.5, 0.5, 6.25, 1.75, 8, 3]),
        Expected(height: 1, width: 1, alignsCorners: false, values: [2.5]),
        Expected(height: 1, width: 1, alignsCorners: true, values: [1]),
    ]

    @Test(arguments: fromPyTorch.indices) func agreesWithPyTorch(index: Int) {
        let expected = Self.fromPyTorch[index]
        let input = ReferenceMap(TensorShape(trusted: 1, 2, 3, 1), values: [1.0, 5, -2, 8, 0, 3])
        let shape = TensorShape(trusted: 1, expected.height, expected.width, 1)
        // The values above are printed to six decimals and PyTorch itself rounds to 1e-6 (0.799999 for 0.8).
        OperatorRunner.expect(
            BilinearResize(height: expected.height, width: expected.width, alignsCorners: expected.alignsCorners),
            [input], computes: ReferenceMap(shape, values: expected.values), absolute: 2e-6, relative: 0)
    }
}
