import KernelDispatch
import KernelInterface
import TensorCore
import Testing
import TestSupport
import Threads

/// Every way to compute a convolution against its definition.
@Suite struct ConvolutionTests {
    /// Inputs are below 1 and weights scaled by the fan-in, so sums are near 1 and so are their rounding errors in units
    /// of 2⁻²⁴: some tens of them for a few thousand terms. A wrong tap is off by 10⁻² and more.
    static let absolute = 5e-6
    static let relative = 1e-6

    /// Winograd's transforms add and subtract numbers several times as large as the result: measured, 0.7 to 2.6e-5 at an
    /// output peak of 6 to 9, so a few 1e-6 where sums are near 1; the promise is 5e-5.
    static let winogradAbsolute = 2e-5

    static let windows = [[1, 1], [2, 2], [3, 3], [5, 5], [7, 7], [1, 3], [3, 1], [3, 5]]
    static let activations: [Activation] = [
        .none, .relu, .relu6, .sigmoid, .hardSwish, .hardSigmoid, .hyperbolicTangent, .gelu, .clamped,
    ]

    struct Case: CustomStringConvertible {
        var geometry: ConvolutionGeometry
        var batch = 1
        var height: Int
        var width: Int
        var inputs: Int
        var outputs: Int
        var hasBias = true
        var activation = Activation.none
        var hasResidual = false

        var description: String {
            """
            \(batch)×\(height)×\(width), \(inputs)→\(outputs), \(geometry), bias \(hasBias), \(activation), \
            residual \(hasResidual)
            """
        }
    }

    /// Computes a case on maps of random values and compares.
    func check(
        _ test: Case, seed: UInt64, pools: [ThreadPool] = Pools.all, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var random = SeededGenerator(seed: seed)
        let geometry = test.geometry
        let depth = geometry.kernelHeight * geometry.kernelWidth * test.inputs / geometry.groups
        let oihw = random.values(test.outputs * depth, scale: (3 / Float(depth)).squareRoot())
        let bias = test.hasBias ? random.values(test.outputs) : nil
        let input = random.map(test.batch, test.height, test.width, test.inputs)
        var inputs = [input]
        let plain = Convolution(
            try ConvolutionWeights(
                oihw: oihw, bias: bias, inputChannels: test.inputs, outputChannels: test.outputs, geometry: geometry),
            activation: test.activation)
        if test.hasResidual {
            let shape = plain.outputShape([input.shape])
            inputs.append(random.map(shape.batch, shape.height, shape.width, shape.channels))
        }
        let reference = input.convolved(
            oihw: oihw, bias: bias, outputChannels: test.outputs, geometry: geometry, activation: test.activation,
            residual: test.hasResidual ? inputs[1] : nil)
        func run(_ layer: some GraphOperator) {
            let isWinograd =
                (try? layer.prepared([input.shape], output: reference.shape, preferring: .speed))?.summary
                .contains("winograd") == true
            OperatorRunner.expect(
                layer, inputs, computes: reference, absolute: isWinograd ? Self.winogradAbsolute : Self.absolute,
                relative: Self.relative, pools: pools,
                "\(test), seed \(seed)", sourceLocation: sourceLocation)
        }
        if test.hasResidual { run(plain.addingResidual()) } else { run(plain) }
    }

