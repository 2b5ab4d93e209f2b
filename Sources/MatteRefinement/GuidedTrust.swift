/// How far a fit is believed: by the share of the matte's variance that it explains, on a ramp from 0 to 1, and less
/// where its slope is so steep that it magnifies the picture's noise.
struct GuidedTrust: Sendable {
    /// The share that counts for nothing, and the ramp's slope above it.
    let low: Float, slope: Float
    /// The square of the greatest slope that is believed fully.
    let steepest: Float

    /// Every fit counts fully, as in the filter as published.
    static let full = GuidedTrust(low: -2, slope: 1, steepest: .infinity)

    /// No trust where a share of `shares.lowerBound` or less is explained, full trust from `shares.upperBound`.
    init(shares: ClosedRange<Float>, steepestSlope: Float) {
        self.init(
            low: shares.lowerBound, slope: 1 / (shares.upperBound - shares.lowerBound),
            steepest: steepestSlope * steepestSlope)
    }

    private init(low: Float, slope: Float, steepest: Float) {
        self.low = low
        self.slope = slope
        self.steepest = steepest
    }
}
