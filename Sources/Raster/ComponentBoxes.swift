/// The box around what of a map reaches a threshold, without small parts.
///
/// Row by row: only the runs of two rows and the parts that they belong to are kept, and of parts that have ended a box
/// for each weight, so that noise of any amount takes no memory.
///
/// Parts are weighed by what can be seen of them, the sum of their alpha: by their pixels a spot of alpha 0.05 that nobody
/// sees would have the weight of a solid one.
///
/// Source: runs and their equivalences as in Rosenfeld and Pfaltz, "Sequential Operations in Digital Picture Processing",
/// Journal of the ACM 13, 1966.
package struct ComponentBoxes {
    private struct Part {
        /// Summed alpha, in 255ths of a pixel: whole numbers, whose sum does not depend on their order.
        var weight: Int
        var left: Int
        var top: Int
        var right: Int
        var bottom: Int
        var parent: Int

        mutating func take(_ other: Part) {
            weight += other.weight
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
    /// Of parts that have ended, by their weight in pixels, begun ones counted as whole.
    private var ended: [Int: Part] = [:]

    /// - Parameters:
    ///   - values: `height` rows of `width`, in [0, 1].
    ///   - threshold: the least value that counts.
    ///   - speckShare: parts (of touching pixels, corners too) of less summed alpha than this share of the largest do not
    ///     count.
    /// - Returns: nil where nothing reaches the threshold.
    package static func box(
        _ values: UnsafePointer<Float>, width: Int, height: Int, threshold: Float, speckShare: Double
    ) -> PixelRect? {
        var boxes = ComponentBoxes()
        for y in 0..<height { boxes.add(values + y * width, width, y, threshold) }
        boxes.end(keeping: [])
        guard let largest = boxes.ended.keys.max() else { return nil }
        var union: Part?
        for (weight, part) in boxes.ended where Double(weight) >= speckShare * Double(largest) {
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
            var weight = 0
            while x < width, row[x] >= threshold {
                weight += Int(min(row[x], 1) * 255 + 0.5)
                x += 1
            }
            let part = parts.count
            parts.append(Part(weight: weight, left: first, top: y, right: x - 1, bottom: y, parent: part))
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
            let weight = (part.weight + 254) / 255
            ended[weight, default: part].take(part)
        }
        (parts, previous) = (kept, runs)
    }
}