    /// Kernels, strides and dilations in every combination; the rest drawn at random from the swept values.
    @Test(arguments: windows, [1, 2, 3]) func everyGeometry(kernel: [Int], stride: Int) throws {
        var random = SeededGenerator(seed: UInt64(kernel[0] * 100 + kernel[1] * 10 + stride))
        for dilation in [1, 2, 4, 8] {
            for draw in 0..<24 {
                let window = [dilation * (kernel[0] - 1) + 1, dilation * (kernel[1] - 1) + 1]
                let padding = random.pick([
                    ConvolutionGeometry.Padding.none,
                    .init(top: window[0] / 2, left: window[1] / 2, bottom: window[0] / 2, right: window[1] / 2),
                    .init(top: 0, left: 0, bottom: 1, right: 1),
                    .init(top: 2, left: 0, bottom: 1, right: 3),
                    .init(top: window[0], left: window[1] + 1, bottom: 0, right: window[1]),
                ])
                var geometry = ConvolutionGeometry(
                    kernelHeight: kernel[0], kernelWidth: kernel[1], strideY: stride,
                    strideX: draw % 4 == 3 ? stride % 3 + 1 : stride, padding: padding, dilationY: dilation,
                    dilationX: draw % 4 == 2 ? 1 : dilation, groups: 1)
                var inputs = random.pick(sweptChannels)
                var outputs = random.pick(sweptChannels)
                switch draw % 4 {
                case 1:  // depthwise
                    geometry.groups = inputs
                    outputs = inputs
                case 2:  // two groups
                    geometry.groups = 2
                    inputs *= 2
                    outputs *= 2
                case 3 where draw > 12:  // a group a channel, two outputs each
                    geometry.groups = inputs
                    outputs = 2 * inputs
                default: break
                }
                // Sizes that the window fits into.
                let height = max(random.pick(sweptSizes), window[0] - padding.top - padding.bottom)
                let width = max(random.pick(sweptSizes), window[1] - padding.left - padding.right)
                var test = Case(geometry: geometry, height: height, width: width, inputs: inputs, outputs: outputs)
                test.batch = random.pick([1, 3])
                test.hasBias = random.pick([true, false])
                test.activation = random.pick(Self.activations)
                test.hasResidual = random.pick([true, false])
                // The reference does a few hundred million multiplications a second: big maps get few channels.
                while test.work > 1_000_000 && test.shrink() {}
                try check(test, seed: random.next(), pools: [Pools.all[draw % 4]])
            }
        }
    }

    /// Input and output channels in every combination, for both matrix products.
    /// Windows inside and outside, four pixels and fewer, whole vectors of channels and not.
    @Test(arguments: activations, [1, 3, 5]) func everyDepthwise(activation: Activation, kernel: Int) throws {
        for (index, width) in [1, 5, 8, 9, 12, 19].enumerated() {
            for channels in [8, 16, 17, 40] {
                let geometry = ConvolutionGeometry(
                    kernel: kernel, stride: 1 + index % 2, dilation: 1 + channels % 3, groups: channels)
                try check(
                    Case(
                        geometry: geometry, batch: 2, height: 6, width: width, inputs: channels, outputs: channels,
                        activation: activation, hasResidual: index % 3 == 0),
                    seed: UInt64(100 * width + channels), pools: [Pools.all[1]])
            }
        }
    }

    @Test(arguments: sweptChannels) func everyChannelCount(inputs: Int) throws {
        for outputs in sweptChannels {
            for kernel in [1, 3] {
                let test = Case(
                    geometry: ConvolutionGeometry(kernel: kernel), height: 3, width: 5, inputs: inputs,
                    outputs: outputs, activation: .relu)
                try check(test, seed: UInt64(inputs * 1000 + outputs * 10 + kernel), pools: [Pools.all[1]])
            }
        }
    }

    /// Heights and widths in every combination.
    @Test(arguments: sweptSizes) func everySize(height: Int) throws {
        for width in sweptSizes {
            for geometry in [
                ConvolutionGeometry(kernel: 3), ConvolutionGeometry(kernel: 3, stride: 2),
                ConvolutionGeometry(kernel: 3, padding: .init(top: 0, left: 0, bottom: 2, right: 2)),
            ] {
                let seed = UInt64(height * 100 + width)
                try check(
                    Case(geometry: geometry, height: height, width: width, inputs: 3, outputs: 9), seed: seed,
                    pools: [Pools.all[2]])
                var depthwise = geometry
                depthwise.groups = 9
                try check(
                    Case(geometry: depthwise, batch: 2, height: height, width: width, inputs: 9, outputs: 9),
                    seed: seed, pools: [Pools.all[1]])
            }
        }
    }

