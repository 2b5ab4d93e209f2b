import KernelInterface
import TensorCore
import TestSupport
import Testing

/// Means and variances over whole maps.
@Suite struct ChannelStatisticsTests {
    @Test(arguments: sweptChannels, [1, 3]) func globalAveragePool(channels: Int, batch: Int) {
        var random = SeededGenerator(seed: UInt64(channels))
        for height in [1, 2, 9, 33] {
            let input = random.map(batch, height, random.pick(sweptSizes), channels)
            // Summed in doubles: one rounding of a mean below 1.
            OperatorRunner.expect(
                GlobalAveragePool(), [input], computes: input.globallyAveraged(), absolute: 6e-8, relative: 0)
        }
    }

    @Test(arguments: sweptChannels, [1, 3]) func instanceNorm(channels: Int, batch: Int) {
        var random = SeededGenerator(seed: UInt64(channels))
        for height in [2, 9, 33] {
            var input = random.map(batch, height, random.pick(sweptSizes) + 1, channels)
            let gain = random.values(channels)
            let bias = random.values(channels)
            let layer = InstanceNorm(gain: gain, bias: bias, epsilon: 1e-5)
            // Values up to some 3 after the division by their deviation, a few roundings.
            OperatorRunner.expect(
                layer, [input], computes: input.instanceNormalized(gain: gain, bias: bias, epsilon: 1e-5),
                absolute: 4e-6, relative: 1e-6)
            // A mean a hundred times the deviation costs as much precision, no more: the variance does not cancel.
            for index in input.values.indices { input.values[index] = Double(Float(input.values[index] + 100)) }
            OperatorRunner.expect(
                layer, [input], computes: input.instanceNormalized(gain: gain, bias: bias, epsilon: 1e-5),
                absolute: 2e-4, relative: 1e-6, pools: [Pools.all[1]])
        }
    }

    @Test(arguments: [1, 7, 8, 9, 16, 32], [Activation.none, .relu])
    func firstChannelsGetTheirAffineMapAlone(firstChannel: Int, activation: Activation) {
        var random = SeededGenerator(seed: UInt64(firstChannel))
        for channels in [firstChannel, firstChannel + 1, 2 * firstChannel] {
            let input = random.map(2, 9, 7, channels)
            let (gain, bias) = (random.values(channels), random.values(channels))
            let normalized = input.instanceNormalized(gain: gain, bias: bias, epsilon: 1e-5)
            var expected = normalized
            for pixel in 0..<input.shape.pixelCount {
                for c in 0..<firstChannel {
                    let index = pixel * channels + c
                    expected.values[index] = input.values[index] * Double(gain[c]) + Double(bias[c])
                }
            }
            // As for all channels, above.
            OperatorRunner.expect(
                InstanceNorm(gain: gain, bias: bias, from: firstChannel, activation: activation), [input],
                computes: expected.activated(activation), absolute: 4e-6, relative: 1e-6)
        }
    }

    @Test func instanceNormOfAConstantIsTheBias() {
        for value in [0, 0.1, -7.3] {
            let input = ReferenceMap(
                TensorShape(trusted: 1, 5, 7, 9), values: [Float](repeating: Float(value), count: 315))
            let layer = InstanceNorm(
                gain: [Float](repeating: 1, count: 9), bias: [Float](repeating: 0.25, count: 9), epsilon: 1e-5)
            let reference = ReferenceMap(input.shape, values: [Double](repeating: 0.25, count: 315))
            // value / √epsilon = 2300 is subtracted from itself: half a unit of its last place.
            OperatorRunner.expect(layer, [input], computes: reference, absolute: 2.5e-4, relative: 0)
        }
    }

    @Test func instanceNormAgreesWithPyTorch() {
        // x = ((torch.arange(1, 31) * 7) % 31).float().reshape(1, 1, 5, 6); F.instance_norm(x, eps=1e-5)[0, 0, 0]
        let input = ReferenceMap(TensorShape(trusted: 1, 5, 6, 1), values: (1...30).map { Double($0 * 7 % 31) })
        let (_, values) = OperatorRunner.run(InstanceNorm(gain: [1], bias: [0]), [input], pool: Pools.all[0])
        // Printed to six decimals.
        expectClose(
            Array(values.prefix(6)), [-0.982041, -0.173301, 0.635438, 1.444178, -1.328644, -0.519904] as [Double],
            absolute: 1e-6, relative: 0)
    }

    /// Twice the blocks of channels, twice the pictures: nobody mixes them up.
    @Test func picturesAndChannelsStayApart() {
        let shape = TensorShape(trusted: 3, 4, 5, 17)
        var input = ReferenceMap(shape)
        for n in 0..<3 {
            for y in 0..<4 {
                for x in 0..<5 {
                    for c in 0..<17 { input[n, y, x, c] = Double(n * 100 + c) }
                }
            }
        }
        // Whole numbers are exact.
        OperatorRunner.expect(
            GlobalAveragePool(), [input], computes: input.globallyAveraged(), absolute: 0, relative: 0)
    }
}
