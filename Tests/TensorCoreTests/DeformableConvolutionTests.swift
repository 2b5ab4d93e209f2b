import KernelInterface
import TensorCore
import TestSupport
import Testing

/// Deformable convolution against its definition.
@Suite struct DeformableConvolutionTests {
    /// Samples and products in floats: sums of up to 65 · 49 terms below 2, each rounded to 2⁻²⁴, and sampling places up to
    /// 40 pixels from the corner, which err by 2⁻¹⁹ where neighbours differ by up to 2.
    private static let tolerance = 2e-4

    private static func layer(
        _ random: inout SeededGenerator, kernel: Int, inputs: Int, outputs: Int, activation: Activation
    ) throws -> (layer: DeformableConvolution, weights: [Float], bias: [Float]) {
        let depth = Float(inputs * kernel * kernel)
        let weights = random.values(outputs * inputs * kernel * kernel, scale: 2 / depth.squareRoot())
        let bias = random.values(outputs)
        let layer = DeformableConvolution(
            try ConvolutionWeights(
                oihw: weights, bias: bias, inputChannels: inputs, outputChannels: outputs,
                geometry: ConvolutionGeometry(kernel: kernel)), activation: activation)
        return (layer, weights, bias)
    }

    @Test(arguments: [1, 3, 7], sweptChannels) func everySize(kernel: Int, channels: Int) throws {
        var random = SeededGenerator(seed: UInt64(kernel * 100 + channels))
        for (height, width) in [(1, 1), (2, 9), (7, 5), (13, 16)] {
            let batch = random.pick([1, 2])
            let outputs = random.pick([1, 3, 16, 33])
            let activation = random.pick([Activation.none, .relu, .relu6])
            let (layer, weights, bias) = try Self.layer(
                &random, kernel: kernel, inputs: channels, outputs: outputs, activation: activation)
            let input = random.map(batch, height, width, channels)
            // Within the map, across its border and far outside.
            let offsets = random.map(batch, height, width, 2 * kernel * kernel, scale: random.pick([0.5, 3, 40]))
            let modulation = random.map(batch, height, width, kernel * kernel)
            OperatorRunner.expect(
                layer, [input, offsets, modulation],
                computes: input.deformablyConvolved(
                    oihw: weights, bias: bias, outputChannels: outputs, kernel: kernel, offsets: offsets,
                    modulation: modulation, activation: activation),
                absolute: Self.tolerance, relative: 0, pools: [Pools.all[0], random.pick(Pools.all)])
        }
    }

    /// Whole offsets, corners of the map among them, are the plain convolution's pixels.
    @Test func withoutOffsetsItIsAConvolution() throws {
        var random = SeededGenerator(seed: 3)
        let (layer, weights, bias) = try Self.layer(&random, kernel: 3, inputs: 24, outputs: 17, activation: .relu)
        let input = random.map(1, 11, 9, 24)
        let offsets = ReferenceMap(input.shape.with(channels: 18))
        let modulation = ReferenceMap.computed(input.shape.with(channels: 9)) { _, _, _, _ in 1 }
        OperatorRunner.expect(
            layer, [input, offsets, modulation],
            computes: input.convolved(
                oihw: weights, bias: bias, outputChannels: 17, geometry: ConvolutionGeometry(kernel: 3),
                activation: .relu), absolute: 1e-5, relative: 0)
    }

    /// Offsets that no address can be made of: they see nothing, like every place outside the map.
    @Test(arguments: [Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude, -3e38, 1e10, -1e10])
    func wildOffsetsSeeNothing(offset: Float) throws {
        var random = SeededGenerator(seed: 4)
        let (layer, _, bias) = try Self.layer(&random, kernel: 3, inputs: 8, outputs: 5, activation: .none)
        let input = random.map(1, 6, 7, 8)
        let modulation = random.map(1, 6, 7, 9)
        for axis in [0, 1] {
            let offsets = ReferenceMap.computed(input.shape.with(channels: 18)) { _, _, _, c in
                c % 2 == axis ? Double(offset) : 0
            }
            OperatorRunner.expect(
                layer, [input, offsets, modulation],
                computes: .computed(input.shape.with(channels: 5)) { _, _, _, c in Double(bias[c]) }, absolute: 0,
                relative: 0)
        }
    }

    /// Between the last row and the one that does not exist, half of what is there is seen.
    @Test func bordersFadeIntoNothing() throws {
        let weights = try ConvolutionWeights(
            oihw: [1], bias: nil, inputChannels: 1, outputChannels: 1, geometry: ConvolutionGeometry(kernel: 1))
        let input = ReferenceMap(TensorShape(trusted: 1, 1, 2, 1), values: [8.0, 4])
        let modulation = ReferenceMap(input.shape, values: [1.0, 0.5])
        for (offsets, seen) in [
            ([0.5, 0, 0, 0.25], [4, 1.5]), ([-0.75, 0, 0, 1], [2, 0]), ([0, -0.5, 0, -0.5], [4, 3]),
            ([1, 0, -1, 0], [0, 0]),
        ] as [([Double], [Double])] {
            OperatorRunner.expect(
                DeformableConvolution(weights),
                [input, ReferenceMap(input.shape.with(channels: 2), values: offsets), modulation],
                computes: ReferenceMap(input.shape, values: seen), absolute: 0, relative: 0)
        }
    }
}
