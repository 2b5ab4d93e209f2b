import TensorCore

/// A watershed of heights: areas around the peaks of a relief, each of which reaches down to where it meets another.
///
/// The relief comes out of the water from its highest place down. What emerges beside land belongs to its highest neighbour's
/// peak, the nearest first, so that a plain between two peaks is shared out in its middle; what has no land beside it is a new
/// peak. Where two peaks' areas meet there is a saddle. Two are one at once where the
/// saddle is hardly lower than the lower of both peaks (its dynamics are small), the other saddles are kept, the highest of
/// each pair first.
///
/// - Complexity: O(places + levels), nearly. Memory: 20 bytes a place while it is made.
/// - Note: L. Vincent, P. Soille, *Watersheds in Digital Spaces: An Efficient Algorithm Based on Immersion Simulations*,
///   PAMI 1991; M. Grimaud, *A New Measure of Contrast: the Dynamics*, 1992; places by union-find after R. Tarjan, 1975.
struct Basins {
    /// A place where two areas meet that may be two.
    struct Saddle {
        let first: Int
        let second: Int
        let level: Int32
    }

    let width: Int
    let height: Int
    /// Of the peak that a place belongs to, before any are joined; 0 in the ground.
    private let labels: NumberBuffer<Int32>
    private let parents: NumberBuffer<Int32>
    private let peaks: NumberBuffer<Int32>
    /// Peaks are 1 to this.
    private(set) var count = 0
    /// Highest first.
    private(set) var saddles: [Saddle] = []
    private var known: Set<UInt64> = []

    private static let chunk = 1 << 16
    /// In place of a label while a place waits for one.
    private static let queued: Int32 = -1

    /// - Parameters:
    ///   - levels: `[height, width]`, from 0, the ground, which belongs to nobody.
    ///   - merging: two areas are one where their saddle is at least this share of the lower peak.
    ///   - checkpoint: called between pieces of the work; what it throws ends it.
    init(
        _ levels: UnsafePointer<Int32>, width: Int, height: Int, merging share: Float, checkpoint: () throws -> Void
    ) throws {
        let places = width * height
        self.width = width
        self.height = height
        let order = try Self.descending(levels, count: places)
        self.labels = try NumberBuffer(count: places, purpose: "subjects of a matte")
        let room = order.count + 1
        self.parents = try NumberBuffer(count: room, purpose: "subjects of a matte")
        self.peaks = try NumberBuffer(count: room, purpose: "subjects of a matte")
        let queue = try NumberBuffer<Int32>(count: order.count, purpose: "places of a matte by level")
        var (start, due) = (0, Self.chunk)
        while start < order.count {
            if start >= due {
                try checkpoint()
                due = start + Self.chunk
            }
            let level = levels[Int(order.base[start])]
            var end = start + 1
            while end < order.count, levels[Int(order.base[end])] == level { end += 1 }
            emerge(order.base + start, count: end - start, levels, share, queue.base)
            start = end
        }
        try checkpoint()
        known = []
    }

    /// All places of a level: those beside land, and then their neighbours, and so on; each of the others is a peak, if none
    /// before it has reached it.
    private mutating func emerge(
        _ places: UnsafePointer<Int32>, count: Int, _ levels: UnsafePointer<Int32>, _ share: Float,
        _ queue: UnsafeMutablePointer<Int32>
    ) {
        var (head, tail) = (0, 0)
        for position in 0..<count where hasLand(beside: Int(places[position])) {
            queue[tail] = places[position]
            tail &+= 1
        }
        for position in 0..<tail { labels.base[Int(queue[position])] = Self.queued }
        var next = 0
        while true {
            while head < tail {
                let index = Int(queue[head])
                head &+= 1
                emerge(index, levels, share)
                enqueue(beside: index, levels, queue, &tail)
            }
            while next < count, labels.base[Int(places[next])] != 0 { next &+= 1 }
            guard next < count else { return }
            queue[tail] = places[next]
            tail &+= 1
        }
    }

    private func hasLand(beside index: Int) -> Bool {
        let (x, y) = (index % width, index / width)
        for row in max(y &- 1, 0)...min(y &+ 1, height &- 1) {
            for column in max(x &- 1, 0)...min(x &+ 1, width &- 1) where labels.base[row &* width &+ column] > 0 {
                return true
            }
        }
        return false
    }

