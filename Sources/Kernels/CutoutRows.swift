extension VectorKernels {
    /// Cut-out pixels of 8 bits: the picture's colours, untouched, and alpha behind them.
    ///
    /// `pixels` has `stride` samples a pixel, of which the first `colors` (1 or 3) are colour; `target` gets `colors + 1`.
    /// Where alpha rounds to 0 the colours are erased unless `keepsHidden`. Memory-bound.
    @inline(never)
    package static func cutOutRow8(
        _ pixels: UnsafePointer<UInt8>, stride: Int, colors: Int, alpha: UnsafePointer<Float>,
        _ target: UnsafeMutablePointer<UInt8>, count: Int, keepsHidden: Bool
    ) {
        cutOutRow(
            pixels, stride: stride, colors: colors, alpha: alpha, target, count: count, keepsHidden: keepsHidden)
    }

    /// Cut-out pixels of 16 bits; see ``cutOutRow8(_:stride:colors:alpha:_:count:keepsHidden:)``.
    @inline(never)
    package static func cutOutRow16(
        _ pixels: UnsafePointer<UInt16>, stride: Int, colors: Int, alpha: UnsafePointer<Float>,
        _ target: UnsafeMutablePointer<UInt16>, count: Int, keepsHidden: Bool
    ) {
        cutOutRow(
            pixels, stride: stride, colors: colors, alpha: alpha, target, count: count, keepsHidden: keepsHidden)
    }

    @inline(__always)
    private static func cutOutRow<Sample: FixedWidthInteger & UnsignedInteger>(
        _ pixels: UnsafePointer<Sample>, stride: Int, colors: Int, alpha: UnsafePointer<Float>,
        _ target: UnsafeMutablePointer<Sample>, count: Int, keepsHidden: Bool
    ) {
        var source = pixels
        var output = target
        var i = 0
        while i < count {
            let value = Sample(truncatingIfNeeded: quantized(alpha[i], Float(Sample.max)))
            let keeps: Sample = value > 0 || keepsHidden ? .max : 0
            var c = 0
            while c < colors {
                output[c] = source[c] & keeps
                c &+= 1
            }
            output[colors] = value
            source += stride
            output += colors &+ 1
            i &+= 1
        }
    }
}
