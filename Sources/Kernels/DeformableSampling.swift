extension VectorKernels {
    /// Samples what the taps `firstTap ..< firstTap + tapCount` of a deformable convolution see at `count` output pixels of
    /// one picture from `first` on: rows of a panel `[count, tapCount, channels]`.
    ///
    /// Tap t of a kernel of `kernel` pixels a side, in row t / kernel and column t mod kernel of it, looks at its place in
    /// the kernel moved by `offsets[2t]` rows and `offsets[2t + 1]` columns, between four pixels by bilinear interpolation,
    /// and counts `modulation[t]` times. Pixels outside the map are 0; so is a tap that is moved out of the map by a pixel
    /// or more, or by what is no number: no address is ever made of such an offset.
    ///
    /// Cost: four loads and four multiply-adds a value, some thirty operations a tap for places and weights; a tenth of a
    /// product with 256 columns behind it.
    @inline(never)
    package static func sampleTaps(
        _ panel: UnsafeMutablePointer<Float>, first: Int, count: Int, firstTap: Int, tapCount: Int,
        input: UnsafePointer<Float>, pixelStride: Int, height: Int, width: Int, channels: Int, kernel: Int,
        offsets: UnsafePointer<Float>, offsetStride: Int, modulation: UnsafePointer<Float>, modulationStride: Int
    ) {
        let rowStride = width &* pixelStride
        let (bottom, right) = (Float(height), Float(width))
        var target = panel
        var y = first / width
        var x = first % width
        var pixel = first
        while pixel < first &+ count {
            let moves = offsets + pixel &* offsetStride
            let factors = modulation + pixel &* modulationStride
            var ky = firstTap / kernel
            var kx = firstTap % kernel
            var tap = firstTap
            while tap < firstTap &+ tapCount {
                let placeY = Float(y &- kernel / 2 &+ ky) + moves[2 &* tap]
                let placeX = Float(x &- kernel / 2 &+ kx) + moves[2 &* tap &+ 1]
                // Of what is no number, all comparisons are false.
                if placeY > -1 && placeY < bottom && placeX > -1 && placeX < right {
                    let y0 = floor(placeY)
                    let x0 = floor(placeX)
                    let below = placeY - Float(y0)
                    let aside = placeX - Float(x0)
                    // A corner outside counts 0 times a pixel that exists.
                    let (hasTop, hasBottom) = (y0 >= 0, y0 &+ 1 < height)
                    let (hasLeft, hasRight) = (x0 >= 0, x0 &+ 1 < width)
                    let upper = hasTop ? (1 - below) * factors[tap] : 0
                    let lower = hasBottom ? below * factors[tap] : 0
                    let left = hasLeft ? 1 - aside : 0
                    let rest = hasRight ? aside : 0
                    let top = input + (hasTop ? y0 : 0) &* rowStride
                    let under = input + (hasBottom ? y0 &+ 1 : y0) &* rowStride
                    let (c0, c1) = ((hasLeft ? x0 : 0) &* pixelStride, (hasRight ? x0 &+ 1 : x0) &* pixelStride)
                    mixFour(
                        top + c0, top + c1, under + c0, under + c1, upper * left, upper * rest, lower * left,
                        lower * rest, target, channels)
                } else {
                    target.update(repeating: 0, count: channels)
                }
                target += channels
                tap &+= 1
                kx &+= 1
                if kx == kernel {
                    kx = 0
                    ky &+= 1
                }
            }
            pixel &+= 1
            x &+= 1
            if x == width {
                x = 0
                y &+= 1
            }
        }
    }
}

/// The largest whole number not above `value`, which lies within those of an `Int`. The baseline has no instruction for
/// it and would call the C library.
@inline(__always)
private func floor(_ value: Float) -> Int {
    let whole = Int(value)
    return Float(whole) > value ? whole &- 1 : whole
}

/// The weighted sum of four pixels.
@inline(__always)
private func mixFour(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafePointer<Float>, _ d: UnsafePointer<Float>,
    _ weightA: Float, _ weightB: Float, _ weightC: Float, _ weightD: Float, _ target: UnsafeMutablePointer<Float>,
    _ channels: Int
) {
    let (wideB, wideC, wideD) = (Wide(repeating: weightB), Wide(repeating: weightC), Wide(repeating: weightD))
    let wideA = Wide(repeating: weightA)
    var k = 0
    while k &+ wideWidth <= channels {
        let upper = multiplyAdd(loadWide(a + k) * wideA, loadWide(b + k), wideB)
        storeWide(multiplyAdd(multiplyAdd(upper, loadWide(c + k), wideC), loadWide(d + k), wideD), target + k)
        k &+= wideWidth
    }
    while k < channels {
        target[k] = a[k] * weightA + b[k] * weightB + c[k] * weightC + d[k] * weightD
        k &+= 1
    }
}
