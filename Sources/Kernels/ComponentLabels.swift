// Connected components by union-find over runs of pixels. While they are joined a label is the index of a pixel of the
// same component that comes no later, -1 in the ground; roots are their own. Joining keeps the smaller index as the root, so
// that a component's root is its first pixel, in whatever order rows are joined.

extension VectorKernels {
    /// Numbers of a component in its facts: pixels, first and last column, first and last row.
    @_transparent
    private static var factCount: Int { 5 }

    /// Begins the labels of a row: each run of pixels within the mask gets the index of its first pixel, the others -1.
    ///
    /// Within are values of at least `threshold`, or with `isBelow` all the others, what is not a number among them.
    @inline(never)
    package static func componentRuns(
        _ values: UnsafePointer<Float>, threshold: Float, isBelow: Bool, _ labels: UnsafeMutablePointer<Int32>,
        row: Int, width: Int
    ) {
        let target = labels + row &* width
        var start: Int32 = -1
        var x = 0
        while x < width {
            let isWithin = (values[x] >= threshold) != isBelow
            if !isWithin {
                start = -1
            } else if start < 0 {
                start = Int32(truncatingIfNeeded: row &* width &+ x)
            }
            target[x] = start
            x &+= 1
        }
    }

    /// Joins the runs of a row with those of the row above that touch them, at corners too if `isDiagonal`.
    ///
    /// Costs two reads a pixel, and a search for two roots where runs meet.
    @inline(never)
    package static func componentJoin(
        _ labels: UnsafeMutablePointer<Int32>, row: Int, width: Int, isDiagonal: Bool
    ) {
        let here = labels + row &* width
        let above = here - width
        let reach = isDiagonal ? 1 : 0
        var x = 0
        while x < width {
            if here[x] < 0 {
                x &+= 1
                continue
            }
            // A run of this row, then the runs above it.
            var end = x &+ 1
            while end < width && here[end] >= 0 { end &+= 1 }
            var column = max(x &- reach, 0)
            let limit = min(end &+ reach, width)
            var isNew = true
            while column < limit {
                if above[column] < 0 {
                    isNew = true
                } else if isNew {
                    join(labels, above[column], here[x])
                    isNew = false
                }
                column &+= 1
            }
            x = end
        }
    }

    /// Makes the larger of two roots point to the smaller.
    @inline(__always)
    private static func join(_ labels: UnsafeMutablePointer<Int32>, _ first: Int32, _ second: Int32) {
        let (a, b) = (root(labels, first), root(labels, second))
        if a < b {
            labels[Int(b)] = a
        } else if b < a {
            labels[Int(a)] = b
        }
    }

    /// The root of a label; the way to it is halved (Tarjan and van Leeuwen 1984).
    @inline(__always)
    private static func root(_ labels: UnsafeMutablePointer<Int32>, _ label: Int32) -> Int32 {
        var label = label
        while true {
            let parent = labels[Int(label)]
            if parent == label { return label }
            let grandparent = labels[Int(parent)]
            labels[Int(label)] = grandparent
            label = grandparent
        }
    }

    /// How many pixels of a row are roots.
    @inline(never)
    package static func componentRoots(_ labels: UnsafePointer<Int32>, row: Int, width: Int) -> Int {
        let first = Int32(truncatingIfNeeded: row &* width)
        var count: Int32 = 0
        var x: Int32 = 0
        while x < Int32(truncatingIfNeeded: width) {
            count &+= labels[Int(first &+ x)] == first &+ x ? 1 : 0
            x &+= 1
        }
        return Int(count)
    }

    /// Ends the labels of a row whose rows above are ended: 0 in the ground, else the number of the component, from 1 in the
    /// order of their first pixels; adds its runs to the facts of the components.
    ///
    /// - Parameters:
    ///   - count: of components so far.
    ///   - facts: five numbers for each component.
    /// - Returns: the new count.
    @inline(never)
    package static func componentFlatten(
        _ labels: UnsafeMutablePointer<Int32>, row: Int, width: Int, count: Int, facts: UnsafeMutablePointer<Int32>
    ) -> Int {
        let here = labels + row &* width
        let (line, first) = (Int32(truncatingIfNeeded: row), Int32(truncatingIfNeeded: row &* width))
        var count = count
        var x = 0
        while x < width {
            let parent = here[x]
            if parent < 0 {
                here[x] = 0
                x &+= 1
                continue
            }
            // The first pixel of a run points to another component's pixel that has its number, or is a root; the others
            // of the run point to it.
            let start = first &+ Int32(truncatingIfNeeded: x)
            let isRoot = parent == start
            if isRoot { count &+= 1 }
            let label = isRoot ? Int32(truncatingIfNeeded: count) : labels[Int(parent)]
            let left = x
            repeat {
                here[x] = label
                x &+= 1
            } while x < width && here[x] >= 0
            let fact = facts + (Int(label) &- 1) &* factCount
            let right = Int32(truncatingIfNeeded: x &- 1)
            if isRoot {
                fact[0] = 0
                fact[1] = Int32(truncatingIfNeeded: left)
                fact[2] = right
                fact[3] = line
            }
            fact[0] &+= Int32(truncatingIfNeeded: x &- left)
            fact[1] = min(fact[1], Int32(truncatingIfNeeded: left))
            fact[2] = max(fact[2], right)
            fact[4] = line
        }
        return count
    }
}
