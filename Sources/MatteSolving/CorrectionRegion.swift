import TensorCore
import Threads

/// Which pixels a person's marks change: those that are marked, those that surely go with them, and those that are to be
/// solved again.
///
/// Marks spread in two ways, and only over pixels whose matte says something else:
/// - *Near*: within the brush's radius and some pixels, whatever the colours: hair and lace under and beside a stroke.
/// - *By colour*: on a smaller picture, from neighbour to neighbour at a cost of (difference of colour / 0.06)², so that
///   a real edge stops it and shading and noise hardly do: a lost arm, a blob of background. What is reached cheaply is
///   taken over as it is, its rim is solved.
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
    private static let agreement: Float = 0.02
    /// The difference of colour that stops spreading at once, and shares of it at which pixels are taken over and solved.
    private static let edge: Float = 0.06
    private static let (taken, solved): (Float, Float) = (0.4, 1)
    /// Cells of the smaller picture at most.
    private static let mostCells = 1 << 16

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
        let cells = try Cells(far, problem, alpha, certain, fresh, mark: mark, target: target, pool: pool)
        let reached = cells.spread()
        var touched = near
        for y in far.rows {
            let cellRow = (y - far.rows.lowerBound) / cells.side
            for x in far.columns {
                let index = y * width + x
                if fresh[index] == mark {
                    alpha[index] = target
                    unknown[index] = 0
                    continue
                }
                let cost = reached[cellRow * cells.across + (x - far.columns.lowerBound) / cells.side]
                guard cost < Self.solved, certain[index] == 0, abs(alpha[index] - target) > Self.agreement else {
                    continue
                }
                if cost < Self.taken {
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

    /// The smaller picture on which marks spread by colour.
    private struct Cells {
        let side: Int
        let across: Int
        let down: Int
        /// Three a cell.
        private var colors: [Float]
        private var seeds: [Bool]
        private var isOpen: [Bool]

        init(
            _ part: SolvingTiles.Rect, _ problem: SolvingProblem, _ alpha: UnsafePointer<Float>,
            _ certain: UnsafePointer<UInt8>, _ fresh: UnsafePointer<UInt8>, mark: UInt8, target: Float, pool: ThreadPool
        ) throws(TensorError) {
            var side = 2
            while (part.columns.count / side + 1) * (part.rows.count / side + 1) > CorrectionRegion.mostCells {
                side += 1
            }
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
                                // What a person said otherwise is not crossed.
                                for x in 0..<stride where certain[row + x] != 0 && certain[row + x] != mark {
                                    seeds[cellRow * across + x / side] = false
                                }
                            }
                            for y in rows {
                                let row = y * problem.width + part.columns.lowerBound
                                for x in 0..<stride where certain[row + x] != 0 && certain[row + x] != mark {
                                    isOpen[cellRow * across + x / side] = false
                                }
                            }
                        }
                    }
                }
            }
            (self.colors, self.seeds, self.isOpen) = (colors, seeds, isOpen)
        }

        /// The cost of reaching each cell, and of its rim the cost of the rim: a cell beside one that is reached is solved.
        func spread() -> [Float] {
            var costs = seeds.map { $0 ? Float(0) : .infinity }
            func relax(_ index: Int, _ other: Int) {
                guard costs[other] < CorrectionRegion.solved, isOpen[index] || seeds[index] else { return }
                var square: Float = 0
                for c in 0..<3 {
                    let difference = colors[3 * index + c] - colors[3 * other + c]
                    square += difference * difference
                }
                costs[index] = min(
                    costs[index], costs[other] + square / (CorrectionRegion.edge * CorrectionRegion.edge))
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
            return (0..<across * down).map { index in
                let (x, y) = (index % across, index / across)
                var greatest = costs[index]
                var least = costs[index]
                for row in max(y - 1, 0)...min(y + 1, down - 1) {
                    for column in max(x - 1, 0)...min(x + 1, across - 1) {
                        let cost = costs[row * across + column]
                        least = min(least, cost)
                        // Cells whose matte agrees already are no rim.
                        if isOpen[row * across + column] { greatest = max(greatest, cost) }
                    }
                }
                if least >= CorrectionRegion.solved { return .infinity }
                return greatest < CorrectionRegion.taken
                    ? greatest
                    : max(min(least, (CorrectionRegion.taken + CorrectionRegion.solved) / 2), CorrectionRegion.taken)
            }
        }
    }
}
