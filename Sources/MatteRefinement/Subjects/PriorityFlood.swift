import TensorCore

/// A watershed from markers: unlabelled places are taken by the label that reaches them over the lowest pass.
///
/// One queue for each height, first come, first served; what lies below the water is taken at the water's height, so that
/// plains are shared out from their rims inwards. Labels spread to the four neighbours.
///
/// - Complexity: O(places + heights).
/// - Note: F. Meyer, *Topographic Distance and Watershed Lines*, Signal Processing 1994; hierarchical queues after F. Meyer,
///   *Un algorithme optimal de ligne de partage des eaux*, 1991.
struct PriorityFlood {
    /// Heights are below this.
    static let heightCount = 2048
    /// The label of places that neither take a label nor give one.
    static let barrier: UInt8 = 255

    /// In place of the next in a queue: in none, and the last of one.
    private static let marker: Int32 = -2
    private static let end: Int32 = -1

    private var first = [Int32](repeating: end, count: heightCount)
    private var last = [Int32](repeating: end, count: heightCount)

    init() {}

    /// Labels the places of label 0; those that no marker reaches keep it.
    ///
    /// - Parameters:
    ///   - labels: `[height, width]`, rows `width` apart.
    ///   - heights: likewise, each below ``heightCount``; read at unlabelled places only.
    ///   - next: room for `width · height` numbers.
    mutating func flood(
        _ labels: UnsafeMutablePointer<UInt8>, heights: UnsafePointer<UInt16>, width: Int, height: Int,
        next: UnsafeMutablePointer<Int32>
    ) {
        var water = 0
        // What was queued has a label, too, but is no marker.
        next.update(repeating: Self.marker, count: width * height)
        for y in 0..<height {
            for x in 0..<width {
                let index = y &* width &+ x
                guard labels[index] != 0, labels[index] != Self.barrier, next[index] == Self.marker else { continue }
                spread(from: index, x, y, water, labels, heights, width, height, next)
            }
        }
        while water < Self.heightCount {
            let index = Int(first[water])
            guard index >= 0 else {
                water &+= 1
                continue
            }
            first[water] = next[index]
            if first[water] < 0 { last[water] = Self.end }
            spread(from: index, index % width, index / width, water, labels, heights, width, height, next)
        }
    }

    /// Labels and queues the unlabelled neighbours of a place.
    @inline(__always)
    private mutating func spread(
        from index: Int, _ x: Int, _ y: Int, _ water: Int, _ labels: UnsafeMutablePointer<UInt8>,
        _ heights: UnsafePointer<UInt16>, _ width: Int, _ height: Int, _ next: UnsafeMutablePointer<Int32>
    ) {
        if y > 0 { take(index &- width, labels[index], water, labels, heights, next) }
        if x > 0 { take(index &- 1, labels[index], water, labels, heights, next) }
        if x &+ 1 < width { take(index &+ 1, labels[index], water, labels, heights, next) }
        if y &+ 1 < height { take(index &+ width, labels[index], water, labels, heights, next) }
    }

    @inline(__always)
    private mutating func take(
        _ index: Int, _ label: UInt8, _ water: Int, _ labels: UnsafeMutablePointer<UInt8>,
        _ heights: UnsafePointer<UInt16>, _ next: UnsafeMutablePointer<Int32>
    ) {
        guard labels[index] == 0 else { return }
        labels[index] = label
        let height = max(water, min(Int(heights[index]), Self.heightCount - 1))
        next[index] = Self.end
        let tail = last[height]
        if tail < 0 {
            first[height] = Int32(truncatingIfNeeded: index)
        } else {
            next[Int(tail)] = Int32(truncatingIfNeeded: index)
        }
        last[height] = Int32(truncatingIfNeeded: index)
    }
}
