import KernelInterface
import TensorCore
import TestSupport
import Testing

/// Operators that look at one pixel or one value at a time.
@Suite struct ElementwiseTests {
    /// Maps of every channel count; the last is long enough for several blocks of pixels.
    static let maps: [(batch: Int, height: Int, width: Int, channels: Int)] =
        sweptChannels.map { (3, 5, 7, $0) } + [(1, 1, 1, 1), (2, 33, 31, 65), (1, 130, 131, 2)]

    @Test(arguments: maps.indices) func addition(index: Int) {
        var random = SeededGenerator(seed: UInt64(index))
        let size = Self.maps[index]
        let left = random.map(size.batch, size.height, size.width, size.channels)
        let right = random.map(size.batch, size.height, size.width, size.channels)
        // One rounding of a sum below 2.
        OperatorRunner.expect(Addition(), [left, right], computes: left.adding(right), absolute: 1.2e-7, relative: 0)
        OperatorRunner.expect(Addition(), [left, left], computes: left.adding(left), absolute: 0, relative: 0)
    }

    @Test(arguments: maps.indices) func multiplication(index: Int) {
        var random = SeededGenerator(seed: UInt64(index))
        let size = Self.maps[index]
        let left = random.map(size.batch, size.height, size.width, size.channels)
        let right = random.map(size.batch, size.height, size.width, size.channels)
        // One rounding of a product below 1.
        OperatorRunner.expect(
            Multiplication(), [left, right], computes: left.multiplied(by: right), absolute: 6e-8, relative: 0)
    }

    @Test(arguments: maps.indices) func mixAndProductSubtraction(index: Int) {
        var random = SeededGenerator(seed: UInt64(index))
        let size = Self.maps[index]
        let inputs = (0..<3).map { _ in random.map(size.batch, size.height, size.width, size.channels) }
        // Three roundings of values below 4, and two of values below 2.
        OperatorRunner.expect(
            Mix(), inputs, computes: inputs[0].mixed(with: inputs[1], by: inputs[2]), absolute: 5e-7, relative: 0)
        let negated = ReferenceMap(inputs[1].shape, values: inputs[1].values.map { -$0 })
        OperatorRunner.expect(
            ProductSubtraction(), inputs, computes: inputs[0].adding(negated.multiplied(by: inputs[2])),
            absolute: 2.4e-7, relative: 0)
    }

    @Test(arguments: maps.indices) func channelSlice(index: Int) {
        var random = SeededGenerator(seed: UInt64(index))
        let size = Self.maps[index]
        let input = random.map(size.batch, size.height, size.width, size.channels)
        let first = Int.random(in: 0..<size.channels, using: &random)
        for channels in [first..<size.channels, 0..<first + 1] {
            // Copies are exact.
            OperatorRunner.expect(
                ChannelSlice(channels), [input], computes: input.channels(channels), absolute: 0, relative: 0)
        }
    }

    @Test(arguments: maps.indices) func channelScale(index: Int) {
        var random = SeededGenerator(seed: UInt64(index))
        let size = Self.maps[index]
        let input = random.map(size.batch, size.height, size.width, size.channels)
        let scale = random.map(size.batch, 1, 1, size.channels)
        // One rounding of a product below 1.
        OperatorRunner.expect(
            ChannelScale(), [input, scale], computes: input.scaled(by: scale), absolute: 6e-8, relative: 0)
    }

    @Test(arguments: maps.indices) func pixelScale(index: Int) {
        var random = SeededGenerator(seed: UInt64(index))
        let size = Self.maps[index]
        let input = random.map(size.batch, size.height, size.width, size.channels)
        let scale = random.map(size.batch, size.height, size.width, 1)
        // One rounding of a product below 1.
        OperatorRunner.expect(
            PixelScale(), [input, scale], computes: input.weighed(by: scale), absolute: 6e-8, relative: 0)
    }

    @Test(arguments: ConvolutionTests.activations, maps.indices) func activation(activation: Activation, index: Int) {
        var random = SeededGenerator(seed: UInt64(index))
        let size = Self.maps[index]
        let input = random.map(size.batch, size.height, size.width, size.channels, scale: 10)
        // A few roundings of values up to 10 (the C library's expf is good to one unit).
        OperatorRunner.expect(
            ActivationLayer(activation), [input], computes: input.activated(activation), absolute: 1e-7,
            relative: 4e-7, pools: [Pools.all[0], Pools.all[index % 4]])
    }

    @Test(arguments: sweptChannels) func concatenation(channels: Int) {
        var random = SeededGenerator(seed: UInt64(channels))
        for batch in [1, 3] {
            let parts = [channels, 3, 8, channels].map { random.map(batch, 5, 7, $0) }
            for count in 1...4 {
                // Copies are exact.
                OperatorRunner.expect(
                    Concatenation(), Array(parts.prefix(count)), computes: .concatenated(Array(parts.prefix(count))),
                    absolute: 0, relative: 0)
            }
        }
    }

    /// Vector and scalar forms treat the special values alike: the same value at every channel of nine.
    @Test(arguments: ConvolutionTests.activations) func specialValues(activation: Activation) {
        for value: Float in [
            .infinity, -.infinity, .nan, 0, -0.0, 88, -88, 1e30, -1e30, .leastNonzeroMagnitude, 3, -3, 6, 0.6249,
            0.6251, -0.6251, 1e-3,
        ] {
            let input = ReferenceMap(
                TensorShape(trusted: 1, 1, 1, 9), values: [Float](repeating: value, count: 9))
            let (_, values) = OperatorRunner.run(ActivationLayer(activation), [input], pool: Pools.all[0])
            if value.isNaN {
                #expect(values.allSatisfy { $0.isNaN }, "\(activation) hides a NaN")
                continue
            }
            #expect(Set(values.map(\.bitPattern)).count == 1, "\(activation) of \(value): \(values)")
            if value.isFinite {
                // A few roundings; e⁻⁸⁸, which a float holds without full precision, is within the absolute part.
                expectClose(
                    values, input.activated(activation).values, absolute: 1e-7, relative: 4e-7,
                    "\(activation) of \(value)")
            }
        }
    }

    @Test func activationsAgreeWithPyTorch() {
        // z = torch.tensor([-4., -1., 0.5, 2., 3.5, 7.]); F.hardswish(z), torch.sigmoid(z), F.relu6(z), F.hardsigmoid(z),
        // torch.hyperbolicTangent(z)
        let shape = TensorShape(trusted: 1, 1, 1, 6)
        let input = ReferenceMap(shape, values: [-4, -1, 0.5, 2, 3.5, 7] as [Double])
        func expect(_ layer: some GraphOperator, _ values: [Double]) {
            // The values are printed to six decimals.
            OperatorRunner.expect(
                layer, [input], computes: ReferenceMap(shape, values: values), absolute: 6e-7, relative: 0)
        }
        expect(ActivationLayer(.hardSwish), [0, -0.333333, 0.291667, 1.666667, 3.5, 7])
        expect(ActivationLayer(.sigmoid), [0.017986, 0.268941, 0.622459, 0.880797, 0.970688, 0.999089])
        expect(ActivationLayer(.relu6), [0, 0, 0.5, 2, 3.5, 6])
        expect(ActivationLayer(.hardSigmoid), [0, 0.333333, 0.583333, 0.833333, 1, 1])
        expect(ActivationLayer(.hyperbolicTangent), [-0.999329, -0.761594, 0.462117, 0.964028, 0.998178, 0.999998])
        expect(ActivationLayer(.clamped), [0, 0, 0.5, 1, 1, 1])
    }
}
