// Luma and chroma to red, green, blue and back, by linear maps whose numbers the caller has derived from matrix, range and
// depth. Rows of floats in between, in the samples' own steps: a frame's chroma is interpolated as floats anyway.

extension VectorKernels {
    /// Interleaved red, green, blue of 8 bits: `a·Y + b·Cr + b₀`, `a·Y + c·Cb + d·Cr + d₀`, `a·Y + e·Cb + e₀`, rounded and
    /// clamped.
    ///
    /// - Parameter coefficients: a, b, b₀, c, d, d₀, e, e₀.
    @inline(never)
    package static func colorsRow8(
        luma: UnsafePointer<Float>, blue: UnsafePointer<Float>, red: UnsafePointer<Float>,
        coefficients: UnsafePointer<Float>, _ target: UnsafeMutablePointer<UInt8>, count: Int
    ) {
        let (a, b, b0, c) = (coefficients[0], coefficients[1], coefficients[2], coefficients[3])
        let (d, d0, e, e0) = (coefficients[4], coefficients[5], coefficients[6], coefficients[7])
        var i = 0
        while i < count {
            let (y, u, v) = (a * luma[i], blue[i], red[i])
            target[3 &* i] = UInt8(truncatingIfNeeded: step(y + b * v + b0, 255))
            target[3 &* i &+ 1] = UInt8(truncatingIfNeeded: step(y + c * u + d * v + d0, 255))
            target[3 &* i &+ 2] = UInt8(truncatingIfNeeded: step(y + e * u + e0, 255))
            i &+= 1
        }
    }

    /// The same of 16 bits; see ``colorsRow8(luma:blue:red:coefficients:_:count:)``.
    @inline(never)
    package static func colorsRow16(
        luma: UnsafePointer<Float>, blue: UnsafePointer<Float>, red: UnsafePointer<Float>,
        coefficients: UnsafePointer<Float>, _ target: UnsafeMutablePointer<UInt16>, count: Int
    ) {
        let (a, b, b0, c) = (coefficients[0], coefficients[1], coefficients[2], coefficients[3])
        let (d, d0, e, e0) = (coefficients[4], coefficients[5], coefficients[6], coefficients[7])
        var i = 0
        while i < count {
            let (y, u, v) = (a * luma[i], blue[i], red[i])
            target[3 &* i] = UInt16(truncatingIfNeeded: step(y + b * v + b0, 65535))
            target[3 &* i &+ 1] = UInt16(truncatingIfNeeded: step(y + c * u + d * v + d0, 65535))
            target[3 &* i &+ 2] = UInt16(truncatingIfNeeded: step(y + e * u + e0, 65535))
            i &+= 1
        }
    }

    /// Luma and chroma of interleaved 8-bit pixels, `stride` samples apart, not rounded. Where the stride is below 3 the
    /// first sample is grey and stands for all three colours.
    ///
    /// - Parameter coefficients: of red, green, blue and 1, for luma, then Cb, then Cr.
    @inline(never)
    package static func lumaRow8(
        _ pixels: UnsafePointer<UInt8>, stride: Int, coefficients: UnsafePointer<Float>,
        luma: UnsafeMutablePointer<Float>, blue: UnsafeMutablePointer<Float>, red: UnsafeMutablePointer<Float>,
        count: Int
    ) {
        let k = coefficients
        let (second, third) = stride < 3 ? (0, 0) : (1, 2)
        var i = 0
        while i < count {
            let pixel = pixels + i &* stride
            let (r, g, b) = (Float(pixel[0]), Float(pixel[second]), Float(pixel[third]))
            luma[i] = k[0] * r + k[1] * g + k[2] * b + k[3]
            blue[i] = k[4] * r + k[5] * g + k[6] * b + k[7]
            red[i] = k[8] * r + k[9] * g + k[10] * b + k[11]
            i &+= 1
        }
    }

    /// The same of 16-bit pixels; see ``lumaRow8(_:stride:coefficients:luma:blue:red:count:)``.
    @inline(never)
    package static func lumaRow16(
        _ pixels: UnsafePointer<UInt16>, stride: Int, coefficients: UnsafePointer<Float>,
        luma: UnsafeMutablePointer<Float>, blue: UnsafeMutablePointer<Float>, red: UnsafeMutablePointer<Float>,
        count: Int
    ) {
        let k = coefficients
        let (second, third) = stride < 3 ? (0, 0) : (1, 2)
        var i = 0
        while i < count {
            let pixel = pixels + i &* stride
            let (r, g, b) = (Float(pixel[0]), Float(pixel[second]), Float(pixel[third]))
            luma[i] = k[0] * r + k[1] * g + k[2] * b + k[3]
            blue[i] = k[4] * r + k[5] * g + k[6] * b + k[7]
            red[i] = k[8] * r + k[9] * g + k[10] * b + k[11]
            i &+= 1
        }
    }

    /// `target = round(source · scale + offset)`, clamped to 0 and `maximum`.
    @inline(never)
    package static func stepsRow8(
        _ source: UnsafePointer<Float>, scale: Float, offset: Float, maximum: Float,
        _ target: UnsafeMutablePointer<UInt8>, count: Int
    ) {
        var i = 0
        while i < count {
            target[i] = UInt8(truncatingIfNeeded: step(source[i] * scale + offset, maximum))
            i &+= 1
        }
    }

    /// The same of 16 bits.
    @inline(never)
    package static func stepsRow16(
        _ source: UnsafePointer<Float>, scale: Float, offset: Float, maximum: Float,
        _ target: UnsafeMutablePointer<UInt16>, count: Int
    ) {
        var i = 0
        while i < count {
            target[i] = UInt16(truncatingIfNeeded: step(source[i] * scale + offset, maximum))
            i &+= 1
        }
    }
}

/// The nearest whole number in `0 ... maximum`; not a number counts as 0.
@inline(__always)
private func step(_ value: Float, _ maximum: Float) -> Int32 {
    let clamped = value > 0 ? (value < maximum ? value : maximum) : 0
    return Int32(clamped + 0.5)
}
