/// e to the x, eight at a time. Arguments are clamped to −87 … 88, where the results are still ordinary numbers; what is not
/// a number stays so.
///
/// x = n·ln 2 + r with |r| ≤ ½ ln 2; a polynomial of degree 6 for e^r (Cephes' coefficients), 2ⁿ by its bits. The C
/// library's `expf` has no vector form that Swift could call.
@inline(__always)
func exponential(_ x: Vector) -> Vector {
    let bounded = minimum(maximum(x, Vector(repeating: -87)), Vector(repeating: 88))
    // Adding 1.5 · 2²³ rounds to a whole number, which then sits in the low bits.
    let shift = Vector(repeating: 12_582_912)
    let shifted = bounded * Vector(repeating: 1.442_695_04) + shift
    let n = shifted - shift
    let r = bounded - n * Vector(repeating: 0.693_359_375) - n * Vector(repeating: -2.121_944_4e-4)
    var p = Vector(repeating: 1.987_569_15e-4)
    p = p * r + Vector(repeating: 1.398_199_95e-3)
    p = p * r + Vector(repeating: 8.333_451_9e-3)
    p = p * r + Vector(repeating: 4.166_579_6e-2)
    p = p * r + Vector(repeating: 1.666_666_55e-1)
    p = p * r + Vector(repeating: 0.5)
    p = p * r * r + r + Vector(repeating: 1)
    let bits = unsafeBitCast(shifted, to: SIMD8<UInt32>.self) &<< 23
    let power = bits &+ SIMD8(repeating: 127 << 23)
    return p * unsafeBitCast(power, to: Vector.self)
}

/// The same for one number, bit for bit.
@inline(__always)
func exponential(_ x: Float) -> Float { exponential(Vector(repeating: x))[0] }

/// e to the x, as many at a time as the instruction set has, by fused instructions where it has them; for loops that wait
/// for arithmetic. Arguments lie between −87 and 88: there are no bounds here.
@inline(__always)
func wideExponential(_ x: Wide) -> Wide {
    let shift = Wide(repeating: 12_582_912)
    let shifted = multiplyAdd(shift, x, 1.442_695_04)
    let n = shifted - shift
    let r = multiplyAdd(multiplyAdd(x, n, -0.693_359_375), n, 2.121_944_4e-4)
    var p = Wide(repeating: 1.987_569_15e-4)
    p = multiplyAdd(Wide(repeating: 1.398_199_95e-3), p, r)
    p = multiplyAdd(Wide(repeating: 8.333_451_9e-3), p, r)
    p = multiplyAdd(Wide(repeating: 4.166_579_6e-2), p, r)
    p = multiplyAdd(Wide(repeating: 1.666_666_55e-1), p, r)
    p = multiplyAdd(Wide(repeating: 0.5), p, r)
    p = multiplyAdd(Wide(repeating: 1) + r, p, r * r)
    let bits = unsafeBitCast(shifted, to: WideBits.self) &<< 23
    return p * unsafeBitCast(bits &+ WideBits(repeating: 127 << 23), to: Wide.self)
}

/// The hyperbolic tangent, eight at a time, good to a few units in the last place; what is not a number stays so.
///
/// 1 − 2 / (e²ˣ + 1), which keeps no digits of a small result: below 0.625 an odd polynomial instead (Cephes'
/// coefficients). Both are computed, a mask chooses.
@inline(__always)
func hyperbolicTangent(_ x: Vector) -> Vector {
    let one = Vector(repeating: 1)
    let large = one - Vector(repeating: 2) / (exponential(x + x) + one)
    let square = x * x
    var p = Vector(repeating: -5.704_988_7e-3)
    p = p * square + Vector(repeating: 2.063_908_9e-2)
    p = p * square + Vector(repeating: -5.373_971_6e-2)
    p = p * square + Vector(repeating: 1.333_144_2e-1)
    p = p * square + Vector(repeating: -3.333_328_2e-1)
    return large.replacing(with: p * square * x + x, where: square .< Vector(repeating: 0.625 * 0.625))
}
