import TensorCore
import Threads

/// Brings a coarse matte, such as a network's output, to the size of its picture, with edges where the picture has them.
///
/// A guided filter alone leaves three marks: edges keep a trace of the coarse matte's blur, the picture's texture prints
/// through where the matte should be flat, and background keeps a haze. Four steps act against them:
///
/// 1. *Steady pixels teach, soft rims learn.* A pixel weighs in the fits by how little the coarse matte varies around
///    it, `least + (1 - least)(1 - variation)⁴`. The fits see what is surely inside and outside (or surely
///    half-transparent: a veil is steady too) and carry that across the rim by colour.
/// 2. *Trust.* A fit counts by the share of the matte's variance that it explains. White on white it explains little,
///    and the result falls back towards the interpolated coarse matte.
/// 3. *Bounds.* The result stays within the least and the greatest value of the coarse matte in the ``reach`` around a
///    pixel, so that where the coarse matte is flat the result is what it was and nothing is computed.
/// 4. *Two passes.* The fits of a wide window find the edge, those of a narrow one, made on the first result, sharpen it.
///
/// The fits are made on a working grid a little finer than the coarse matte, on area means of the picture; their
/// coefficients are interpolated and applied to every pixel of the picture as in the fast guided filter. No value is
/// ever stretched by the matte's own least or greatest: a matte of zeros stays one.
///
/// Measured on drawn and rendered pictures of 1.5 to 1.8 megapixels with known alpha, the same ones that the defaults were
/// chosen on, and coarse mattes of 320 pixels' width, as a share of the sum of absolute differences that bilinear
/// interpolation leaves: 0.2 to 0.5 for hard edges (least where colours are plain), 0.3 for a veil, 0.5 for defocus, 0.8
/// for white on white, 0.75 to 0.9 for hair much thinner than a coarse pixel. Pictures hardly larger than the coarse
/// matte gain little or nothing, and a ground of the subject's own colours can draw the edge to the wrong side.
///
/// - Complexity: O(pixels), whatever the radius; the pixels away from edges cost only their share of the area means.
/// - Note: K. He, J. Sun, X. Tang, *Guided Image Filtering*, TPAMI 2013; K. He, J. Sun, *Fast Guided Filter*, arXiv
///   1505.00996, 2015. The weights, trust, bounds and second pass are this package's own.
public struct GuidedUpsampling: Sendable {
    /// Window radius of the first pass in pixels of the coarse matte; above 0, up to 1024. It has to reach from the middle of a soft
    /// rim to pixels that are sure, and bridges as much misplacement of the coarse edge.
    public var radius: Float
    /// Window radius of the second pass in pixels of the coarse matte, up to 1024; 0 for no second pass.
    public var secondRadius: Float
    /// The variance of the picture, in squared intensity on [0, 1] values, under which a window counts as flat;
    /// 1e-12 to 1.
    public var epsilon: Float
    /// The weight of the least steady pixels, 1e-6 to 1; 1 weighs all the same, as the published filter does.
    public var leastWeight: Float
    /// A fit that explains up to the lower share of the matte's variance counts for nothing, one that explains the upper
    /// share counts fully; two different numbers in [0, 1]. Higher shares are safer where colours hardly differ and bolder ones mend more
    /// where the coarse edge is misplaced.
    public var trustedShare: ClosedRange<Float>
    /// The greatest change of alpha for a change of colour by 1 that is believed fully; above 0, up to 1e6.
    ///
    /// The default speaks of a subject that differs from its ground by a twelfth, 21 of 255 levels. Fits for less
    /// contrast are steeper, and noise and compression of a few levels would show as a frayed edge.
    public var steepestSlope: Float
    /// Pixels of the coarse matte within which the result's bounds are found; 1 to 256.
    public var reach: Int
    /// Values up to this count as 0 and values from 1 minus this as 1, those between are stretched; in [0, 0.5). It is
    /// applied to the coarse matte (networks rarely say exactly 0) and to the result of each pass.
    public var deadZone: Float
    /// Pixels of the working grid for a pixel of the coarse matte, along a side, at least; 1 to 8.
    ///
    /// Finer grids, up to the picture's own, were worse and slower: means over several pixels are freer of noise, which
    /// otherwise flattens the fits.
    public var workingScale: Float

    /// The defaults are what mattes are made with. A number outside of its range is refused by whoever is given it: the
    /// pipeline when it is made, `AlphaMatte.upsampled(to:by:)` when it is called.
    public init(
        radius: Float = 4, secondRadius: Float = 1, epsilon: Float = 1e-5, leastWeight: Float = 0.02,
        trustedShare: ClosedRange<Float> = 0.3...0.8, steepestSlope: Float = 12, reach: Int = 2,
        deadZone: Float = 0.02, workingScale: Float = 1.1
    ) {
        self.radius = radius
        self.secondRadius = secondRadius
        self.epsilon = epsilon
        self.leastWeight = leastWeight
        self.trustedShare = trustedShare
        self.steepestSlope = steepestSlope
        self.reach = reach
        self.deadZone = deadZone
        self.workingScale = workingScale
    }

    /// The matte at the guide's size, `[1, H, W, 1]`, in [0, 1]; the same, bit for bit, for every number of threads.
    /// A matte that has this size already is returned as it is: there is nothing to bring up.
    ///
    /// Memory besides the result: 24 bytes a pixel of the working grid (16 with a grey guide) and some rows a thread; before
    /// there is a result 20 (12) a pixel more, 20 a pixel of the coarse matte, and a third of a megabyte a thread. For 50
    /// megapixels and a coarse matte of 512 × 512 that is about 25 MB, half a byte a pixel.
    ///
    /// - Parameters:
    ///   - matte: `[1, h, w, 1]`, in [0, 1], covering the same picture as the guide, stretched to it where the sides'
    ///     ratio differs. It may be larger than the guide; then its area means are used.
    ///   - guide: the picture, H × W.
    ///   - pool: the threads that share the work.
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    package func callAsFunction(
        _ matte: Tensor, guide: some GuideRows, pool: ThreadPool = .shared
    ) throws(TensorError) -> Tensor {
        precondition(
            matte.shape.batch == 1 && matte.shape.channels == 1, "a matte of shape \(matte.shape); it is [1, h, w, 1]")
        precondition((try? validate(as: "")) != nil, "options that were not validated: \(self)")
        guard guide.width > 0, guide.height > 0 else {
            return try Tensor(zeros: TensorShape(height: guide.height, width: guide.width, channels: 1))
        }
        precondition(matte.shape.elementCount > 0, "an empty matte for a picture that is not")
        if matte.shape.height == guide.height && matte.shape.width == guide.width { return matte }
        return try fits(of: matte, guide: guide, pool: pool).matte(guide: guide, pool: pool)
    }

    private func fits(
        of matte: Tensor, guide: some GuideRows, pool: ThreadPool
    ) throws(TensorError) -> UpsamplingFits {
        let job = try UpsamplingJob(options: self, matte: matte.shape, guide: guide)
        try job.prepare(matte: matte, guide: guide, pool: pool)
        try job.fit(radius: radius, pool: pool)
        if secondRadius > 0 {
            job.replaceWorkingMatte(pool: pool)
            try job.fit(radius: secondRadius, pool: pool)
        }
        return job.fits
    }
}
