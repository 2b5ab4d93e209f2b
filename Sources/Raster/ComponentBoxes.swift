/// The box around what of a map reaches a threshold, without small parts.
///
/// Row by row: only the runs of two rows and the parts that they belong to are kept, and of parts that have ended a box
/// for each number of pixels, so that noise of any amount takes no memory.
///
/// Source: runs and their equivalences as in Rosenfeld and Pfaltz, "Sequential Operations in Digital Picture Processing",
/// Journal of the ACM 13, 1966.
package struct ComponentBoxes {
    private struct Part {
        var area: Int
        var left: Int
        var top: Int
        var right: Int
        var bottom: Int
        var parent: Int

        mutating func take(_ other: Part) {
            area += other.area
            (left, top) = (min(left, other.left), min(top, other.top))
            (right, bottom) = (max(right, other.right), max(bottom, other.bottom))
        }
    }

    private struct Run {
        var first: Int
        var last: Int
        var part: Int
    }

    private var parts: [Part] = []
    private var previous: [Run] = []
    /// Of parts that have ended, by area.
    private var ended: [Int: Part] = [:]

    /// - Parameters:
    ///   - values: `height` rows of `width`.
    ///   - threshold: the least value that counts.
    ///   - speckShare: parts (of touching pixels, corners too) of fewer pixels than this share of the largest do not count.
    /// - Returns: nil where nothing reaches the threshold.
    package static func box(
        _ values: UnsafePointer<Float>, width: Int, height: Int, threshold: Float, speckShare: Double
    ) -> PixelRect? {
        var boxes = ComponentBoxes()
        for y in 0..<height { boxes.add(values + y * width, width, y, threshold) }
        boxes.end(keeping: [])
        guard let largest = boxes.ended.keys.max() else { return nil }
        var union: Part?
        for (area, part) in boxes.ended where Double(area) >= speckShare * Double(largest) {
            if union == nil { union = part } else { union?.take(part) }
        }
        return union.map { PixelRect(columns: $0.left..<$0.right + 1, rows: $0.top..<$0.bottom + 1) }
    }

    private mutating func add(_ row: UnsafePointer<Float>, _ width: Int, _ y: Int, _ threshold: Float) {
        var runs: [Run] = []
        var (x, before) = (0, 0)
        while x < width {
            guard row[x] >= threshold else {
                x += 1
                continue
            }
            let first = x
            while x < width, row[x] >= threshold { x += 1 }
            let part = parts.count
            parts.append(
                Part(area: x - first, left: first, top: y, right: x - 1, bottom: y, parent: part))
            runs.append(Run(first: first, last: x - 1, part: part))
            while before < previous.count, previous[before].last < first - 1 { before += 1 }
            var touching = before
            while touching < previous.count, previous[touching].first <= x {
                join(previous[touching].part, part)
                touching += 1
            }
        }
        end(keeping: runs)
    }

    private mutating func root(_ part: Int) -> Int {
        var root = part
        while parts[root].parent != root { root = parts[root].parent }
        var step = part
        while parts[step].parent != root { (step, parts[step].parent) = (parts[step].parent, root) }
        return root
    }

    private mutating func join(_ first: Int, _ second: Int) {
        let (a, b) = (root(first), root(second))
        guard a != b else { return }
        parts[a].take(parts[b])
        parts[b].parent = a
    }

    /// Keeps the parts of a row's runs, numbered anew, and sets the others aside.
    private mutating func end(keeping runs: [Run]) {
        var numbers = [Int](repeating: -1, count: parts.count)
        var kept: [Part] = []
        var runs = runs
        for index in runs.indices {
            let root = root(runs[index].part)
            if numbers[root] < 0 {
                numbers[root] = kept.count
                var part = parts[root]
                part.parent = kept.count
                kept.append(part)
            }
            runs[index].part = numbers[root]
        }
        for (index, part) in parts.enumerated() where part.parent == index && numbers[index] < 0 {
            var all = ended[part.area] ?? part
            all.take(part)
            all.area = part.area
            ended[part.area] = all
        }
        (parts, previous) = (kept, runs)
    }
}
