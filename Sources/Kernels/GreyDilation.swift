// The greatest values along lines and within discs. Rows are padded with -infinity where the picture ends: outside is
// neither subject nor ground.

extension VectorKernels {
    /// One step along a line: the values of the row before, shifted, raised to those of this row's pixels.
    ///
    /// `result[x] = previous[x]` for `count` padded columns, and at least `source[j]` at `offset + j`. `previous` points
    /// to the padded row already shifted by the step.
    @inline(never)
    package static func raiseShifted(
        _ previous: UnsafePointer<Float>, _ source: UnsafePointer<Float>, offset: Int, width: Int,
        _ result: UnsafeMutablePointer<Float>, count: Int
    ) {
        result.update(from: previous, count: offset)
        let (middle, before) = (result + offset, previous + offset)
        var x = 0
        while x &+ vectorWidth <= width {
            store(maximum(load(before + x), load(source + x)), middle + x)
            x &+= vectorWidth
        }
        while x < width {
            middle[x] = before[x] > source[x] ? before[x] : source[x]
            x &+= 1
        }
        (middle + width).update(from: before + width, count: count &- offset &- width)
    }

    /// The greater of two values, pixel by pixel.
    @inline(never)
    package static func greaterOf(
        _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>, count: Int
    ) {
        var x = 0
        while x &+ vectorWidth <= count {
            store(maximum(load(first + x), load(second + x)), result + x)
            x &+= vectorWidth
        }
        while x < count {
            result[x] = first[x] > second[x] ? first[x] : second[x]
            x &+= 1
        }
    }

    /// The lesser of two values, pixel by pixel.
    @inline(never)
    package static func lesserOf(
        _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>, count: Int
    ) {
        var x = 0
        while x < count {
            result[x] = first[x] < second[x] ? first[x] : second[x]
            x &+= 1
        }
    }

    /// The greatest value within `reach` columns of each of a row's, in place.
    ///
    /// `scratch` holds `count` + 2·`reach` floats twice. In blocks of a window's length the greatest from the block's start
    /// and to its end are found; each window is the end of a block and the start of the next: three comparisons a value,
    /// whatever the reach (van Herk 1992; Gil and Werman 1993).
    @inline(never)
    package static func slidingMaximum(
        _ row: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutablePointer<Float>, reach: Int, count: Int
    ) {
        let (length, padded) = (2 &* reach &+ 1, count &+ 2 &* reach)
        let (starts, ends) = (scratch, scratch + padded)
        var x = 0
        var best = -Float.infinity
        var place = 0
        while x < padded {
            let value = x >= reach && x < reach &+ count ? row[x &- reach] : -Float.infinity
            best = place == 0 || value > best ? value : best
            starts[x] = best
            ends[x] = value
            place = place &+ 1 == length ? 0 : place &+ 1
            x &+= 1
        }
        // The place of the last value in its block; a block's last one has none of its own behind it.
        place = (padded &- 1) % length
        best = -Float.infinity
        x = padded &- 1
        while x >= 0 {
            let value = ends[x]
            best = place == length &- 1 || value > best ? value : best
            ends[x] = best
            place = place == 0 ? length &- 1 : place &- 1
            x &-= 1
        }
        x = 0
        while x < count {
            let (end, start) = (ends[x], starts[x &+ 2 &* reach])
            row[x] = end > start ? end : start
            x &+= 1
        }
    }

    /// The greatest of a pixel's own value, those at some offsets, and those between four pixels at others.
    ///
    /// `offsets` are `points` of pixels, then one for each sample; `weights` are four for each sample: of the pixel there, the
    /// next one, and the two a row below. Reads whole vectors, up to 16 floats beyond `count`, and writes as many.
    @inline(never)
    package static func discMaximum(
        _ row: UnsafePointer<Float>, stride: Int, offsets: UnsafePointer<Int>, points: Int,
        weights: UnsafePointer<Float>, samples: Int, _ result: UnsafeMutablePointer<Float>, count: Int
    ) {
        var x = 0
        while x < count {
            var best = loadWide(row + x)
            var index = 0
            while index < points {
                best = maximum(best, loadWide(row + offsets[index] + x))
                index &+= 1
            }
            index = 0
            while index < samples {
                let (place, share) = (row + offsets[points &+ index] + x, weights + 4 &* index)
                let upper = multiplyAdd(loadWide(place) * share[0], loadWide(place + 1), share[1])
                let lower = multiplyAdd(loadWide(place + stride) * share[2], loadWide(place + stride + 1), share[3])
                best = maximum(best, upper + lower)
                index &+= 1
            }
            storeWide(best, result + x)
            x &+= wideWidth
        }
    }
}
