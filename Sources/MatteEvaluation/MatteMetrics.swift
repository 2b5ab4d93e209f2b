/// How far a predicted matte is from the true one, in the measures of the field.
///
/// ```swift
/// let truth = try AlphaMatte(RasterImage(contentsOf: "photo.alpha.png"))
/// let metrics = try pipeline.matte(image).metrics(against: truth)
/// print(metrics.meanAbsoluteError, metrics.intersectionOverUnion ?? 0)
/// ```
///
/// Alphas are compared as they are, in `[0, 1]`, without rounding to 8 bits and without stretching to the full range.
/// With a trimap, ``meanSquaredError``, ``sumOfAbsoluteDifferences``, ``gradientError`` and ``connectivityError`` count
/// its unknown pixels only, as the Composition-1k protocol does (Xu et al., CVPR 2017); such numbers are several times
/// smaller than over whole pictures, so say which they are. The prediction is not replaced by the trimap where that is
/// certain. All other measures are over the whole picture always.
///
/// A truth without a subject, one in which no pixel reaches one half, leaves nothing to overlap:
/// ``intersectionOverUnion``, ``precisionRecall`` and ``boundaryIntersectionOverUnion`` are nil then, whatever was
/// predicted, and averages leave such a picture out, as evaluations by category do. What was made up in it shows in
/// ``meanAbsoluteError`` and ``predictionHasSubject``.
public struct MatteMetrics: Sendable, Equatable, Codable {
    /// MAE: the mean of |α − α*| over the whole picture, in `[0, 1]`.
    public let meanAbsoluteError: Double
    /// MSE: the mean of (α − α*)² over the area, in `[0, 1]`; 0 where a trimap has no unknown pixel.
    public let meanSquaredError: Double
    /// SAD: the sum of |α − α*| over the area, in thousands.
    public let sumOfAbsoluteDifferences: Double
    /// Grad: the sum of (|∇α| − |∇α*|)² over the area, in thousands.
    ///
    /// Gradients by derivatives of a Gaussian, σ = 1.4, 9 × 9 pixels of unit L2 norm, edges continued (Rhemann et al.,
    /// CVPR 2009, as in Adobe's evaluation code, but without that code's stretching of either matte to `[0, 1]`).
    public let gradientError: Double
    /// Conn: the sum of |φ(α) − φ(α*)| over the area, in thousands: how differently pixels hang together with the subject.
    ///
    /// Where the largest 4-connected part of both mattes at thresholds 0.1, 0.2, … 1 first lacks a pixel is its level l;
    /// φ = 1 − (α − l) where that difference is at least 0.15, else 1 (Rhemann et al., CVPR 2009, constants of Adobe's
    /// evaluation code). Of equal parts the one that begins first, row by row, is the largest.
    public let connectivityError: Double
    /// IoU of the pixels of at least one half, in `[0, 1]`; nil for a truth without a subject.
    public let intersectionOverUnion: Double?
    /// Boundary IoU, in `[0, 1]`; nil for a truth without a subject.
    ///
    /// The IoU of what the two masks of at least one half have within 2 % of the picture's diagonal from their outlines,
    /// where the picture's border is outline too (Cheng et al., CVPR 2021).
    public let boundaryIntersectionOverUnion: Double?
    /// Precision and recall at all 256 thresholds; nil for a truth without a subject.
    public let precisionRecall: PrecisionRecallCurve?
    /// Whether any pixel of the truth reaches one half.
    public let truthHasSubject: Bool
    /// Whether any pixel of the prediction reaches one half.
    public let predictionHasSubject: Bool
    /// Pixels of the area: all, or those that a trimap calls unknown.
    public let areaPixelCount: Int

    /// The best F-measure (β² = 0.3) that a threshold reaches in this picture; nil for a truth without a subject.
    public var maximumFMeasure: Double? { precisionRecall?.maximumFMeasure }
}
