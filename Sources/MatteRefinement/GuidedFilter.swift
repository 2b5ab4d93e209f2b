import KernelDispatch
import TensorCore
import Threads

/// Smooths a matte so that its edges follow the edges of a picture, the guide.
///
/// In a window around each pixel the matte is fitted by a linear function of the guide's colour, `q = a·I + b`; the
/// fits of all windows that cover a pixel are averaged. `a` is the ridge regression `(Σ + εI)⁻¹ cov(I, p)`, so where the
/// guide is flat (variance well under ε) the filter is a mean, and where it has an edge the matte gets the same edge.
/// Windows are cut at the picture's border and divided by their true pixel count.
///
/// With ``subsampling`` s the fits are made on guide and matte reduced by area means over s × s pixels, with a radius of
/// `radius / s`; the averaged coefficients are interpolated bilinearly and applied to the full-size guide.
///
/// - Complexity: O(pixels), whatever the radius.
/// - Note: K. He, J. Sun, X. Tang, *Guided Image Filtering*, ECCV 2010 and TPAMI 2013; with subsampling K. He, J. Sun,
///   *Fast Guided Filter*, arXiv 1505.00996, 2015.
package struct GuidedFilter: Sendable {
    /// Pixels from a window's centre to its edge, at the picture's own size; 0 and more.
    package var radius: Int
    /// The variance of the guide, in squared intensity on [0, 1] values, under which a window counts as flat; above 0.
    ///
    /// Small values show single precision: against double precision the result was within 2·10⁻⁶ for 10⁻³, 7·10⁻⁶ for
    /// 10⁻⁴ and 4·10⁻⁴ for 10⁻⁶.
    package var epsilon: Float
    /// The factor by which guide and matte are reduced for the fits; 1 and more. Up to radius / 4 is hard to see.
    package var subsampling: Int

    package init(radius: Int, epsilon: Float, subsampling: Int = 1) {
        precondition(radius >= 0, "a window of radius \(radius)")
        precondition(epsilon > 0, "a regularisation of \(epsilon); it must be positive")
        precondition(subsampling >= 1, "a subsampling of \(subsampling); it must be 1 or more")
        self.radius = radius
        self.epsilon = epsilon
        self.subsampling = subsampling
    }

    /// The filtered matte, `[1, H, W, 1]`; it may leave [0, 1] by a little where the guide has texture.
    ///
    /// The result is the same, bit for bit, for every number of threads. Besides the result, each thread uses about
    /// (`8·radius` + 170) · (`4·radius` + 256) bytes, and with subsampling s all together 32 / s² bytes a pixel (16 / s²
    /// with a grey guide): 2 bytes at s = 4, half of the result.
    ///
    /// - Parameters:
    ///   - matte: `[1, H, W, 1]`, in [0, 1].
    ///   - guide: `[1, H, W, 1]` or `[1, H, W, 3]`, in [0, 1]; any encoding, usually sRGB as stored.
    ///   - pool: the threads that share the work.
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    package func callAsFunction(
        _ matte: Tensor, guide: Tensor, pool: ThreadPool = .shared
    ) throws(TensorError) -> Tensor {
        let shape = matte.shape
        precondition(shape.batch == 1 && shape.channels == 1, "a matte of shape \(shape); it is [1, H, W, 1]")
        precondition(
            guide.shape.with(channels: 1) == shape && [1, 3].contains(guide.shape.channels),
            "a guide of shape \(guide.shape) for a matte of shape \(shape)")
        var result = try Tensor(zeros: shape)
        if shape.elementCount == 0 { return result }
        if subsampling == 1 {
            try filterWhole(matte, guide, &result, pool)
        } else {
            try filterReduced(matte, guide, &result, pool)
        }
        return result
    }

    private func filterWhole(
        _ matte: Tensor, _ guide: Tensor, _ result: inout Tensor, _ pool: ThreadPool
    ) throws(TensorError) {
        let (width, channels) = (matte.shape.width, guide.shape.channels)
        let pass = GuidedPass(
            width: width, height: matte.shape.height, channels: channels, radius: radius, epsilon: epsilon)
        let (p, guideValues, q) = (matte.borrowed, guide.borrowed, try result.exclusive())
        defer { withExtendedLifetime((matte, guide)) {} }
        try pass.run(pool: pool) { row, columns, planes, stride in
            let start = row * width + columns.lowerBound
            for channel in 0..<channels {
                kernels.planeFromFloats(
                    guideValues + start * channels + channel, channels, planes + channel * stride, columns.count)
            }
            kernels.planeFromFloats(p + start, 1, planes + channels * stride, columns.count)
            (planes + (channels + 1) * stride).update(repeating: 1, count: columns.count)
        } emit: { row, columns, planes, stride in
            let start = row * width + columns.lowerBound
            kernels.guidedApplyInterleaved(
                planes, stride, guideValues + start * channels, channels, q + start, columns.count)
        }
    }

    private func filterReduced(
        _ matte: Tensor, _ guide: Tensor, _ result: inout Tensor, _ pool: ThreadPool
    ) throws(TensorError) {
        let (width, height, channels) = (matte.shape.width, matte.shape.height, guide.shape.channels)
        let grid = ReducedGrid(width: width, height: height, factor: subsampling)
        let reduced = try PlaneStack(width: grid.width, height: grid.height, count: channels + 1)
        let fits = try PlaneStack(width: grid.width, height: grid.height, count: channels + 1)
        let (p, guideValues, q) = (matte.borrowed, guide.borrowed, try result.exclusive())
        defer { withExtendedLifetime((matte, guide)) {} }

        try grid.reduce(into: reduced, planes: 0..<channels + 1, pool: pool) { row, planes, stride in
            for channel in 0..<channels {
                kernels.planeFromFloats(
                    guideValues + row * width * channels + channel, channels, planes + channel * stride, width)
            }
            kernels.planeFromFloats(p + row * width, 1, planes + channels * stride, width)
        }
        let pass = GuidedPass(
            width: grid.width, height: grid.height, channels: channels,
            radius: (radius + subsampling / 2) / subsampling, epsilon: epsilon)
        try pass.run(pool: pool) { row, columns, planes, stride in
            reduced.read(row, columns, into: planes, stride: stride)
            (planes + (channels + 1) * stride).update(repeating: 1, count: columns.count)
        } emit: { row, columns, planes, stride in
            fits.write(row, columns, planes: 0..<channels + 1, from: planes, stride: stride)
        }
        try grid.enlarge(fits, pool: pool) { row, planes, stride in
            kernels.guidedApplyInterleaved(
                planes, stride, guideValues + row * width * channels, channels, q + row * width, width)
        }
    }
}
