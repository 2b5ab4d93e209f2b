// Ridge regression of the matte on the guide, one small system a pixel: `a = (Σ + εI)⁻¹ cov(I, p)`, `b = p̄ - a·Ī`.
//
// Sums come in the order of the moments, shifted by -1/2; `b` is for the unshifted guide and matte again.
//
// A fit's trust t is its share of explained variance, R² = 1 - residual / variance(p), on a ramp from 0 at `low` to 1
// after 1 / `slope` more; where |a|² exceeds `steepest`, t shrinks by the excess. Results are t·a, t·b and t, ready for
// averaging. A ramp from -2 with slope 1 and an infinite `steepest` trusts all fits.

/// A variance of the matte under this is none: one level of 8 bits over a dozen pixels. Its fit is a constant, and true.
private let guidedLeastVariance: Float = 1e-6

/// The trust of fits that explain `explained` = a·cov(I, p) of the variance, with `steepness` = |a|².
@inline(__always)
private func guidedTrust(
    _ variance: SIMD8<Float>, _ explained: SIMD8<Float>, _ steepness: SIMD8<Float>,
    _ low: Float, _ slope: Float, _ steepest: Float
) -> SIMD8<Float> {
    let residual = (variance - explained) / (variance + guidedLeastVariance)
    var trust = (1 - residual - low) * slope
    trust = trust.replacing(with: SIMD8<Float>(repeating: 0), where: trust .< 0)
    trust = trust.replacing(with: SIMD8<Float>(repeating: 1), where: trust .> 1)
    return trust.replacing(with: trust * steepest / steepness, where: steepness .> steepest)
}

extension VectorKernels {
    /// Grey guide: three result rows, a, b and trust.
    @inline(never)
    package static func guidedGreySolve(
        _ sums: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>, _ stride: Int, _ count: Int,
        _ epsilon: Float,
        _ low: Float, _ slope: Float, _ steepest: Float
    ) {
        let source = UnsafeRawPointer(sums)
        let target = UnsafeMutableRawPointer(result)
        let step = stride * 4
        var offset = 0
        while offset < count * 4 {
            let n = 1 / source.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
            let i = source.loadUnaligned(fromByteOffset: offset + step, as: SIMD8<Float>.self) * n
            let p = source.loadUnaligned(fromByteOffset: offset + 2 * step, as: SIMD8<Float>.self) * n
            var v = source.loadUnaligned(fromByteOffset: offset + 3 * step, as: SIMD8<Float>.self) * n - i * i
            let c = source.loadUnaligned(fromByteOffset: offset + 4 * step, as: SIMD8<Float>.self) * n - i * p
            let pp = source.loadUnaligned(fromByteOffset: offset + 5 * step, as: SIMD8<Float>.self) * n - p * p
            v.replace(with: 0, where: v .< 0)
            let a = c / (v + epsilon)
            let t = guidedTrust(pp, a * c, a * a, low, slope, steepest)
            target.storeBytes(of: t * a, toByteOffset: offset, as: SIMD8<Float>.self)
            target.storeBytes(of: t * (p - a * i + (1 - a) * 0.5), toByteOffset: offset + step, as: SIMD8<Float>.self)
            target.storeBytes(of: t, toByteOffset: offset + 2 * step, as: SIMD8<Float>.self)
            offset += 32
        }
    }

