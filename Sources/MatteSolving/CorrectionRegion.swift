import TensorCore
import Threads

/// Which pixels a person's marks change: those that are marked, those that surely go with them, and those that are to be
/// solved again.
///
/// Marks spread in two ways, and only over pixels whose matte says something else:
/// - *Near*: within the brush's radius and some pixels, whatever the colours: hair and lace under and beside a stroke.
/// - *By colour*: on a smaller picture, from neighbour to neighbour at a cost (see ``SpreadCells``), so that an edge stops
///   it and shading and noise hardly do: a lost arm, a blob of background. What is reached cheaply is taken over as it is,
///   its rim is solved.
package struct CorrectionRegion {
    /// What the marks' kind makes of alpha; nil where they ask for a new solution.
    package var target: Float?
    /// The byte of these marks, among all that are certain.
    package var mark: UInt8
    /// Pixels around marks that are solved again.
    package var nearReach: Int
    /// Pixels around marks to which colours may spread.
    package var farReach: Int

    package init(target: Float?, mark: UInt8, nearReach: Int, farReach: Int) {
        self.target = target
        self.mark = mark
        self.nearReach = nearReach
        self.farReach = farReach
    }

    /// Alpha nearer to the target than this agrees with it.
    static let agreement: Float = 0.02

    /// Marks unknown pixels with 1 in `unknown`, which is 0, and sets the alpha of marked and of taken-over ones.
    ///
    /// - Parameters:
    ///   - alpha: of the whole picture.
    ///   - certain: what is marked by now, 0 where nothing is; of the whole picture.
    ///   - fresh: what is marked anew; of the whole picture.
    ///   - box: which holds all fresh marks of this kind.
    /// - Returns: a rectangle that holds all pixels that changed or are unknown.
    /// - Throws: ``TensorError`` where memory is refused.
    package func apply(
        _ problem: SolvingProblem, alpha: UnsafeMutablePointer<Float>, certain: UnsafePointer<UInt8>,
        fresh: UnsafePointer<UInt8>, unknown: UnsafeMutablePointer<UInt8>, columns: Range<Int>, rows: Range<Int>,
        pool: ThreadPool
    ) throws(TensorError) -> (columns: Range<Int>, rows: Range<Int>) {
        let box = SolvingTiles.Rect(columns: columns, rows: rows)
        let (width, height) = (problem.width, problem.height)
        guard let target else {
            for y in rows {
                for x in columns where fresh[y * width + x] == mark { unknown[y * width + x] = 1 }
            }
            return (columns, rows)
        }
        let near = box.widened(by: nearReach, width: width, height: height)
        markNear(near, target, width, alpha, certain, fresh, unknown)
        let far = box.widened(by: farReach, width: width, height: height)
        let cells = try SpreadCells(far, problem, alpha, certain, fresh, mark: mark, target: target, pool: pool)
        let reached = cells.spread()
        var touched = near
        for y in far.rows {
            reached.forEachPixel(row: y - far.rows.lowerBound, count: far.columns.count) { column, reach in
                let x = far.columns.lowerBound + column
                let index = y * width + x
                if fresh[index] == mark {
                    alpha[index] = target
                    unknown[index] = 0
                    return
                }
                guard reach != .not, certain[index] == 0, abs(alpha[index] - target) > Self.agreement else { return }
                if reach == .inside {
                    alpha[index] = target
                    unknown[index] = 0
                } else {
                    unknown[index] = 1
                }
                if !(touched.columns.contains(x) && touched.rows.contains(y)) {
                    touched = touched.union(SolvingTiles.Rect(columns: x..<x + 1, rows: y..<y + 1))
                }
            }
        }
        return (touched.columns, touched.rows)
    }

    /// Pixels near marks become unknown: by two sweeps of distances, in thirds of a pixel (3 to the side, 4 across).
    private func markNear(
        _ part: SolvingTiles.Rect, _ target: Float, _ width: Int, _ alpha: UnsafePointer<Float>,
        _ certain: UnsafePointer<UInt8>, _ fresh: UnsafePointer<UInt8>, _ unknown: UnsafeMutablePointer<UInt8>
    ) {
        let (across, down) = (part.columns.count, part.rows.count)
        let limit = Int32(3 * nearReach)
        var distances = [Int32](repeating: limit + 1, count: across * down)
        distances.withUnsafeMutableBufferPointer { distances in
            func lower(_ index: Int, _ other: Int, _ cost: Int32) {
                distances[index] = min(distances[index], distances[other] + cost)
            }
            for y in 0..<down {
                let row = (part.rows.lowerBound + y) * width + part.columns.lowerBound
                for x in 0..<across {
                    let index = y * across + x
                    if fresh[row + x] == mark { distances[index] = 0 }
                    if x > 0 { lower(index, index - 1, 3) }
                    guard y > 0 else { continue }
                    lower(index, index - across, 3)
                    if x > 0 { lower(index, index - across - 1, 4) }
                    if x + 1 < across { lower(index, index - across + 1, 4) }
                }
            }
            for y in (0..<down).reversed() {
                let row = (part.rows.lowerBound + y) * width + part.columns.lowerBound
                for x in (0..<across).reversed() {
                    let index = y * across + x
                    if x + 1 < across { lower(index, index + 1, 3) }
                    if y + 1 < down {
                        lower(index, index + across, 3)
                        if x + 1 < across { lower(index, index + across + 1, 4) }
                        if x > 0 { lower(index, index + across - 1, 4) }
                    }
                    if distances[index] <= limit, certain[row + x] == 0,
                        abs(alpha[row + x] - target) > Self.agreement
                    {
                        unknown[row + x] = 1
                    }
                }
            }
        }
    }
}
