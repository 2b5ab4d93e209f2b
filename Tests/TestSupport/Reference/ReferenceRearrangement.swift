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
}
