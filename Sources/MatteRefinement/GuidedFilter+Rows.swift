import KernelDispatch
import TensorCore
import Threads

extension GuidedFilter {
    /// The filtered matte, `[1, H, W, 1]`, in [0, 1], by a guide that is read row by row, without a float copy of it.
    ///
    /// Always at the guide's own size, whatever ``subsampling`` says. Values up to `deadZone` and from 1 minus it on become 0
    /// and 1, those between are stretched. The same, bit for bit, for every number of threads.
    ///
    /// - Parameters:
    ///   - matte: `[1, H, W, 1]`, in [0, 1].
    ///   - guide: the picture, H × W.
    ///   - pool: the threads that share the work.
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    package func callAsFunction(
        _ matte: Tensor, guide: some GuideRows, deadZone: Float, pool: ThreadPool = .shared
    ) throws(TensorError) -> Tensor {
        let (width, channels) = (guide.width, guide.channels)
        precondition(
            matte.shape.width == width && matte.shape.height == guide.height && matte.shape.channels == 1,
            "a matte of shape \(matte.shape) for a picture of \(width) × \(guide.height)")
        var result = try Tensor(zeros: matte.shape)
        let pass = GuidedPass(
            width: width, height: guide.height, channels: channels, radius: radius, epsilon: epsilon)
        let (p, q) = (matte.borrowed, try result.exclusive())
        defer { withExtendedLifetime(matte) {} }
        try pass.run(pool: pool) { row, columns, planes, stride in
            guide.read(row: row, columns: columns, into: planes, stride: stride)
            kernels.planeFromFloats(p + row * width + columns.lowerBound, 1, planes + channels * stride, columns.count)
            (planes + (channels + 1) * stride).update(repeating: 1, count: columns.count)
        } emit: { row, columns, planes, stride in
            // Coefficients and bounds, then the guide: a few rows of a tile.
            let count = columns.count
            withUnsafeTemporaryAllocation(of: Float.self, capacity: (2 * channels + 3) * count) { scratch in
                guard let rows = scratch.baseAddress else { return }
                for plane in 0...channels { (rows + plane * count).update(from: planes + plane * stride, count: count) }
                (rows + (channels + 1) * count).update(repeating: 0, count: count)
                (rows + (channels + 2) * count).update(repeating: 1, count: count)
                let colors = rows + (channels + 3) * count
                guide.read(row: row, columns: columns, into: colors, stride: count)
                kernels.guidedApplyBounded(
                    rows, count, colors, count, channels, deadZone, q + row * width + columns.lowerBound, count)
            }
        }
        return result
    }
}
