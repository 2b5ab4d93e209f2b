import KernelInterface
import TensorCore
import Testing
import TestSupport
import Threads

/// Winograd convolutions against the definition, with both tile sizes and both ways through the stages.
@Suite struct WinogradTests {
    /// Weights scaled by the fan-in and inputs below 1 keep sums near 1. The transforms add and subtract numbers several
    /// times as large as the result; measured, 0.7 to 2.6e-5 at an output peak of 6 to 9, so a few 1e-6 here. A wrong
    /// coefficient is off by 10⁻² and more.
    static let absolute = 1e-5

    struct Case: CustomStringConvertible {
        var size = 4
        var batch = 1
        var height: Int
        var width: Int
        var inputs: Int
        var outputs: Int
        var kernel = 3
        var dilation = 1
        var activation = Activation.relu
        var hasResidual = false
        var blocking: WinogradConvolution.Blocking?

        var description: String {
            """
            F(\(size)) \(batch)×\(height)×\(width), \(inputs)→\(outputs), kernel \(kernel), dilation \(dilation), \(activation), \
            residual \(hasResidual), \(blocking.map { "\($0)" } ?? "default blocks")
            """
        }
    }

    func check(
        _ test: Case, seed: UInt64, pools: [ThreadPool] = Pools.all, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var random = SeededGenerator(seed: seed)
        let geometry = ConvolutionGeometry(kernel: test.kernel, dilation: test.dilation)
        let depth = test.kernel * test.kernel * test.inputs
        let oihw = random.values(test.outputs * depth, scale: (3 / Float(depth)).squareRoot())
        let bias = random.values(test.outputs)
        var inputs = [random.map(test.batch, test.height, test.width, test.inputs)]
        if test.hasResidual { inputs.append(random.map(test.batch, test.height, test.width, test.outputs)) }
        let layer = ForcedWinograd(
            convolution: Convolution(
                try ConvolutionWeights(
                    oihw: oihw, bias: bias, inputChannels: test.inputs, outputChannels: test.outputs,
                    geometry: geometry),
                activation: test.activation),
            test: test)
        OperatorRunner.expect(
            layer, inputs,
            computes: inputs[0].convolved(
                oihw: oihw, bias: bias, outputChannels: test.outputs, geometry: geometry, activation: test.activation,
                residual: test.hasResidual ? inputs[1] : nil),
            absolute: Self.absolute, relative: 1e-6, pools: pools, "\(test), seed \(seed)",
            sourceLocation: sourceLocation)
    }

    /// Heights and widths that are multiples of a tile and are not, down to a single pixel.
    @Test(arguments: [2, 4], [1, 2, 3, 4, 5, 7, 8, 13, 17]) func everySize(size: Int, height: Int) throws {
        for width in [1, 2, 3, 4, 5, 6, 9, 16, 19] {
            try check(
                Case(size: size, height: height, width: width, inputs: 16, outputs: 16),
                seed: UInt64(size * 10_000 + height * 100 + width), pools: [Pools.all[width % 4]])
        }
    }

    /// Channels that fill their last vector and do not: the last one overlaps on the way in and is cut on the way out.
    @Test(arguments: [2, 4], [16, 17, 23, 24, 31, 32, 33, 48, 65]) func everyChannelCount(size: Int, inputs: Int) throws
    {
        for outputs in [16, 17, 20, 25, 30, 32, 47, 64, 70, 129] {
            try check(
                Case(
                    size: size, height: 9, width: 7, inputs: inputs, outputs: outputs, activation: .relu6,
                    hasResidual: outputs % 2 == 0),
                seed: UInt64(inputs * 1000 + outputs), pools: [Pools.all[1]])
        }
    }

    /// Phases of a dilation that are all alike, that differ in size, and that are smaller than a tile.
    @Test(arguments: [2, 4], [2, 3, 4, 8]) func everyDilation(size: Int, dilation: Int) throws {
        for side in [5, 8, 16, 21] {
            try check(
                Case(
                    size: size, batch: 2, height: side, width: side + 3, inputs: 16, outputs: 24, dilation: dilation,
                    activation: .none, hasResidual: true),
                seed: UInt64(dilation * 100 + side))
        }
    }

