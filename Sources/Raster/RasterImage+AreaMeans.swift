import KernelDispatch
import Threads

extension RasterImage {
    /// The picture, or a part of it, averaged over areas down to a smaller size: every source pixel counts by the part
    /// of the output pixel that it covers.
    ///
    /// - Parameters:
    ///   - columns: the part's columns, at least one; all by default.
    ///   - rows: the part's rows, at least one; all by default.
    ///   - width: at most the part's own, at least 1.
    ///   - height: at most the part's own, at least 1.
    ///   - output: receives `[height, width, channels]` in `[0, 1]`, the picture's own channels; colours are multiplied
    ///     by alpha.
    /// - Throws: ``RasterError/outOfMemory(byteCount:purpose:)``.
    /// - Complexity: O(source pixels), shared by the pool's threads row by row.
    package func averageAreas(
        columns: Range<Int>? = nil, rows: Range<Int>? = nil, width: Int, height: Int,
        into output: UnsafeMutablePointer<Float>, pool: ThreadPool
    ) throws(RasterError) {
        let (columns, rows) = (columns ?? 0..<self.width, rows ?? 0..<self.height)
        precondition(columns.lowerBound >= 0 && columns.upperBound <= self.width, "columns \(columns)")
        precondition(rows.lowerBound >= 0 && rows.upperBound <= self.height, "rows \(rows)")
        precondition(width >= 1 && width <= columns.count && height >= 1 && height <= rows.count, "averaging down")
        let channels = colorModel.channelCount
        let rowCount = columns.count * channels
        let scratch = try PixelStorage(
            byteCount: rowCount * pool.threadCount * MemoryLayout<Float>.stride, purpose: "rows of a picture")
        let sums = scratch.base.bindMemory(to: Float.self, capacity: rowCount * pool.threadCount)
        let step = Double(rows.count) / Double(height)
        let scale = 1 / Float(bitDepth == .eight ? 255 : 65535) / Float(step)
        withSamples { samples in
            pool.forEach(height) { y, slot in
                let sum = sums + slot * rowCount
                sum.update(repeating: 0, count: rowCount)
                let begin = Double(y) * step
                let end = y + 1 == height ? Double(rows.count) : begin + step
                for row in Int(begin)..<min(Int(end.rounded(.up)), rows.count) {
                    let covered = min(end, Double(row + 1)) - max(begin, Double(row))
                    accumulate(rows.lowerBound + row, columns, of: samples, weight: Float(covered), into: sum)
                }
                kernels.averageRow(
                    sum, width: columns.count, channels: channels, scale: scale,
                    into: output + y * width * channels, outputWidth: width)
            }
        }
        withExtendedLifetime(scratch) {}
    }

    /// Adds some columns of a row, colours multiplied by alpha, times `weight` to `sums`.
    private func accumulate(
        _ row: Int, _ columns: Range<Int>, of samples: Samples, weight: Float, into sums: UnsafeMutablePointer<Float>
    ) {
        let channels = colorModel.channelCount
        let first = (row * width + columns.lowerBound) * channels
        let width = columns.count
        switch (samples, colorModel.hasAlpha) {
        case (.eight(let pixels), false):
            kernels.accumulateRow8(pixels + first, weight: weight, into: sums, count: width * channels)
        case (.eight(let pixels), true):
            kernels.accumulatePremultipliedRow8(
                pixels + first, weight: weight, channels: channels, into: sums, count: width)
        case (.sixteen(let pixels), false):
            kernels.accumulateRow16(pixels + first, weight: weight, into: sums, count: width * channels)
        case (.sixteen(let pixels), true):
            kernels.accumulatePremultipliedRow16(
                pixels + first, weight: weight, channels: channels, into: sums, count: width)
        }
    }
}
