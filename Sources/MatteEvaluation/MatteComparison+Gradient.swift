import TensorCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension MatteComparison {
    /// The sum of (|∇α| − |∇α*|)² over the area.
    ///
    /// Both derivatives are a smoothing one way and a slope the other way, so rows are filtered once as they come and
    /// nine of them kept: 20 multiplications a pixel and matte instead of 162, and no map of the picture's size.
    func gradientError() throws(TensorError) -> Double {
        let taps = GaussianDerivative()
        let stride = GradientRows.floatCount(width: width)
        let scratch = try FloatBuffer(
            count: 2 * (stride + width) * pool.threadCount, purpose: "gradients of rows")
        let sums = mapBands(initial: 0.0) { rows, slot in
            let base = scratch.base + 2 * (stride + width) * slot
            var predicted = GradientRows(prediction, width: width, height: height, from: rows.lowerBound, scratch: base)
            var actual = GradientRows(
                truth, width: width, height: height, from: rows.lowerBound, scratch: base + stride)
            let (slope, trueSlope) = (base + 2 * stride, base + 2 * stride + width)
            var sum = 0.0
            for y in rows {
                predicted.magnitudes(y, taps, into: slope)
                actual.magnitudes(y, taps, into: trueSlope)
                sum += squaredDifferences(slope, trueSlope, y)
            }
            return sum
        }
        return sums.reduce(0, +)
    }

    private func squaredDifferences(_ one: UnsafePointer<Float>, _ other: UnsafePointer<Float>, _ y: Int) -> Double {
        var sum = 0.0
        for x in 0..<width {
            let difference = Double(one[x] - other[x])
            if area.map({ $0[y * width + x] != 0 }) ?? true { sum += difference * difference }
        }
        return sum
    }
}

/// The two factors of a Gaussian's first derivative, one side of each: σ = 1.4, cut where it falls below 0.01 (4 pixels to
/// either side), their product of unit L2 norm.
private struct GaussianDerivative {
    static let radius = 4
    private static let sigma = 1.4

    /// Weights of the smoothing at distance 0 to 4, the same to both sides.
    let smoothing: (Float, Float, Float, Float, Float)
    /// Weights of the slope at distance 1 to 4, negative to the other side.
    let slope: (Float, Float, Float, Float)

    init() {
        let gauss = (0...Self.radius).map { exp(-Double($0 * $0) / (2 * Self.sigma * Self.sigma)) }
        let derivative = gauss.enumerated().map { Double($0) * $1 }
        // Norms of both sides; the slope carries the norm of the product.
        let gaussNorm = (2 * gauss.reduce(0) { $0 + $1 * $1 } - gauss[0] * gauss[0]).squareRoot()
        let derivativeNorm = (2 * derivative.reduce(0) { $0 + $1 * $1 }).squareRoot()
        let s = derivative.map { Float($0 / (gaussNorm * derivativeNorm)) }
        let g = gauss.map { Float($0) }
        smoothing = (g[0], g[1], g[2], g[3], g[4])
        slope = (s[1], s[2], s[3], s[4])
    }
}

/// Nine rows of a matte, filtered along the row, that move down the matte.
private struct GradientRows {
    private static let radius = GaussianDerivative.radius
    private static let rowCount = 2 * radius + 1

    private let matte: UnsafePointer<Float>
    private let width: Int
    private let height: Int
    /// Smoothed rows, then sloped rows; row y lies at y modulo 9.
    private let rows: UnsafeMutablePointer<Float>
    /// One row with its ends continued.
    private let padded: UnsafeMutablePointer<Float>
    private var next: Int

    static func floatCount(width: Int) -> Int { 2 * rowCount * width + width + 2 * radius }

    /// - Parameter scratch: ``floatCount(width:)`` floats.
    init(
        _ matte: UnsafePointer<Float>, width: Int, height: Int, from first: Int,
        scratch: UnsafeMutablePointer<Float>
    ) {
        self.matte = matte
        self.width = width
        self.height = height
        self.rows = scratch
        self.padded = scratch + 2 * Self.rowCount * width
        self.next = max(first - Self.radius, 0)
    }

    /// |∇α| of row `y`; rows are asked for one after the other.
    mutating func magnitudes(_ y: Int, _ taps: GaussianDerivative, into output: UnsafeMutablePointer<Float>) {
        while next <= min(y + Self.radius, height - 1) {
            filter(next, taps)
            next += 1
        }
        let (s1, s2, s3, s4) = (smoothed(y + 1), smoothed(y + 2), smoothed(y + 3), smoothed(y + 4))
        let (t1, t2, t3, t4) = (smoothed(y - 1), smoothed(y - 2), smoothed(y - 3), smoothed(y - 4))
        let (d0, d1, d2, d3, d4) = (sloped(y), sloped(y + 1), sloped(y + 2), sloped(y + 3), sloped(y + 4))
        let (e1, e2, e3, e4) = (sloped(y - 1), sloped(y - 2), sloped(y - 3), sloped(y - 4))
        let (g, s) = (taps.smoothing, taps.slope)
        for x in 0..<width {
            let across =
                g.0 * d0[x] + g.1 * (d1[x] + e1[x]) + g.2 * (d2[x] + e2[x]) + g.3 * (d3[x] + e3[x])
                + g.4 * (d4[x] + e4[x])
            let down =
                s.0 * (s1[x] - t1[x]) + s.1 * (s2[x] - t2[x]) + s.2 * (s3[x] - t3[x]) + s.3 * (s4[x] - t4[x])
            output[x] = (across * across + down * down).squareRoot()
        }
    }

    private func filter(_ y: Int, _ taps: GaussianDerivative) {
        let source = matte + y * width
        let radius = Self.radius
        (padded + radius).update(from: source, count: width)
        padded.update(repeating: source[0], count: radius)
        (padded + radius + width).update(repeating: source[width - 1], count: radius)
        let (smooth, slope) = (smoothed(y), sloped(y))
        let (g, s) = (taps.smoothing, taps.slope)
        for x in 0..<width {
            let (l1, r1) = (padded[x + 3], padded[x + 5])
            let (l2, r2) = (padded[x + 2], padded[x + 6])
            let (l3, r3) = (padded[x + 1], padded[x + 7])
            let (l4, r4) = (padded[x], padded[x + 8])
            smooth[x] = g.0 * padded[x + 4] + g.1 * (l1 + r1) + g.2 * (l2 + r2) + g.3 * (l3 + r3) + g.4 * (l4 + r4)
            slope[x] = s.0 * (r1 - l1) + s.1 * (r2 - l2) + s.2 * (r3 - l3) + s.3 * (r4 - l4)
        }
    }

    /// A row beyond the matte is the one at its edge.
    private func smoothed(_ y: Int) -> UnsafeMutablePointer<Float> {
        rows + min(max(y, 0), height - 1) % Self.rowCount * width
    }

    private func sloped(_ y: Int) -> UnsafeMutablePointer<Float> { smoothed(y) + Self.rowCount * width }
}
