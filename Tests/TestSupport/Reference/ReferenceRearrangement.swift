import TensorCore

extension ReferenceMap {
    /// Four groups of channels become blocks of two by two pixels, row by row.
    package func depthToSpace() -> ReferenceMap {
        let channels = shape.channels / 4
        let target = TensorShape(trusted: shape.batch, 2 * shape.height, 2 * shape.width, channels)
        return .computed(target) { n, y, x, c in self[n, y / 2, x / 2, (y % 2 * 2 + x % 2) * channels + c] }
    }

    /// The upper left corner in a frame of another size, zeros where there was nothing.
    package func framed(height: Int, width: Int) -> ReferenceMap {
        .computed(shape.with(height: height, width: width)) { n, y, x, c in
            y < shape.height && x < shape.width ? self[n, y, x, c] : 0
        }
    }

    /// Cells of a grid on top of one another: `b c (row y) (column x) -> b (c row column) y x`, or by columns first
    /// `b (column row c) y x`.
    package func gridToChannels(cells: Int, columnsFirst: Bool) -> ReferenceMap {
        let (height, width, channels) = (shape.height / cells, shape.width / cells, shape.channels)
        let target = TensorShape(trusted: shape.batch, height, width, channels * cells * cells)
        return .computed(target) { n, y, x, index in
            if columnsFirst {
                let (column, row, c) = (index / (channels * cells), index / channels % cells, index % channels)
                return self[n, row * height + y, column * width + x, c]
            }
            let (c, row, column) = (index / (cells * cells), index / cells % cells, index % cells)
            return self[n, row * height + y, column * width + x, c]
        }
    }
}
