import KernelDispatch
import KernelInterface
import TensorCore
import TestSupport
import Testing

/// What transformers have beside convolutions, against definitions in double precision.
@Suite struct TransformerTests {
    @Test(arguments: sweptChannels + [96, 192, 383]) func layerNorm(channels: Int) {
        var random = SeededGenerator(seed: UInt64(channels))
        for (height, width) in [(1, 1), (3, 5), (9, 33)] {
            var input = random.map(2, height, width, channels)
            let (gain, bias) = (random.values(channels), random.values(channels))
            let layer = LayerNorm(gain: gain, bias: bias)
            // Values up to some √channels after the division by their deviation, a few roundings.
            OperatorRunner.expect(
                layer, [input], computes: input.layerNormalized(gain: gain, bias: bias), absolute: 4e-6,
                relative: 1e-6)
            // A mean a hundred times the deviation costs as much precision, no more: the variance does not cancel. Of few
            // channels all may be alike; then √epsilon, not their deviation, divides what is left of the mean.
            guard channels > 3 else { continue }
            for index in input.values.indices { input.values[index] = Double(Float(input.values[index] + 100)) }
            OperatorRunner.expect(
                layer, [input], computes: input.layerNormalized(gain: gain, bias: bias), absolute: 2e-4,
                relative: 1e-6, pools: [Pools.all[1]])
        }
    }

    @Test func layerNormAgreesWithPyTorch() {
        // x = ((torch.arange(1, 7) * 5) % 7).float(); F.layer_norm(x, [6], weight=x, bias=-x)
        let values: [Float] = [5, 3, 1, 6, 4, 2]
        let input = ReferenceMap(TensorShape(trusted: 1, 1, 1, 6), values: values)
        let (_, output) = OperatorRunner.run(
            LayerNorm(gain: values, bias: values.map { -$0 }), [input], pool: Pools.all[0])
        // To six decimals.
        expectClose(
            output, [-0.608457, -3.878309, -2.463848, 2.783086, -2.828922, -3.756617] as [Double], absolute: 2e-6,
            relative: 0)
    }

    @Test(arguments: [(1, 1), (1, 4), (2, 2), (5, 3), (6, 7), (9, 16)]) func patchMerging(height: Int, width: Int) {
        var random = SeededGenerator(seed: UInt64(height * 100 + width))
        for channels in [1, 3, 8, 33] {
            let input = random.map(2, height, width, channels)
            let (gain, bias) = (random.values(4 * channels), random.values(4 * channels))
            // As a layer norm; of one channel the four values may be nearly alike.
            OperatorRunner.expect(
                PatchMerging(norm: LayerNorm(gain: gain, bias: bias)), [input],
                computes: input.patchesMerged().layerNormalized(gain: gain, bias: bias), absolute: 1e-5, relative: 1e-6)
        }
    }

    /// Odd maps, smaller and larger than a window; shifts of nothing, of half a window and of all but one.
    @Test(arguments: [(1, 1), (2, 2), (3, 1), (4, 1), (7, 1), (12, 1)], [false, true])
    func windowAttention(window: (side: Int, heads: Int), isShifted: Bool) throws {
        let (side, heads) = window
        var random = SeededGenerator(seed: UInt64(side))
        let sizes = side > 4 ? [(side, side + 2)] : [(1, 1), (side, side), (side + 1, 2 * side), (2 * side + 1, 5)]
        let shifts = isShifted ? Set([side / 2, side - 1]).subtracting([0]) : [0]
        for (height, width) in sizes {
            for shift in shifts {
                for headSize in side > 4 ? [32] : [16, 32, 48] {
                    let channels = 3 * heads * headSize
                    let input = random.map(side > 4 ? 1 : 2, height, width, channels)
                    let padding = random.values(channels)
                    let positions = random.values((2 * side - 1) * (2 * side - 1) * heads, scale: 2)
                    let layer = try positions.withUnsafeBufferPointer { positions in
                        try WindowAttention(
                            heads: heads, side: side, shift: shift, bias: padding, positions: positions)
                    }
                    // Means of values below 1, by weights from scores below 8 that err by some 1e-6.
                    OperatorRunner.expect(
                        layer, [input],
                        computes: input.windowsAttended(
                            heads: heads, side: side, shift: shift, padding: padding, positions: positions),
                        absolute: 4e-6, relative: 0, pools: [Pools.all[0], random.pick(Pools.all)])
                }
            }
        }
    }

    /// The exponential neither overflows nor forgets the largest score.
    @Test func attentionToExtremeScores() throws {
        let shape = TensorShape(trusted: 1, 1, 2, 48)
        let input = ReferenceMap.computed(shape) { _, _, x, c in
            // Queries and keys of one channel each; values 1 and 2.
            c == 0 ? 1e4 : c == 16 ? (x == 0 ? 1e4 : -1e4) : c >= 32 ? Double(x + 1) : 0
        }
        let positions = [Float](repeating: 0, count: 9)
        let layer = try positions.withUnsafeBufferPointer {
            try WindowAttention(
                heads: 1, side: 2, shift: 0, bias: [Float](repeating: 0, count: 48), positions: $0)
        }
        // All the weight is on the first.
        OperatorRunner.expect(
            layer, [input], computes: ReferenceMap(shape.with(channels: 16), values: [Double](repeating: 1, count: 32)),
            absolute: 1e-6, relative: 0)
    }

