import KernelDispatch
import TensorCore
import Threads

/// The greatest value of a matte within a disc around each pixel, or the least.
///
/// What lies outside the picture is neither: at its border a disc is cut off.
///
/// - Complexity: O(pixels), whatever the radius: three comparisons a pixel and line, of which there are at most eight, and
///   some 120 operations for its rim. Memory: another plane, and for each thread rows of a line's length.
package struct GreyDilation: Sendable {
    private let shape: DiscShape
    /// Rows that a thread takes at a time.
    private static let chunkRows = 32
    /// Less than all values, and nothing where its weight is 0, as infinity would not be.
    private static let outside: Float = -1e30
    /// Beyond a row, for whole vectors.
    private static let margin = 32

    package init(radius: Double) { shape = DiscShape(radius: radius) }

    /// - Parameters:
    ///   - matte: `[1, H, W, 1]`, finite; becomes the result.
    ///   - isErosion: whether the least is found instead of the greatest.
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    package func apply(to matte: inout Tensor, isErosion: Bool, pool: ThreadPool) throws(TensorError) {
        if matte.shape.elementCount == 0 || shape.rim == 0 && shape.lines.isEmpty { return }
        let (width, height) = (matte.shape.width, matte.shape.height)
        // The least is the greatest of what has the other sign, bit for bit.
        func negate(_ values: UnsafeMutablePointer<Float>) {
            pool.forEach(height) { row, _ in kernels.negate(values + row * width, count: width) }
        }
        if isErosion { negate(try matte.exclusive()) }
        var other = try Tensor(zeros: matte.shape)
        for line in shape.lines {
            if line.y == 0 {
                try dilateRows(of: try matte.exclusive(), width, height, reach: line.reach, pool)
                continue
            }
            try dilate(matte.borrowed, along: line, into: try other.exclusive(), width, height, pool)
            swap(&matte, &other)
        }
        if shape.rim > 0 {
            try dilateByRim(matte.borrowed, into: try other.exclusive(), width, height, pool)
            swap(&matte, &other)
        }
        if isErosion { negate(try matte.exclusive()) }
    }

    private func dilateRows(
        of values: UnsafeMutablePointer<Float>, _ width: Int, _ height: Int, reach: Int, _ pool: ThreadPool
    ) throws(TensorError) {
        let size = 2 * (width + 2 * reach)
        let scratch = try FloatBuffer(count: size * pool.threadCount, purpose: "rows of a dilation")
        pool.forEach((height + Self.chunkRows - 1) / Self.chunkRows) { chunk, slot in
            for row in chunk * Self.chunkRows..<min((chunk + 1) * Self.chunkRows, height) {
                kernels.slidingMaximum(
                    values + row * width, scratch.base + slot * size, reach: reach, count: width)
            }
        }
        withExtendedLifetime(scratch) {}
    }

    /// Along a line that goes down: rows that are `line.y` apart make chains, in each of which windows of 2·reach + 1
    /// rows are the end of a block and the start of the next (van Herk 1992; Gil and Werman 1993), shifted by `line.x` a step.
    private func dilate(
        _ source: UnsafePointer<Float>, along line: (x: Int, y: Int, reach: Int),
        into target: UnsafeMutablePointer<Float>, _ width: Int, _ height: Int, _ pool: ThreadPool
    ) throws(TensorError) {
        let (reach, length) = (line.reach, 2 * line.reach + 1)
        // A window may begin outside, beside the picture.
        let side = reach * abs(line.x) + 2
        let padded = width + 2 * side
        // Before and after a row there is nothing but -infinity, where a step leads beyond it.
        let stride = padded + 2 * Self.margin
        // The ends of a block's rows, and two rows of the next one's starts, with an empty row.
        let size = (length + 3) * stride
        let scratch = try FloatBuffer(count: size * pool.threadCount, purpose: "lines of a dilation")
        let blocks = max(Self.chunkRows / length, 1)
        let chainRows = (height + line.y - 1) / line.y
        let chunks = (chainRows + blocks * length - 1) / (blocks * length)
        pool.forEach(chunks * line.y) { number, slot in
            let (chunk, chain) = number.quotientAndRemainder(dividingBy: line.y)
            let base = scratch.base + slot * size
            base.update(repeating: -.infinity, count: size)
            func row(_ index: Int) -> UnsafeMutablePointer<Float> { base + index * stride + Self.margin }
            let empty = row(length + 2)
            // Rows of the chain, in the picture or outside.
            func values(_ index: Int) -> UnsafePointer<Float>? {
                let y = chain + index * line.y
                return index >= 0 && y < height ? source + y * width : nil
            }
            func step(
                _ previous: UnsafePointer<Float>, _ index: Int, _ shift: Int, into result: UnsafeMutablePointer<Float>
            ) {
                if let values = values(index) {
                    kernels.raiseShifted(previous + shift, values, offset: side, width: width, result, count: padded)
                } else {
                    result.update(from: previous + shift, count: padded)
                }
            }
            for block in 0..<blocks {
                let first = (chunk * blocks + block) * length
                // The block's rows are first - reach ... first + reach; their ends from the last one up.
                for place in Swift.stride(from: length - 1, through: 0, by: -1) {
                    step(
                        place == length - 1 ? empty : row(place + 1), first - reach + place, line.x, into: row(place))
                }
                for place in 0..<length {
                    let y = chain + (first + place) * line.y
                    guard y < height else { break }
                    let ends = row(place) + side - reach * line.x
                    let result = target + y * width
                    if place == 0 {
                        result.update(from: ends, count: width)
                        continue
                    }
                    let starts = row(length + place % 2)
                    step(
                        place == 1 ? empty : row(length + 1 - place % 2), first + reach + place, -line.x, into: starts)
                    kernels.greaterOf(ends, starts + side + reach * line.x, result, count: width)
                }
            }
        }
        withExtendedLifetime(scratch) {}
    }

    private func dilateByRim(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, _ width: Int, _ height: Int,
        _ pool: ThreadPool
    ) throws(TensorError) {
        let (points, samples) = (shape.points, shape.samples)
        let reach = Int(shape.rim) + 1
        let stride = width + 2 * reach + Self.margin
        // One row to spare after the lowest, which is read with weight 0, and one for what is found.
        let size = (Self.chunkRows + 2 * reach + 3) * stride
        let scratch = try FloatBuffer(count: size * pool.threadCount, purpose: "rows of a dilation")
        let offsets = (points + samples.map { ($0.x, $0.y) }).map { $0.1 * stride + $0.0 }
        let weights = samples.flatMap(\.weights)
        pool.forEach((height + Self.chunkRows - 1) / Self.chunkRows) { chunk, slot in
            let rows = chunk * Self.chunkRows..<min((chunk + 1) * Self.chunkRows, height)
            let base = scratch.base + slot * size
            base.update(repeating: Self.outside, count: size)
            for y in max(rows.lowerBound - reach, 0)..<min(rows.upperBound + reach, height) {
                (base + (y - rows.lowerBound + reach) * stride + reach).update(from: source + y * width, count: width)
            }
            // The last row of the scratch memory takes what is found, as whole vectors are written.
            let result = base + (Self.chunkRows + 2 * reach + 2) * stride
            for y in rows {
                kernels.discMaximum(
                    base + (y - rows.lowerBound + reach) * stride + reach, stride: stride, offsets: offsets,
                    points: points.count, weights: weights, samples: samples.count, result, count: width)
                (target + y * width).update(from: result, count: width)
            }
        }
        withExtendedLifetime(scratch) {}
    }
}
