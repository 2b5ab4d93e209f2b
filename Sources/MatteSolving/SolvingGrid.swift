import KernelDispatch
import KernelInterface
import TensorCore
import Threads

/// One grid of the multigrid cycle: its stencil, and what the smoother needs.
struct SolvingGrid: Sendable {
    let width: Int
    let height: Int
    let runs: SolvingRuns
    /// ``solvingPlanes`` a pixel.
    let stencil: SolvingMap
    /// The inverse of the stencil's diagonal; 0 at pixels that are none of the system's.
    let inverse: SolvingMap
    /// The right-hand side, and the solution of a cycle.
    let b: SolvingMap
    let x: SolvingMap
    /// Scratch of the smoother: what is left, and the first step.
    let residual: SolvingMap
    let step: SolvingMap
    /// The factors of the smoother; see ``prepareSmoother(pool:)``.
    private var first: Float = 0
    private var momentum: Float = 0
    private var second: Float = 0

    /// A diagonal up to this is no equation: rounding of the fine grid's nines.
    private static let leastDiagonal: Float = 1e-6
    /// The smoother works on the upper part of the spectrum, from the greatest value down to this share of it. Of 4, 10 and
    /// 20 the last two needed the fewest iterations on pictures with wide bands.
    private static let smoothedRatio: Float = 12

    /// A grid of zeros.
    ///
    /// - Throws: ``TensorError`` where memory is refused.
    init(width: Int, height: Int, runs: SolvingRuns) throws(TensorError) {
        self.width = width
        self.height = height
        self.runs = runs
        self.stencil = try SolvingMap(width: width, height: height, planes: solvingPlanes)
        self.inverse = try SolvingMap(width: width, height: height)
        self.b = try SolvingMap(width: width, height: height)
        self.x = try SolvingMap(width: width, height: height)
        self.residual = try SolvingMap(width: width, height: height)
        self.step = try SolvingMap(width: width, height: height)
    }

    /// Inverts the diagonal, once the stencil is there, and finds the smoother's factors.
    ///
    /// The greatest eigenvalue λ of D⁻¹A is found by the power method from fixed numbers that look random; 8 steps come
    /// within a tenth, and the smoother allows for a fifth. It was 2 to 3 in all grids of the pictures measured; the sum over
    /// windows proves no more than 9.
    mutating func prepareSmoother(pool: ThreadPool) {
        let (stride, residual, step) = (stencil.stride, residual, step)
        runs.forEach(pool) { y, x, count in
            kernels.solvingInvert(stencil.at(x, y), inverse.at(x, y), least: Self.leastDiagonal, count: count)
        }
        runs.forEach(pool) { y, x, count in
            for i in x..<x + count {
                let hash = (UInt32(truncatingIfNeeded: y) &* 0x9E37_79B1) ^ (UInt32(truncatingIfNeeded: i) &* 0x85EB_CA77)
                let mixed = (hash ^ (hash >> 15)) &* 0x2C1B_3C6D
                residual.at(i, y).pointee = Float(Int32(bitPattern: mixed ^ (mixed >> 12))) * 0x1p-31
            }
            kernels.solvingScale(inverse.at(x, y), residual.at(x, y), factor: 1, step.at(x, y), count: count)
        }
        var greatest = 1.0
        for _ in 0..<8 {
            let below = runs.sum(pool) { y, x, count in
                kernels.solvingDot(step.at(x, y), residual.at(x, y), count: count)
            }
            let above = runs.sum(pool) { y, x, count in
                kernels.solvingProduct(stencil.at(x, y), stride: stride, step.at(x, y), residual.at(x, y), count: count)
            }
            if below > 0, above > 0 { greatest = max(greatest, above / below) }
            // v = D⁻¹A·v/2; then A·v of before, halved too, is D·v.
            runs.forEach(pool) { y, x, count in
                for i in x..<x + count { residual.at(i, y).pointee *= 0.5 }
                kernels.solvingScale(inverse.at(x, y), residual.at(x, y), factor: 1, step.at(x, y), count: count)
            }
        }
        let high = Float(greatest) * 1.2
        let low = high / Self.smoothedRatio
        let (middle, half) = ((high + low) / 2, (high - low) / 2)
        let sigma = middle / half
        let rho = 1 / (2 * sigma - 1 / sigma)
        first = 1 / middle
        momentum = 1 + rho / sigma
        second = 2 * rho / half
    }