    /// Shapes that are cut into several blocks of rows, of columns, and of both.
    static let blocked: [Case] = [
        // Many panels: 1600 pixels in blocks of about 200.
        Case(geometry: .init(kernel: 3), height: 40, width: 40, inputs: 16, outputs: 24, activation: .relu6),
        Case(geometry: .init(kernel: 1), height: 41, width: 39, inputs: 17, outputs: 65, hasResidual: true),
        // Long dot products: panels of few rows.
        Case(geometry: .init(kernel: 7), height: 20, width: 30, inputs: 64, outputs: 9),
        // More than 128 outputs on a tiny map: blocks of columns, the last one narrow.
        Case(geometry: .init(kernel: 3), height: 5, width: 7, inputs: 24, outputs: 300, activation: .hardSwish),
        Case(geometry: .init(kernel: 1), height: 5, width: 7, inputs: 65, outputs: 129, hasResidual: true),
        Case(geometry: .init(kernel: 1), height: 1, width: 1, inputs: 65, outputs: 257),
        // Blocks of rows and columns at once, over the seam between two pictures.
        Case(geometry: .init(kernel: 3), batch: 3, height: 9, width: 7, inputs: 8, outputs: 260, hasResidual: true),
        Case(geometry: .init(kernel: 3, stride: 2), batch: 3, height: 33, width: 31, inputs: 9, outputs: 17),
        // Groups with many outputs each.
        Case(geometry: .init(kernel: 3, groups: 2), height: 5, width: 6, inputs: 16, outputs: 280, hasResidual: true),
        Case(geometry: .init(kernel: 1, groups: 3), height: 20, width: 31, inputs: 24, outputs: 27),
        Case(
            geometry: .init(kernel: 5, dilation: 2, groups: 65), batch: 3, height: 17, width: 16, inputs: 65,
            outputs: 65),
    ]

    @Test(arguments: blocked.indices) func blocksMeet(index: Int) throws {
        try check(Self.blocked[index], seed: UInt64(index))
    }

    @Test func algorithmFollowsTheGeometry() throws {
        func algorithm(
            _ geometry: ConvolutionGeometry, _ inputs: Int = 4, _ outputs: Int = 4, side: Int = 40,
            activation: Activation = .relu, preferring preference: MemoryPreference = .speed
        ) throws -> Convolution.Algorithm {
            let depth = geometry.tapCount * inputs / geometry.groups
            let weights = try ConvolutionWeights(
                oihw: [Float](repeating: 0, count: outputs * depth), bias: nil, inputChannels: inputs,
                outputChannels: outputs, geometry: geometry)
            return Convolution.Algorithm(
                Convolution(weights, activation: activation),
                output: TensorShape(trusted: 1, side, side, outputs), preferring: preference)
        }
        #expect(try algorithm(.init(kernel: 1)) == .product(.map))
        #expect(try algorithm(.init(kernel: 1, groups: 2)) == .product(.map))
        #expect(try algorithm(.init(kernel: 1, stride: 2)) == .product(.panels))
        #expect(try algorithm(.init(kernel: 1, padding: .init(1))) == .product(.panels))
        #expect(try algorithm(.init(kernel: 3, groups: 4)) == .depthwise)
        #expect(try algorithm(.init(kernel: 3), 4, 1) == .singleOutput)
        #expect(try algorithm(.init(kernel: 1), 4, 1) == .singleOutput)
        #expect(try algorithm(.init(kernel: 3, groups: 4), 4, 8) == .product(.panels))

        #expect(try algorithm(.init(kernel: 3, stride: 2), 64, 64) == .product(.pointers))
        #expect(try algorithm(.init(kernel: 3, padding: Padding.none), 64, 64) == .product(.pointers))
        #expect(try algorithm(.init(kernel: 5, padding: .init(1)), 64, 64) == .product(.pointers))

        #expect(try algorithm(.init(kernel: 3), 64, 64) == .winograd(size: 4))
        #expect(try algorithm(.init(kernel: 3), 64, 64, activation: .sigmoid) == .winograd(size: 4))
        #expect(try algorithm(.init(kernel: 3, dilation: 2), 64, 64, activation: .none) == .winograd(size: 4))
        // Sums of four and nine kernels, if channels fill vectors.
        #expect(try algorithm(.init(kernel: 5), 64, 64) == .winograd(size: 4))
        #expect(try algorithm(.init(kernel: 7), 64, 147) == .winograd(size: 4))
        #expect(try algorithm(.init(kernel: 7), 65, 147) == .product(.pointers))
        // Two of four pixels a phase: tiles of four would be mostly empty.
        #expect(try algorithm(.init(kernel: 3, dilation: 20), 64, 64) == .winograd(size: 2))
        // A map of one tile a phase and less: products that read plain weights once.
        #expect(try algorithm(.init(kernel: 3), 512, 512, side: 1) == .product(.pointers))
        // Small memory keeps what transforms to a megabyte, drops what does not.
        #expect(try algorithm(.init(kernel: 3), 64, 64, preferring: .small) == .winograd(size: 4))
        #expect(try algorithm(.init(kernel: 3), 512, 512, preferring: .small) == .product(.pointers))
    }

    typealias Padding = ConvolutionGeometry.Padding

