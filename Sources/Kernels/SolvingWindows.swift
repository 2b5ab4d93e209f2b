import KernelInterface

// The matting Laplacian of A. Levin, D. Lischinski, Y. Weiss, A Closed-Form Solution to Natural Image Matting, TPAMI
// 2008, as a symmetric stencil: windows of 3 × 3 pixels couple pixels up to two rows and columns apart.
//
// A window's share is I - (1/9)(1·1ᵀ + Z·Zᵀ), where row i of Z is D^(-1/2)·L⁻¹·(I_i - μ) with the factors L·D·Lᵀ of the
// colours' covariance + ε/9. So it is symmetric whatever rounding does, and no inverse is made: in single precision the
// adjugate of a grey picture's covariance is noise.

extension VectorKernels {
    /// Adds the shares of windows around a run of pixels to the stencils of their pixels, all but the diagonal.
    ///
    /// Vectors hold windows side by side, and a pair of a window's pixels is one multiply-add of three products for all of
    /// them: 36 pairs, some 30 instructions a pixel. Pairs belong to the upper (left) pixel; only those are added whose
    /// pixel is in one of `rows` of the window, so that threads can share a picture's rows.
    ///
    /// - Parameters:
    ///   - guide: red, green and blue planes; at the middle of the first window.
    ///   - windows: 1 where the window counts, 0 where not.
    ///   - stencil: of the middle row.
    ///   - rows: of the window, 0 to 3.
    ///   - scratch: 27 · ``solvingBlock`` floats.
    @inline(never)
    package static func solvingWindows(
        _ guide: UnsafePointer<Float>, rowStride: Int, planeStride: Int, _ windows: UnsafePointer<Float>,
        _ stencil: UnsafeMutablePointer<Float>, stride: Int, rows: Range<Int>, epsilon: Float,
        _ scratch: UnsafeMutablePointer<Float>, count: Int
    ) {
        let ninth: Float = 1 / 9
        let ridge = Wide(repeating: epsilon * ninth)
        var x = 0
        while x < count {
            // Differences to the middle pixel first, which lose nothing, then to their mean.
            var (meanR, meanG, meanB) = (Wide.zero, Wide.zero, Wide.zero)
            let middle = guide + x
            let (middleR, middleG, middleB) =
                (loadWide(middle), loadWide(middle + planeStride), loadWide(middle + 2 &* planeStride))
            var n = 0
            while n < 9 {
                let pixel = middle + ((n / 3 &- 1) &* rowStride &+ n % 3 &- 1)
                let target = scratch + 3 &* n &* wideWidth
                let r = loadWide(pixel) - middleR
                let g = loadWide(pixel + planeStride) - middleG
                let b = loadWide(pixel + 2 &* planeStride) - middleB
                storeWide(r, target)
                storeWide(g, target + wideWidth)
                storeWide(b, target + 2 &* wideWidth)
                meanR += r
                meanG += g
                meanB += b
                n &+= 1
            }
            meanR *= ninth
            meanG *= ninth
            meanB *= ninth
            var (rr, rg, rb) = (Wide.zero, Wide.zero, Wide.zero)
            var (gg, gb, bb) = (Wide.zero, Wide.zero, Wide.zero)
            n = 0
            while n < 9 {
                let target = scratch + 3 &* n &* wideWidth
                let r = loadWide(target) - meanR
                let g = loadWide(target + wideWidth) - meanG
                let b = loadWide(target + 2 &* wideWidth) - meanB
                storeWide(r, target)
                storeWide(g, target + wideWidth)
                storeWide(b, target + 2 &* wideWidth)
                rr = multiplyAdd(rr, r, r)
                rg = multiplyAdd(rg, r, g)
                rb = multiplyAdd(rb, r, b)
                gg = multiplyAdd(gg, g, g)
                gb = multiplyAdd(gb, g, b)
                bb = multiplyAdd(bb, b, b)
                n &+= 1
            }
            rr = multiplyAdd(ridge, rr, ninth)
            gg = multiplyAdd(ridge, gg, ninth)
            bb = multiplyAdd(ridge, bb, ninth)
            rg *= ninth
            rb *= ninth
            gb *= ninth
            let lg = rg / rr
            let lb = rb / rr
            let dg = maximum(gg - lg * rg, ridge)
            let mixed = gb - lb * rg
            let lgb = mixed / dg
            let db = maximum(bb - lb * rb - lgb * mixed, ridge)
            // (1/3)² is the ninth; windows that do not count have no share.
            let windows = loadWide(windows + x)
            let scale = windows * (1 / 3 as Float)
            let scaleR = scale / rr.squareRoot()
            let scaleG = scale / dg.squareRoot()
            let scaleB = scale / db.squareRoot()
            n = 0
            while n < 9 {
                let target = scratch + 3 &* n &* wideWidth
                let r = loadWide(target)
                let g = loadWide(target + wideWidth) - lg * r
                let b = loadWide(target + 2 &* wideWidth) - lb * r - lgb * g
                storeWide(r * scaleR, target)
                storeWide(g * scaleG, target + wideWidth)
                storeWide(b * scaleB, target + 2 &* wideWidth)
                n &+= 1
            }
            let share = windows * ninth
            var row = rows.lowerBound
            while row < rows.upperBound {
                var i = 3 &* row
                while i < 3 &* row &+ 3 {
                    let one = scratch + 3 &* i &* wideWidth
                    let (r, g, b) = (loadWide(one), loadWide(one + wideWidth), loadWide(one + 2 &* wideWidth))
                    let column = i &- 3 &* row
                    let target = stencil + ((row &- 1) &* solvingPlanes &* stride &+ x &+ column &- 1)
                    var j = i &+ 1
                    while j < 9 {
                        let other = scratch + 3 &* j &* wideWidth
                        var sum = multiplyAdd(share, r, loadWide(other))
                        sum = multiplyAdd(sum, g, loadWide(other + wideWidth))
                        sum = multiplyAdd(sum, b, loadWide(other + 2 &* wideWidth))
                        // In the pixel's own row planes 1 and 2, in the next the middle one is 5, then 10.
                        let plane = target + (5 &* (j / 3 &- row) &+ j % 3 &- column) &* stride
                        storeWide(loadWide(plane) - sum, plane)
                        j &+= 1
                    }
                    i &+= 1
                }
                row &+= 1
            }
            x &+= wideWidth
        }
    }

