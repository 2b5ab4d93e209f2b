import KernelDispatch
import KernelInterface
import TensorCore
import Threads

/// The equations of the unknown pixels of a rectangle, and their solution by conjugate gradients.
///
/// Memory: 110 bytes a pixel of the rectangle (less where few are unknown), and 16 more while the equations are made.
struct SolvingSystem {
    private let finest: SolvingGrid
    private let pool: ThreadPool
    /// Alpha of all pixels, and the direction of the conjugate gradients.
    private let alpha: SolvingMap
    private let p: SolvingMap
    /// 1 where a pixel is unknown.
    private let unknown: SolvingMap
    /// The length of the right-hand side that belongs to the certain pixels, or a tenth of the first residual's.
    private var reference = 0.0
    /// Pixels that are unknown.
    let unknownCount: Int

    /// Makes the equations.
    ///
    /// - Parameters:
    ///   - values: alpha of the whole picture.
    ///   - columns: of the picture that the system holds.
    ///   - rows: of the picture that the system holds.
    ///   - free: where unknown pixels are solved; beyond it they are taken for certain.
    /// - Throws: ``TensorError`` where memory is refused.
    init(
        _ problem: SolvingProblem, alpha values: UnsafePointer<Float>, columns: Range<Int>, rows: Range<Int>,
        free: SolvingTiles.Rect, epsilon: Float, prior: Float, pool: ThreadPool
    ) throws(TensorError) {
        let (width, height) = (columns.count, rows.count)
        self.pool = pool
        let unknown = try SolvingMap(width: width, height: height)
        let alpha = try SolvingMap(width: width, height: height)
        let inner = (
            columns: free.columns.clamped(to: columns), rows: free.rows.clamped(to: rows)
        )
        var counts = [Int](repeating: 0, count: height)
        counts.withUnsafeMutableBufferPointer { counts in
            guard let counts = counts.baseAddress else { return }
            pool.forEach(height) { y, _ in
                let source = (rows.lowerBound + y) * problem.width + columns.lowerBound
                let (target, marks) = (alpha.row(y), unknown.row(y))
                for x in 0..<width { target[x] = values[source + x] }
                guard inner.rows.contains(rows.lowerBound + y) else { return }
                var count = 0
                for x in inner.columns
                where problem.mask[(rows.lowerBound + y) * problem.width + x] == problem.unknownValue {
                    marks[x - columns.lowerBound] = 1
                    count += 1
                }
                counts[y] = count
            }
        }
        self.unknownCount = counts.reduce(0, +)
        self.unknown = unknown
        self.alpha = alpha
        self.p = try SolvingMap(width: width, height: height)
        self.finest = try SolvingGrid(width: width, height: height, runs: SolvingRuns(of: unknown))
        reference = try assemble(problem, columns: columns, rows: rows, epsilon: epsilon, prior: prior)
        finest.invertDiagonal(pool: pool)
    }

    /// The length that residuals are compared with.
    ///
    /// Makes the stencil of all windows that hold an unknown pixel, the right-hand side, and the stencil of unknown pixels alone.
    private func assemble(
        _ problem: SolvingProblem, columns: Range<Int>, rows: Range<Int>, epsilon: Float, prior: Float
    ) throws(TensorError) -> Double {
        let (width, height) = (columns.count, rows.count)
        let guide = try SolvingMap(width: width, height: height, planes: 3)
        let windows = try SolvingMap(width: width, height: height)
        let (grid, unknown, alpha, stride) = (finest, unknown, alpha, finest.stencil.stride)
        pool.forEach(height) { y, _ in
            problem.readGuide(row: rows.lowerBound + y, columns: columns, into: guide.row(y), stride: stride)
        }
        guard width >= 3, height >= 3 else { return 0 }
        pool.forEach(height - 2) { index, _ in
            let y = index + 1
            let (above, here, below) = (unknown.row(y - 1), unknown.row(y), unknown.row(y + 1))
            let target = windows.row(y)
            var (before, middle) = (above[0] + here[0] + below[0], above[1] + here[1] + below[1])
            for x in 1..<width - 1 {
                let after = above[x + 1] + here[x + 1] + below[x + 1]
                target[x] = before + middle + after > 0 ? 1 : 0
                (before, middle) = (middle, after)
            }
        }
        let windowRuns = SolvingRuns(of: windows)
        let scratchCount = 27 * solvingBlock
        let scratch = try FloatBuffer(count: scratchCount * pool.threadCount, purpose: "a system of equations")
        pool.forEach(windowRuns.chunkCount) { chunk, slot in
            let own = windowRuns.rows(of: chunk)
            for y in max(own.lowerBound - 1, 0)..<min(own.upperBound + 1, height) {
                let first = max(own.lowerBound - y + 1, 0)
                let last = min(own.upperBound - y + 1, 3)
                for run in windowRuns[y] {
                    let x = Int(run.start)
                    kernels.solvingWindows(
                        guide.at(x, y), rowStride: 3 * stride, planeStride: stride, windows.at(x, y),
                        grid.stencil.at(x, y), stride: stride, rows: first..<last, epsilon: epsilon,
                        scratch.base + slot * scratchCount, count: Int(run.count))
                }
            }
        }
        grid.runs.forEach(pool) { y, x, count in
            kernels.solvingDiagonal(grid.stencil.at(x, y), stride: stride, count: count)
        }
        // What the certain pixels alone leave, for its length; then with the values that the unknown begin with.
        let zeros = windows
        pool.forEach(height) { y, _ in
            zeros.row(y).update(repeating: 0, count: width)
            for x in 0..<width { p.at(x, y).pointee = alpha.at(x, y).pointee * (1 - unknown.at(x, y).pointee) }
        }
        let certain = residualLength(of: p, zeros, stride)
        let first = residualLength(of: alpha, zeros, stride)
        let reference = max(certain, 0.1 * first)
        pool.forEach(height) { y, _ in p.row(y).update(repeating: 0, count: width) }
        // A pixel beside a run couples to those in it.
        windowRuns.widened().forEach(pool) { y, x, count in
            kernels.solvingMask(
                grid.stencil.at(x, y), stride: stride, unknown.at(x, y), diagonal: 1 + prior, count: count)
        }
        return reference
    }

