import TensorCore
import Threads

/// One V-cycle of multigrid with Galerkin's coarser grids: what the conjugate gradients are preconditioned by.
///
/// The matting Laplacian's smooth errors cross a band of pixels only, and a picture's edges do not stop them where colours
/// are alike; by incomplete factors (the usual choice) they go a pixel or two an iteration, and the factors need not
/// exist, since the couplings have both signs. With the cycle the number of iterations hardly depends on the band's width:
/// some tens for hair and fur, 116 to 125 for a bottle whose liquid of one colour determines alpha badly. With the diagonal
/// alone a prototype took hundreds.
///
/// - Note: P. Lee, Y. Wu, *Scalable Matting: A Sub-linear Approach*, arXiv 1404.3933, 2014, use multigrid alone.
struct MultigridCycle: Sendable {
    /// From the finest to the coarsest.
    let grids: [SolvingGrid]
    let pool: ThreadPool

    /// What the eigenvalues of D⁻¹A are taken to stay below: they were at most 2.8 on all grids of the pictures measured, and
    /// the cycle allows for a tenth more. Nine is what the sum over windows of nine pixels proves for the finest.
    static let usualGreatest: Float = 3
    static let provenGreatest: Float = 9

    /// Sides up to which a grid is made coarser still, and double steps with which the coarsest is solved.
    private static let coarsestSide = 8
    private static let coarsestSteps = 8

    /// - Parameter finest: with its stencil and smoother.
    /// - Throws: ``TensorError`` where memory is refused.
    init(finest: SolvingGrid, pool: ThreadPool) throws(TensorError) {
        var grids = [finest]
        while let last = grids.last, max(last.width, last.height) > Self.coarsestSide, !Task.isCancelled {
            grids.append(try last.coarser(pool: pool))
        }
        self.grids = grids
        self.pool = pool
    }

    /// Approximates the solution of the finest grid's equations, from its `b` into its `x`. Symmetric and positive.
    ///
    /// - Parameter greatest: what no eigenvalue of D⁻¹A is taken to exceed.
    func run(upTo greatest: Float, at level: Int = 0) {
        let grid = grids[level]
        grid.smooth(fromZero: true, upTo: greatest, pool: pool)
        guard level + 1 < grids.count else {
            for _ in 1..<Self.coarsestSteps { grid.smooth(fromZero: false, upTo: greatest, pool: pool) }
            return
        }
        grid.restrictResidual(to: grids[level + 1], pool: pool)
        run(upTo: greatest, at: level + 1)
        grid.prolong(from: grids[level + 1], pool: pool)
        grid.smooth(fromZero: false, upTo: greatest, pool: pool)
    }
}
