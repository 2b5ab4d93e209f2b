import TensorCore
import Threads

extension ClosedFormMatting {
    /// Solves a large region on a smaller picture, for what its tiles begin with: far certain pixels are then felt beyond a
    /// tile. The change that the solution makes there is added to the region's unknown pixels, interpolated, so that the
    /// detail of what they began with is kept.
    func solveReduced(
        _ region: SolvingTiles.Rect, free: SolvingTiles.Rect, _ problem: SolvingProblem,
        _ values: UnsafeMutablePointer<Float>, _ pool: ThreadPool
    ) throws(TensorError) {
        var factor = 2
        while (region.columns.count / factor + 1) * (region.rows.count / factor + 1) > SolvingTiles.largestArea {
            factor += 1
        }
        let width = (region.columns.count + factor - 1) / factor
        let height = (region.rows.count + factor - 1) / factor
        let shape = try TensorShape(height: height, width: width, channels: 1)
        var alpha = try Tensor(zeros: shape)
        var colors = try Tensor(zeros: shape.with(channels: 3))
        // A pixel is unknown where any of its own are; bytes in a buffer of floats.
        let mask = try FloatBuffer(count: (width * height + 3) / 4 + 1, zeroed: true, purpose: "a smaller trimap")
        let bytes = UnsafeMutableRawPointer(mask.base).bindMemory(to: UInt8.self, capacity: width * height)
        let rowStride = region.columns.count
        let rowBuffers = try FloatBuffer(count: 3 * rowStride * pool.threadCount, purpose: "rows of a picture")
        let (colorBase, alphaBase) = (try colors.exclusivePointer(), try alpha.exclusivePointer())
        let rectangle = Rectangle(region: region, free: free, factor: factor)
        pool.forEach(height) { y, slot in
            let planes = rowBuffers.base + slot * 3 * rowStride
            let rows = rectangle.rows(y)
            for row in rows {
                problem.readGuide(row: row, columns: region.columns, into: planes, stride: rowStride)
                for x in 0..<width {
                    let columns = rectangle.columns(x)
                    let share = 1 / Float(columns.count * rows.count)
                    let target = colorBase + (y * width + x) * 3
                    var (sum, isUnknown) = (Float(0), false)
                    for column in columns {
                        let index = column - region.columns.lowerBound
                        target[0] += planes[index] * share
                        target[1] += planes[rowStride + index] * share
                        target[2] += planes[2 * rowStride + index] * share
                        sum += values[row * problem.width + column]
                        if problem.mask[row * problem.width + column] == problem.unknownValue,
                            free.columns.contains(column), free.rows.contains(row)
                        {
                            isUnknown = true
                        }
                    }
                    alphaBase[y * width + x] += sum * share
                    if isUnknown { bytes[y * width + x] = 1 }
                }
            }
        }
        let before = alpha
        let guide = Borrowed(base: UnsafePointer(colorBase))
        let smaller = SolvingProblem(
            width: width, height: height, mask: bytes, unknownValue: 1, guideChannels: 3
        ) { row, columns, planes, stride in
            for channel in 0..<3 {
                for (index, x) in columns.enumerated() {
                    planes[channel * stride + index] = guide.base[(row * width + x) * 3 + channel]
                }
            }
        }
        var loose = self
        // It is where the tiles begin, no more.
        loose.tolerance = max(tolerance, 1e-3)
        _ = try loose.solve(&alpha, smaller, pool: pool)
        withExtendedLifetime((colors, mask)) {}
        if Task.isCancelled { return }
        add(alpha, minus: before, rectangle, problem, values, pool)
    }

    /// Adds the interpolated difference of two small mattes to the unknown pixels of a region.
    private func add(
        _ after: Tensor, minus before: Tensor, _ rectangle: Rectangle, _ problem: SolvingProblem,
        _ values: UnsafeMutablePointer<Float>, _ pool: ThreadPool
    ) {
        let (width, height) = (after.shape.width, after.shape.height)
        after.withValues { after in
            before.withValues { before in
                pool.forEach(rectangle.region.rows.count) { index, _ in
                    let y = rectangle.region.rows.lowerBound + index
                    let (top, weightY) = rectangle.position(index, below: height)
                    let (upper, lower) = (top * width, min(top + 1, height - 1) * width)
                    for (column, x) in rectangle.region.columns.enumerated() {
                        let place = y * problem.width + x
                        guard problem.mask[place] == problem.unknownValue, rectangle.free.columns.contains(x),
                            rectangle.free.rows.contains(y)
                        else { continue }
                        let (left, weightX) = rectangle.position(column, below: width)
                        let right = min(left + 1, width - 1)
                        func change(_ row: Int) -> Float {
                            let first = after[row + left] - before[row + left]
                            let second = after[row + right] - before[row + right]
                            return first + weightX * (second - first)
                        }
                        let above = change(upper)
                        let value = values[place] + above + weightY * (change(lower) - above)
                        values[place] = min(max(value, 0), 1)
                    }
                }
            }
        }
    }

    /// A region and its smaller picture.
    private struct Rectangle: Sendable {
        let region: SolvingTiles.Rect
        let free: SolvingTiles.Rect
        let factor: Int

        func columns(_ x: Int) -> Range<Int> { Self.range(x, factor, of: region.columns) }
        func rows(_ y: Int) -> Range<Int> { Self.range(y, factor, of: region.rows) }

        private static func range(_ index: Int, _ factor: Int, of range: Range<Int>) -> Range<Int> {
            let first = range.lowerBound + index * factor
            return first..<min(first + factor, range.upperBound)
        }

        /// Between which of the smaller picture's pixels, and how far from the first, the middle of a pixel lies.
        func position(_ index: Int, below limit: Int) -> (Int, Float) {
            let position = max((Float(index) + 0.5) / Float(factor) - 0.5, 0)
            let first = min(Int(position), limit - 1)
            return (first, position - Float(first))
        }
    }

    private struct Borrowed: @unchecked Sendable {
        // Unchecked: only read.
        let base: UnsafePointer<Float>
    }
}

extension Tensor {
    /// The values of a tensor that nobody shares.
    fileprivate mutating func exclusivePointer() throws(TensorError) -> UnsafeMutablePointer<Float> {
        try withMutableValues { values in
            guard let base = values.baseAddress else { preconditionFailure("a tensor without memory") }
            return base
        }
    }
}
