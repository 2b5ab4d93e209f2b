/// Closed-form matting by the paper's formula, in double precision: the dense Laplacian of all windows, and Gaussian
/// elimination with pivots. A. Levin, D. Lischinski, Y. Weiss, 2008, equation 12.
struct NaiveClosedForm {
    let width: Int
    let height: Int
    /// `[height, width, 3]`
    let colors: [Double]
    let epsilon: Double

    /// `[pixels][pixels]`
    func laplacian() -> [[Double]] {
        let count = width * height
        var laplacian = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
        guard width >= 3, height >= 3 else { return laplacian }
        for y in 1..<height - 1 {
            for x in 1..<width - 1 {
                let pixels = (0..<9).map { (y + $0 / 3 - 1) * width + x + $0 % 3 - 1 }
                let mean = (0..<3).map { c in pixels.reduce(0) { $0 + colors[$1 * 3 + c] } / 9 }
                let differences = pixels.map { pixel in (0..<3).map { colors[pixel * 3 + $0] - mean[$0] } }
                var covariance = (0..<3).map { a in
                    (0..<3).map { b in differences.reduce(0) { $0 + $1[a] * $1[b] } / 9 }
                }
                for c in 0..<3 { covariance[c][c] += epsilon / 9 }
                for (i, pixel) in pixels.enumerated() {
                    for (j, other) in pixels.enumerated() {
                        let solved = Self.solve(covariance, differences[j])
                        let product = (0..<3).reduce(0) { $0 + differences[i][$1] * solved[$1] }
                        laplacian[pixel][other] += (i == j ? 1 : 0) - (1 + product) / 9
                    }
                }
            }
        }
        return laplacian
    }

    /// Alpha, with the unknown pixels solved.
    func alpha(_ values: [Double], unknown: [Bool]) -> [Double] {
        let laplacian = laplacian()
        let places = unknown.indices.filter { unknown[$0] }
        let matrix = places.map { row in places.map { laplacian[row][$0] } }
        let right = places.map { row in
            -unknown.indices.reduce(0) { $0 + (unknown[$1] ? 0 : laplacian[row][$1] * values[$1]) }
        }
        var result = values
        for (place, value) in zip(places, Self.solve(matrix, right)) { result[place] = min(max(value, 0), 1) }
        return result
    }

    static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
        var (a, b) = (matrix, right)
        let count = b.count
        for k in 0..<count {
            let pivot = (k..<count).max { abs(a[$0][k]) < abs(a[$1][k]) } ?? k
            a.swapAt(k, pivot)
            b.swapAt(k, pivot)
            for row in k + 1..<max(count, k + 1) where a[row][k] != 0 {
                let factor = a[row][k] / a[k][k]
                for column in k..<count { a[row][column] -= factor * a[k][column] }
                b[row] -= factor * b[k]
            }
        }
        for k in (0..<count).reversed() {
            for column in k + 1..<max(count, k + 1) { b[k] -= a[k][column] * b[column] }
            b[k] /= a[k][k]
        }
        return b
    }
}
