#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Mean and spread of colours in Lαβ, weighted.
///
/// Source: Ruderman, Cronin, Chiao, "Statistics of Cone Responses to Natural Images", Journal of the Optical Society of
/// America A 15, 1998.
package struct LabStatistics: Sendable {
    private var weight = 0.0
    private var sums = SIMD3<Double>.zero
    private var squares = SIMD3<Double>.zero

    package init() {}

    /// Nothing was added that has a weight.
    package var isEmpty: Bool { weight <= 0 }
    package var mean: SIMD3<Double> { sums / weight }
    package var deviation: SIMD3<Double> {
        let mean = mean
        let variance = squares / weight - mean * mean
        return SIMD3(
            max(variance[0], 0).squareRoot(), max(variance[1], 0).squareRoot(), max(variance[2], 0).squareRoot())
    }

    /// Adds every `step`th pixel of a row of light by its alpha.
    package mutating func add(_ row: UnsafePointer<Float>, count: Int, step: Int = 1) {
        for x in stride(from: 0, to: count, by: max(step, 1)) {
            let a = Double(row[4 * x + 3])
            guard a > 0.05 else { continue }
            let lab = LabColor.fromLight(
                SIMD3(Double(row[4 * x]), Double(row[4 * x + 1]), Double(row[4 * x + 2])) / a)
            weight += a
            sums += lab * a
            squares += lab * lab * a
        }
    }
}

/// Lαβ: lightness, yellow against blue, red against green, all three in decades of light.
enum LabColor {
    /// Darker light counts as this: logarithms of nothing say nothing.
    private static let darkest = 0.002

    /// The matrices of Reinhard et al. 2001, equations 3 and 6, with the first's rows taken to sum 1, so that grey has neither
    /// of the two colours.
    static func fromLight(_ rgb: SIMD3<Double>) -> SIMD3<Double> {
        let r = max(rgb[0], 0) + darkest
        let g = max(rgb[1], 0) + darkest
        let b = max(rgb[2], 0) + darkest
        let l = log10((0.3811 * r + 0.5783 * g + 0.0402 * b) / 0.9996)
        let m = log10((0.1967 * r + 0.7244 * g + 0.0782 * b) / 0.9993)
        let s = log10((0.0241 * r + 0.1288 * g + 0.8444 * b) / 0.9973)
        return SIMD3((l + m + s) / 3.0.squareRoot(), (l + m - 2 * s) / 6.0.squareRoot(), (l - m) / 2.0.squareRoot())
    }

    static func light(_ lab: SIMD3<Double>) -> SIMD3<Double> {
        let (a, b, c) = (lab[0] / 3.0.squareRoot(), lab[1] / 6.0.squareRoot(), lab[2] / 2.0.squareRoot())
        let l = pow(10, a + b + c) * 0.9996
        let m = pow(10, a + b - c) * 0.9993
        let s = pow(10, a - 2 * b) * 0.9973
        let inverse = inverseMatrix
        func row(_ k: Int) -> Double { inverse[k] * l + inverse[k + 1] * m + inverse[k + 2] * s }
        return SIMD3(row(0) - darkest, row(3) - darkest, row(6) - darkest)
    }

    private static let inverseMatrix: [Double] =
        Matrix.inverse([0.3811, 0.5783, 0.0402, 0.1967, 0.7244, 0.0782, 0.0241, 0.1288, 0.8444]) ?? []
}

/// What takes the colours of one picture towards another's, as a table of differences for
/// ``LightKernels/moveColorsRow(_:table:side:count:)``.
///
/// Source: Reinhard, Adhikhmin, Gooch, Shirley, "Color Transfer between Images", IEEE Computer Graphics and Applications
/// 21 (5), 2001; the limits are ours.
package struct ColorTransfer: Sendable {
    /// Nodes a side of the table.
    package static let side = 25
    /// Four floats a node.
    package let table: [Float]

    /// In decades of light: the most that a mean moves. Red against green strays by a hundredth in photographs: five of them
    /// make a white shoe pink.
    package static let largestShift = SIMD3<Double>(0.12 * 3.0.squareRoot(), 0.05, 0.012)
    /// The factors that a spread may take.
    package static let spread = 0.8...1.25

    /// - Parameter strength: 0 leaves everything as it is, 1 goes as far as the limits allow.
    package init(from source: LabStatistics, to target: LabStatistics, strength: Double) {
        let (mean, goal) = (source.mean, target.mean)
        let (spread, goalSpread) = (source.deviation, target.deviation)
        var (shift, factor) = (SIMD3<Double>.zero, SIMD3<Double>(repeating: 1))
        for axis in 0..<3 {
            let limit = Self.largestShift[axis]
            shift[axis] = min(max(goal[axis] - mean[axis], -limit), limit) * strength
            let ratio = spread[axis] > 1e-6 ? goalSpread[axis] / spread[axis] : 1
            factor[axis] = 1 + (min(max(ratio, Self.spread.lowerBound), Self.spread.upperBound) - 1) * strength
        }
        let side = Self.side
        var table = [Float](repeating: 0, count: side * side * side * 4)
        for index in 0..<side * side * side {
            let node = [index % side, index / side % side, index / side / side]
            let root = node.map { Double($0) / Double(side - 1) }
            let lab = LabColor.fromLight(SIMD3(root[0] * root[0], root[1] * root[1], root[2] * root[2]))
            let moved = LabColor.light((lab - mean) * factor + mean + shift)
            for c in 0..<3 {
                let light = min(max(moved[c], 0), 1)
                table[4 * index + c] = Float(light.squareRoot() - root[c])
            }
        }
        self.table = table
    }
}
