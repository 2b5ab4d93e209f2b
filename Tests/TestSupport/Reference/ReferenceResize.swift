import TensorCore

extension ReferenceMap {
    /// Bilinear interpolation to another size, as PyTorch's `interpolate(mode="bilinear", antialias=False)`.
    ///
    /// The source of output i is `(i + ½) · in / out − ½`, not below zero, or with aligned corners `i · (in − 1) / (out − 1)`.
    /// A step takes the place of `in / out`.
    package func resized(
        height: Int, width: Int, alignsCorners: Bool = false, step: Double? = nil
    ) -> ReferenceMap {
        func source(_ index: Int, _ size: Int, _ target: Int) -> (low: Int, high: Int, weight: Double) {
            let position: Double
            if alignsCorners {
                position = target > 1 ? Double(index) * Double(size - 1) / Double(target - 1) : 0
            } else {
                position = max((Double(index) + 0.5) * (step ?? Double(size) / Double(target)) - 0.5, 0)
            }
            let low = min(Int(position), size - 1)
            return (low, min(low + 1, size - 1), position - Double(low))
        }
        return .computed(shape.with(height: height, width: width)) { n, oy, ox, c in
            let (top, bottom, wy) = source(oy, shape.height, height)
            let (left, right, wx) = source(ox, shape.width, width)
            let upper = self[n, top, left, c] * (1 - wx) + self[n, top, right, c] * wx
            let lower = self[n, bottom, left, c] * (1 - wx) + self[n, bottom, right, c] * wx
            return upper * (1 - wy) + lower * wy
        }
    }
}
