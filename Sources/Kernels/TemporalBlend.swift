// The temporal filter of mattes, row by row on a grid of half the picture's resolution. All loops are memory-bound: a few
// operations on each of some streams.

/// The sum of the eight lanes, halves first.
@inline(__always)
private func eightSum(_ vector: Vector) -> Float {
    let four = vector.lowHalf + vector.highHalf
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
}

extension VectorKernels {
    /// How much the picture changed against its average, as a variance of one frame's noise: the mean over `planes` of
    /// `(now − gain · average)²`, times `age / (age + 1)`, because the average of `age` frames has noise of its own.
    @inline(never)
    package static func temporalChangeRow(
        _ now: UnsafePointer<Float>, average: UnsafePointer<Float>, planes: Int, planeStride: Int, gain: Float,
        ages: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>, count: Int
    ) {
        let scale = 1 / Float(planes)
        var i = 0
        while i &+ vectorWidth <= count {
            var sum = Vector(repeating: 0)
            var plane = 0
            while plane < planes {
                let difference = load(now + plane &* planeStride + i) - load(average + plane &* planeStride + i) * gain
                sum += difference * difference
                plane &+= 1
            }
            let age = load(ages + i)
            store(sum * scale * age / (age + 1), result + i)
            i &+= vectorWidth
        }
        while i < count {
            var sum: Float = 0
            var plane = 0
            while plane < planes {
                let difference = now[plane &* planeStride &+ i] - average[plane &* planeStride &+ i] * gain
                sum += difference * difference
                plane &+= 1
            }
            result[i] = sum * scale * ages[i] / (ages[i] + 1)
            i &+= 1
        }
    }

    /// The share of the difference between a plane and its average, over blocks of 8 columns and some rows, that a small
    /// shift of the picture explains: d ≈ u·∂x + v·∂y by least squares (Lucas, Kanade 1981). Noise has next to none of it.
    ///
    /// Blocks are moved inwards where a difference would reach over the border; a plane too small for any has shares of 0.
    @inline(never)
    package static func temporalMotionRow(
        _ now: UnsafePointer<Float>, average: UnsafePointer<Float>, gain: Float, width: Int, height: Int,
        rows: Range<Int>, _ result: UnsafeMutablePointer<Float>, blocks: Int
    ) {
        let first = rows.lowerBound > 1 ? rows.lowerBound : 1
        let end = rows.upperBound < height &- 1 ? rows.upperBound : height &- 1
        var block = 0
        while block < blocks {
            var x = block &* vectorWidth
            if x &+ vectorWidth &+ 1 > width { x = width &- vectorWidth &- 1 }
            if block == 0 { x = 1 }
            result[block] = 0
            block &+= 1
            if x < 1 || x &+ vectorWidth &+ 1 > width { continue }
            var (xx, xy, yy) = (Vector(repeating: 0), Vector(repeating: 0), Vector(repeating: 0))
            var (xd, yd, dd) = (xx, xx, xx)
            var row = first
            while row < end {
                let here = now + row &* width + x
                let d = load(here) - load(average + row &* width + x) * gain
                let gx = load(here + 1) - load(here - 1)
                let gy = load(here + width) - load(here - width)
                xx += gx * gx
                xy += gx * gy
                yy += gy * gy
                xd += gx * d
                yd += gy * d
                dd += d * d
                row &+= 1
            }
            // A little more on the diagonal than rounding: where there is no texture nothing is explained.
            let (a, b, c) = (eightSum(xx) + 1e-6, eightSum(xy), eightSum(yy) + 1e-6)
            let (p, q, whole) = (eightSum(xd), eightSum(yd), eightSum(dd))
            let top: Float = c * p * p - 2 * b * p * q + a * q * q
            let explained: Float = top / (a * c - b * b)
            if whole > 0 && explained > 0 { result[block &- 1] = explained < whole ? explained / whole : 1 }
        }
    }

    /// Means over windows of 3 × 3, borders repeated: the caller repeats rows, this columns.
    @inline(never)
    package static func temporalWindowRow(
        above: UnsafePointer<Float>, _ here: UnsafePointer<Float>, below: UnsafePointer<Float>,
        _ result: UnsafeMutablePointer<Float>, count: Int
    ) {
        var i = 1
        while i &+ vectorWidth < count {
            let left = load(above + i - 1) + load(here + i - 1) + load(below + i - 1)
            let middle = load(above + i) + load(here + i) + load(below + i)
            let right = load(above + i + 1) + load(here + i + 1) + load(below + i + 1)
            store((left + middle + right) * (1 / 9), result + i)
            i &+= vectorWidth
        }
        let rest = i
        i = 0
        while i < count {
            let (l, r) = (i > 0 ? i &- 1 : 0, i &+ 1 < count ? i &+ 1 : i)
            let left = above[l] + here[l] + below[l]
            let middle = above[i] + here[i] + below[i]
            let right = above[r] + here[r] + below[r]
            result[i] = (left + middle + right) * (1 / 9)
            i = i == 0 && rest > 1 ? rest : i &+ 1
        }
    }

    /// How many frames a place has been still, and the share that a new frame gets in their average.
    ///
    /// `s` falls from 1 at a change of `still` to 0 at `moved`; `age = 1 + s · min(age, longest − 1)`, `share = 1 / age`.
    @inline(never)
    package static func temporalAgeRow(
        _ change: UnsafePointer<Float>, still: Float, moved: Float, longest: Float,
        ages: UnsafeMutablePointer<Float>, shares: UnsafeMutablePointer<Float>, count: Int
    ) {
        let slope = 1 / (moved - still)
        let most = longest - 1
        var i = 0
        while i < count {
            let raw = (moved - change[i]) * slope
            let stillness: Float = raw > 0 ? (raw < 1 ? raw : 1) : 0
            let age = 1 + stillness * (ages[i] < most ? ages[i] : most)
            ages[i] = age
            shares[i] = 1 / age
            i &+= 1
        }
    }

    /// `average = now + (gain · average − now) · (1 − share)`: the picture that the matte's average belongs to.
    @inline(never)
    package static func temporalAverageRow(
        _ now: UnsafePointer<Float>, gain: Float, shares: UnsafePointer<Float>,
        into average: UnsafeMutablePointer<Float>, count: Int
    ) {
        var i = 0
        while i < count {
            average[i] = now[i] + (average[i] * gain - now[i]) * (1 - shares[i])
            i &+= 1
        }
    }

    /// `matte = matte + (previous − matte) · (1 − share)`, a share for each two pixels: with a share of 1 the matte stays
    /// what it is, bit for bit.
    @inline(never)
    package static func temporalBlendRow(
        previous: UnsafePointer<Float>, shares: UnsafePointer<Float>, into matte: UnsafeMutablePointer<Float>,
        count: Int
    ) {
        var i = 0
        while i &+ 1 < count {
            let kept = 1 - shares[i / 2]
            matte[i] += (previous[i] - matte[i]) * kept
            matte[i &+ 1] += (previous[i &+ 1] - matte[i &+ 1]) * kept
            i &+= 2
        }
        if i < count { matte[i] += (previous[i] - matte[i]) * (1 - shares[i / 2]) }
    }
}
