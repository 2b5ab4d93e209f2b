import KernelDispatch
import KernelInterface
import TensorCore
import Testing
import TestSupport

/// Kernels by themselves, where operators do not show every case.
@Suite struct KernelTests {
    /// `rows` pixels of `channels` values, `stride` apart, with NaN between and after them.
    private func pixels(_ random: inout SeededGenerator, rows: Int, channels: Int, stride: Int) -> [Float] {
        var values = [Float](repeating: .nan, count: rows * stride + 16)
        for row in 0..<rows {
            for c in 0..<channels { values[row * stride + c] = random.value() }
        }
        return values
    }

    /// Expects `result` to hold `expected(row, channel)` in its pixels and NaN elsewhere. Exact: one operation a value.
    private func expect(
        _ result: [Float], rows: Int, channels: Int, stride: Int, sourceLocation: SourceLocation = #_sourceLocation,
        _ expected: (_ row: Int, _ channel: Int) -> Float
    ) {
        for (index, value) in result.enumerated() {
            let (row, c) = index.quotientAndRemainder(dividingBy: stride)
            let isInside = row < rows && c < channels
            if isInside ? value != expected(row, c) : !value.isNaN {
                Issue.record(
                    "\(value) at pixel \(row), channel \(c) of \(channels)", sourceLocation: sourceLocation)
                return
            }
        }
    }

    @Test(arguments: sweptChannels, [0, 5]) func pixelArithmetic(channels: Int, gap: Int) {
        var random = SeededGenerator(seed: UInt64(channels))
        let rows = 7
        let (stride, wide) = (channels + gap, channels + 2 * gap)
        let left = pixels(&random, rows: rows, channels: channels, stride: stride)
        let right = pixels(&random, rows: rows, channels: channels, stride: wide)
        let empty = [Float](repeating: .nan, count: rows * stride + 16)
        // A right stride of 0 repeats the first pixel.
        for rightStride in [wide, 0] {
            var sum = empty
            kernels.addPixels(
                left, leftStride: stride, right, rightStride: rightStride, &sum, outputStride: stride, rows: rows,
                channels: channels)
            expect(sum, rows: rows, channels: channels, stride: stride) {
                left[$0 * stride + $1] + right[$0 * rightStride + $1]
            }
            var product = empty
            kernels.multiplyPixels(
                left, leftStride: stride, right, rightStride: rightStride, &product, outputStride: stride, rows: rows,
                channels: channels)
            expect(product, rows: rows, channels: channels, stride: stride) {
                left[$0 * stride + $1] * right[$0 * rightStride + $1]
            }
        }
        var copy = empty
        kernels.copyPixels(right, inputStride: wide, &copy, outputStride: stride, rows: rows, channels: channels)
        expect(copy, rows: rows, channels: channels, stride: stride) { right[$0 * wide + $1] }

        let scale = random.values(channels)
        let shift = random.values(channels)
        var mapped = empty
        kernels.scaleAndShiftPixels(
            left, inputStride: stride, &mapped, outputStride: stride, rows: rows, channels: channels, scale: scale,
            shift: shift)
        expect(mapped, rows: rows, channels: channels, stride: stride) {
            left[$0 * stride + $1] * scale[$1] + shift[$1]
        }
    }

    @Test(arguments: sweptChannels, [0, 5]) func finishingAConvolution(channels: Int, gap: Int) {
        var random = SeededGenerator(seed: UInt64(channels))
        let rows = 5
        let (stride, wide) = (channels + gap, channels + 2 * gap)
        let sums = pixels(&random, rows: rows, channels: channels, stride: stride)
        let residual = pixels(&random, rows: rows, channels: channels, stride: wide)
        let bias = random.values(channels)
        for hasBias in [false, true] {
            for hasResidual in [false, true] {
                var result = sums
                bias.withUnsafeBufferPointer { bias in
                    residual.withUnsafeBufferPointer { residual in
                        kernels.finishConvolution(
                            &result, pixelStride: stride, rows: rows, channels: channels,
                            bias: hasBias ? bias.baseAddress : nil, activation: .relu,
                            residual: hasResidual ? residual.baseAddress : nil, residualStride: wide)
                    }
                }
                expect(result, rows: rows, channels: channels, stride: stride) {
                    max(sums[$0 * stride + $1] + (hasBias ? bias[$1] : 0), 0)
                        + (hasResidual ? residual[$0 * wide + $1] : 0)
                }
            }
        }
    }

    @Test func nothingIsDoneForNoPixels() {
        var target = [Float](repeating: 7, count: 8)
        let source = [Float](repeating: 1, count: 8)
        kernels.copyPixels(source, inputStride: 8, &target, outputStride: 8, rows: 0, channels: 8)
        kernels.addPixels(source, leftStride: 8, source, rightStride: 8, &target, outputStride: 8, rows: 0, channels: 8)
        #expect(target == [Float](repeating: 7, count: 8))
    }

    /// `[output, input, tap]` to `[group][tap][input][output]`, each times the scale of its output.
    @Test func packedWeightsAreTransposedAGroup() {
        let (groups, groupOutputs, groupInputs, taps) = (2, 3, 5, 4)
        let outputs = groups * groupOutputs
        let source = (0..<outputs * groupInputs * taps).map { Float($0) }
        var packed = [Float](repeating: .nan, count: source.count)
        let scale = (0..<outputs).map { Float($0 + 1) }
        kernels.packWeights(
            source, &packed, scale: scale, outputs: outputs, groupOutputs: groupOutputs, groupInputs: groupInputs,
            taps: taps,
            groupStride: taps * groupInputs * groupOutputs, tapStride: groupInputs * groupOutputs)
        for output in 0..<outputs {
            for input in 0..<groupInputs {
                for tap in 0..<taps {
                    let (group, column) = output.quotientAndRemainder(dividingBy: groupOutputs)
                    let row = (group * taps + tap) * groupInputs + input
                    #expect(
                        packed[row * groupOutputs + column] == source[(output * groupInputs + input) * taps + tap]
                            * scale[output])
                }
            }
        }
    }

    /// Any stretch of pixels gives the rows that the whole panel has there, across rows and pictures.
    @Test(arguments: [1, 2], [1, 3]) func panelsMayBeginAnywhere(dilation: Int, gap: Int) {
        var random = SeededGenerator(seed: 1)
        let (batch, height, width, channels, kernel) = (2, 4, 5, 3, 3)
        let stride = channels + gap
        let input = pixels(&random, rows: batch * height * width, channels: channels, stride: stride)
        let depth = kernel * kernel * channels
        func panel(_ first: Int, _ count: Int) -> [Float] {
            var panel = [Float](repeating: .nan, count: count * depth)
            kernels.fillPanel(
                &panel, first: first, count: count, input: input, pixelStride: stride, height: height, width: width,
                channels: channels, outputHeight: height, outputWidth: width, kernelHeight: kernel,
                kernelWidth: kernel, strideY: 1, strideX: 1, paddingTop: dilation, paddingLeft: dilation,
                dilationY: dilation, dilationX: dilation)
            return panel
        }
        let whole = panel(0, batch * height * width)
        #expect(!whole.contains { $0.isNaN })
        for first in 0..<batch * height * width {
            let count = min(7, batch * height * width - first)
            #expect(panel(first, count) == Array(whole[first * depth..<(first + count) * depth]))
        }
    }
}
