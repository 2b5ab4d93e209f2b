// Chroma of half the width to the picture's width and back. Two sitings: centred between two luma samples (JPEG, MPEG-1)
// or on the even ones (MPEG-2 and everything since). Borders are repeated. Memory-bound.

extension VectorKernels {
    /// Linear interpolation of `count` samples to `width`, which is `2 · count` or one less.
    ///
    /// Centred: ¾ of the own sample and ¼ of the neighbour on that side. On the even ones: the sample itself, and the mean
    /// of two.
    @inline(never)
    package static func stretchChromaRow(
        _ source: UnsafePointer<Float>, count: Int, isCentered: Bool, _ result: UnsafeMutablePointer<Float>, width: Int
    ) {
        let (own, left): (Float, Float) = isCentered ? (0.75, 0.25) : (1, 0)
        let (here, right): (Float, Float) = isCentered ? (0.75, 0.25) : (0.5, 0.5)
        // Pairs with both neighbours first; the ends after them.
        var i = 1
        while i &+ 1 < count {
            let value = source[i]
            result[2 &* i] = own * value + left * source[i &- 1]
            result[2 &* i &+ 1] = here * value + right * source[i &+ 1]
            i &+= 1
        }
        i = 0
        while i < count {
            let value = source[i]
            result[2 &* i] = own * value + left * source[i > 0 ? i &- 1 : 0]
            if 2 &* i &+ 1 < width {
                result[2 &* i &+ 1] = here * value + right * source[i &+ 1 < count ? i &+ 1 : i]
            }
            i = i == 0 && count > 1 ? count &- 1 : count
        }
    }

    /// Adds `weight` times a row of `width` samples, shrunk to half of it (rounded up), to `sums`.
    ///
    /// Centred: means of two. On the even ones: ¼, ½, ¼, so that the even sample stays in the middle.
    @inline(never)
    package static func shrinkChromaRow(
        _ source: UnsafePointer<Float>, width: Int, isCentered: Bool, weight: Float,
        into sums: UnsafeMutablePointer<Float>
    ) {
        let count = (width &+ 1) / 2
        let left: Float = isCentered ? 0 : 0.25 * weight
        let own: Float = 0.5 * weight
        let right: Float = isCentered ? 0.5 * weight : 0.25 * weight
        var i = 1
        while 2 &* i &+ 1 < width {
            let x = 2 &* i
            sums[i] += left * source[x &- 1] + own * source[x] + right * source[x &+ 1]
            i &+= 1
        }
        i = 0
        while i < count {
            let x = 2 &* i
            if i == 0 || x &+ 1 >= width {
                let before = source[x > 0 ? x &- 1 : 0]
                let after = source[x &+ 1 < width ? x &+ 1 : x]
                sums[i] += left * before + own * source[x] + right * after
            }
            i = i == 0 && count > 1 ? count &- 1 : count
        }
    }
}
