// The one-dimensional transforms of Winograd's minimal filtering (Lavin and Gray 2016).
//
// F(4, 3) interpolates at 0, ±√½, ±√2 and ∞ instead of the usual 0, ±1, ±2: the constants are nearer to one another, and
// the error against double precision is 0.7 to 2.6e-5 of an output peak of 6 to 9 where the usual points have 4 to 9e-5.
// F(2, 3) uses 0, ±1 and ∞. F(6, 3) was tried: no gain over whole networks at several times the error.
//
// Places lie `stride` vectors apart in memory. Lines are written out: arrays of vectors on the stack were copied about.

private let a: Float = 0.70710678118654752  // √½
private let b: Float = 1.4142135623730951  // √2
private let a3: Float = 0.35355339059327379  // √½³
private let b3: Float = 2.8284271247461903  // √2³

/// F(4, 3), inputs to the left factors of the products, Bᵀ d: 12 operations.
@_transparent
func winogradInput4(
    _ d0: Wide, _ d1: Wide, _ d2: Wide, _ d3: Wide, _ d4: Wide, _ d5: Wide, _ target: UnsafeMutablePointer<Float>,
    stride: Int
) {
    let evenA = multiplyAdd(d4, d2, -2)
    let oddA = multiplyAdd(d3, d1, -2)
    let evenB = multiplyAdd(d4, d2, -0.5)
    let oddB = multiplyAdd(d3, d1, -0.5)
    storeWide(multiplyAdd(d4 + d0, d2, -2.5), target)
    storeWide(multiplyAdd(evenA, oddA, a), target + stride)
    storeWide(multiplyAdd(evenA, oddA, -a), target + 2 &* stride)
    storeWide(multiplyAdd(evenB, oddB, b), target + 3 &* stride)
    storeWide(multiplyAdd(evenB, oddB, -b), target + 4 &* stride)
    storeWide(multiplyAdd(d5 + d1, d3, -2.5), target + 5 &* stride)
}

/// F(2, 3), inputs to left factors: 4 operations.
@_transparent
func winogradInput2(
    _ d0: Wide, _ d1: Wide, _ d2: Wide, _ d3: Wide, _ target: UnsafeMutablePointer<Float>, stride: Int
) {
    storeWide(d2 - d0, target)
    storeWide(d2 + d1, target + stride)
    storeWide(d2 - d1, target + 2 &* stride)
    storeWide(d3 - d1, target + 3 &* stride)
}

/// F(4, 3), products to outputs, Aᵀ m: 12 operations.
@_transparent
func winogradOutput4(_ m: UnsafePointer<Float>, stride: Int) -> (Wide, Wide, Wide, Wide) {
    let m1 = loadWide(m + stride)
    let m2 = loadWide(m + 2 &* stride)
    let m3 = loadWide(m + 3 &* stride)
    let m4 = loadWide(m + 4 &* stride)
    let sumA = m1 + m2
    let differenceA = m1 - m2
    let sumB = m3 + m4
    let differenceB = m3 - m4
    return (
        loadWide(m) + sumA + sumB,
        multiplyAdd(differenceB * Wide(repeating: b), differenceA, a),
        multiplyAdd(sumB + sumB, sumA, 0.5),
        multiplyAdd(multiplyAdd(loadWide(m + 5 &* stride), differenceA, a3), differenceB, b3)
    )
}

/// F(2, 3), products to outputs: 4 operations.
@_transparent
func winogradOutput2(_ m: UnsafePointer<Float>, stride: Int) -> (Wide, Wide) {
    let m1 = loadWide(m + stride)
    let m2 = loadWide(m + 2 &* stride)
    return (loadWide(m) + m1 + m2, loadWide(m + 3 &* stride) + (m1 - m2))
}

/// The rows of G, from the kernel's taps to the right factors of the products, in double precision: computed once.
@_transparent
func winogradKernelRow(size: Int, _ row: Int) -> (Double, Double, Double) {
    let last = size &+ 1
    if row == last { return (0, 0, 1) }
    if size == 4 {
        // 1 / Π(p − q) over the other points q, times 1, p, p².
        let p = 0.5.squareRoot()
        let q = 2.0.squareRoot()
        switch row {
        case 0: return (1, 0, 0)
        case 1: return (-2.0 / 3, -2.0 / 3 * p, -1.0 / 3)
        case 2: return (-2.0 / 3, 2.0 / 3 * p, -1.0 / 3)
        case 3: return (1.0 / 6, 1.0 / 6 * q, 1.0 / 3)
        default: return (1.0 / 6, -1.0 / 6 * q, 1.0 / 3)
        }
    }
    switch row {
    case 0: return (-1, 0, 0)
    case 1: return (0.5, 0.5, 0.5)
    default: return (0.5, -0.5, 0.5)
    }
}
