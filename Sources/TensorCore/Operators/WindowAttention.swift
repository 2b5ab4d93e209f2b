import KernelDispatch
import KernelInterface

/// Multi-head self-attention within windows, of the map or of the map shifted, with a relative position bias (Liu et al.,
/// *Swin Transformer: Hierarchical Vision Transformer using Shifted Windows*, 2021, equation 4 and figure 4).
///
/// `[N, H, W, 3C]`, queries, keys and values of every token, heads after heads, to `[N, H, W, C]`: the linear layers before
/// and after are convolutions. The zeros that fill the last windows were tokens before the first of these layers and are
/// its bias after it: they take part like others, without a place in the map.
package struct WindowAttention: GraphOperator, PreparedOperator {
    private let heads: Int
    private let side: Int
    private let shift: Int
    private let channels: Int
    /// Query, key and value of a token outside the map, `[3C]`.
    private let padding: FloatBuffer
    /// The bias of each pair of tokens, a matrix a head, padded as the kernel wants it.
    private let positions: FloatBuffer

    /// - Parameters:
    ///   - side: tokens of a window's side.
    ///   - shift: pixels by which windows lie right of and below the first pixel, less than a side; the last windows are
    ///     filled from the other end of the map.
    ///   - bias: `[3C]`, that of the layer that makes queries, keys and values.
    ///   - positions: `[(2 · side − 1)², heads]`, displacements of rows before those of columns.
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    package init(
        heads: Int, side: Int, shift: Int, bias: some Collection<Float>, positions table: UnsafeBufferPointer<Float>
    ) throws(TensorError) {
        precondition(bias.count % (3 * 16 * heads) == 0, "heads of multiples of 16 channels")
        precondition(table.count == (2 * side - 1) * (2 * side - 1) * heads, "a bias a displacement and head")
        precondition((0..<side).contains(shift), "a shift of \(shift) with windows of \(side)")
        self.heads = heads
        self.side = side
        self.shift = shift
        self.channels = bias.count / 3
        self.padding = try FloatBuffer(count: bias.count, purpose: Self.purpose)
        for (index, value) in bias.enumerated() { padding.base[index] = value }
        let count = kernels.windowPositionCount(side: side)
        self.positions = try FloatBuffer(count: heads * count, purpose: Self.purpose)
        guard let table = table.baseAddress else { return }
        for head in 0..<heads {
            kernels.windowPositions(
                side: side, table: table + head, tableStride: heads, into: positions.base + head * count)
        }
    }

    private static let headsAChunk = 6
    private static let purpose = "the relative positions of an attention"
    private var headSize: Int { channels / heads }

    package var summary: String { "attention \(side)×\(side)\(shift > 0 ? " shifted" : "") \(heads)×\(headSize)" }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape {
        precondition(inputs[0].channels == 3 * channels, "\(inputs[0].channels) channels into \(summary)")
        return inputs[0].with(channels: channels)
    }

    private func grid(_ shape: TensorShape) -> WindowGrid {
        WindowGrid(side: side, shift: shift, height: shape.height, width: shape.width)
    }

    package func multiplyAccumulates(_ inputs: [TensorShape], output: TensorShape) -> Int {
        let grid = grid(output)
        return 2 * output.batch * grid.rows * grid.columns * grid.tokenCount * grid.tokenCount * channels
    }

    package func scratchCount(_ inputs: [TensorShape], output: TensorShape) -> Int {
        kernels.windowScratchCount(side: side, headSize: headSize)
    }

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let input = inputs[0]
        let grid = grid(output.shape)
        let positionCount = kernels.windowPositionCount(side: side)
        // Some heads of a window: what is near in memory is read together, and there are enough chunks where there are few
        // windows.
        let groups = (heads + Self.headsAChunk - 1) / Self.headsAChunk
        context.pool.forEach(output.shape.batch * grid.rows * grid.columns * groups) { chunk, slot in
            let (windows, group) = chunk.quotientAndRemainder(dividingBy: groups)
            let (rows, column) = windows.quotientAndRemainder(dividingBy: grid.columns)
            let (picture, row) = rows.quotientAndRemainder(dividingBy: grid.rows)
            for head in group * Self.headsAChunk..<min((group + 1) * Self.headsAChunk, heads) {
                kernels.attendWindow(
                    grid, row: row, column: column, queries: input.picture(picture) + head * headSize,
                    pixelStride: input.pixelStride, channels: channels, headSize: headSize,
                    padding: padding.base + head * headSize, positions: positions.base + head * positionCount,
                    into: output.picture(picture) + head * headSize, outputStride: output.pixelStride,
                    scratch: context.scratch(slot: slot))
            }
        }
    }
}
