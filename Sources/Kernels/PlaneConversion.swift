// Interleaved pixels to planar rows.

extension VectorKernels {
    /// Every `step`-th byte of `count`, times `scale`.
    @inline(never)
    package static func planeFromBytes(
        _ source: UnsafePointer<UInt8>, _ step: Int, _ scale: Float, _ result: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        var column = 0
        while column < count {
            result[column] = Float(source[column * step]) * scale
            column += 1
        }
    }

    /// Every `step`-th 16-bit value of `count`, times `scale`.
    @inline(never)
    package static func planeFromWords(
        _ source: UnsafePointer<UInt16>, _ step: Int, _ scale: Float, _ result: UnsafeMutablePointer<Float>,
        _ count: Int
    ) {
        var column = 0
        while column < count {
            result[column] = Float(source[column * step]) * scale
            column += 1
        }
    }

    /// Every `step`-th float of `count`.
    @inline(never)
    package static func planeFromFloats(
        _ source: UnsafePointer<Float>, _ step: Int, _ result: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        var column = 0
        while column < count {
            result[column] = source[column * step]
            column += 1
        }
    }

}
