// The sums behind a guided filter: weighted moments of guide and matte, added to or taken from column sums.
//
// Rows are planar, `stride` floats from one to the next, padded to whole vectors; values are shifted by -1/2, which
// makes products up to four times smaller and so loses fewer digits in the variances.

extension VectorKernels {
    /// Adds (`sign` 1) or takes out (-1) one row: `rows` holds the guide, the matte and the weights.
    @inline(never)
    package static func guidedGreyAccumulate(
        _ rows: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>, _ stride: Int, _ count: Int,
        _ sign: Float
    ) {
        let source = UnsafeRawPointer(rows)
        let target = UnsafeMutableRawPointer(sums)
        let step = stride * 4
        var offset = 0
        while offset < count * 4 {
            let i = source.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
            let p = source.loadUnaligned(fromByteOffset: offset + step, as: SIMD8<Float>.self)
            let w = source.loadUnaligned(fromByteOffset: offset + 2 * step, as: SIMD8<Float>.self) * sign
            let wi = w * i
            let wp = w * p
            guidedAdd(w, target, offset)
            guidedAdd(wi, target, offset + step)
            guidedAdd(wp, target, offset + 2 * step)
            guidedAdd(wi * i, target, offset + 3 * step)
            guidedAdd(wi * p, target, offset + 4 * step)
            guidedAdd(wp * p, target, offset + 5 * step)
            offset += 32
        }
    }

    /// The same for three guide rows.
    @inline(never)
    package static func guidedColourAccumulate(
        _ rows: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>, _ stride: Int, _ count: Int,
        _ sign: Float
    ) {
        let source = UnsafeRawPointer(rows)
        let target = UnsafeMutableRawPointer(sums)
        let step = stride * 4
        var offset = 0
        while offset < count * 4 {
            let r = source.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
            let g = source.loadUnaligned(fromByteOffset: offset + step, as: SIMD8<Float>.self)
            let b = source.loadUnaligned(fromByteOffset: offset + 2 * step, as: SIMD8<Float>.self)
            let p = source.loadUnaligned(fromByteOffset: offset + 3 * step, as: SIMD8<Float>.self)
            let w = source.loadUnaligned(fromByteOffset: offset + 4 * step, as: SIMD8<Float>.self) * sign
            let (wr, wg, wb, wp) = (w * r, w * g, w * b, w * p)
            guidedAdd(w, target, offset)
            guidedAdd(wr, target, offset + step)
            guidedAdd(wg, target, offset + 2 * step)
            guidedAdd(wb, target, offset + 3 * step)
            guidedAdd(wp, target, offset + 4 * step)
            guidedAdd(wr * r, target, offset + 5 * step)
            guidedAdd(wr * g, target, offset + 6 * step)
            guidedAdd(wr * b, target, offset + 7 * step)
            guidedAdd(wg * g, target, offset + 8 * step)
            guidedAdd(wg * b, target, offset + 9 * step)
            guidedAdd(wb * b, target, offset + 10 * step)
            guidedAdd(wr * p, target, offset + 11 * step)
            guidedAdd(wg * p, target, offset + 12 * step)
            guidedAdd(wb * p, target, offset + 13 * step)
            guidedAdd(wp * p, target, offset + 14 * step)
            offset += 32
        }
    }
}

@inline(__always)
private func guidedAdd(_ value: SIMD8<Float>, _ target: UnsafeMutableRawPointer, _ offset: Int) {
    let sum = target.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self) + value
    target.storeBytes(of: sum, toByteOffset: offset, as: SIMD8<Float>.self)
}
