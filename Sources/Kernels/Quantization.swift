extension VectorKernels {
    /// `target = round(source · 255)` for values in `[0, 1]`; others are clamped.
    @inline(never)
    package static func quantizeRow8(_ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<UInt8>, count: Int)
    {
        var i = 0
        while i < count {
            target[i] = UInt8(quantized(source[i], 255))
            i &+= 1
        }
    }

    /// `target = round(source · 65535)` for values in `[0, 1]`; others are clamped.
    @inline(never)
    package static func quantizeRow16(
        _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<UInt16>, count: Int
    ) {
        var i = 0
        while i < count {
            target[i] = UInt16(quantized(source[i], 65535))
            i &+= 1
        }
    }
}

extension VectorKernels {
    /// The same into one of `stride` samples of a pixel.
    @inline(never)
    package static func quantizeChannel8(
        _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<UInt8>, stride: Int, count: Int
    ) {
        var i = 0
        while i < count {
            target[i &* stride] = UInt8(truncatingIfNeeded: quantized(source[i], 255))
            i &+= 1
        }
    }

    /// The same into one of `stride` samples of a pixel.
    @inline(never)
    package static func quantizeChannel16(
        _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<UInt16>, stride: Int, count: Int
    ) {
        var i = 0
        while i < count {
            target[i &* stride] = UInt16(truncatingIfNeeded: quantized(source[i], 65535))
            i &+= 1
        }
    }
}

/// The nearest step of `scale` to a value in `[0, 1]`; not a number counts as 0.
@inline(__always)
func quantized(_ value: Float, _ scale: Float) -> Int32 {
    let clamped = value > 0 ? (value < 1 ? value : 1) : 0
    return Int32(clamped * scale + 0.5)
}

extension VectorKernels {
    /// Multiplies alpha values by the alpha samples of 8-bit pixels of `channels` samples, alpha last.
    @inline(never)
    package static func multiplyByAlpha8(
        _ alpha: UnsafeMutablePointer<Float>, _ pixels: UnsafePointer<UInt8>, channels: Int, count: Int
    ) {
        var i = 0
        while i < count {
            alpha[i] *= Float(pixels[i &* channels &+ channels &- 1]) * (1 / 255)
            i &+= 1
        }
    }

    /// Multiplies alpha values by the alpha samples of 16-bit pixels of `channels` samples, alpha last.
    @inline(never)
    package static func multiplyByAlpha16(
        _ alpha: UnsafeMutablePointer<Float>, _ pixels: UnsafePointer<UInt16>, channels: Int, count: Int
    ) {
        var i = 0
        while i < count {
            alpha[i] *= Float(pixels[i &* channels &+ channels &- 1]) * (1 / 65535)
            i &+= 1
        }
    }

    /// The sum of `count` values in double precision.
    @inline(never)
    package static func sum(_ values: UnsafePointer<Float>, count: Int) -> Double {
        var sums = SIMD8<Double>.zero
        var i = 0
        while i &+ vectorWidth <= count {
            sums += SIMD8<Double>(load(values + i))
            i &+= vectorWidth
        }
        var total = 0.0
        for lane in 0..<vectorWidth { total += sums[lane] }
        while i < count {
            total += Double(values[i])
            i &+= 1
        }
        return total
    }

    /// The largest of `count` values; 0 where there is none above.
    @inline(never)
    package static func largest(_ values: UnsafePointer<Float>, count: Int) -> Float {
        var best: Float = 0
        var i = 0
        while i < count {
            if values[i] > best { best = values[i] }
            i &+= 1
        }
        return best
    }

}