    /// Queues the neighbours of a place that are as high and that nothing has reached.
    private func enqueue(
        beside index: Int, _ levels: UnsafePointer<Int32>, _ queue: UnsafeMutablePointer<Int32>, _ tail: inout Int
    ) {
        let (x, y) = (index % width, index / width)
        for row in max(y &- 1, 0)...min(y &+ 1, height &- 1) {
            for column in max(x &- 1, 0)...min(x &+ 1, width &- 1) {
                let other = row &* width &+ column
                guard labels.base[other] == 0, levels[other] == levels[index] else { continue }
                labels.base[other] = Self.queued
                queue[tail] = Int32(truncatingIfNeeded: other)
                tail &+= 1
            }
        }
    }

    /// The places above ground, highest first, of one level row by row: a counting sort.
    private static func descending(
        _ levels: UnsafePointer<Int32>, count places: Int
    ) throws(TensorError) -> NumberBuffer<Int32> {
        var highest: Int32 = 0
        for index in 0..<places { highest = max(highest, levels[index]) }
        let starts = try NumberBuffer<Int32>(count: Int(highest) + 2, purpose: "levels of a matte")
        var above = 0
        for index in 0..<places where levels[index] > 0 {
            starts.base[Int(highest &- levels[index]) &+ 1] &+= 1
            above &+= 1
        }
        for level in 0..<Int(highest) { starts.base[level &+ 1] &+= starts.base[level] }
        let order = try NumberBuffer<Int32>(count: above, purpose: "places of a matte by level")
        for index in 0..<places where levels[index] > 0 {
            let level = Int(highest &- levels[index])
            order.base[Int(starts.base[level])] = Int32(truncatingIfNeeded: index)
            starts.base[level] &+= 1
        }
        return order
    }

    private mutating func emerge(_ index: Int, _ levels: UnsafePointer<Int32>, _ share: Float) {
        let (x, y) = (index % width, index / width)
        let level = levels[index]
        var around = (0 as Int, 0 as Int, 0 as Int, 0 as Int, 0 as Int, 0 as Int, 0 as Int, 0 as Int)
        var found = 0
        var (best, bestLevel) = (0, Int32(-1))
        withUnsafeMutableBytes(of: &around) { bytes in
            let around = bytes.bindMemory(to: Int.self)
            for row in max(y &- 1, 0)...min(y &+ 1, height &- 1) {
                for column in max(x &- 1, 0)...min(x &+ 1, width &- 1) {
                    let other = row &* width &+ column
                    let label = Int(labels.base[other])
                    guard label > 0 else { continue }
                    around[found] = label
                    found &+= 1
                    if levels[other] > bestLevel { (best, bestLevel) = (label, levels[other]) }
                }
            }
            guard found > 0 else { return }
            labels.base[index] = Int32(truncatingIfNeeded: best)
            for place in 0..<found where around[place] != best { meet(best, around[place], at: level, share) }
        }
        guard found == 0 else { return }
        count &+= 1
        labels.base[index] = Int32(truncatingIfNeeded: count)
        parents.base[count] = Int32(truncatingIfNeeded: count)
        peaks.base[count] = level
    }

    private mutating func meet(_ one: Int, _ other: Int, at level: Int32, _ share: Float) {
        let (a, b) = (root(one), root(other))
        guard a != b else { return }
        if Float(level) >= share * Float(min(peaks.base[a], peaks.base[b])) { return join(a, b) }
        let key = UInt64(UInt32(truncatingIfNeeded: min(a, b))) << 32 | UInt64(UInt32(truncatingIfNeeded: max(a, b)))
        if known.insert(key).inserted { saddles.append(Saddle(first: a, second: b, level: level)) }
    }

    /// The peak that stands for all that are joined with one: the highest of them.
    func root(_ peak: Int) -> Int {
        var peak = peak
        while true {
            let parent = Int(parents.base[peak])
            if parent == peak { return peak }
            // Halves the way for whoever asks next.
            parents.base[peak] = parents.base[parent]
            peak = Int(parents.base[peak])
        }
    }

    /// Makes one area of those of two roots.
    func join(_ a: Int, _ b: Int) {
        let isFirst = peaks.base[a] > peaks.base[b] || peaks.base[a] == peaks.base[b] && a < b
        parents.base[isFirst ? b : a] = Int32(truncatingIfNeeded: isFirst ? a : b)
    }

    /// The level of a root's peak.
    func peak(_ root: Int) -> Int32 { peaks.base[root] }

    /// The root that a place belongs to; 0 in the ground.
    func root(at index: Int) -> Int {
        let label = Int(labels.base[index])
        return label == 0 ? 0 : root(label)
    }
}
