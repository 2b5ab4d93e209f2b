import KernelDispatch

/// A map cut into a grid of cells, which are laid on top of one another: `[N, g · H, g · W, C]` to `[N, H, W, C · g²]`.
///
/// Where a network's map is g times smaller than the picture, each of its pixels then sees one pixel of every cell, at
/// the same place in it.
package struct GridToChannels: GraphOperator, PreparedOperator {
    /// In which order the channels of the cells follow one another.
    package enum Order: Sendable {
        /// Channel by channel of the map, then row by row of the grid: `(c · g + row) · g + column`.
        case channelRowColumn
        /// Column by column of the grid, all channels of a cell together: `(column · g + row) · C + c`.
        case columnRowChannel
    }

    private let cells: Int
    private let order: Order

    /// - Parameter cells: along each side of the map, which they divide.
    package init(cells: Int, order: Order) {
        precondition(cells >= 1, "a grid of \(cells) cells")
        self.cells = cells
        self.order = order
    }

    package var summary: String { "grid of \(cells)×\(cells) to channels" }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape {
        let input = inputs[0]
        precondition(
            input.height % cells == 0 && input.width % cells == 0, "a grid of \(cells)×\(cells) cells over \(input)")
        return TensorShape(
            trusted: input.batch, input.height / cells, input.width / cells, input.channels * cells * cells)
    }

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let input = inputs[0]
        let channels = input.shape.channels
        let (height, width) = (output.shape.height, output.shape.width)
        context.pool.forEach(output.shape.batch * height) { chunk, _ in
            let (picture, y) = chunk.quotientAndRemainder(dividingBy: height)
            for row in 0..<cells {
                for column in 0..<cells {
                    let source = input.pixel(picture, row * height + y, column * width)
                    switch order {
                    case .channelRowColumn:
                        for c in 0..<channels {
                            kernels.copyPixels(
                                source + c, inputStride: input.pixelStride,
                                output.pixel(picture, y, 0) + (c * cells + row) * cells + column,
                                outputStride: output.pixelStride, rows: width, channels: 1)
                        }
                    case .columnRowChannel:
                        kernels.copyPixels(
                            source, inputStride: input.pixelStride,
                            output.pixel(picture, y, 0) + (column * cells + row) * channels,
                            outputStride: output.pixelStride, rows: width, channels: channels)
                    }
                }
            }
        }
    }
}
