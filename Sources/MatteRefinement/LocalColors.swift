import KernelDispatch
import TensorCore
import Threads

/// What colour the subject and the background have around each pixel, and how much it varies, from where a matte is
/// certain of them.
///
/// A pixel between them in colour is between them in alpha; sampling-based matting (Chuang et al., *A Bayesian Approach to
/// Digital Matting*, 2001) starts from the same question. Here the answer is an input of the edge network, which learned
/// where it is to be believed; `Weights/training/edge/colours.py` has the same constants.
///
/// On cells of 4 × 4 pixels the picture is weighted by matte² and (1 − matte)², much less where it is uncertain, and averaged
/// over windows of 5, 13, 37 and 121 cells and over everything; each wider window counts a tenth of the one before, so it
/// speaks where those have seen nothing certain.
///
/// Cost: some 300 operations a cell. Memory: 18 planes of cells for colour.
package struct LocalColors: Sendable {
    private let grid: ReducedGrid
    /// The subject's colour and its spread, then the background's.
    private let means: PlaneStack
    /// Planes of a colour: 1 (grey) or 3.
    private let channels: Int
    /// Planes that ``read(row:columns:into:stride:scratch:)`` writes.
    package var planeCount: Int { means.count }

    private static let cell = 4
    private static let radii = [2, 6, 18, 60]
    /// Windows up to this radius are summed anew for each row: what subtraction leaves behind where nothing is certain
    /// would outweigh the wider windows.
    private static let largestFreshRadius = 6
    private static let wider: Float = 0.1
    private static let uncertain: Float = 5e-4
    /// Rows of cells that a thread takes at a time: the windows above them are summed anew for each chunk.
    private static let chunkRows = 64

    /// - Parameters:
    ///   - guide: the picture.
    ///   - matte: in [0, 1], read at the picture's size.
    ///   - band: 0 certain … 1 unknown, read at the picture's size.
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    package init(
        guide: some GuideRows, matte: ScaledPlane, band: ScaledPlane, pool: ThreadPool
    ) throws(TensorError) {
        let (width, channels) = (guide.width, guide.channels)
        self.grid = ReducedGrid(width: width, height: guide.height, factor: Self.cell)
        self.channels = channels
        let weighted = try PlaneStack(width: grid.width, height: grid.height, count: 2 * (channels + 2))
        try grid.reduce(into: weighted, planes: 0..<channels + 2, pool: pool) { row, planes, stride in
            guide.read(row: row, columns: 0..<width, into: planes, stride: stride)
            matte.read(row: row, columns: 0..<width, into: planes + channels * stride)
            band.read(row: row, columns: 0..<width, into: planes + (channels + 1) * stride)
        }
        pool.forEach(grid.height) { [grid] row, _ in
            kernels.localColorWeights(
                weighted.row(0, row), planeStride: grid.width * grid.height, channels: channels,
                uncertain: Self.uncertain, count: grid.width)
        }
        self.means = try PlaneStack(width: grid.width, height: grid.height, count: 2 * (channels + 1))
        try average(weighted, pool: pool)
    }

    /// Fills `means` from weighted colours and weights.
    private func average(_ weighted: PlaneStack, pool: ThreadPool) throws(TensorError) {
        let planes = weighted.count
        let stride = GuidedTile.stride(forColumns: grid.width)
        let overall = Self.overallMeans(weighted)
        let chunks = (grid.height + Self.chunkRows - 1) / Self.chunkRows
        // A row as read, its window sums, their total, and column sums of each radius.
        let rowsOfThread = (3 + Self.radii.count) * planes
        let scratch = try FloatBuffer(
            count: rowsOfThread * stride * pool.threadCount, zeroed: true, purpose: "windows of local colours")
        pool.forEach(chunks) { chunk, slot in
            let row = scratch.base + slot * rowsOfThread * stride
            let windows = row + planes * stride
            let total = windows + planes * stride
            let columnSums = total + planes * stride

            func add(_ index: Int, to sums: UnsafeMutablePointer<Float>) {
                weighted.read(index, 0..<grid.width, into: row, stride: stride)
                kernels.boxAddRow(row, sums, planes * stride)
            }
            func subtract(_ index: Int, from sums: UnsafeMutablePointer<Float>) {
                weighted.read(index, 0..<grid.width, into: row, stride: stride)
                kernels.boxSubtractRow(row, sums, planes * stride)
            }

            let rows = chunk * Self.chunkRows..<min((chunk + 1) * Self.chunkRows, grid.height)
            for index in rows {
                for plane in 0..<planes {
                    (total + plane * stride).update(repeating: overall[plane], count: grid.width)
                }
                var share: Float = 1
                for (number, radius) in Self.radii.enumerated() {
                    let sums = columnSums + number * planes * stride
                    if index == rows.lowerBound || radius <= Self.largestFreshRadius {
                        sums.update(repeating: 0, count: planes * stride)
                        for above in max(index - radius, 0)...min(index + radius, grid.height - 1) {
                            add(above, to: sums)
                        }
                    } else {
                        if index - radius - 1 >= 0 { subtract(index - radius - 1, from: sums) }
                        if index + radius < grid.height { add(index + radius, to: sums) }
                    }
                    kernels.boxSlideRows(sums, stride, windows, stride, planes, 0, grid.width, radius, grid.width)
                    let side = Float(2 * radius + 1)
                    kernels.addScaled(windows, factor: share / (side * side), to: total, count: planes * stride)
                    share *= Self.wider
                }
                for side in 0..<2 {
                    kernels.localColorMeans(
                        total + side * (channels + 2) * stride, stride: stride, channels: channels,
                        gain: channels == 1 ? 3 : 1, means.row(side * (channels + 1), index),
                        planeStride: grid.width * grid.height, count: grid.width)
                }
            }
        }
    }

    /// The mean of each plane over all cells, as the widest window counts; a weight is never 0.
    private static func overallMeans(_ weighted: PlaneStack) -> [Float] {
        let share = radii.reduce(Double(1)) { product, _ in product * Double(wider) }
        let cells = Double(weighted.width * weighted.height)
        let isWeight = { (plane: Int) in plane % (weighted.count / 2) == weighted.count / 2 - 1 }
        return (0..<weighted.count).map { plane in
            let mean = kernels.sum(weighted.plane(plane), count: weighted.width * weighted.height) / cells
            return Float(mean * share + (isWeight(plane) ? 1e-12 : 0))
        }
    }

    /// Floats of scratch memory that ``read(row:columns:into:stride:)`` needs for so many columns.
    package func scratchCount(columns: Int) -> Int { means.count * enlargedCount(columns) + columns / grid.factor + 4 }

    /// Whole cells under any `columns` pixels, enlarged, and what the kernel writes past its end.
    private func enlargedCount(_ columns: Int) -> Int { (columns / grid.factor + 2) * grid.factor + 8 }

    /// Writes the columns of a row: the planes of the subject's colour, its spread, then the background's, `stride` floats
    /// apart.
    /// Several threads call it at once, each with scratch memory of its own.
    package func read(
        row: Int, columns: Range<Int>, into planes: UnsafeMutablePointer<Float>, stride: Int,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let factor = grid.factor
        let cells = columns.lowerBound / factor..<(columns.upperBound + factor - 1) / factor
        let enlarged = enlargedCount(columns.count)
        grid.enlarge(
            means, fineRow: row, columns: cells, blend: scratch + means.count * enlarged, into: scratch,
            stride: enlarged)
        for plane in 0..<means.count {
            (planes + plane * stride).update(
                from: scratch + plane * enlarged + columns.lowerBound - cells.lowerBound * factor, count: columns.count)
        }
    }
}