    /// Colour guide: five result rows, a (3), b and trust.
    ///
    /// The symmetric 3×3 system is solved by its factors L·D·Lᵀ in closed form. The adjugate needs one division instead of
    /// four, but in single precision its determinant is noise for a grey picture: ε² of 10⁻⁸ beside terms of 10⁻².
    @inline(never)
    package static func guidedColourSolve(
        _ sums: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>, _ stride: Int, _ count: Int,
        _ epsilon: Float,
        _ low: Float, _ slope: Float, _ steepest: Float
    ) {
        let source = UnsafeRawPointer(sums)
        let target = UnsafeMutableRawPointer(result)
        let step = stride * 4
        var offset = 0
        while offset < count * 4 {
            let n = 1 / source.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
            let r = source.loadUnaligned(fromByteOffset: offset + step, as: SIMD8<Float>.self) * n
            let g = source.loadUnaligned(fromByteOffset: offset + 2 * step, as: SIMD8<Float>.self) * n
            let b = source.loadUnaligned(fromByteOffset: offset + 3 * step, as: SIMD8<Float>.self) * n
            let p = source.loadUnaligned(fromByteOffset: offset + 4 * step, as: SIMD8<Float>.self) * n
            var rr = source.loadUnaligned(fromByteOffset: offset + 5 * step, as: SIMD8<Float>.self) * n - r * r
            let rg = source.loadUnaligned(fromByteOffset: offset + 6 * step, as: SIMD8<Float>.self) * n - r * g
            let rb = source.loadUnaligned(fromByteOffset: offset + 7 * step, as: SIMD8<Float>.self) * n - r * b
            var gg = source.loadUnaligned(fromByteOffset: offset + 8 * step, as: SIMD8<Float>.self) * n - g * g
            let gb = source.loadUnaligned(fromByteOffset: offset + 9 * step, as: SIMD8<Float>.self) * n - g * b
            var bb = source.loadUnaligned(fromByteOffset: offset + 10 * step, as: SIMD8<Float>.self) * n - b * b
            let cr = source.loadUnaligned(fromByteOffset: offset + 11 * step, as: SIMD8<Float>.self) * n - r * p
            let cg = source.loadUnaligned(fromByteOffset: offset + 12 * step, as: SIMD8<Float>.self) * n - g * p
            let cb = source.loadUnaligned(fromByteOffset: offset + 13 * step, as: SIMD8<Float>.self) * n - b * p
            let pp = source.loadUnaligned(fromByteOffset: offset + 14 * step, as: SIMD8<Float>.self) * n - p * p
            rr += epsilon
            gg += epsilon
            bb += epsilon
            rr.replace(with: epsilon, where: rr .< epsilon)
            // Σ + εI = L·D·Lᵀ; its pivots are at least ε, whatever rounding says.
            let lg = rg / rr
            let lb = rb / rr
            var dg = gg - lg * rg
            dg.replace(with: epsilon, where: dg .< epsilon)
            let mixed = gb - lb * rg
            let lgb = mixed / dg
            var db = bb - lb * rb - lgb * mixed
            db.replace(with: epsilon, where: db .< epsilon)
            let yg = cg - lg * cr
            let ab = (cb - lb * cr - lgb * yg) / db
            let ag = yg / dg - lgb * ab
            let ar = cr / rr - lg * ag - lb * ab
            let intercept = p - ar * r - ag * g - ab * b + (1 - ar - ag - ab) * 0.5
            let explained = ar * cr + ag * cg + ab * cb
            let t = guidedTrust(pp, explained, ar * ar + ag * ag + ab * ab, low, slope, steepest)
            target.storeBytes(of: t * ar, toByteOffset: offset, as: SIMD8<Float>.self)
            target.storeBytes(of: t * ag, toByteOffset: offset + step, as: SIMD8<Float>.self)
            target.storeBytes(of: t * ab, toByteOffset: offset + 2 * step, as: SIMD8<Float>.self)
            target.storeBytes(of: t * intercept, toByteOffset: offset + 3 * step, as: SIMD8<Float>.self)
            target.storeBytes(of: t, toByteOffset: offset + 4 * step, as: SIMD8<Float>.self)
            offset += 32
        }
    }

    /// Gives what the fits are not trusted with to the matte itself: `b[i] += (1 - trust[i]) * matte[i]`.
    @inline(never)
    package static func guidedFallBack(
        _ b: UnsafeMutablePointer<Float>, _ trust: UnsafePointer<Float>, _ matte: UnsafePointer<Float>, _ count: Int
    ) {
        var index = 0
        while index < count {
            b[index] += (1 - trust[index]) * matte[index]
            index += 1
        }
    }

}