    /// Every instruction set packs the transpose as it packs the matrix itself.
    @Test(arguments: InstructionSet.supported) func transposedPanels(set: InstructionSet) {
        var random = SeededGenerator(seed: 7)
        for columns in MatrixProductTests.columns {
            for depth in [1, 3, 4, 7, 32] {
                let matrix = random.values(depth * columns)
                let stride = depth + 2
                let transpose = (0..<columns * stride).map { index in
                    index % stride < depth ? matrix[index % stride * columns + index / stride] : .nan
                }
                let count = set.kernels.packedCount(depth: depth, columns: columns)
                var expected = [Float](repeating: .nan, count: count)
                var packed = expected
                set.kernels.packPanels(matrix, stride: columns, depth: depth, columns: columns, &expected)
                set.kernels.packTransposedPanels(transpose, stride: stride, depth: depth, columns: columns, &packed)
                #expect(packed == expected, "\(set), \(depth) × \(columns)")
            }
        }
    }

    /// Weights of 16 bits: many pixels and few, whole panels and not, activations that the product takes along and others.
    @Test(arguments: [(1, 256, 256), (7, 301, 256), (300, 256, 272), (2100, 256, 256)], [Activation.gelu, .sigmoid])
    func halfPrecisionWeights(size: (pixels: Int, inputs: Int, outputs: Int), activation: Activation) throws {
        let (pixels, inputs, outputs) = size
        var random = SeededGenerator(seed: UInt64(pixels))
        var input = random.map(1, 1, pixels, inputs)
        // Of no effect is the one weight below that needs more bits.
        for pixel in 0..<pixels { input.values[pixel * inputs] = 0 }
        let bias = random.values(outputs)
        // Eleven bits each, and the smallest numbers of that form.
        var weights = random.values(inputs * outputs).map { ($0 * 1024).rounded() / 8192 }
        weights.replaceSubrange(inputs..<inputs + 4, with: [0x1p-24, -0x1.8p-23, 0x1p-14, -0.0])
        func layer(_ weights: [Float]) throws -> Convolution {
            Convolution(
                try ConvolutionWeights(
                    oihw: weights, bias: bias, inputChannels: inputs, outputChannels: outputs,
                    geometry: ConvolutionGeometry(kernel: 1)), activation: activation)
        }
        func algorithm(_ layer: Convolution) -> Convolution.Algorithm {
            Convolution.Algorithm(layer, output: layer.outputShape([input.shape]), preferring: .speed)
        }
        let half = try layer(weights)
        weights[0] += 0x1p-20
        let full = try layer(weights)
        #expect(algorithm(half) == .halfProduct && algorithm(full) == .product(.map))

        let residual = random.map(1, 1, pixels, outputs)
        let (expected, one, three) = (
            OperatorRunner.run(full.addingResidual(), [input, residual], pool: Pools.all[0]).values,
            OperatorRunner.run(half.addingResidual(), [input, residual], pool: Pools.all[0]).values,
            OperatorRunner.run(half.addingResidual(), [input, residual], pool: Pools.all[2]).values
        )
        #expect(one == expected && three == expected, "not the values of 32 bits")
    }

    /// Windows by the kernels of every set.
    @Test(arguments: InstructionSet.supported, [1, 3, 7]) func everySetAttendsAlike(set: InstructionSet, side: Int) {
        var random = SeededGenerator(seed: UInt64(side))
        let grid = WindowGrid(side: side, shift: side / 2, height: side + 2, width: side + 1)
        let (channels, pixels) = (32, grid.height * grid.width)
        let input = random.map(1, grid.height, grid.width, 3 * channels)
        let padding = random.values(3 * channels)
        let table = random.values((2 * side - 1) * (2 * side - 1))
        var positions = [Float](repeating: .nan, count: set.kernels.windowPositionCount(side: side))
        set.kernels.windowPositions(side: side, table: table, tableStride: 1, into: &positions)
        var scratch = [Float](
            repeating: .nan, count: set.kernels.windowScratchCount(side: side, headSize: channels) + 1)
        var output = [Float](repeating: .nan, count: pixels * channels)
        let queries = input.values.map { Float($0) }
        for row in 0..<grid.rows {
            for column in 0..<grid.columns {
                set.kernels.attendWindow(
                    grid, row: row, column: column, queries: queries, pixelStride: 3 * channels, channels: channels,
                    headSize: channels, padding: padding, positions: positions, into: &output, outputStride: channels,
                    scratch: &scratch)
            }
        }
        let expected = input.windowsAttended(
            heads: 1, side: side, shift: side / 2, padding: padding, positions: table)
        // As above.
        expectClose(output, expected.values, absolute: 4e-6, relative: 0, "\(set), windows of \(side)")
    }
}
