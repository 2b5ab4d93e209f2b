import KernelDispatch
import TensorCore
import Threads

extension SubjectLabels {
    /// What a subject covers.
    package struct Extent: Sendable, Equatable {
        /// The sum of its alphas.
        package var area = 0.0
        /// The columns and rows of its body's pixels; empty where it has none.
        package var columns = 0..<0
        package var rows = 0..<0
        /// The number of its pixels of at least the threshold, and the sum of their alphas.
        package var bodyCount = 0
        package var bodyArea = 0.0

        package init() {}

        fileprivate mutating func add(_ other: Extent) {
            area += other.area
            bodyCount += other.bodyCount
            bodyArea += other.bodyArea
            columns = Self.union(columns, other.columns)
            rows = Self.union(rows, other.rows)
        }

        fileprivate static func union(_ a: Range<Int>, _ b: Range<Int>) -> Range<Int> {
            if a.isEmpty { return b }
            if b.isEmpty { return a }
            return min(a.lowerBound, b.lowerBound)..<max(a.upperBound, b.upperBound)
        }
    }

    private static let bandHeight = 64

    /// What each subject covers, of label 1 first; areas are summed in an order that does not depend on the threads.
    ///
    /// - Parameters:
    ///   - matte: that the labels were made of.
    ///   - threshold: the least alpha of bodies.
    package func extents(of matte: Tensor, threshold: Float, pool: ThreadPool) -> [Extent] {
        precondition(matte.shape.width == width && matte.shape.height == height, "a matte of another size")
        guard count > 0 else { return [] }
        let bands = (height + Self.bandHeight - 1) / Self.bandHeight
        var partial = [Extent](repeating: Extent(), count: bands * count)
        partial.withUnsafeMutableBufferPointer { partial in
            pool.forEach(bands) { band, _ in
                for y in band * Self.bandHeight..<min((band + 1) * Self.bandHeight, height) {
                    measure(row: y, matte.borrowed + y * width, threshold, partial, band * count)
                }
            }
        }
        withExtendedLifetime(matte) {}
        var extents = [Extent](repeating: Extent(), count: count)
        for index in partial.indices { extents[index % count].add(partial[index]) }
        return extents
    }

    private func measure(
        row y: Int, _ alpha: UnsafePointer<Float>, _ threshold: Float,
        _ extents: UnsafeMutableBufferPointer<Extent>, _ first: Int
    ) {
        let isNear = isNearBody.base + y / grid.factor * grid.width
        var x = 0
        while x < width {
            let start = x
            var label = count
            if let map {
                let line = map.base + y * width
                label = Int(line[start])
                repeat { x += 1 } while x < width && Int(line[x]) == label
            } else {
                x = width
            }
            // No label is 0, unless loops ended early.
            guard label > 0 else { continue }
            extents[first + label - 1].add(extent(of: start..<x, row: y, alpha, threshold, isNear))
        }
    }

    /// What a run of pixels of one label has.
    private func extent(
        of run: Range<Int>, row y: Int, _ alpha: UnsafePointer<Float>, _ threshold: Float,
        _ isNear: UnsafePointer<UInt8>
    ) -> Extent {
        var extent = Extent()
        extent.area = kernels.sum(alpha + run.lowerBound, count: run.count)
        guard extent.area > 0 else { return extent }
        func isBody(_ x: Int) -> Bool { alpha[x] >= threshold && isNear[x / grid.factor] != 0 }
        if let left = run.first(where: isBody), let right = run.last(where: isBody) {
            extent.columns = left..<right + 1
            extent.rows = y..<y + 1
        }
        for x in run where alpha[x] >= threshold {
            extent.bodyCount &+= 1
            extent.bodyArea += Double(alpha[x])
        }
        return extent
    }

    /// The sums of what a place of the picture has, over the pixels of each label where there is any of the matte; label 1
    /// first. Values are asked for once a cell.
    ///
    /// - Parameter value: of the place (x, y) of a grid of `width` × `height` cells.
    package func sums(
        _ value: (_ x: Double, _ y: Double, _ width: Double, _ height: Double) -> Double
    ) -> [Double] {
        var sums = [Double](repeating: 0, count: count)
        for y in 0..<grid.height {
            let rows = grid.fineRows(y).count
            for x in 0..<grid.width where coverage.row(0, y)[x] > 0 {
                let label = Int(cells.base[y * grid.width + x])
                guard label > 0 else { continue }
                let columns = min((x + 1) * grid.factor, grid.fineWidth) - x * grid.factor
                let share = value(Double(x), Double(y), Double(grid.width), Double(grid.height))
                sums[label - 1] += share * Double(rows * columns)
            }
        }
        return sums
    }

    /// The share of a matte that is one subject's, `[1, H, W, 1]`. The shares of all sum to the matte, exactly.
    ///
    /// A line between two subjects passes over two pixels: labels count by 3 × 3 pixels, those of (1 2 1) (1 2 1)ᵀ in
    /// sixteenths. A sixteenth of an alpha is rounded to a multiple of that alpha's own last place, so that any sum of
    /// sixteenths is exact; who has the pixel in the middle has what the others leave.
    ///
    /// - Parameters:
    ///   - label: 1 to ``count``.
    ///   - matte: that the labels were made of.
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    /// - Complexity: O(pixels); a single subject's is the matte itself, without a copy.
    package func matte(of label: Int, in matte: Tensor, pool: ThreadPool) throws(TensorError) -> Tensor {
        precondition(label >= 1 && label <= count, "subject \(label) of \(count)")
        precondition(matte.shape.width == width && matte.shape.height == height, "a matte of another size")
        guard let map else { return matte }
        let own = UInt8(label)
        let room = width + 2
        let scratch = try NumberBuffer<UInt8>(count: room * pool.threadCount, purpose: "a row of labels")
        let share = try Tensor(shape: matte.shape) { target in
            guard let target = target.baseAddress else { return }
            pool.forEach(height) { y, slot in
                let above = map.base + max(y - 1, 0) * width
                let here = map.base + y * width
                let below = map.base + min(y + 1, height - 1) * width
                Self.shareRow(
                    matte.borrowed + y * width, above, here, below, own, scratch.base + slot * room + 1,
                    target + y * width, width)
            }
        }
        withExtendedLifetime((matte, scratch)) {}
        return share
    }

    /// - Parameter sums: room for a row, and a place before and after it.
    private static func shareRow(
        _ alpha: UnsafePointer<Float>, _ above: UnsafePointer<UInt8>, _ here: UnsafePointer<UInt8>,
        _ below: UnsafePointer<UInt8>, _ own: UInt8, _ sums: UnsafeMutablePointer<UInt8>,
        _ target: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        for x in 0..<count {
            let middle: UInt8 = here[x] == own ? 2 : 0
            sums[x] = middle &+ (above[x] == own ? 1 : 0) &+ (below[x] == own ? 1 : 0)
        }
        sums[-1] = sums[0]
        sums[count] = sums[count &- 1]
        for x in 0..<count {
            let sixteenths = sums[x &- 1] &+ 2 &* sums[x] &+ sums[x &+ 1]
            let value = alpha[x]
            let sixteenth = value * 0.0625 + value - value
            let isMiddle = here[x] == own
            let part = sixteenth * Float(isMiddle ? 16 &- sixteenths : sixteenths)
            target[x] = isMiddle ? value - part : part
        }
    }
}