    /// Writes -A·x at the unknown pixels into the grid's right-hand side; its length.
    private func residualLength(of x: SolvingMap, _ zeros: SolvingMap, _ stride: Int) -> Double {
        let grid = finest
        return grid.runs.sum(pool) { y, start, count in
            let b = grid.b.at(start, y)
            kernels.solvingResidual(
                grid.stencil.at(start, y), stride: stride, x.at(start, y), zeros.at(start, y), b, count: count)
            kernels.solvingScale(unknown.at(start, y), b, factor: 1, b, count: count)
            return kernels.solvingDot(b, b, count: count)
        }.squareRoot()
    }

    /// Solves the equations.
    ///
    /// It ends: each iteration is finite, there are at most `limit`, and a division that would not be one ends the
    /// one preconditioner after the other and then the solver.
    ///
    /// - Throws: ``TensorError`` where memory is refused.
    func solve(tolerance: Float, limit: Int) throws(TensorError) -> SolvingOutcome {
        let (grid, p, alpha) = (finest, p, alpha)
        let (r, z, q, stride) = (grid.b, grid.x, grid.residual, grid.stencil.stride)
        var outcome = SolvingOutcome()
        outcome.unknownCount = unknownCount
        outcome.tileCount = 1
        // Every equation holds already, as where there is no window: then there is nothing to go by.
        guard reference > 0 else { return outcome }
        let cycle = try MultigridCycle(finest: grid, pool: pool)
        // The cycle, the cycle by what is proven, and the diagonal alone.
        var greatest: Float? = MultigridCycle.usualGreatest
        /// z = M⁻¹r; the product of both.
        func precondition() -> Double {
            if let greatest {
                cycle.run(upTo: greatest)
            } else {
                grid.runs.forEach(pool) { y, x, count in
                    kernels.solvingScale(grid.inverse.at(x, y), r.at(x, y), factor: 1, z.at(x, y), count: count)
                }
            }
            return dot(r, z)
        }
        var length = dot(r, r).squareRoot()
        var before = 0.0
        while length > Double(tolerance) * reference, outcome.iterations < limit, !Task.isCancelled {
            let now = precondition()
            let factor = before > 0 ? Float(now / before) : 0
            grid.runs.forEach(pool) { y, x, count in
                kernels.solvingDirection(p.at(x, y), z.at(x, y), factor: factor, count: count)
            }
            let curvature = grid.runs.sum(pool) { y, x, count in
                kernels.solvingProduct(
                    grid.stencil.at(x, y), stride: stride, p.at(x, y), q.at(x, y), count: count)
            }
            let step = Float(now / curvature)
            guard now > 0, curvature > 0, step.isFinite, factor.isFinite else {
                guard let last = greatest else { break }
                greatest = last < MultigridCycle.provenGreatest ? MultigridCycle.provenGreatest : nil
                before = 0
                clear(p)
                continue
            }
            length =
                grid.runs.sum(pool) { y, x, count in
                    kernels.solvingAdvance(
                        alpha.at(x, y), p.at(x, y), r.at(x, y), q.at(x, y), step: step, count: count)
                }.squareRoot()
            before = now
            outcome.iterations += 1
        }
        outcome.residual = length / reference
        // Not a number is not converged.
        if !(outcome.residual <= Double(tolerance)) { outcome.unconvergedCount = unknownCount }
        return outcome
    }

    private func dot(_ a: SolvingMap, _ b: SolvingMap) -> Double {
        finest.runs.sum(pool) { y, x, count in kernels.solvingDot(a.at(x, y), b.at(x, y), count: count) }
    }

    private func clear(_ map: SolvingMap) {
        finest.runs.forEach(pool) { y, x, count in map.at(x, y).update(repeating: 0, count: count) }
    }

    /// Writes the unknown pixels' alpha, within [0, 1].
    func write(to values: UnsafeMutablePointer<Float>, columns: Range<Int>, rows: Range<Int>, width: Int) {
        pool.forEach(rows.count) { y, _ in
            let target = values + (rows.lowerBound + y) * width + columns.lowerBound
            let (source, marks) = (alpha.row(y), unknown.row(y))
            for x in 0..<columns.count where marks[x] != 0 {
                let value = source[x]
                // What is not a number stays what it was.
                if value.isFinite { target[x] = min(max(value, 0), 1) }
            }
        }
    }
}
