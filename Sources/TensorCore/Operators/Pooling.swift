import KernelDispatch

/// Maximum or average over windows, channel by channel.
///
/// Output size as PyTorch has it: ⌊(size + 2 · padding − kernel) / stride⌋ + 1, or ⌈…⌉ with ceil mode, where the last
/// window must still begin inside the picture or its left padding.
package struct Pooling: GraphOperator, PreparedOperator {
    package enum Kind: Sendable, Hashable {
        case maximum
        /// `countsPadding`: zeros of the padding count as values (PyTorch's `count_include_pad`).
        case average(countsPadding: Bool)
    }

    package let kind: Kind
    package let kernel: Int
    package let stride: Int
    package let padding: Int
    package let ceilMode: Bool

    package init(_ kind: Kind, kernel: Int, stride: Int, padding: Int = 0, ceilMode: Bool = false) {
        precondition(kernel >= 1 && stride >= 1 && padding >= 0 && padding <= kernel / 2, "a pooling window")
        self.kind = kind
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
        self.ceilMode = ceilMode
    }

    package var summary: String {
        "\(kind == .maximum ? "maximum" : "average") pool \(kernel)×\(kernel) stride \(stride)"
    }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape {
        inputs[0].with(height: outputSize(inputs[0].height), width: outputSize(inputs[0].width))
    }

    private func outputSize(_ size: Int) -> Int {
        let span = size + 2 * padding - kernel
        precondition(span >= 0 || ceilMode, "a pooling window of \(kernel) does not fit into \(size) pixels")
        guard span >= 0 else { return 1 }
        guard ceilMode else { return span / stride + 1 }
        let count = (span + stride - 1) / stride + 1
        return (count - 1) * stride >= size + padding ? count - 1 : count
    }

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let input = inputs[0]
        let height = input.shape.height
        context.pool.forEach(output.shape.batch * output.shape.height) { chunk, _ in
            let (picture, y) = chunk.quotientAndRemainder(dividingBy: output.shape.height)
            let top = y * stride - padding
            let begin = max(top, 0)
            let end = min(top + kernel, height)
            let target = output.pixel(picture, y, 0)
            withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: kernel) { rows in
                for row in begin..<end {
                    rows.initializeElement(at: row - begin, to: UnsafePointer(input.pixel(picture, row, 0)))
                }
                guard let rows = rows.baseAddress else { return }
                switch kind {
                case .maximum:
                    kernels.maximumPoolRow(
                        target, outputStride: output.pixelStride, outputWidth: output.shape.width, rows: rows,
                        rowCount: end - begin, pixelStride: input.pixelStride, width: input.shape.width,
                        channels: input.shape.channels, kernelWidth: kernel, strideX: stride, paddingLeft: padding)
                case .average(let countsPadding):
                    kernels.averagePoolRow(
                        target, outputStride: output.pixelStride, outputWidth: output.shape.width, rows: rows,
                        rowCount: end - begin,
                        rowWeight: countsPadding ? min(top + kernel, height + padding) - top : end - begin,
                        pixelStride: input.pixelStride, width: input.shape.width, channels: input.shape.channels,
                        kernelWidth: kernel, strideX: stride, paddingLeft: padding, paddingRight: padding,
                        countsPadding: countsPadding)
                }
            }
        }
    }
}
