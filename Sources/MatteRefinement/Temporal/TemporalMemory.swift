import KernelDispatch
import TensorCore
import Threads

/// The planes of a temporal filter: cells are means of 2 × 2 pixels, blocks are means of 8 × 8 cells.
struct TemporalMemory: Sendable {
    private static let blockSide = 8

    private let cells: ReducedGrid
    private let blocks: ReducedGrid
    /// This frame.
    private let now: PlaneStack
    /// The average of the frames that the matte is averaged over.
    private let averaged: PlaneStack
    /// Frames in the average; what a new frame counts in it; the change of this frame; two planes for windows.
    private let ages: PlaneStack
    private let shares: PlaneStack
    private let change: PlaneStack
    private let window: PlaneStack
    /// Block means of this frame and of the one before it, and of the change.
    private var thumbnail: PlaneStack
    private var thumbnailBefore: PlaneStack
    private let blockChange: PlaneStack
    /// The share of each block's change that motion explains.
    private let blockMotion: PlaneStack
    /// How much brighter this frame is than the one before it.
    private var gain: Float = 1
    /// Variance of one frame's noise in a cell, once there is an estimate.
    private var variance: Float?
    /// The averaged matte; nil before the first frame.
    var matte: Tensor?

    init(_ guide: some GuideRows) throws(TensorError) {
        cells = ReducedGrid(width: guide.width, height: guide.height, factor: 2)
        blocks = ReducedGrid(width: cells.width, height: cells.height, factor: Self.blockSide)
        let (width, height) = (cells.width, cells.height)
        now = try PlaneStack(width: width, height: height, count: guide.channels)
        averaged = try PlaneStack(width: width, height: height, count: guide.channels)
        ages = try PlaneStack(width: width, height: height, count: 1)
        shares = try PlaneStack(width: width, height: height, count: 1)
        change = try PlaneStack(width: width, height: height, count: 1)
        window = try PlaneStack(width: width, height: height, count: 1)
        thumbnail = try PlaneStack(width: blocks.width, height: blocks.height, count: guide.channels)
        thumbnailBefore = try PlaneStack(width: blocks.width, height: blocks.height, count: guide.channels)
        blockChange = try PlaneStack(width: blocks.width, height: blocks.height, count: 1)
        blockMotion = try PlaneStack(width: blocks.width, height: blocks.height, count: 1)
    }

    func isOf(width: Int, height: Int, channels: Int) -> Bool {
        cells.fineWidth == width && cells.fineHeight == height && now.count == channels
    }

    // MARK: Reading a frame

    /// Takes in the next frame: its cells and blocks; those of the frame before stay beside them.
    mutating func read(_ guide: some GuideRows, pool: ThreadPool) throws(TensorError) {
        swap(&thumbnail, &thumbnailBefore)
        try cells.reduce(into: now, planes: 0..<now.count, pool: pool) { row, planes, stride in
            guide.read(row: row, columns: 0..<guide.width, into: planes, stride: stride)
        }
        try reduceToBlocks(now, into: thumbnail, pool: pool)
        gain = medianRatio
    }

    /// Block means of planes of cells.
    private func reduceToBlocks(_ source: PlaneStack, into target: PlaneStack, pool: ThreadPool) throws(TensorError) {
        try blocks.reduce(into: target, planes: 0..<source.count, pool: pool) { row, planes, stride in
            source.read(row, 0..<source.width, into: planes, stride: stride)
        }
    }

    // MARK: What happened since the frame before

    /// Whether this frame and the one before it show different scenes: block means differ by more than half of
    /// what unrelated pictures of their contrasts differ by on average, var + var. Contrasts below 0.02 count as that.
    var isCut: Bool {
        var (difference, contrast) = (0.0, 0.0)
        let count = Double(thumbnail.width * thumbnail.height)
        for plane in 0..<thumbnail.count {
            var (sum, sumBefore, square, squareBefore) = (0.0, 0.0, 0.0, 0.0)
            let (values, valuesBefore) = (thumbnail.plane(plane), thumbnailBefore.plane(plane))
            for index in 0..<thumbnail.width * thumbnail.height {
                let (value, before) = (Double(values[index]), Double(valuesBefore[index] * gain))
                difference += (value - before) * (value - before)
                (sum, sumBefore) = (sum + value, sumBefore + before)
                (square, squareBefore) = (square + value * value, squareBefore + before * before)
            }
            contrast += square + squareBefore - (sum * sum + sumBefore * sumBefore) / count
            contrast += 2 * 0.02 * 0.02 * count
        }
        return difference > 0.5 * contrast
    }

