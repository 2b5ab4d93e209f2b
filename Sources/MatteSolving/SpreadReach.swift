/// How pixels are reached by marks that spread over cells.
///
/// Costs are interpolated between the middles of cells, so that a region that ends softly (a curtain, a wall in shade) ends
/// along a curve and not in the steps of its cells.
struct SpreadReach {
    /// How a pixel is reached.
    enum Reach {
        /// Not at all.
        case not
        /// With all around it that could be: taken over as it is.
        case inside
        /// At the rim: solved.
        case rim
    }

    private let side: Int
    private let across: Int
    private let down: Int
    /// The share of the budget up to which pixels are taken over.
    private let taken: Float
    /// The least and the greatest cost of a cell and those around it, as shares of what may be spent, at most 2.
    private var least: [Float] = []
    private var greatest: [Float] = []

    /// Cells that are reached by nothing, to be appended row by row.
    init(side: Int, across: Int, down: Int, taken: Float) {
        (self.side, self.across, self.down, self.taken) = (side, across, down, taken)
        least.reserveCapacity(across * down)
        greatest.reserveCapacity(across * down)
    }

    mutating func append(least: Float, greatest: Float, of budget: Float) {
        self.least.append(budget > 0 ? min(least / budget, 2) : 2)
        self.greatest.append(budget > 0 ? min(greatest / budget, 2) : 2)
    }

    /// Visits the pixels of a row of the part, from its left edge.
    ///
    /// - Complexity: O(pixels).
    func forEachPixel(row y: Int, count: Int, _ body: (_ x: Int, _ reach: Reach) -> Void) {
        let (top, bottom, down) = neighbours(y, of: self.down)
        // Down first, for whole cells; then across.
        var (nearest, farthest) = ([Float](repeating: 2, count: across), [Float](repeating: 2, count: across))
        var isReached = false
        for x in 0..<across {
            let (upper, lower) = (top * across + x, bottom * across + x)
            nearest[x] = least[upper] + down * (least[lower] - least[upper])
            farthest[x] = greatest[upper] + down * (greatest[lower] - greatest[upper])
            isReached = isReached || nearest[x] < 1
        }
        guard isReached else {
            for x in 0..<count { body(x, .not) }
            return
        }
        for x in 0..<count {
            let (left, right, share) = neighbours(x, of: across)
            if nearest[left] + share * (nearest[right] - nearest[left]) >= 1 {
                body(x, .not)
            } else {
                body(x, farthest[left] + share * (farthest[right] - farthest[left]) < taken ? .inside : .rim)
            }
        }
    }

    /// Between which cells a pixel's middle lies, and how far from the first one's.
    private func neighbours(_ pixel: Int, of count: Int) -> (Int, Int, Float) {
        let place = max((Float(pixel) + 0.5) / Float(side) - 0.5, 0)
        let first = min(Int(place), count - 1)
        return (first, min(first + 1, count - 1), place - Float(first))
    }
}
