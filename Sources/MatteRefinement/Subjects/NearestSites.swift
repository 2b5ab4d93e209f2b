import TensorCore
import Threads

/// The nearest of some sites for every place of a grid, by exact Euclidean distance: a distance transform that also says
/// which site.
///
/// First the nearest site of each column, downwards and upwards; then, in each row, the lower envelope of the parabolas
/// that stand above these sites, in whole numbers. Of sites that are equally near the one of the leftmost column is taken,
/// in it the upper one.
///
/// - Complexity: O(places), whatever the sites. Memory: 8 bytes a place while it is made, 4 then.
/// - Note: P. Felzenszwalb, D. Huttenlocher, *Distance Transforms of Sampled Functions*, Theory of Computing 2012; whole
///   numbers after A. Meijster, J. Roerdink, W. Hesselink, *A General Algorithm for Computing Distance Transforms in
///   Linear Time*, ISMM 2000.
package struct NearestSites: Sendable {
    package let width: Int
    package let height: Int
    private let places: NumberBuffer<Int32>

    private static let stripWidth = 64
    private static let bandHeight = 16

    /// - Parameters:
    ///   - isSite: `width · height` bytes, row by row, not zero at the sites.
    ///   - width: at least 1.
    ///   - height: at least 1; at most 2³¹ − 1 places in all.
    ///   - pool: the threads that share the work.
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    package init(
        _ isSite: UnsafePointer<UInt8>, width: Int, height: Int, pool: ThreadPool
    ) throws(TensorError) {
        precondition(width >= 1 && height >= 1 && width * height <= Int32.max, "a grid of \(width)×\(height)")
        self.width = width
        self.height = height
        // Zeros are places, too: where loops end early nothing points out of the grid.
        self.places = try NumberBuffer(count: width * height, purpose: "nearest sites")
        let rows = try NumberBuffer<Int32>(count: width * height, purpose: "nearest sites")
        pool.forEach((width + Self.stripWidth - 1) / Self.stripWidth) { strip, _ in
            let first = strip * Self.stripWidth
            Self.searchColumns(
                isSite + first, width: min(Self.stripWidth, width - first), stride: width, height: height,
                into: rows.base + first)
        }
        let scratch = try NumberBuffer<Int32>(count: 2 * width * pool.threadCount, purpose: "nearest sites")
        pool.forEach((height + Self.bandHeight - 1) / Self.bandHeight) { band, slot in
            let sites = scratch.base + 2 * width * slot
            for y in band * Self.bandHeight..<min((band + 1) * Self.bandHeight, height) {
                Self.searchRow(
                    y, rows: rows.base + y * width, width: width, sites: sites, starts: sites + width,
                    into: places.base + y * width)
            }
        }
    }

    /// The index of the nearest site of a place, itself at a site; nil where there are none.
    package subscript(index: Int) -> Int? {
        let place = places.base[index]
        return place >= 0 ? Int(place) : nil
    }

    /// The squared distance of a place to its nearest site; nil where there are none.
    package func squaredDistance(at index: Int) -> Int? {
        guard let site = self[index] else { return nil }
        let (dx, dy) = (site % width - index % width, site / width - index / width)
        return dx * dx + dy * dy
    }

    /// For each place of some columns the row of the nearest site in its column, -1 without any.
    private static func searchColumns(
        _ isSite: UnsafePointer<UInt8>, width: Int, stride: Int, height: Int,
        into rows: UnsafeMutablePointer<Int32>
    ) {
        for y in 0..<height {
            let (row, line) = (Int32(truncatingIfNeeded: y), y &* stride)
            for x in 0..<width {
                let above = y > 0 ? rows[line &- stride &+ x] : -1
                rows[line &+ x] = isSite[line &+ x] != 0 ? row : above
            }
        }
        guard height > 1 else { return }
        for y in (0..<height - 1).reversed() {
            let (row, line) = (Int32(truncatingIfNeeded: y), y &* stride)
            for x in 0..<width {
                let (above, below) = (rows[line &+ x], rows[line &+ stride &+ x])
                // The row below knows only what is below it once it has nothing nearer above.
                if below > row && (above < 0 || below &- row < row &- above) { rows[line &+ x] = below }
            }
        }
    }

    /// The nearest sites of a row's places, -1 without any.
    private static func searchRow(
        _ y: Int, rows: UnsafePointer<Int32>, width: Int, sites: UnsafeMutablePointer<Int32>,
        starts: UnsafeMutablePointer<Int32>, into target: UnsafeMutablePointer<Int32>
    ) {
        func height(_ column: Int) -> Int {
            let distance = y &- Int(rows[column])
            return distance &* distance
        }
        func distance(_ x: Int, _ column: Int) -> Int {
            let across = x &- column
            return across &* across &+ height(column)
        }
        // The columns whose parabolas are lowest somewhere, and from where on.
        var last = -1
        for column in 0..<width where rows[column] >= 0 {
            while last >= 0 {
                let start = Int(starts[last])
                guard distance(start, Int(sites[last])) > distance(start, column) else { break }
                last &-= 1
            }
            if last < 0 {
                last = 0
                sites[0] = Int32(truncatingIfNeeded: column)
                starts[0] = 0
            } else {
                // Where the former parabola is not above this one yet; no less than its start, so not negative.
                let other = Int(sites[last])
                let numerator = column &* column &- other &* other &+ height(column) &- height(other)
                let start = numerator / (2 &* (column &- other)) &+ 1
                if start < width {
                    last &+= 1
                    sites[last] = Int32(truncatingIfNeeded: column)
                    starts[last] = Int32(truncatingIfNeeded: start)
                }
            }
        }
        guard last >= 0 else { return target.update(repeating: -1, count: width) }
        for x in (0..<width).reversed() {
            let site = Int(sites[last])
            target[x] = rows[site] &* Int32(truncatingIfNeeded: width) &+ Int32(truncatingIfNeeded: site)
            if last > 0 && x == Int(starts[last]) { last &-= 1 }
        }
    }
}
