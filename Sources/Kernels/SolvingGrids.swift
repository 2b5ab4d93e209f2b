import KernelInterface

// From a grid to the next coarser one and back. A pixel of the coarser grid lies on every second one of the finer, those
// between are interpolated linearly (P); sums go the other way with the same weights (Pᵀ). The coarser stencil is Pᵀ·A·P,
// which again reaches two pixels: made along rows first, then along columns, some 50 multiply-adds for a pixel of the finer
// grid, once for each system. Plain loops: a hundredth of the time.

/// The weight of interpolation at -1, 0 and 1 beside a pixel of the coarser grid.
@inline(__always)
private func weight(_ offset: Int) -> Float { offset == 0 ? 1 : 0.5 }

/// Which plane couples a pixel to the one `down` (0 to 2) and `right` of it; the first row has none to the left.
@inline(__always)
private func plane(_ down: Int, _ right: Int) -> Int { 5 &* down &+ right }

extension VectorKernels {
    /// A row of a stencil with half the columns.
    ///
    /// - Parameters:
    ///   - fine: of the finer pixel that lies on the first one of the result.
    ///   - result: 13 planes of `resultStride`.
    ///   - count: any number of the result's pixels.
    @inline(never)
    package static func solvingCoarsenColumns(
        _ fine: UnsafePointer<Float>, stride: Int, _ result: UnsafeMutablePointer<Float>, resultStride: Int, count: Int
    ) {
        coarsen(result, stride: resultStride, step: 2, count: count) { down, right, a, b in
            let fineRight = 2 &* right &+ b &- a
            guard fineRight >= -2 && fineRight <= 2 else { return nil }
            let isBefore = down == 0 && fineRight < 0
            return isBefore
                ? fine + (plane(0, -fineRight) &* stride &+ a &+ fineRight)
                : fine + (plane(down, fineRight) &* stride &+ a)
        }
    }

    /// A row of a stencil with half the rows.
    ///
    /// - Parameters:
    ///   - rows: three rows of the finer grid whose columns are coarse already, 13 planes each; the middle one lies on the
    ///     result's. At the first pixel of the first row.
    ///   - result: 13 planes.
    ///   - count: any number of the result's pixels.
    @inline(never)
    package static func solvingCoarsenRows(
        _ rows: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>, stride: Int, count: Int
    ) {
        let row = solvingPlanes &* stride
        coarsen(result, stride: stride, step: 1, count: count) { down, right, a, b in
            let fineDown = 2 &* down &+ b &- a
            guard fineDown >= -2 && fineDown <= 2 else { return nil }
            // A coupling to a pixel before is that pixel's.
            let isBefore = fineDown < 0 || fineDown == 0 && right < 0
            return isBefore
                ? rows + ((a &+ fineDown &+ 1) &* row &+ plane(-fineDown, -right) &* stride &+ right)
                : rows + ((a &+ 1) &* row &+ plane(fineDown, right) &* stride)
        }
    }

    /// Each plane of a coarser stencil as the sum of the finer one's couplings between two pixels `a` and `b` (-1 to 1)
    /// beside the coarser grid's, by the weights of both.
    ///
    /// - Parameters:
    ///   - step: from one value of a source to the next.
    ///   - source: the finer couplings that belong to a plane; nil where the stencil does not reach that far.
    @inline(__always)
    private static func coarsen(
        _ result: UnsafeMutablePointer<Float>, stride: Int, step: Int, count: Int,
        source: (_ down: Int, _ right: Int, _ a: Int, _ b: Int) -> UnsafePointer<Float>?
    ) {
        var down = 0
        while down < 3 {
            var right = down == 0 ? 0 : -2
            while right <= 2 {
                let target = result + plane(down, right) &* stride
                var x = 0
                while x < count {
                    target[x] = 0
                    x &+= 1
                }
                var a = -1
                while a <= 1 {
                    var b = -1
                    while b <= 1 {
                        if let source = source(down, right, a, b) {
                            let factor = weight(a) * weight(b)
                            x = 0
                            while x < count {
                                target[x] += factor * source[step &* x]
                                x &+= 1
                            }
                        }
                        b &+= 1
                    }
                    a &+= 1
                }
                right &+= 1
            }
            down &+= 1
        }
    }

    /// A row of sums over the finer grid's pixels.
    ///
    /// - Parameter fine: the pixel that lies on the first one of the result.
    @inline(never)
    package static func solvingRestrict(
        _ fine: UnsafePointer<Float>, stride: Int, _ result: UnsafeMutablePointer<Float>, count: Int
    ) {
        var x = 0
        while x < count {
            let middle = fine + 2 &* x
            let (above, below) = (middle - stride, middle + stride)
            let sides = middle[-1] + middle[1] + above[0] + below[0]
            let corners = above[-1] + above[1] + below[-1] + below[1]
            result[x] = middle[0] + 0.5 * sides + 0.25 * corners
            x &+= 1
        }
    }

    /// Adds the interpolated values of a coarser grid to a row, where it is the system's.
    ///
    /// - Parameters:
    ///   - upper: the coarser row on or above this one, at the first pixel's place.
    ///   - lower: the same one, or the next where this row lies between.
    ///   - inverse: 0 where a pixel is none of the system's.
    ///   - x: at an even column.
    @inline(never)
    package static func solvingProlong(
        _ upper: UnsafePointer<Float>, _ lower: UnsafePointer<Float>, _ inverse: UnsafePointer<Float>,
        _ x: UnsafeMutablePointer<Float>, count: Int
    ) {
        var i = 0
        var here = 0.5 * (upper[0] + lower[0])
        while i < count {
            let half = i / 2
            let next = 0.5 * (upper[half &+ 1] + lower[half &+ 1])
            if inverse[i] != 0 { x[i] += here }
            if inverse[i &+ 1] != 0 { x[i &+ 1] += 0.5 * (here + next) }
            here = next
            i &+= 2
        }
    }
}
