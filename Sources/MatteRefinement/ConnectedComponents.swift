import KernelDispatch
import Raster
import TensorCore
import Threads

/// The connected parts of a mask: a number for each pixel, and of each part its area and the rectangle around it.
///
/// Labels are 0 in the ground and 1 to ``count`` within the parts, in the order of their first pixels, row by row from the
/// top: the same for every number of threads. Runs of pixels are joined by union-find (Tarjan 1975) whose tree is the map
/// of labels itself; strips of rows are labelled on all threads, then their seams are joined.
///
/// - Complexity: O(pixels), nearly. Memory: 4 bytes a pixel and 20 a part.
package struct ConnectedComponents: Sendable {
    /// Which neighbours belong together.
    package enum Connectivity: Sendable, CaseIterable {
        /// The ones at the sides.
        case four
        /// Those at the corners too.
        case eight
    }

    /// Columns.
    package let width: Int
    /// Rows.
    package let height: Int
    /// How many parts there are; their labels are 1 to this.
    package let count: Int
    /// `width · height` numbers, row by row.
    private var labels: FloatBuffer
    /// Pixels, first and last column, first and last row of each part.
    private let facts: FloatBuffer
    /// Whether the parts are those below the threshold.
    private let isBelow: Bool

    private static let factCount = 5
    /// Rows that are labelled by themselves.
    private static let stripRows = 64

    /// The parts of a matte where it reaches a threshold.
    ///
    /// In a cancelled task whose loops end early there are no parts; whoever lets them end looks for the cancellation.
    ///
    /// - Parameters:
    ///   - matte: `[1, H, W, 1]`.
    ///   - threshold: values from here on are within; those that are not numbers never are.
    ///   - isBelow: whether the parts are those of all the other pixels instead, of what the threshold leaves out.
    ///   - connectivity: which neighbours belong together. Parts and holes of one mask want different ones, or they cross at
    ///     corners.
    ///   - pool: the threads that share the work.
    /// - Throws: ``TensorError/shapeOverflow(dimensions:)`` for more than 2³¹ − 1 pixels,
    ///   ``TensorError/outOfMemory(byteCount:purpose:)``.
    package init(
        of matte: Tensor, reaching threshold: Float, isBelow: Bool = false, connectivity: Connectivity,
        pool: ThreadPool
    ) throws(TensorError) {
        let (width, height) = (matte.shape.width, matte.shape.height)
        precondition(matte.shape.batch == 1 && matte.shape.channels == 1, "a mask of shape \(matte.shape)")
        guard matte.shape.pixelCount <= Int(Int32.max) else {
            throw .shapeOverflow(dimensions: [1, height, width, 1])
        }
        self.width = width
        self.height = height
        let memory = try FloatBuffer(
            count: width * height, zeroed: true, purpose: "labels of a mask")
        let labels = Self.numbers(memory)
        let strips = (height + Self.stripRows - 1) / Self.stripRows
        func rows(_ strip: Int) -> Range<Int> {
            strip * Self.stripRows..<min((strip + 1) * Self.stripRows, height)
        }
        // How many roots a strip has, and -1 until it is known: loops may end early, and labels that are not made are no
        // indices.
        let roots = try FloatBuffer(count: max(strips, 1), zeroed: true, purpose: "counts of labels")
        let counts = Self.numbers(roots)
        func isWhole(_ mark: Int32) -> Bool { (0..<strips).allSatisfy { counts[$0] == mark } }
        // What must follow in order ends early, too.
        let inOrder = ThreadPool(threadCount: 1)

        let values = matte.borrowed
        pool.forEach(strips) { strip, _ in
            let rows = rows(strip)
            for row in rows {
                kernels.componentRuns(
                    values + row * width, threshold: threshold, isBelow: isBelow, labels, row: row, width: width)
                guard row > rows.lowerBound else { continue }
                kernels.componentJoin(labels, row: row, width: width, isDiagonal: connectivity == .eight)
            }
            counts[strip] = -1
        }
        withExtendedLifetime(matte) {}
        if isWhole(-1) {
            inOrder.forEach(strips) { strip, _ in
                if strip > 0 {
                    kernels.componentJoin(
                        labels, row: strip * Self.stripRows, width: width, isDiagonal: connectivity == .eight)
                }
                counts[strip] = -2
            }
        }
        if isWhole(-2) {
            pool.forEach(strips) { strip, _ in
                counts[strip] = rows(strip).reduce(0) {
                    $0 + Int32(kernels.componentRoots(labels, row: $1, width: width))
                }
            }
        }
        let isCounted = (0..<strips).allSatisfy { counts[$0] >= 0 }
        let total = isCounted ? (0..<strips).reduce(0) { $0 + Int(counts[$1]) } : 0
        let facts = try FloatBuffer(
            count: total * Self.factCount, purpose: "areas of \(total) parts of a mask")
        var (count, done) = (0, 0)
        if isCounted && total > 0 {
            inOrder.forEach(strips) { strip, _ in
                for row in rows(strip) {
                    count = kernels.componentFlatten(
                        labels, row: row, width: width, count: count, facts: Self.numbers(facts))
                }
                done += 1
            }
        }
        let isEnded = isCounted && (done == strips || total == 0)
        if isEnded && total == 0 {
            pool.forEach(height) { row, _ in (labels + row * width).update(repeating: 0, count: width) }
        }
        self.isBelow = isBelow
        self.count = isEnded ? count : 0
        self.labels =
            isEnded ? memory : try FloatBuffer(count: width * height, zeroed: true, purpose: "labels of a mask")
        self.facts = facts
    }

    /// Gives soft pixels to the parts that they are the rims of: those above 0, for parts below a threshold those below 1.
    ///
    /// Each soft pixel joins the part from which the fewest steps through soft pixels lead to it, of equally near ones mostly
    /// the one with the lower label. Soft pixels that no part reaches keep label 0. Areas and boxes stay those of the parts
    /// without their rims.
    ///
    /// - Parameter matte: the one whose parts these are.
    /// - Complexity: O(pixels), in the calling thread. Memory: another 4 bytes a pixel, and 4 a soft pixel.
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    package mutating func spread(over matte: Tensor, pool: ThreadPool) throws(TensorError) {
        precondition(matte.shape.width == width && matte.shape.height == height, "a matte of \(matte.shape)")
        guard count > 0 else { return }
        let memory = try FloatBuffer(count: width * height, purpose: "labels of a mask")
        let (old, labels, values) = (Self.numbers(self.labels), Self.numbers(memory), matte.borrowed)
        let inOrder = ThreadPool(threadCount: 1)
        let pieces = (height + Self.stripRows - 1) / Self.stripRows
        func rows(_ piece: Int) -> Range<Int> { piece * Self.stripRows..<min((piece + 1) * Self.stripRows, height) }
        var (soft, done) = (0, 0)
        inOrder.forEach(pieces) { piece, _ in
            for row in rows(piece) {
                (labels + row * width).update(from: old + row * width, count: width)
                soft += kernels.unlabelledCount(
                    labels + row * width, values + row * width, isBelow: isBelow, count: width)
            }
            done += 1
        }
        guard done == pieces else { return }
        let queueMemory = try FloatBuffer(count: soft, purpose: "the soft pixels of a mask")
        let queue = Self.numbers(queueMemory)
        var end = 0
        inOrder.forEach(pieces) { piece, _ in
            for row in rows(piece) {
                end = kernels.componentEdges(
                    labels, values, isBelow: isBelow, row: row, width: width, height: height, queue, end: end)
            }
            done += 1
        }
        // A piece of the wave is some milliseconds; there are no more than these.
        let step = 1 << 18
        var first = 0
        inOrder.forEach(soft / step + 1) { _, _ in
            (first, end) = kernels.componentSpread(
                labels, values, isBelow: isBelow, width: width, height: height, queue, first: first, end: end,
                limit: step)
        }
        withExtendedLifetime((matte, queueMemory)) {}
        // Where the loops ended early the parts stay without rims.
        if done == 2 * pieces && first == end { self.labels = memory }
    }

    /// Sets a matte's pixels of some parts.
    ///
    /// - Parameters:
    ///   - isFilled: for each label from 0 to ``count``, whether its pixels are set.
    ///   - value: to what.
    package func fill(
        _ matte: inout Tensor, where isFilled: [Bool], with value: Float, pool: ThreadPool
    ) throws(TensorError) {
        precondition(isFilled.count == count + 1, "\(isFilled.count) choices for \(count) parts and the ground")
        let fills = isFilled.map { $0 ? UInt8(1) : 0 }
        let (target, labels) = (try matte.exclusive(), Self.numbers(labels))
        pool.forEach(height) { row, _ in
            kernels.fillParts(target + row * width, labels + row * width, fills, with: value, count: width)
        }
        withExtendedLifetime(self) {}
    }

    /// The labels of a row, from left to right; the pointer is valid as long as these components are.
    package func row(_ y: Int) -> UnsafePointer<Int32> {
        precondition(y >= 0 && y < height, "row \(y) of \(height)")
        return UnsafePointer(Self.numbers(labels) + y * width)
    }

    /// The number of pixels of a part, `label` in 1 … ``count``.
    package func area(_ label: Int) -> Int { Int(fact(label)[0]) }

    /// The smallest rectangle around a part, `label` in 1 … ``count``.
    package func box(_ label: Int) -> PixelRect {
        let fact = fact(label)
        return PixelRect(columns: Int(fact[1])..<Int(fact[2]) + 1, rows: Int(fact[3])..<Int(fact[4]) + 1)
    }

    private func fact(_ label: Int) -> UnsafeMutablePointer<Int32> {
        precondition(label >= 1 && label <= count, "part \(label) of \(count)")
        return Self.numbers(facts) + (label - 1) * Self.factCount
    }

    /// Four bytes of a float buffer hold one number.
    private static func numbers(_ buffer: FloatBuffer) -> UnsafeMutablePointer<Int32> {
        UnsafeMutableRawPointer(buffer.base).assumingMemoryBound(to: Int32.self)
    }
}
