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

    /// Pixels of three bytes to three rows, `stride` floats apart, times `scale`. In one pass and with a step that the
    /// compiler knows, it is made of shuffles instead of single loads.
    @inline(never)
    package static func planesFromBytes(
        _ source: UnsafePointer<UInt8>, _ scale: Float, _ result: UnsafeMutablePointer<Float>, stride: Int, _ count: Int
    ) {
        let (red, green, blue) = (result, result + stride, result + 2 * stride)
        var column = 0
        while column < count {
            let (r, g, b) = (source[3 &* column], source[3 &* column &+ 1], source[3 &* column &+ 2])
            red[column] = Float(r) * scale
            green[column] = Float(g) * scale
            blue[column] = Float(b) * scale
            column &+= 1
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
