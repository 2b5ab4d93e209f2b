import Raster
import TensorCore
import Threads

extension RasterImage {
    /// The picture, or a part of it, averaged over areas down to a smaller size.
    ///
    /// - Returns: `[1, height, width, channels]` in `[0, 1]`, the picture's own channels; colours are multiplied by alpha.
    /// - Throws: ``TensorError`` where memory is refused.
    /// - Complexity: O(source pixels), shared by the pool's threads row by row.
    package func areaAveraged(
        columns: Range<Int>? = nil, rows: Range<Int>? = nil, width: Int, height: Int, pool: ThreadPool
    ) throws(TensorError) -> Tensor {
        let shape = try TensorShape(height: height, width: width, channels: colorModel.channelCount)
        var isRefused = false
        let means = try Tensor(shape: shape) { output in
            guard let output = output.baseAddress else { return }
            do throws(RasterError) {
                try averageAreas(
                    columns: columns, rows: rows, width: width, height: height, into: output, pool: pool)
            } catch {
                isRefused = true  // the only thing that is refused here is memory
            }
        }
        if isRefused {
            let purpose = "rows of a picture of \(self.width) × \(self.height) pixels"
            throw .outOfMemory(byteCount: bytesPerRow * MemoryLayout<Float>.stride * pool.threadCount, purpose: purpose)
        }
        return means
    }
}