    /// The diagonal: what makes all couplings of a pixel add up to nothing. Computed from them, not beside them: a matte of
    /// one value everywhere has then exactly no error, which single precision would not keep otherwise.
    @inline(never)
    package static func solvingDiagonal(_ stencil: UnsafeMutablePointer<Float>, stride: Int, count: Int) {
        let row = solvingPlanes &* stride
        var x = 0
        while x < count {
            let own = stencil + x
            var sum = Wide.zero
            var plane = 1
            while plane < solvingPlanes {
                let down = (plane &+ 2) / 5
                let right = plane &- 5 &* down
                let before = own + (plane &* stride &- down &* row &- right)
                sum += loadWide(own + plane &* stride) + loadWide(before)
                plane &+= 1
            }
            storeWide(-sum, own)
            x &+= wideWidth
        }
    }

    /// Leaves couplings between unknown pixels only.
    ///
    /// - Parameter unknown: a map of 1 and 0.
    @inline(never)
    package static func solvingMask(
        _ stencil: UnsafeMutablePointer<Float>, stride: Int, _ unknown: UnsafePointer<Float>, count: Int
    ) {
        var x = 0
        while x < count {
            let own = loadWide(unknown + x)
            storeWide(loadWide(stencil + x) * own, stencil + x)
            var plane = 1
            while plane < solvingPlanes {
                let down = (plane &+ 2) / 5
                let right = plane &- 5 &* down
                let place = stencil + (plane &* stride &+ x)
                storeWide(loadWide(place) * own * loadWide(unknown + (x &+ down &* stride &+ right)), place)
                plane &+= 1
            }
            x &+= wideWidth
        }
    }

    /// The inverse of the diagonal, 0 where it is no more than `least`: such pixels are none of the system's.
    @inline(never)
    package static func solvingInvert(
        _ stencil: UnsafePointer<Float>, _ inverse: UnsafeMutablePointer<Float>, least: Float, count: Int
    ) {
        var x = 0
        while x < count {
            let diagonal = stencil[x]
            inverse[x] = diagonal > least ? 1 / diagonal : 0
            x &+= 1
        }
    }
}
