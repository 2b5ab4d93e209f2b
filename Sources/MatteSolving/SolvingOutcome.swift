/// How solving ended, over all tiles.
package struct SolvingOutcome: Sendable, Equatable {
    /// Pixels that were solved for.
    package var unknownCount = 0
    /// Tiles that were solved.
    package var tileCount = 0
    /// The most iterations of any tile.
    package var iterations = 0
    /// The greatest residual that is left of any tile, as a share of its first.
    package var residual = 0.0
    /// Pixels of tiles that reached the limit of iterations before the tolerance, or where rounding let the solver go no
    /// further. Their values are the best that were found.
    package var unconvergedCount = 0

    package init() {}

    /// Whether every tile reached the tolerance.
    package var isConverged: Bool { unconvergedCount == 0 }
}
