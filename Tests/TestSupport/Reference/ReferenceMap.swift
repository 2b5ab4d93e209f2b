import TensorCore

/// A map of doubles, `[N, H, W, C]`, that the naive reference operators work on.
///
/// Everything here is written for the eye: one loop a dimension, no blocking, no reuse of memory.
package struct ReferenceMap: Sendable {
    package let shape: TensorShape
    package var values: [Double]

    /// Zeros.
    package init(_ shape: TensorShape) {
        self.shape = shape
        self.values = [Double](repeating: 0, count: shape.elementCount)
    }

    package init(_ shape: TensorShape, values: [Double]) {
        precondition(values.count == shape.elementCount, "\(values.count) values for a map \(shape)")
        self.shape = shape
        self.values = values
    }

    package init(_ shape: TensorShape, values: [Float]) {
        self.init(shape, values: values.map { Double($0) })
    }

    package init(_ tensor: Tensor) { self.init(tensor.shape, values: tensor.values) }

    package subscript(_ n: Int, _ y: Int, _ x: Int, _ c: Int) -> Double {
        get { values[((n * shape.height + y) * shape.width + x) * shape.channels + c] }
        set { values[((n * shape.height + y) * shape.width + x) * shape.channels + c] = newValue }
    }

    /// A map of `shape` whose values `value` computes, one by one.
    package static func computed(
        _ shape: TensorShape, _ value: (_ n: Int, _ y: Int, _ x: Int, _ c: Int) -> Double
    ) -> ReferenceMap {
        var values: [Double] = []
        values.reserveCapacity(shape.elementCount)
        for n in 0..<shape.batch {
            for y in 0..<shape.height {
                for x in 0..<shape.width {
                    for c in 0..<shape.channels { values.append(value(n, y, x, c)) }
                }
            }
        }
        return ReferenceMap(shape, values: values)
    }
}

extension SeededGenerator {
    /// A map of values in `[-scale, scale)`, each exact as a float.
    package mutating func map(_ batch: Int, _ height: Int, _ width: Int, _ channels: Int, scale: Float = 1)
        -> ReferenceMap
    {
        let shape = TensorShape(trusted: batch, height, width, channels)
        return ReferenceMap(shape, values: values(shape.elementCount, scale: scale))
    }
}

/// Sizes around the widths of vectors and tiles, and small odd ones.
package let sweptSizes = [1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33]
/// Channel counts around the widths of vectors.
package let sweptChannels = [1, 2, 3, 7, 8, 9, 16, 17, 24, 64, 65]
