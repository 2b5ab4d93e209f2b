// Box sums of planar rows. `count` is rounded up to whole vectors: every row is padded to a multiple of eight floats.

extension VectorKernels {
    /// Adds a row to column sums: `sums[i] += row[i]`.
    @inline(never)
    package static func boxAddRow(_ row: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>, _ count: Int) {
        let source = UnsafeRawPointer(row)
        let target = UnsafeMutableRawPointer(sums)
        var offset = 0
        while offset < count * 4 {
            let sum =
                target.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
                + source.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
            target.storeBytes(of: sum, toByteOffset: offset, as: SIMD8<Float>.self)
            offset += 32
        }
    }

    /// Takes a row out of column sums: `sums[i] -= row[i]`.
    @inline(never)
    package static func boxSubtractRow(_ row: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>, _ count: Int) {
        let source = UnsafeRawPointer(row)
        let target = UnsafeMutableRawPointer(sums)
        var offset = 0
        while offset < count * 4 {
            let sum =
                target.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
                - source.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
            target.storeBytes(of: sum, toByteOffset: offset, as: SIMD8<Float>.self)
            offset += 32
        }
    }

    /// Multiplies a row by per-column factors and one factor for all: `row[i] *= factors[i] * factor`.
    @inline(never)
    package static func boxScaleRow(
        _ row: UnsafeMutablePointer<Float>, _ factors: UnsafePointer<Float>, _ factor: Float, _ count: Int
    ) {
        let source = UnsafeRawPointer(factors)
        let target = UnsafeMutableRawPointer(row)
        var offset = 0
        while offset < count * 4 {
            let product =
                target.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
                * (source.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self) * factor)
            target.storeBytes(of: product, toByteOffset: offset, as: SIMD8<Float>.self)
            offset += 32
        }
    }

    /// Sums over `[i - radius, i + radius]`, cut at `0` and `length`, for `i` in `first ..< first + count` of each plane.
    ///
    /// `result[i - first]` belongs to column `i`. The running sum is in double precision: in single precision it drifts by
    /// a unit in the last place of the largest sum each step, which the subtraction in a variance magnifies. One chain of
    /// additions waits four cycles a step, so four planes run side by side.
    @inline(never)
    package static func boxSlideRows(
        _ source: UnsafePointer<Float>, _ sourceStride: Int, _ result: UnsafeMutablePointer<Float>, _ resultStride: Int,
        _ planes: Int, _ first: Int, _ count: Int, _ radius: Int, _ length: Int
    ) {
        var plane = 0
        while plane < planes {
            if planes < 4 {
                boxSlideOne(source + plane * sourceStride, result + plane * resultStride, first, count, radius, length)
                plane += 1
            } else {
                // The last four overlap the ones before; that is cheaper than up to three planes one by one.
                let start = min(plane, planes - 4)
                boxSlideFour(
                    source + start * sourceStride, sourceStride, result + start * resultStride, resultStride,
                    first, count, radius, length)
                plane = start + 4
            }
        }
    }
}

@inline(never)
private func boxSlideOne(
    _ source: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>,
    _ first: Int, _ count: Int, _ radius: Int, _ length: Int
) {
    var sum = 0.0
    var column = first > radius ? first - radius : 0
    while column <= first + radius && column < length {
        sum += Double(source[column])
        column += 1
    }
    column = first
    while column < first + count {
        result[column - first] = Float(sum)
        if column + radius + 1 < length { sum += Double(source[column + radius + 1]) }
        if column >= radius { sum -= Double(source[column - radius]) }
        column += 1
    }
}

@inline(never)
private func boxSlideFour(
    _ source: UnsafePointer<Float>, _ sourceStride: Int, _ result: UnsafeMutablePointer<Float>, _ resultStride: Int,
    _ first: Int, _ count: Int, _ radius: Int, _ length: Int
) {
    let (s0, s1, s2, s3) = (source, source + sourceStride, source + 2 * sourceStride, source + 3 * sourceStride)
    let (d0, d1, d2, d3) = (
        result - first, result + resultStride - first, result + 2 * resultStride - first,
        result + 3 * resultStride - first
    )
    var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0)
    var column = first > radius ? first - radius : 0
    while column <= first + radius && column < length {
        a += Double(s0[column])
        b += Double(s1[column])
        c += Double(s2[column])
        d += Double(s3[column])
        column += 1
    }
    let end = first + count
    // Columns whose window enters and leaves inside the row; before and after, one of the two is missing.
    let steadyEnd = min(end, length - radius - 1)
    column = first
    while column < end {
        let entering = column + radius + 1
        let leaving = column - radius
        if leaving >= 0 && column < steadyEnd {
            var (i, o, x) = (entering, leaving, column)
            while x < steadyEnd {
                d0[x] = Float(a)
                d1[x] = Float(b)
                d2[x] = Float(c)
                d3[x] = Float(d)
                a += Double(s0[i]) - Double(s0[o])
                b += Double(s1[i]) - Double(s1[o])
                c += Double(s2[i]) - Double(s2[o])
                d += Double(s3[i]) - Double(s3[o])
                i += 1
                o += 1
                x += 1
            }
            column = steadyEnd
            continue
        }
        d0[column] = Float(a)
        d1[column] = Float(b)
        d2[column] = Float(c)
        d3[column] = Float(d)
        if entering < length {
            a += Double(s0[entering])
            b += Double(s1[entering])
            c += Double(s2[entering])
            d += Double(s3[entering])
        }
        if leaving >= 0 {
            a -= Double(s0[leaving])
            b -= Double(s1[leaving])
            c -= Double(s2[leaving])
            d -= Double(s3[leaving])
        }
        column += 1
    }
}

extension VectorKernels {
    /// Adds a constant: `row[i] += shift`.
    @inline(never)
    package static func boxShiftRows(_ row: UnsafeMutablePointer<Float>, _ count: Int, _ shift: Float) {
        let target = UnsafeMutableRawPointer(row)
        var offset = 0
        while offset < count * 4 {
            let sum = target.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self) + shift
            target.storeBytes(of: sum, toByteOffset: offset, as: SIMD8<Float>.self)
            offset += 32
        }
    }

}
