import KernelDispatch

/// The first half of Swin Transformer's patch merging (Liu et al. 2021, section 3.1): blocks of two by two pixels become
/// one of four times the channels, which is normalised; the linear layer behind it is a convolution.
///
/// `[N, H, W, C]` to `[N, ⌈H / 2⌉, ⌈W / 2⌉, 4C]`: the channels of the pixels at (row, column) (0, 0), (1, 0), (0, 1) and (1, 1);
/// zeros where the map ends before its block.
package struct PatchMerging: GraphOperator, PreparedOperator {
    private let norm: LayerNorm

    /// - Parameter norm: of 4C channels.
    package init(norm: LayerNorm) { self.norm = norm }
    package var summary: String { "patch merging" }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape {
        let input = inputs[0]
        let merged = TensorShape(
            trusted: input.batch, (input.height + 1) / 2, (input.width + 1) / 2, 4 * input.channels)
        return norm.outputShape([merged])
    }

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let input = inputs[0]
        let channels = input.shape.channels
        context.pool.forEach(output.shape.batch * output.shape.height) { chunk, _ in
            let (picture, y) = chunk.quotientAndRemainder(dividingBy: output.shape.height)
            let row = output.pixel(picture, y, 0)
            for (part, (dy, dx)) in [(0, 0), (1, 0), (0, 1), (1, 1)].enumerated() {
                let hasRow = 2 * y + dy < input.shape.height
                let count = hasRow ? (input.shape.width - dx + 1) / 2 : 0
                if count > 0 {
                    kernels.copyPixels(
                        input.pixel(picture, 2 * y + dy, dx), inputStride: 2 * input.pixelStride,
                        row + part * channels, outputStride: output.pixelStride, rows: count, channels: channels)
                }
                for x in count..<output.shape.width {
                    (row + x * output.pixelStride + part * channels).update(repeating: 0, count: channels)
                }
            }
            // In place, while the row is in the cache.
            norm.normalize(
                row, stride: output.pixelStride, into: row, stride: output.pixelStride, rows: output.shape.width)
        }
    }
}
