import KernelDispatch
import Raster
import Threads

/// Rows of floats for each thread.
struct FrameRows {
    private let memory: PixelStorage
    private let stride: Int
    private let rows: Int

    init(_ format: PlanarFormat, rows: Int, pool: ThreadPool) throws(VideoStreamError) {
        // A little more than the row: rows of two threads in one cache line would be slow.
        let stride = format.width + 32
        self.stride = stride
        self.rows = rows
        let byteCount = stride * rows * pool.threadCount * MemoryLayout<Float>.stride
        memory = try VideoStreamError.wrapping { () throws(RasterError) in
            try PixelStorage(byteCount: byteCount, purpose: "rows of a frame")
        }
    }

    func row(_ index: Int, _ slot: Int) -> UnsafeMutablePointer<Float> {
        memory.base.assumingMemoryBound(to: Float.self) + (slot * rows + index) * stride
    }
}

extension PlanarFormat {
    /// The samples of a plane's row as floats, in their own steps.
    func read(
        _ base: UnsafeRawPointer, plane: Int, row: Int, into target: UnsafeMutablePointer<Float>
    ) {
        let width = plane == 0 ? width : chromaWidth
        let start = base + offset(ofPlane: plane) + row * width * bytesPerSample
        if bytesPerSample == 1 {
            kernels.planeFromBytes(start.assumingMemoryBound(to: UInt8.self), 1, 1, target, width)
        } else {
            kernels.planeFromWords(start.assumingMemoryBound(to: UInt16.self), 1, 1, target, width)
        }
    }

    /// Rounds floats to the samples of a plane's row.
    func write(_ values: UnsafePointer<Float>, plane: Int, row: Int, to base: UnsafeMutableRawPointer) {
        let width = plane == 0 ? width : chromaWidth
        let start = base + offset(ofPlane: plane) + row * width * bytesPerSample
        if bytesPerSample == 1 {
            kernels.stepsRow8(
                values, scale: 1, offset: 0, maximum: Float(maximum), start.assumingMemoryBound(to: UInt8.self),
                count: width)
        } else {
            kernels.stepsRow16(
                values, scale: 1, offset: 0, maximum: Float(maximum), start.assumingMemoryBound(to: UInt16.self),
                count: width)
        }
    }
}
