import KernelDispatch
import KernelInterface

/// A convolution as a matrix product: output pixels × (taps · input channels) × output channels.
struct ProductConvolution: PreparedOperator {
    private let convolution: Convolution
    private let left: Convolution.LeftOperand
    private let packed: FloatBuffer
    private let blocking: Blocking

    init(_ convolution: Convolution, left: Convolution.LeftOperand, output: TensorShape) throws(TensorError) {
        self.convolution = convolution
        self.left = left
        self.packed = try convolution.weights.rightOperand()
        self.blocking = Blocking(convolution.weights, output: output)
    }

    var work: String { convolution.summary }
    var algorithm: String? { left.rawValue }

    /// How the output is cut into products: by its shape alone, never by the number of threads.
    private struct Blocking {
        /// Output pixels a product.
        let rows: Int
        /// Output channels a product.
        let columns: Int
        let rowBlocks: Int
        let columnBlocks: Int

        init(_ weights: ConvolutionWeights, output: TensorShape) {
            // A panel of 512 KB leaves half of a second-level cache to the weights. Fewer than 32 rows starve the
            // product of reuse, more than 256 gain nothing (measured 64 to 256: within 5 %).
            let pixels = output.pixelCount
            var rows = min(max(131_072 / max(weights.depth, 1), 32), 256)
            // Small maps: enough blocks for several threads, at a multiple of the product's own tile height.
            rows = min(rows, max((pixels / 8 + 11) / 12 * 12, 24))
            let groupOutputs = weights.outputChannels / weights.geometry.groups
            self.rows = min(rows, max(pixels, 1))
            self.rowBlocks = (pixels + self.rows - 1) / self.rows
            // Deep layers on tiny maps have few rows but many channels: cut those instead.
            self.columns = rowBlocks < 8 && groupOutputs > 128 ? 128 : groupOutputs
            self.columnBlocks = (groupOutputs + columns - 1) / columns
        }
    }

    func scratchCount(_ inputs: [TensorShape], output: TensorShape) -> Int {
        let weights = convolution.weights
        switch left {
        case .map: return 0
        case .panels: return weights.depth * blocking.rows
        case .pointers:
            let pointers = weights.geometry.tapCount * blocking.rows
            return weights.groupInputs + pointers * MemoryLayout<Int>.stride / MemoryLayout<Float>.stride
        }
    }

    func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let input = inputs[0]
        let residual = convolution.hasResidual ? inputs[1] : nil
        let weights = convolution.weights
        let geometry = weights.geometry
        let groupOutputs = weights.outputChannels / geometry.groups
        let blocksAGroup = blocking.rowBlocks * blocking.columnBlocks
        let isFused = convolution.activation.isFusedByProducts
        context.pool.forEach(geometry.groups * blocksAGroup) { chunk, slot in
            let (group, block) = chunk.quotientAndRemainder(dividingBy: blocksAGroup)
            let first = block / blocking.columnBlocks * blocking.rows
            let rows = min(blocking.rows, output.shape.pixelCount - first)
            let column = block % blocking.columnBlocks * blocking.columns
            let columns = column..<min(column + blocking.columns, groupOutputs)
            let channel = group * groupOutputs + column

            let source = input.base + group * weights.groupInputs
            let right = packed.base + group * kernels.packedCount(depth: weights.depth, columns: groupOutputs)
            let target = output.base + first * output.pixelStride + channel
            let added = residual.map { UnsafePointer($0.base + first * $0.pixelStride + channel) }
            let addedStride = residual?.pixelStride ?? 0
            let epilogue = convolution.epilogue(
                from: channel, residual: isFused ? added : nil, residualStride: addedStride)
            func multiply(_ left: UnsafePointer<Float>, _ leftStride: Int) {
                kernels.product(
                    rows: rows, columns: columns.count, depth: weights.depth, left, leftStride: leftStride,
                    panels: right + column * weights.depth, into: target, stride: output.pixelStride, epilogue: epilogue
                )
            }
            switch left {
            case .map: multiply(source + first * input.pixelStride, input.pixelStride)
            case .panels:
                let panel = context.scratch(slot: slot)
                kernels.fillPanel(
                    panel, first: first, count: rows, input: source, pixelStride: input.pixelStride,
                    height: input.shape.height, width: input.shape.width, channels: weights.groupInputs,
                    outputHeight: output.shape.height, outputWidth: output.shape.width,
                    kernelHeight: geometry.kernelHeight, kernelWidth: geometry.kernelWidth,
                    strideY: geometry.strideY, strideX: geometry.strideX,
                    paddingTop: geometry.padding.top, paddingLeft: geometry.padding.left,
                    dilationY: geometry.dilationY, dilationX: geometry.dilationX)
                multiply(panel, weights.depth)
            case .pointers:
                let (pointers, zeros) = pointerScratch(context.scratch(slot: slot))
                zeros.update(repeating: 0, count: weights.groupInputs)
                kernels.fillPointers(
                    pointers, first: first, count: rows, input: source, zeros: zeros, pixelStride: input.pixelStride,
                    height: input.shape.height, width: input.shape.width,
                    outputHeight: output.shape.height, outputWidth: output.shape.width,
                    kernelHeight: geometry.kernelHeight, kernelWidth: geometry.kernelWidth,
                    strideY: geometry.strideY, strideX: geometry.strideX,
                    paddingTop: geometry.padding.top, paddingLeft: geometry.padding.left,
                    dilationY: geometry.dilationY, dilationX: geometry.dilationX)
                kernels.indirectProduct(
                    rows: rows, columns: columns.count, taps: geometry.tapCount, depth: weights.groupInputs,
                    pointers: pointers, panels: right + column * weights.depth, into: target,
                    stride: output.pixelStride, epilogue: epilogue)
            }
            if !isFused {
                kernels.finishConvolution(
                    target, pixelStride: output.pixelStride, rows: rows, channels: columns.count, bias: nil,
                    activation: convolution.activation, residual: added, residualStride: addedStride)
            }
        }
    }

    /// Addresses first, which need the alignment of a word, then the zeros of the padding.
    private func pointerScratch(
        _ scratch: UnsafeMutablePointer<Float>
    ) -> (UnsafeMutablePointer<UnsafePointer<Float>>, UnsafeMutablePointer<Float>) {
        let count = convolution.weights.geometry.tapCount * blocking.rows
        let raw = UnsafeMutableRawPointer(scratch)
        let pointers = raw.bindMemory(to: UnsafePointer<Float>.self, capacity: count)
        let zeros = (raw + count * MemoryLayout<UnsafePointer<Float>>.stride)
            .bindMemory(to: Float.self, capacity: convolution.weights.groupInputs)
        return (pointers, zeros)
    }
}
