import KernelDispatch
import TensorCore
import Threads

/// The linear functions of the guide that ``UpsamplingJob`` finds, on the working grid, and the bounds of what they give.
///
/// They outlive the job: its guide and matte on the working grid, half of its memory, are free again when the matte at the
/// picture's own size is asked for.
struct UpsamplingFits {
    let grid: ReducedGrid
    /// Of the guide.
    let channels: Int
    let deadZone: Float
    /// a, b, lower bound, upper bound.
    let planes: PlaneStack

    var lower: Int { channels + 1 }
    var upper: Int { channels + 2 }

    init(grid: ReducedGrid, channels: Int, deadZone: Float) throws(TensorError) {
        self.grid = grid
        self.channels = channels
        self.deadZone = deadZone
        planes = try PlaneStack(width: grid.width, height: grid.height, count: channels + 3)
    }

    /// Applies them at the picture's own size; runs of working pixels that are surely 0 or 1 are only filled.
    func matte(guide: some GuideRows, pool: ThreadPool) throws(TensorError) -> Tensor {
        var result = try Tensor(zeros: TensorShape(height: guide.height, width: guide.width, channels: 1))
        let alpha = try result.exclusive()
        let stride = GuidedTile.stride(forColumns: grid.width * grid.factor + 8)
        // The interpolated fits, the guide, a row between rows, a row of marks.
        let (blend, marked) = (planes.count + channels, planes.count + channels + 1)
        try grid.forEachRow(pool: pool, scratchRows: marked + 1, scratchStride: stride) { row, scratch in
            let pixels = scratch + planes.count * stride
            let marks = UnsafeMutableRawPointer(scratch + marked * stride).assumingMemoryBound(to: UInt8.self)
            kernels.planeMarkUnsure(
                planes.plane(lower), planes.plane(upper), max(row - 1, 0) * grid.width, row * grid.width,
                min(row + 1, grid.height - 1) * grid.width, grid.width, marks)
            var start = 0
            while start < grid.width {
                var end = start + 1
                while end < grid.width, marks[end] == marks[start] { end += 1 }
                let columns = start * grid.factor..<min(end * grid.factor, guide.width)
                for fineRow in grid.fineRows(row) where marks[start] > 0 {
                    let target = alpha + fineRow * guide.width + columns.lowerBound
                    if marks[start] == 1 {
                        target.update(repeating: 1, count: columns.count)
                        continue
                    }
                    grid.enlarge(
                        planes, fineRow: fineRow, columns: start..<end, blend: scratch + blend * stride, into: scratch,
                        stride: stride)
                    guide.read(row: fineRow, columns: columns, into: pixels, stride: stride)
                    kernels.guidedApplyBounded(
                        scratch, stride, pixels, stride, channels, deadZone, target, columns.count)
                }
                start = end
            }
        }
        return result
    }
}
