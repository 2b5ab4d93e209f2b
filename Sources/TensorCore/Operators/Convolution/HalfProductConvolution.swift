import KernelDispatch
import KernelInterface

/// A 1×1 convolution as a matrix product with weights in 16 bits, which lose nothing by it: files of such weights need half
/// the memory that 32 bits would take.
///
/// A panel of weights is widened in scratch memory and then multiplied by as many pixels as make that a trifle; the results
/// are those of 32 bits, bit for bit.
struct HalfProductConvolution: PreparedOperator {
    private let convolution: Convolution
    private let halves: FloatBuffer

    /// Output pixels of a product: widening takes some fifty times less than that.
    private static let rows = 256

    init(_ convolution: Convolution) {
        guard let halves = convolution.weights.halves else {
            preconditionFailure("a product of halves without halves")
        }
        self.convolution = convolution
        self.halves = halves
    }

    var work: String { convolution.summary }
    var algorithm: String? { "pointwise, weights of 16 bits" }

    /// A panel.
    func scratchCount(_ inputs: [TensorShape], output: TensorShape) -> Int {
        convolution.weights.inputChannels * kernels.panelColumns
    }

    func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let input = inputs[0]
        let residual = convolution.hasResidual ? inputs[1] : nil
        let (depth, outputs) = (convolution.weights.inputChannels, convolution.weights.outputChannels)
        let (pixels, width) = (output.shape.pixelCount, kernels.panelColumns)
        let isFused = convolution.activation.isFusedByProducts
        let panels = (outputs + width - 1) / width
        // Where there are few blocks of pixels each panel is a chunk, where there are many all panels of a block are one: its
        // pixels stay in the cache.
        let rowBlocks = (pixels + Self.rows - 1) / Self.rows
        let panelsAChunk = rowBlocks < 8 ? 1 : panels
        let panelBlocks = (panels + panelsAChunk - 1) / panelsAChunk
        context.pool.forEach(rowBlocks * panelBlocks) { chunk, slot in
            let (rowBlock, panelBlock) = chunk.quotientAndRemainder(dividingBy: panelBlocks)
            let first = rowBlock * Self.rows
            let rows = min(Self.rows, pixels - first)
            let panel = context.scratch(slot: slot)
            for index in panelBlock * panelsAChunk..<min((panelBlock + 1) * panelsAChunk, panels) {
                let channel = index * width
                let columns = min(width, outputs - channel)
                let target = output.base + first * output.pixelStride + channel
                let added = residual.map { UnsafePointer($0.base + first * $0.pixelStride + channel) }
                let addedStride = residual?.pixelStride ?? 0
                kernels.widenPanels(
                    halves.base + channel * depth / 2, into: panel,
                    count: kernels.packedCount(depth: depth, columns: columns))
                kernels.product(
                    rows: rows, columns: columns, depth: depth, input.base + first * input.pixelStride,
                    leftStride: input.pixelStride, panels: panel, into: target, stride: output.pixelStride,
                    epilogue: convolution.epilogue(
                        from: channel, residual: isFused ? added : nil, residualStride: addedStride))
                if !isFused {
                    kernels.finishConvolution(
                        target, pixelStride: output.pixelStride, rows: rows, channels: columns, bias: nil,
                        activation: convolution.activation, residual: added, residualStride: addedStride)
                }
            }
        }
    }
}
