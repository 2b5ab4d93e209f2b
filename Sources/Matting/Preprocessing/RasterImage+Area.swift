import ImageCodecs
import TensorCore
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
    /// - Returns: `[1, height, width, channels]` in `[0, 1]`, the picture's own channels; colours are multiplied by alpha.
    /// - Throws: ``TensorError`` where memory is refused.
    /// - Complexity: O(source pixels), shared by the pool's threads row by row.
    func areaAveraged(
        columns: Range<Int>? = nil, rows: Range<Int>? = nil, width: Int, height: Int, pool: ThreadPool
    ) throws(TensorError) -> Tensor {
        let (columns, rows) = (columns ?? 0..<self.width, rows ?? 0..<self.height)
        precondition(columns.lowerBound >= 0 && columns.upperBound <= self.width, "columns \(columns)")
        precondition(rows.lowerBound >= 0 && rows.upperBound <= self.height, "rows \(rows)")
        precondition(width >= 1 && width <= columns.count && height >= 1 && height <= rows.count, "averaging down")
        let channels = colorModel.channelCount
        let rowCount = columns.count * channels
        let sums = try FloatBuffer(count: rowCount * pool.threadCount, purpose: "rows of a picture")
        let step = Double(rows.count) / Double(height)
        let scale = 1 / Float(bitDepth == .eight ? 255 : 65535) / Float(step)
        let shape = try TensorShape(height: height, width: width, channels: channels)
        return try Tensor(shape: shape) { output in
            guard let output = output.baseAddress else { return }
            withSamples { samples in
                pool.forEach(height) { y, slot in
                    let sum = sums.base + slot * rowCount
                    sum.update(repeating: 0, count: rowCount)
                    let begin = Double(y) * step
                    let end = y + 1 == height ? Double(rows.count) : begin + step
                    for row in Int(begin)..<min(Int(end.rounded(.up)), rows.count) {
                        let covered = min(end, Double(row + 1)) - max(begin, Double(row))
                        accumulate(
                            rows.lowerBound + row, columns, of: samples, weight: Float(covered), into: sum)
                    }
                    kernels.averageRow(
                        sum, width: columns.count, channels: channels, scale: scale,
                        into: output + y * width * channels, outputWidth: width)
                }
            }
        }
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
