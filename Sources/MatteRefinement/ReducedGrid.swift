import KernelDispatch
import TensorCore
import Threads

/// A picture's grid and the one that is `factor` times coarser, whose last row and column may stand for fewer pixels.
///
/// Coarse pixel i covers the fine pixels i·factor ..< (i + 1)·factor, so the same formula with half-pixel centres leads
/// back: fine pixel x lies at (x + 1/2) / factor - 1/2.
struct ReducedGrid {
    let fineWidth: Int
    let fineHeight: Int
    let factor: Int
    let width: Int
    let height: Int

    init(width: Int, height: Int, factor: Int) {
        // A factor beyond the picture makes one pixel of it, as does one of the picture's size.
        let factor = max(min(factor, max(width, height)), 1)
        self.fineWidth = width
        self.fineHeight = height
        self.factor = factor
        self.width = (width + factor - 1) / factor
        self.height = (height + factor - 1) / factor
    }

    /// The fine rows under a coarse row.
    func fineRows(_ row: Int) -> Range<Int> { row * factor..<min((row + 1) * factor, fineHeight) }

    /// Coarse rows a chunk of a parallel loop handles: some 64 fine rows, so that chunks are many and starts cheap.
    private var rowsPerChunk: Int { max(64 / factor, 1) }
    private var chunkCount: Int { (height + rowsPerChunk - 1) / rowsPerChunk }

    /// Calls `body` for every coarse row, with scratch rows of its thread: `rowCount` rows of `stride` floats.
    func forEachRow(
        pool: ThreadPool, scratchRows rowCount: Int, scratchStride stride: Int,
        _ body: (_ row: Int, _ scratch: UnsafeMutablePointer<Float>) -> Void
    ) throws(TensorError) {
        let size = rowCount * stride
        let scratch = try FloatBuffer(count: size * pool.threadCount, zeroed: true, purpose: "rows of a guided filter")
        pool.forEach(chunkCount) { chunk, slot in
            for row in chunk * rowsPerChunk..<min((chunk + 1) * rowsPerChunk, height) {
                body(row, scratch.base + slot * size)
            }
        }
        withExtendedLifetime(scratch) {}
    }

    /// Area means of fine rows into `planes` of a stack.
    ///
    /// - Parameter load: writes a fine row of each plane, planar, a number of floats apart.
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    func reduce(
        into stack: PlaneStack, planes: Range<Int>, pool: ThreadPool,
        load: (_ row: Int, _ planes: UnsafeMutablePointer<Float>, _ stride: Int) -> Void
    ) throws(TensorError) {
        let stride = GuidedTile.stride(forColumns: fineWidth)
        let count = planes.count
        try forEachRow(pool: pool, scratchRows: 2 * count, scratchStride: stride) { row, scratch in
            let sums = scratch + count * stride
            let fine = fineRows(row)
            for (index, fineRow) in fine.enumerated() {
                load(fineRow, index == 0 ? sums : scratch, stride)
                if index > 0 { kernels.boxAddRow(scratch, sums, count * stride) }
            }
            for (slot, plane) in planes.enumerated() {
                kernels.planeReduceRow(
                    sums + slot * stride, fineWidth, factor, 1 / Float(fine.count), stack.row(plane, row))
            }
        }
    }

    /// Interpolates all planes of a stack to the fine grid, a row at a time.
    ///
    /// - Parameter emit: takes a fine row of each plane, planar, a number of floats apart.
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    func enlarge(
        _ stack: PlaneStack, pool: ThreadPool,
        emit: (_ row: Int, _ planes: UnsafePointer<Float>, _ stride: Int) -> Void
    ) throws(TensorError) {
        let stride = GuidedTile.stride(forColumns: width * factor + 8)
        try forEachRow(pool: pool, scratchRows: stack.count + 1, scratchStride: stride) { row, scratch in
            for fineRow in fineRows(row) {
                enlarge(
                    stack, fineRow: fineRow, columns: 0..<width, blend: scratch + stack.count * stride,
                    into: scratch, stride: stride)
                emit(fineRow, scratch, stride)
            }
        }
    }

    /// One fine row of all planes, over coarse `columns`; `blend` holds `columns.count + 2` floats.
    func enlarge(
        _ stack: PlaneStack, fineRow: Int, columns: Range<Int>, blend: UnsafeMutablePointer<Float>,
        into target: UnsafeMutablePointer<Float>, stride: Int
    ) {
        let position = max((Double(fineRow) + 0.5) / Double(factor) - 0.5, 0)
        let upper = min(Int(position), height - 1)
        let lower = min(upper + 1, height - 1)
        let fraction = Float(position - Double(upper))
        let (first, last) = (max(columns.lowerBound - 1, 0), min(columns.upperBound + 1, width))
        for plane in 0..<stack.count {
            // The value before the first column and the one after the last repeat the border.
            let values = blend + 1
            let shift = columns.lowerBound - first
            kernels.planeBlendRows(
                stack.row(plane, upper) + first, stack.row(plane, lower) + first, fraction, values - shift, last - first
            )
            if shift == 0 { blend[0] = values[0] }
            if last == columns.upperBound { values[columns.count] = values[columns.count - 1] }
            kernels.planeEnlargeRow(values, columns.count, factor, target + plane * stride)
        }
    }
}