    /// Two Chebyshev steps on `A·x = b`, from nothing or from the x that is there.
    func smooth(fromZero: Bool, pool: ThreadPool) {
        let stride = stencil.stride
        if fromZero {
            runs.forEach(pool) { y, x, count in
                kernels.solvingScale(inverse.at(x, y), b.at(x, y), factor: first, step.at(x, y), count: count)
            }
        } else {
            runs.forEach(pool) { y, x, count in
                kernels.solvingResidual(
                    stencil.at(x, y), stride: stride, self.x.at(x, y), b.at(x, y), residual.at(x, y), count: count)
                kernels.solvingScale(inverse.at(x, y), residual.at(x, y), factor: first, step.at(x, y), count: count)
            }
        }
        let left = fromZero ? b : residual
        runs.forEach(pool) { y, x, count in
            kernels.solvingSecondStep(
                stencil.at(x, y), stride: stride, step.at(x, y), left.at(x, y), inverse.at(x, y),
                keep: fromZero ? 0 : 1, momentum: momentum, step: second, self.x.at(x, y), count: count)
        }
    }

    /// The next coarser grid, with its stencil.
    ///
    /// - Throws: ``TensorError`` where memory is refused.
    func coarser(pool: ThreadPool) throws(TensorError) -> SolvingGrid {
        let (width, height) = ((self.width + 1) / 2, (self.height + 1) / 2)
        let grid = try SolvingGrid(width: width, height: height, runs: runs.halved(width: width, height: height))
        let (stride, halfStride) = (stencil.stride, grid.stencil.stride)
        // Three rows with half the columns, which a row of the coarser grid is made of.
        let row = solvingPlanes * halfStride
        let scratch = try FloatBuffer(
            count: (3 * row + 2 * solvingBlock) * pool.threadCount, zeroed: true, purpose: "a system of equations")
        pool.forEach(grid.runs.chunkCount) { chunk, slot in
            let rows = scratch.base + slot * (3 * row + 2 * solvingBlock) + solvingBlock
            // Rows whose columns are halved already: the last one of a coarse row is the first of the next.
            for y in grid.runs.rows(of: chunk) where !grid.runs[y].isEmpty {
                for index in 0..<3 {
                    // Pixels beside a run couple to those in it: a block more on both sides, and two pixels.
                    let fine = min(max(2 * y + index - 1, -2), self.height + 1)
                    kernels.solvingCoarsenColumns(
                        stencil.at(0, fine), stride: stride, rows + index * row, resultStride: halfStride, count: width)
                }
                for run in grid.runs[y] {
                    let count = min(Int(run.count), width - Int(run.start))
                    kernels.solvingCoarsenRows(
                        rows + Int(run.start), grid.stencil.at(Int(run.start), y), stride: halfStride, count: count)
                }
            }
        }
        return grid
    }

    /// Moves what is left of this grid's equations to the coarser one's right-hand side.
    func restrictResidual(to coarser: SolvingGrid, pool: ThreadPool) {
        let stride = stencil.stride
        runs.forEach(pool) { y, x, count in
            kernels.solvingResidual(
                stencil.at(x, y), stride: stride, self.x.at(x, y), b.at(x, y), residual.at(x, y), count: count)
        }
        coarser.runs.forEach(pool) { y, x, count in
            kernels.solvingRestrict(
                residual.at(2 * x, 2 * y), stride: stride, coarser.b.at(x, y), count: min(count, coarser.width - x))
        }
    }

    /// Adds the coarser grid's solution to this one's.
    func prolong(from coarser: SolvingGrid, pool: ThreadPool) {
        runs.forEach(pool) { y, x, count in
            kernels.solvingProlong(
                coarser.x.at(x / 2, y / 2), coarser.x.at(x / 2, (y + 1) / 2), inverse.at(x, y), self.x.at(x, y),
                count: count)
        }
    }
}
