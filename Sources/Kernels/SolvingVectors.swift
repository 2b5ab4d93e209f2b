// The vector operations of the conjugate gradient method. Sums of a vector's lanes are single precision, those of a row
// double.
extension VectorKernels {
    /// `result = factor · inverse · values`, element by element.
    @inline(never)
    package static func solvingScale(
        _ inverse: UnsafePointer<Float>, _ values: UnsafePointer<Float>, factor: Float,
        _ result: UnsafeMutablePointer<Float>, count: Int
    ) {
        var i = 0
        while i < count {
            storeWide(loadWide(inverse + i) * loadWide(values + i) * factor, result + i)
            i &+= wideWidth
        }
    }

    /// `x += step · p`, `r -= step · q`, and the sum of the new r².
    @inline(never)
    package static func solvingAdvance(
        _ x: UnsafeMutablePointer<Float>, _ p: UnsafePointer<Float>, _ r: UnsafeMutablePointer<Float>,
        _ q: UnsafePointer<Float>, step: Float, count: Int
    ) -> Double {
        var sum = 0.0
        var i = 0
        while i < count {
            storeWide(multiplyAdd(loadWide(x + i), loadWide(p + i), step), x + i)
            let residual = multiplyAdd(loadWide(r + i), loadWide(q + i), -step)
            storeWide(residual, r + i)
            sum += Double(laneSum(residual * residual))
            i &+= wideWidth
        }
        return sum
    }

    /// The sum of a · b.
    @inline(never)
    package static func solvingDot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Double {
        var sum = 0.0
        var i = 0
        while i < count {
            sum += Double(laneSum(loadWide(a + i) * loadWide(b + i)))
            i &+= wideWidth
        }
        return sum
    }

    /// `p = z + factor · p`.
    @inline(never)
    package static func solvingDirection(
        _ p: UnsafeMutablePointer<Float>, _ z: UnsafePointer<Float>, factor: Float, count: Int
    ) {
        var i = 0
        while i < count {
            storeWide(multiplyAdd(loadWide(z + i), loadWide(p + i), factor), p + i)
            i &+= wideWidth
        }
    }
}
