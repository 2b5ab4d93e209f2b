import KernelInterface

/// A stencil's product with a map, for a vector of pixels.
///
/// Of the 25 couplings of a pixel 13 are its own, the others belong to the pixels before it, by symmetry: half the memory,
/// which is what an iteration waits for, and the second reading of a coefficient comes from the cache. Two sums, since one
/// would wait for itself.
@inline(__always)
private func stencilProduct(_ c: UnsafePointer<Float>, _ p: UnsafePointer<Float>, _ s: Int) -> Wide {
    var a = loadWide(c) * loadWide(p)
    var b = loadWide(c + s) * loadWide(p + 1)
    a = multiplyAdd(a, loadWide(c + 2 &* s), loadWide(p + 2))
    b = multiplyAdd(b, loadWide(c + (s &- 1)), loadWide(p - 1))
    a = multiplyAdd(a, loadWide(c + (2 &* s &- 2)), loadWide(p - 2))
    let next = p + s
    b = multiplyAdd(b, loadWide(c + 3 &* s), loadWide(next - 2))
    a = multiplyAdd(a, loadWide(c + 4 &* s), loadWide(next - 1))
    b = multiplyAdd(b, loadWide(c + 5 &* s), loadWide(next))
    a = multiplyAdd(a, loadWide(c + 6 &* s), loadWide(next + 1))
    b = multiplyAdd(b, loadWide(c + 7 &* s), loadWide(next + 2))
    let second = next + s
    a = multiplyAdd(a, loadWide(c + 8 &* s), loadWide(second - 2))
    b = multiplyAdd(b, loadWide(c + 9 &* s), loadWide(second - 1))
    a = multiplyAdd(a, loadWide(c + 10 &* s), loadWide(second))
    b = multiplyAdd(b, loadWide(c + 11 &* s), loadWide(second + 1))
    a = multiplyAdd(a, loadWide(c + 12 &* s), loadWide(second + 2))
    let above = c - solvingPlanes &* s
    let last = p - s
    b = multiplyAdd(b, loadWide(above + (3 &* s &+ 2)), loadWide(last + 2))
    a = multiplyAdd(a, loadWide(above + (4 &* s &+ 1)), loadWide(last + 1))
    b = multiplyAdd(b, loadWide(above + 5 &* s), loadWide(last))
    a = multiplyAdd(a, loadWide(above + (6 &* s &- 1)), loadWide(last - 1))
    b = multiplyAdd(b, loadWide(above + (7 &* s &- 2)), loadWide(last - 2))
    let farther = above - solvingPlanes &* s
    let before = last - s
    a = multiplyAdd(a, loadWide(farther + (8 &* s &+ 2)), loadWide(before + 2))
    b = multiplyAdd(b, loadWide(farther + (9 &* s &+ 1)), loadWide(before + 1))
    a = multiplyAdd(a, loadWide(farther + 10 &* s), loadWide(before))
    b = multiplyAdd(b, loadWide(farther + (11 &* s &- 1)), loadWide(before - 1))
    a = multiplyAdd(a, loadWide(farther + (12 &* s &- 2)), loadWide(before - 2))
    return a + b
}

extension VectorKernels {
    /// `residual = b - A·x`.
    @inline(never)
    package static func solvingResidual(
        _ stencil: UnsafePointer<Float>, stride: Int, _ x: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
        _ residual: UnsafeMutablePointer<Float>, count: Int
    ) {
        var i = 0
        while i < count {
            storeWide(loadWide(b + i) - stencilProduct(stencil + i, x + i, stride), residual + i)
            i &+= wideWidth
        }
    }

    /// `q = A·p`, and the sum of p · q.
    @inline(never)
    package static func solvingProduct(
        _ stencil: UnsafePointer<Float>, stride: Int, _ p: UnsafePointer<Float>, _ q: UnsafeMutablePointer<Float>,
        count: Int
    ) -> Double {
        var sum = 0.0
        var i = 0
        while i < count {
            let product = stencilProduct(stencil + i, p + i, stride)
            storeWide(product, q + i)
            sum += Double(laneSum(product * loadWide(p + i)))
            i &+= wideWidth
        }
        return sum
    }

    /// The second of two Chebyshev steps, whose first was p: `x = keep·x + momentum·p + step·D⁻¹(residual - A·p)`.
    @inline(never)
    package static func solvingSecondStep(
        _ stencil: UnsafePointer<Float>, stride: Int, _ p: UnsafePointer<Float>, _ residual: UnsafePointer<Float>,
        _ inverse: UnsafePointer<Float>, keep: Float, momentum: Float, step: Float, _ x: UnsafeMutablePointer<Float>,
        count: Int
    ) {
        var i = 0
        while i < count {
            let left = loadWide(residual + i) - stencilProduct(stencil + i, p + i, stride)
            var value = loadWide(p + i) * momentum
            value = multiplyAdd(value, left * loadWide(inverse + i), step)
            // 0 times what lies in memory that was never written need not be 0.
            if keep != 0 { value = multiplyAdd(value, loadWide(x + i), keep) }
            storeWide(value, x + i)
            i &+= wideWidth
        }
    }
}
