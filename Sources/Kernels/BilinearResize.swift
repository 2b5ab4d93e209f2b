extension VectorKernels {
    /// One output row of a bilinear resize between two input rows, `top` and `bottom`, mixed by `weightY` in `[0, 1]`.
    ///
    /// The source column of output column x is `x · scaleX + offsetX`, clamped to the picture: half-pixel centres with
    /// offset `scaleX / 2 − 1/2`, aligned corners with offset 0. Cost: four loads and three multiply-adds a value.
    @inline(never)
    package static func bilinearRow(
        _ output: UnsafeMutablePointer<Float>, outputStride: Int, outputWidth: Int,
        top: UnsafePointer<Float>, bottom: UnsafePointer<Float>, weightY: Float,
        pixelStride: Int, width: Int, channels: Int, scaleX: Float, offsetX: Float
    ) {
        let wy = Vector(repeating: weightY)
        var x = 0
        while x < outputWidth {
            let position = Float(x) * scaleX + offsetX
            let clamped = position > 0 ? position : 0
            let floor = Int(clamped)
            let x0 = floor < width ? floor : width &- 1
            let x1 = x0 &+ 1 < width ? x0 &+ 1 : x0
            let weightX = clamped - Float(x0)
            let wx = Vector(repeating: weightX)
            let a = top + x0 &* pixelStride
            let b = top + x1 &* pixelStride
            let c = bottom + x0 &* pixelStride
            let d = bottom + x1 &* pixelStride
            let pixel = output + x &* outputStride
            var k = 0
            let wideX = Wide(repeating: weightX)
            while k &+ wideWidth <= channels {
                let (va, vc) = (loadWide(a + k), loadWide(c + k))
                let upper = multiplyAdd(va, loadWide(b + k) - va, wideX)
                let lower = multiplyAdd(vc, loadWide(d + k) - vc, wideX)
                storeWide(multiplyAdd(upper, lower - upper, Wide(repeating: weightY)), pixel + k)
                k &+= wideWidth
            }
            while k &+ vectorWidth <= channels {
                let upper = load(a + k) + (load(b + k) - load(a + k)) * wx
                let lower = load(c + k) + (load(d + k) - load(c + k)) * wx
                store(upper + (lower - upper) * wy, pixel + k)
                k &+= vectorWidth
            }
            while k < channels {
                let upper = a[k] + (b[k] - a[k]) * weightX
                let lower = c[k] + (d[k] - c[k]) * weightX
                pixel[k] = upper + (lower - upper) * weightY
                k &+= 1
            }
            x &+= 1
        }
    }

}
