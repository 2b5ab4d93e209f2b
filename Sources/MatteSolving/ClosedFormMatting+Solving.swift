import TensorCore
import Threads

extension ClosedFormMatting {
    /// Replaces the unknown pixels' alpha by the solution; all others keep theirs.
    ///
    /// Unknown pixels that lie together are one system of equations if their rectangle has at most a megapixel. Larger ones
    /// are solved on a smaller picture first (unless the prior weighs more than what is far), whose solution is added to what
    /// they begin with, then in tiles of up to 1024 × 1024 pixels that overlap by 256, one after the other: each holds what
    /// lies beyond its sides at what it is by then.
    ///
    /// The result is the same, bit for bit, for every number of threads. In a cancelled task it ends after an iteration, and
    /// the values are not the solution.
    ///
    /// Memory: up to 130 MB, whatever the picture's size.
    ///
    /// - Parameters:
    ///   - alpha: `[1, H, W, 1]`, in [0, 1]: the certain values, and what the unknown ones begin with.
    ///   - columns: of the picture that are looked at; nil for all.
    ///   - rows: of the picture that are looked at; nil for all.
    /// - Throws: ``TensorError`` where memory is refused.
    package func solve(
        _ alpha: inout Tensor, _ problem: SolvingProblem, columns: Range<Int>? = nil, rows: Range<Int>? = nil,
        pool: ThreadPool = .shared
    ) throws(TensorError) -> SolvingOutcome {
        try solve(&alpha, problem, columns: columns, rows: rows, cut: SolvingTiles(), pool: pool)
    }

    /// With a prior of this and more far certain pixels are not felt: it outweighs them within a hundred pixels.
    private static let nearPrior: Float = 1e-3

    /// The same with tiles of a given size.
    func solve(
        _ alpha: inout Tensor, _ problem: SolvingProblem, columns: Range<Int>?, rows: Range<Int>?, cut: SolvingTiles,
        pool: ThreadPool
    ) throws(TensorError) -> SolvingOutcome {
        precondition(
            alpha.shape.batch == 1 && alpha.shape.channels == 1 && alpha.shape.width == problem.width
                && alpha.shape.height == problem.height,
            "a matte of shape \(alpha.shape) for a picture of \(problem.width) × \(problem.height)")
        let part = SolvingTiles.Rect(columns: columns ?? 0..<problem.width, rows: rows ?? 0..<problem.height)
        var outcome = SolvingOutcome()
        guard part.area > 0 else { return outcome }
        let values = try alpha.exclusive()
        for region in SolvingTiles.regions(of: problem, within: part, pool: pool) {
            if region.area <= cut.largestArea {
                outcome.add(try solve(region, free: part, problem, values, pool))
                continue
            }
            if prior < Self.nearPrior { try solveReduced(region, free: part, problem, values, cut, pool) }
            for tile in cut.tiles(of: region) where !Task.isCancelled {
                let inner = tile.narrowed(by: 2, width: problem.width, height: problem.height)
                outcome.add(try solve(tile, free: inner.clamped(to: part), problem, values, pool))
            }
        }
        withExtendedLifetime(alpha) {}
        return outcome
    }

    private func solve(
        _ rect: SolvingTiles.Rect, free: SolvingTiles.Rect, _ problem: SolvingProblem,
        _ values: UnsafeMutablePointer<Float>,
        _ pool: ThreadPool
    ) throws(TensorError) -> SolvingOutcome {
        let system = try SolvingSystem(
            problem, alpha: values, columns: rect.columns, rows: rect.rows, free: free, epsilon: epsilon, prior: prior,
            pool: pool)
        guard system.unknownCount > 0 else { return SolvingOutcome() }
        let outcome = try system.solve(tolerance: tolerance, limit: iterationLimit)
        system.write(to: values, columns: rect.columns, rows: rect.rows, width: problem.width)
        return outcome
    }
}

extension SolvingOutcome {
    /// Adds what another system did.
    mutating func add(_ other: SolvingOutcome) {
        unknownCount += other.unknownCount
        tileCount += other.tileCount
        iterations = max(iterations, other.iterations)
        residual = max(residual, other.residual)
        unconvergedCount += other.unconvergedCount
    }
}

extension Tensor {
    /// The values for writing.
    ///
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)`` where the storage was shared and a copy is refused.
    fileprivate mutating func exclusive() throws(TensorError) -> UnsafeMutablePointer<Float> {
        try withMutableValues { values in
            guard let base = values.baseAddress else { preconditionFailure("a tensor without memory") }
            return base
        }
    }
}
