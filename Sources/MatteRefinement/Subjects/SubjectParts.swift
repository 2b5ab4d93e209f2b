import TensorCore
import Threads

/// The bodies of a matte's subjects on a grid of cells.
struct SubjectParts {
    /// A subject's number from 1, the largest first, for each cell of its body, 0 elsewhere; `[height, width]`.
    let labels: NumberBuffer<UInt8>
    /// How far a body's cell is from the ground, in sixteenths of a cell; 0 in the ground.
    let levels: NumberBuffer<Int32>
    /// A cell in the middle of each, of number 1 first.
    let middles: [Int]

    /// Sixteenths tell saddles of narrow places apart.
    static let levelsPerCell = 16.0

    /// Areas at a neck have at least this share of one another: a head has a tenth of its body, an arm or a leg hardly a
    /// fifth.
    private static let leastPart = 0.25

    /// What is known of a basin, and of all that are joined to it.
    private struct Facts {
        var count = 0.0
        var sumX = 0.0
        var sumY = 0.0
        /// The sum of coverage.
        var area = 0.0
        /// The highest cell, the first of them.
        var middle = 0

        var x: Double { sumX / max(count, 1) }
        var y: Double { sumY / max(count, 1) }

        mutating func add(_ other: Facts) {
            count += other.count
            sumX += other.sumX
            sumY += other.sumY
            area += other.area
        }
    }

    /// - Parameters:
    ///   - coverage: the matte's mean in each cell, `[height, width]`.
    ///   - isBody: not zero in cells of bodies.
    ///   - checkpoint: called between pieces of the work; what it throws ends it.
    init(
        coverage: UnsafePointer<Float>, isBody: UnsafePointer<UInt8>, width: Int, height: Int,
        separation: SubjectSeparation, pool: ThreadPool, checkpoint: () throws -> Void
    ) throws {
        self.levels = try Self.levels(isBody, width: width, height: height, pool: pool)
        self.labels = try NumberBuffer(count: width * height, purpose: "subjects of a matte")
        try checkpoint()
        let basins = try Basins(
            levels.base, width: width, height: height,
            merging: max(separation.neck, separation.neckAbreast), checkpoint: checkpoint)
        try checkpoint()
        var facts = Self.facts(basins, coverage: coverage, levels: levels.base)
        Self.join(basins, &facts, separation)
        try checkpoint()
        let roots = (1..<basins.count + 1).filter { basins.root($0) == $0 }.sorted {
            (facts[$1].area, facts[$0].middle) < (facts[$0].area, facts[$1].middle)
        }
        let least = roots.first.map { facts[$0].area * separation.leastShare } ?? 0
        let subjects = roots.prefix(separation.largestCount).filter { facts[$0].area >= least }
        self.middles = subjects.map { facts[$0].middle }
        var numbers = [UInt8](repeating: 0, count: basins.count + 1)
        for (index, root) in subjects.enumerated() { numbers[root] = UInt8(index + 1) }
        for index in 0..<width * height { labels.base[index] = numbers[basins.root(at: index)] }
    }

    /// Distances to the ground. What is beyond the picture is no ground: a subject that its border cuts goes on there.
    private static func levels(
        _ isBody: UnsafePointer<UInt8>, width: Int, height: Int, pool: ThreadPool
    ) throws(TensorError) -> NumberBuffer<Int32> {
        let isGround = try NumberBuffer<UInt8>(count: width * height, purpose: "subjects of a matte")
        for index in 0..<width * height { isGround.base[index] = isBody[index] == 0 ? 1 : 0 }
        let ground = try NearestSites(isGround.base, width: width, height: height, pool: pool)
        let levels = try NumberBuffer<Int32>(count: width * height, purpose: "distances in a matte")
        // Without any ground all is one plain.
        let farthest = width * width + height * height
        pool.forEach(height) { y, _ in
            for index in y * width..<(y + 1) * width where isBody[index] != 0 {
                let square = ground.squaredDistance(at: index) ?? farthest
                levels.base[index] = Int32(Double(square).squareRoot() * levelsPerCell)
            }
        }
        withExtendedLifetime(isGround) {}
        return levels
    }

    private static func facts(
        _ basins: Basins, coverage: UnsafePointer<Float>, levels: UnsafePointer<Int32>
    ) -> [Facts] {
        var facts = [Facts](repeating: Facts(), count: basins.count + 1)
        var highest = [Int32](repeating: 0, count: basins.count + 1)
        for y in 0..<basins.height {
            for x in 0..<basins.width {
                let index = y * basins.width + x
                let root = basins.root(at: index)
                guard root != 0 else { continue }
                facts[root].count += 1
                facts[root].sumX += Double(x)
                facts[root].sumY += Double(y)
                facts[root].area += Double(coverage[index])
                if levels[index] > highest[root] {
                    highest[root] = levels[index]
                    facts[root].middle = index
                }
            }
        }
        return facts
    }

    /// Goes through the saddles from the highest, and joins what is not two subjects there.
    private static func join(_ basins: Basins, _ facts: inout [Facts], _ separation: SubjectSeparation) {
        // Two that were told apart at one place stay so where they touch once more.
        var rivals: [Int: Set<Int>] = [:]
        for saddle in basins.saddles {
            let (a, b) = (basins.root(saddle.first), basins.root(saddle.second))
            guard a != b, rivals[a]?.contains(b) != true else { continue }
            if areTwo(facts[a], facts[b], saddle.level, min(basins.peak(a), basins.peak(b)), separation) {
                rivals[a, default: []].insert(b)
                rivals[b, default: []].insert(a)
                continue
            }
            basins.join(a, b)
            let root = basins.root(a)
            let joined = root == a ? b : a
            facts[root].add(facts[joined])
            for rival in rivals.removeValue(forKey: joined) ?? [] {
                rivals[rival]?.remove(joined)
                rivals[rival, default: []].insert(root)
                rivals[root, default: []].insert(rival)
            }
        }
    }

    /// Whether two areas that meet at a saddle are two subjects.
    ///
    /// Of one subject the place is wide beside its parts, or one part is small beside the other. A neck or a waist lies
    /// below one part and above another; where parts are side by side the place may be wider.
    private static func areTwo(
        _ a: Facts, _ b: Facts, _ saddle: Int32, _ peak: Int32, _ separation: SubjectSeparation
    ) -> Bool {
        guard min(a.count, b.count) >= leastPart * max(a.count, b.count) else { return false }
        let isAbreast = (a.x - b.x).magnitude > (a.y - b.y).magnitude
        let share = isAbreast ? separation.neckAbreast : separation.neck
        return Float(saddle) < share * Float(peak)
    }
}