    @Test func agreesWithPyTorch() throws {
        // x = ((torch.arange(1, 31) * 5) % 11).float().reshape(1, 2, 3, 5)
        // w = (torch.arange(1, 37) % 7 - 3).float().reshape(4, 1, 3, 3)
        // F.conv2d(F.pad(x, (0, 2, 1, 1)), w, torch.tensor([0.5, -1, 2, 0]), stride=(1, 2), dilation=(1, 2), groups=2)
        let expected: [Double] = [
            -21.5, -22.5, -2.5, -39.5, 24.5, 8.5, -6, -5, 9, -5, -30, 8, 22, 10, 40, 17, -9, 1, -1, 4, -12, -1, -10,
            -16,
        ]
        let geometry = ConvolutionGeometry(
            kernelHeight: 3, kernelWidth: 3, strideY: 1, strideX: 2,
            padding: .init(top: 1, left: 0, bottom: 1, right: 2), dilationY: 1, dilationX: 2, groups: 2)
        let layer = Convolution(
            try ConvolutionWeights(
                oihw: (1...36).map { Float($0 % 7 - 3) }, bias: [0.5, -1, 2, 0], inputChannels: 2, outputChannels: 4,
                geometry: geometry))
        var input = ReferenceMap(TensorShape(trusted: 1, 3, 5, 2))
        var reference = ReferenceMap(TensorShape(trusted: 1, 3, 2, 4))
        // PyTorch's order is [N, C, H, W].
        for index in 0..<30 { input[0, index / 5 % 3, index % 5, index / 15] = Double((index + 1) * 5 % 11) }
        for index in 0..<24 { reference[0, index / 2 % 3, index % 2, index / 6] = expected[index] }
        // Halves and whole numbers are exact.
        OperatorRunner.expect(layer, [input], computes: reference, absolute: 0, relative: 0)
    }

    /// A scale an output channel, as a folded batch norm gives, is the same as scaled weights.
    @Test(arguments: [1, 2, 6]) func weightsAreScaledAnOutput(groups: Int) throws {
        var random = SeededGenerator(seed: UInt64(groups))
        let geometry = ConvolutionGeometry(kernel: 3, groups: groups)
        let (oihw, bias, scale) = (random.values(6 * 6 / groups * 9), random.values(6), random.values(6))
        let input = random.map(1, 5, 6, 6)
        let weights = try oihw.withUnsafeBufferPointer { oihw throws(TensorError) in
            try ConvolutionWeights(
                oihw: oihw, scale: scale, bias: bias, inputChannels: 6, outputChannels: 6, geometry: geometry)
        }
        let scaled = oihw.enumerated().map { $1 * scale[$0 / (6 / groups * 9)] }
        OperatorRunner.expect(
            Convolution(weights), [input],
            computes: input.convolved(oihw: scaled, bias: bias, outputChannels: 6, geometry: geometry),
            absolute: Self.absolute, relative: Self.relative)
    }

    @Test func workIsCountedByDefinition() throws {
        let weights = try ConvolutionWeights(
            oihw: [Float](repeating: 0, count: 8 * 3 * 9), bias: nil, inputChannels: 6, outputChannels: 8,
            geometry: ConvolutionGeometry(kernel: 3, stride: 2, groups: 2))
        let layer = Convolution(weights)
        let input = try TensorShape(batch: 2, height: 7, width: 10, channels: 6)
        let output = layer.outputShape([input])
        #expect(output == TensorShape(trusted: 2, 4, 5, 8))
        #expect(layer.multiplyAccumulates([input], output: output) == 2 * 4 * 5 * 8 * 3 * 9)
    }
}

extension ConvolutionTests.Case {
    /// Multiplications of the reference.
    var work: Int {
        batch * geometry.outputHeight(height) * geometry.outputWidth(width) * outputs * geometry.kernelHeight
            * geometry.kernelWidth * inputs / geometry.groups
    }

    /// Halves what can be halved; false where nothing can.
    mutating func shrink() -> Bool {
        if batch > 1 {
            batch = 1
        } else if geometry.groups > 2 {
            let multiple = outputs / inputs
            inputs = (inputs + 1) / 2
            outputs = inputs * multiple
            geometry.groups = inputs
        } else if inputs > 2 * geometry.groups {
            inputs = inputs / (2 * geometry.groups) * geometry.groups
        } else if outputs > 2 * geometry.groups {
            outputs = outputs / (2 * geometry.groups) * geometry.groups
        } else {
            return false
        }
        return true
    }
}
