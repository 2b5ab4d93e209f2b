import TensorCore

/// The guided filter by its definition, in double precision: every window summed anew, every system solved by
/// elimination. For small pictures.
struct NaiveGuidedFilter {
    let radius: Int
    let epsilon: Double
    var subsampling = 1

    func filter(_ matte: NaivePlane, guide: [NaivePlane]) -> NaivePlane {
        let factor = max(min(subsampling, max(matte.width, matte.height)), 1)
        let small = factor == 1 ? matte : matte.reduced(by: factor)
        let smallGuide = factor == 1 ? guide : guide.map { $0.reduced(by: factor) }
        let window = factor == 1 ? radius : (radius + subsampling / 2) / subsampling
        var fits = coefficients(small, smallGuide, window).map { $0.boxMean(radius: window) }
        if factor > 1 { fits = fits.map { $0.enlarged(by: factor, width: matte.width, height: matte.height) } }
        return NaivePlane(width: matte.width, height: matte.height) { x, y in
            guide.indices.reduce(fits[guide.count][x, y]) { $0 + fits[$1][x, y] * guide[$1][x, y] }
        }
    }

    /// a, one plane a channel, and b.
    private func coefficients(_ p: NaivePlane, _ guide: [NaivePlane], _ radius: Int) -> [NaivePlane] {
        let count = guide.count
        var planes = Array(repeating: p, count: count + 1)
        for y in 0..<p.height {
            for x in 0..<p.width {
                let window = p.window(x, y, radius)
                let pixels = Double(window.count)
                let meanP = window.reduce(0) { $0 + p[$1.x, $1.y] } / pixels
                let means = guide.map { plane in window.reduce(0) { $0 + plane[$1.x, $1.y] } / pixels }
                var system = (0..<count).map { i in
                    (0..<count).map { j in
                        window.reduce(0) {
                            $0 + (guide[i][$1.x, $1.y] - means[i]) * (guide[j][$1.x, $1.y] - means[j])
                        } / pixels + (i == j ? epsilon : 0)
                    } + [window.reduce(0) { $0 + (guide[i][$1.x, $1.y] - means[i]) * (p[$1.x, $1.y] - meanP) } / pixels]
                }
                let a = Self.solve(&system)
                for channel in 0..<count { planes[channel][x, y] = a[channel] }
                planes[count][x, y] = meanP - (0..<count).reduce(0) { $0 + a[$1] * means[$1] }
            }
        }
        return planes
    }

    /// Gaussian elimination of a symmetric positive definite system with its right-hand side as the last column.
    static func solve(_ rows: inout [[Double]]) -> [Double] {
        let count = rows.count
        for pivot in 0..<count {
            for row in 0..<count where row != pivot {
                let factor = rows[row][pivot] / rows[pivot][pivot]
                for column in pivot...count { rows[row][column] -= factor * rows[pivot][column] }
            }
        }
        return (0..<count).map { rows[$0][count] / rows[$0][$0] }
    }
}
