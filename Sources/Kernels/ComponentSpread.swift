// Soft rims are given to the parts that they belong to: a wave from all parts at once runs through the pixels that are soft,
// and each pixel joins the part that reaches it first, by steps to the four sides; of two in the same step, the one whose
// pixels come first.

extension VectorKernels {
    /// Whether a pixel may be given to a part: of parts above a threshold what is not 0, of those below what is not 1.
    @inline(__always)
    private static func isSoft(_ value: Float, _ isBelow: Bool) -> Bool { isBelow ? value < 1 : value > 0 }

    /// How many of a row's pixels belong to no part and may be given to one.
    @inline(never)
    package static func unlabelledCount(
        _ labels: UnsafePointer<Int32>, _ values: UnsafePointer<Float>, isBelow: Bool, count: Int
    ) -> Int {
        var (found, x) = (0, 0)
        while x < count {
            found &+= labels[x] == 0 && isSoft(values[x], isBelow) ? 1 : 0
            x &+= 1
        }
        return found
    }

    /// Puts the soft pixels of a row that lie beside a part into the queue, each promised to the first part around it.
    /// `labels` and `values` are the whole map's.
    ///
    /// - Returns: the new end of the queue.
    @inline(never)
    package static func componentEdges(
        _ labels: UnsafeMutablePointer<Int32>, _ values: UnsafePointer<Float>, isBelow: Bool, row: Int, width: Int,
        height: Int, _ queue: UnsafeMutablePointer<Int32>, end: Int
    ) -> Int {
        var end = end
        var x = 0
        while x < width {
            let index = row &* width &+ x
            if labels[index] == 0 && isSoft(values[index], isBelow) {
                var label = Int32.max
                if x > 0 && labels[index &- 1] > 0 { label = labels[index &- 1] }
                if x &+ 1 < width && labels[index &+ 1] > 0 { label = min(label, labels[index &+ 1]) }
                if row > 0 && labels[index &- width] > 0 { label = min(label, labels[index &- width]) }
                if row &+ 1 < height && labels[index &+ width] > 0 { label = min(label, labels[index &+ width]) }
                if label < Int32.max {
                    labels[index] = 0 &- label
                    queue[end] = Int32(truncatingIfNeeded: index)
                    end &+= 1
                }
            }
            x &+= 1
        }
        return end
    }

    /// Goes on with the wave for up to `limit` pixels of the queue.
    ///
    /// A pixel in the queue has minus the label that it was promised; at its turn it takes it, and promises it to its soft
    /// neighbours, which join the queue.
    ///
    /// - Returns: the queue's new first place and end; the wave has ended where they are equal.
    @inline(never)
    package static func componentSpread(
        _ labels: UnsafeMutablePointer<Int32>, _ values: UnsafePointer<Float>, isBelow: Bool, width: Int, height: Int,
        _ queue: UnsafeMutablePointer<Int32>, first: Int, end: Int, limit: Int
    ) -> (first: Int, end: Int) {
        var (first, end) = (first, end)
        var left = limit
        while first < end && left > 0 {
            let index = Int(queue[first])
            first &+= 1
            left &-= 1
            let (y, x) = (index / width, index % width)
            let label = 0 &- labels[index]
            labels[index] = label
            var side = 0
            while side < 4 {
                let isInside = side == 0 ? x > 0 : side == 1 ? x &+ 1 < width : side == 2 ? y > 0 : y &+ 1 < height
                let next = index &+ (side == 0 ? -1 : side == 1 ? 1 : side == 2 ? 0 &- width : width)
                if isInside && labels[next] == 0 && isSoft(values[next], isBelow) {
                    labels[next] = 0 &- label
                    queue[end] = Int32(truncatingIfNeeded: next)
                    end &+= 1
                }
                side &+= 1
            }
        }
        return (first, end)
    }

    /// Sets the pixels whose label is one to be filled; `fills` has a byte for each label, from 0 on.
    @inline(never)
    package static func fillParts(
        _ values: UnsafeMutablePointer<Float>, _ labels: UnsafePointer<Int32>, _ fills: UnsafePointer<UInt8>,
        with value: Float, count: Int
    ) {
        var x = 0
        while x < count {
            if fills[Int(labels[x])] != 0 { values[x] = value }
            x &+= 1
        }
    }
}
