import KernelDispatch
import TensorCore

/// A plane `[1, h, w, 1]` read row by row at another size, bilinearly with half-pixel centres.
package struct ScaledPlane: Sendable {
    package let plane: Tensor
    /// Columns and rows of the size at which it is read.
    package let width: Int
    package let height: Int

    package init(_ plane: Tensor, width: Int, height: Int) {
        precondition(plane.shape.batch == 1 && plane.shape.channels == 1, "a plane of shape \(plane.shape)")
        self.plane = plane
        self.width = width
        self.height = height
    }

    /// Writes the columns of a row. Several threads call it at once.
    package func read(row: Int, columns: Range<Int>, into target: UnsafeMutablePointer<Float>) {
        let shape = plane.shape
        let (scaleX, scaleY) = (Float(shape.width) / Float(width), Float(shape.height) / Float(height))
        let position = max((Float(row) + 0.5) * scaleY - 0.5, 0)
        let top = min(Int(position), shape.height - 1)
        let base = plane.borrowed
        kernels.bilinearRow(
            target, outputStride: 1, outputWidth: columns.count,
            top: base + top * shape.width, bottom: base + min(top + 1, shape.height - 1) * shape.width,
            weightY: position - Float(top), pixelStride: 1, width: shape.width, channels: 1, scaleX: scaleX,
            offsetX: (Float(columns.lowerBound) + 0.5) * scaleX - 0.5)
        withExtendedLifetime(plane) {}
    }
}