    /// Larger kernels are sums of 3×3 ones, the last of which reach beyond them.
    @Test(arguments: [2, 4], [5, 7, 9]) func everyKernel(size: Int, kernel: Int) throws {
        for (side, dilation, blocking) in [
            (1, 1, nil), (6, 1, .separate(5)), (13, 1, .shared(7)), (17, 2, nil), (11, 3, .shared(1000)),
        ] as [(Int, Int, WinogradConvolution.Blocking?)] {
            try check(
                Case(
                    size: size, batch: 2, height: side, width: side + 2, inputs: dilation == 1 ? 32 : 16, outputs: 20,
                    kernel: kernel, dilation: dilation, hasResidual: side % 2 == 0, blocking: blocking),
                seed: UInt64(kernel * 100 + side), pools: [Pools.all[0], Pools.all[2]])
        }
    }

    /// Activations that are no clamp are a pass of their own.
    @Test(arguments: ConvolutionTests.activations, [false, true]) func everyActivation(
        activation: Activation, hasResidual: Bool
    ) throws {
        try check(
            Case(
                batch: 2, height: 9, width: 7, inputs: 16, outputs: 17, activation: activation,
                hasResidual: hasResidual),
            seed: 3)
    }

    /// Blocks smaller than a row of tiles, larger than the map, and that end in the middle of pictures.
    @Test(
        arguments: [2, 4],
        [
            WinogradConvolution.Blocking.separate(1), .separate(5), .separate(12), .separate(1000), .shared(1),
            .shared(7), .shared(48), .shared(1000),
        ]) func everyBlocking(size: Int, blocking: WinogradConvolution.Blocking) throws
    {
        try check(
            Case(
                size: size, batch: 2, height: 21, width: 30, inputs: 20, outputs: 36, hasResidual: true,
                blocking: blocking),
            seed: 1)
    }

    /// The promise for a layer as networks have them: normal activations, an output peak of 6 to 9.
    @Test(arguments: [(64, 64), (256, 64), (16, 128)]) func errorStaysBelowThePromise(inputs: Int, outputs: Int) throws
    {
        var random = SeededGenerator(seed: UInt64(inputs))
        let depth = 9 * inputs
        let oihw = random.values(outputs * depth, scale: (18 / Float(depth)).squareRoot())
        let input = random.map(1, 24, 24, inputs)
        let geometry = ConvolutionGeometry(kernel: 3)
        let reference = input.convolved(oihw: oihw, bias: nil, outputChannels: outputs, geometry: geometry)
        let peak = reference.values.reduce(0) { max($0, abs($1)) }
        #expect((5...12).contains(peak), "the case is as it should be: \(peak)")
        let layer = ForcedWinograd(
            convolution: Convolution(
                try ConvolutionWeights(
                    oihw: oihw, bias: nil, inputChannels: inputs, outputChannels: outputs, geometry: geometry)),
            test: Case(height: 24, width: 24, inputs: inputs, outputs: outputs))
        OperatorRunner.expect(layer, [input], computes: reference, absolute: 5e-5, relative: 0)
    }
}

/// A convolution that is computed by Winograd whatever the dispatcher would choose.
private struct ForcedWinograd: GraphOperator {
    let convolution: Convolution
    let test: WinogradTests.Case

    var summary: String { convolution.summary }
    func outputShape(_ inputs: [TensorShape]) -> TensorShape { convolution.outputShape(inputs) }

    func prepared(
        _ inputs: [TensorShape], output: TensorShape, preferring preference: MemoryPreference
    ) throws(TensorError) -> any PreparedOperator {
        let fused = inputs.count > 1 ? convolution.addingResidual() as? Convolution : convolution
        return try WinogradConvolution(
            fused ?? convolution, size: test.size, output: output, blocking: test.blocking)
    }
}
