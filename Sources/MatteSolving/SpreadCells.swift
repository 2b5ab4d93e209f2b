import TensorCore
import Threads

/// The smaller picture on which marks spread by colour: from neighbour to neighbour, at a cost of (difference of colour /
/// 0.06)² a step, over cells whose matte says something else than the marks do.
///
/// Where there is an edge it stops them: a lost arm, a blob of background. **What runs out is no part of anything**: where
/// a third of the part's rim is reached as well (a white shoe before white, a wall behind a lamp of its colour), only half
/// of the cost of getting there is spent, and only if what that reaches is stable: a third of it reaches at least half as
/// many cells (as in J. Matas et al., *Maximally stable extremal regions*, 2002). So a weak edge holds what is smooth
/// inside it, and where there is none, or nothing but shading, marks change their near surroundings alone.
struct SpreadCells {
    /// Pixels along a side of a cell.
    let side: Int
    let across: Int
    let down: Int
    /// Three a cell.
    private var colors: [Float]
    private var seeds: [Bool]
    private var isOpen: [Bool]

    /// The difference of colour that stops spreading at once.
    private static let edge: Float = 0.06
    /// Of the cost that stops spreading, shares at which cells are taken over and solved.
    private static let (taken, solved): (Float, Float) = (0.4, 1)
    /// The share of the rim whose being reached says that marks run out, and of the cost of that what they may spend.
    private static let (openRim, spent): (Double, Float) = (1.0 / 3, 0.5)
    /// A reached region is stable if for this share of the cost it is smaller by no more than this factor: one that nothing
    /// bounds grows with the square of what may be spent, along a corridor in proportion.
    private static let (stableCost, stableGrowth): (Float, Double) = (1.0 / 3, 2)
    /// Cells at most.
    private static let mostCells = 1 << 16

    /// - Parameters:
    ///   - part: of the picture to which marks may spread.
    ///   - alpha: of the whole picture, as are all marks.
    ///   - certain: what is marked by now, 0 where nothing is.
    ///   - fresh: what is marked anew.
    ///   - mark: the byte of the marks that spread.
    ///   - target: what they make of alpha.
    /// - Throws: ``TensorError`` where memory is refused.
    init(
        _ part: SolvingTiles.Rect, _ problem: SolvingProblem, _ alpha: UnsafePointer<Float>,
        _ certain: UnsafePointer<UInt8>, _ fresh: UnsafePointer<UInt8>, mark: UInt8, target: Float, pool: ThreadPool
    ) throws(TensorError) {
        var side = 2
        while (part.columns.count / side + 1) * (part.rows.count / side + 1) > Self.mostCells { side += 1 }
        let (across, down) = ((part.columns.count + side - 1) / side, (part.rows.count + side - 1) / side)
        (self.side, self.across, self.down) = (side, across, down)
        var colors = [Float](repeating: 0, count: 3 * across * down)
        var seeds = [Bool](repeating: false, count: across * down)
        var isOpen = [Bool](repeating: false, count: across * down)
        let stride = part.columns.count
        let buffers = try FloatBuffer(count: 3 * stride * pool.threadCount, purpose: "rows of a picture")
        colors.withUnsafeMutableBufferPointer { colors in
            seeds.withUnsafeMutableBufferPointer { seeds in
                isOpen.withUnsafeMutableBufferPointer { isOpen in
                    guard let colors = colors.baseAddress, let seeds = seeds.baseAddress,
                        let isOpen = isOpen.baseAddress
                    else { return }
                    pool.forEach(down) { cellRow, slot in
                        let planes = buffers.base + slot * 3 * stride
                        let first = part.rows.lowerBound + cellRow * side
                        let rows = first..<min(first + side, part.rows.upperBound)
                        for y in rows {
                            problem.readGuide(row: y, columns: part.columns, into: planes, stride: stride)
                            let row = y * problem.width + part.columns.lowerBound
                            for x in 0..<stride {
                                let cell = cellRow * across + x / side
                                let share = 1 / Float(rows.count * min(side, stride - x / side * side))
                                for c in 0..<3 { colors[3 * cell + c] += planes[c * stride + x] * share }
                                if fresh[row + x] == mark { seeds[cell] = true }
                                if abs(alpha[row + x] - target) > CorrectionRegion.agreement { isOpen[cell] = true }
                            }
                        }
                        // What a person said otherwise is not crossed.
                        for y in rows {
                            let row = y * problem.width + part.columns.lowerBound
                            for x in 0..<stride where certain[row + x] != 0 && certain[row + x] != mark {
                                seeds[cellRow * across + x / side] = false
                                isOpen[cellRow * across + x / side] = false
                            }
                        }
                    }
                }
            }
        }
        (self.colors, self.seeds, self.isOpen) = (colors, seeds, isOpen)
    }

    /// How pixels are reached. One beside a cell that is reached and not taken is solved.
    ///
    /// - Complexity: O(cells).
    func spread() -> SpreadReach {
        let costs = costs(below: Self.solved / Self.spent)
        let budget = budget(costs)
        var reach = SpreadReach(side: side, across: across, down: down, taken: Self.taken)
        for y in 0..<down {
            for x in 0..<across {
                let index = y * across + x
                var (least, greatest) = (costs[index], costs[index])
                for row in max(y - 1, 0)...min(y + 1, down - 1) {
                    for column in max(x - 1, 0)...min(x + 1, across - 1) {
                        let cost = costs[row * across + column]
                        least = min(least, cost)
                        // Cells whose matte agrees already are no rim.
                        if isOpen[row * across + column] { greatest = max(greatest, cost) }
                    }
                }
                reach.append(least: least, greatest: greatest, of: budget)
            }
        }
        return reach
    }

    /// What the cheapest way to each cell costs; infinity for those that no way below a limit leads to.
    private func costs(below limit: Float) -> [Float] {
        var costs = seeds.map { $0 ? Float(0) : .infinity }
        func relax(_ index: Int, _ other: Int) {
            guard costs[other] < limit, isOpen[index] || seeds[index] else { return }
            var square: Float = 0
            for c in 0..<3 {
                let difference = colors[3 * index + c] - colors[3 * other + c]
                square += difference * difference
            }
            costs[index] = min(costs[index], costs[other] + square / (Self.edge * Self.edge))
        }
        // Paths that turn back need a sweep for each turn.
        for _ in 0..<3 {
            for y in 0..<down {
                for x in 0..<across {
                    let index = y * across + x
                    if x > 0 { relax(index, index - 1) }
                    if y > 0 { relax(index, index - across) }
                }
            }
            for y in (0..<down).reversed() {
                for x in (0..<across).reversed() {
                    let index = y * across + x
                    if x + 1 < across { relax(index, index + 1) }
                    if y + 1 < down { relax(index, index + across) }
                }
            }
        }
        return costs
    }

    /// What marks may spend: 0 where they run out over cells that nothing bounds.
    private func budget(_ costs: [Float]) -> Float {
        let rim = costs.indices.filter { index in
            let (x, y) = (index % across, index / across)
            return x == 0 || y == 0 || x == across - 1 || y == down - 1
        }
        // The cost at which more of the rim is reached than one thing would; infinity where it never is.
        let runningOut = rim.map { costs[$0] }.sorted()[Int(Double(rim.count) * Self.openRim)]
        let budget = Self.spent * runningOut
        if budget >= Self.solved { return Self.solved }
        let reached = costs.count { $0 < budget }
        let early = costs.count { $0 < budget * Self.stableCost }
        return Double(reached) <= Double(early) * Self.stableGrowth ? budget : 0
    }
}