    /// The median ratio of blocks to those of the frame before, over blocks that are neither black nor clipped; between one
    /// half and 2.
    private var medianRatio: Float {
        var ratios: [Float] = []
        for index in sampledBlocks {
            let (value, before) = (luma(thumbnail, index), luma(thumbnailBefore, index))
            if before > 0.05 && before < 0.95 && value > 0.02 && value < 0.98 { ratios.append(value / before) }
        }
        if ratios.isEmpty { return 1 }
        ratios.sort()
        return min(max(ratios[ratios.count / 2], 0.5), 2)
    }

    /// Blocks that are asked for medians and quartiles: some thousands of them say it as well as all do.
    private var sampledBlocks: StrideTo<Int> {
        let count = blocks.width * blocks.height
        return stride(from: 0, to: count, by: max(count / 2048, 1))
    }

    /// The mean of a block's channels.
    private func luma(_ thumbnail: PlaneStack, _ index: Int) -> Float {
        (0..<thumbnail.count).reduce(0) { $0 + thumbnail.plane($1)[index] } / Float(thumbnail.count)
    }

    /// Compares the frame with the average, and says how much of that is noise: its variance in a cell.
    mutating func noiseVariance(
        within bounds: ClosedRange<Float>, pool: ThreadPool
    ) throws(TensorError) -> Float {
        let planeStride = now.width * now.height
        // Motion shows in one channel, green, as well as in three.
        let middle = now.count / 2
        pool.forEach(blocks.height) { block, _ in
            for y in blocks.fineRows(block) {
                kernels.temporalChangeRow(
                    now.row(0, y), average: averaged.row(0, y), planes: now.count, planeStride: planeStride,
                    gain: gain, ages: ages.row(0, y), change.row(0, y), count: now.width)
            }
            kernels.temporalMotionRow(
                now.plane(middle), average: averaged.plane(middle), gain: gain, width: now.width, height: now.height,
                rows: blocks.fineRows(block), blockMotion.row(0, block), blocks: blocks.width)
        }
        try reduceToBlocks(change, into: blockChange, pool: pool)
        var changes: [Float] = []
        for index in sampledBlocks {
            let value = luma(thumbnail, index)
            let change = blockChange.plane(0)[index] * (1 - blockMotion.plane(0)[index])
            // A hundredth of a level is no noise but rounding.
            if value > 0.02 && value < 0.98 && change > 1e-9 { changes.append(change) }
        }
        changes.sort()
        var estimate = changes.isEmpty ? 0 : changes[changes.count / 4]
        if let variance { estimate = min(estimate, variance * 1.1) }
        let (least, most) = (bounds.lowerBound, bounds.upperBound)
        let bounded = min(max(estimate, least * least), most * most)
        variance = bounded
        return bounded
    }

    // MARK: Averaging

    /// Begins an average with this frame alone.
    mutating func begin(pool: ThreadPool) {
        variance = nil
        pool.forEach(cells.height) { y, _ in
            for plane in 0..<now.count {
                averaged.row(plane, y).update(from: now.row(plane, y), count: now.width)
            }
            ages.row(0, y).update(repeating: 1, count: now.width)
        }
    }

    /// Ages every cell, or makes it young again where the picture changed within `radius` cells.
    func age(still: Float, moved: Float, longest: Float, radius: Int, pool: ThreadPool) {
        let (width, height) = (cells.width, cells.height)
        // Window means, then the largest of a row's neighbours; `shares` is free until ages are known.
        pool.forEach(height) { y, _ in
            let (means, largest) = (shares.row(0, y), window.row(0, y))
            kernels.temporalWindowRow(
                above: change.row(0, max(y - 1, 0)), change.row(0, y), below: change.row(0, min(y + 1, height - 1)),
                means, count: width)
            largest.update(from: means, count: width)
            for step in 1...radius where step < width {
                kernels.raise(largest + step, to: means, count: width - step)
                kernels.raise(largest, to: means + step, count: width - step)
            }
        }
        pool.forEach(height) { y, _ in
            let largest = change.row(0, y)
            largest.update(from: window.row(0, y), count: width)
            for other in max(y - radius, 0)...min(y + radius, height - 1) where other != y {
                kernels.raise(largest, to: window.row(0, other), count: width)
            }
            kernels.temporalAgeRow(
                largest, still: still, moved: moved, longest: longest, ages: ages.row(0, y), shares: shares.row(0, y),
                count: width)
        }
    }

    /// Averages the picture, and calls `blend` with each row of pixels and the shares of its cells.
    func average(pool: ThreadPool, blend: (_ row: Int, _ shares: UnsafePointer<Float>) -> Void) {
        pool.forEach(cells.height) { y, _ in
            let shares = shares.row(0, y)
            for plane in 0..<now.count {
                kernels.temporalAverageRow(
                    now.row(plane, y), gain: gain, shares: shares, into: averaged.row(plane, y), count: cells.width)
            }
            for row in cells.fineRows(y) { blend(row, shares) }
        }
    }
}
