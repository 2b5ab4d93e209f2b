import Raster

extension MattingResult {
    /// The subject on a transparent ground.
    ///
    /// The colours are the picture's own, bit for bit, wherever anything is visible (alpha > 0 after rounding to the
    /// picture's depth), unless the frame scales them or a shadow lies under a soft edge. Colour profile, EXIF and bit depth
    /// are kept; a picture that was scaled loses its resolution.
    ///
    /// - Parameters:
    ///   - keepsHiddenColors: whether colours stay in the file where alpha is 0. Erased by default: the file is smaller, and
    ///     no background leaks from a picture that looks clean. Of no effect where pixels are scaled or shadowed.
    ///   - framed: which part of the picture is shown, and how large; nil for all of it.
    ///   - shadow: under the subject, as translucent pixels of its colour, mixed as encoded: that is how whoever opens the file
    ///     lays it over something.
    /// - Returns: straight alpha, grey for a grey picture.
    /// - Throws: ``MattingError/invalidOption(name:value:allowed:)``, ``MattingError/nothingToFrame(threshold:)``,
    ///   ``MattingError/picture(_:)`` where memory is refused.
    public func cutout(
        keepsHiddenColors: Bool = false, framed: Framing? = nil, shadow: Shadow = .none
    ) throws(MattingError) -> RasterImage {
        try MattingError.wrapping {
            let isGray = image.colorModel.colorChannelCount == 1 && shadow.isNeutral
            let plan = try CompositePlan(
                self, model: isGray ? .gray : .rgb, framed: framed, shadow: shadow, blending: .linearLight)
            return try Cancellation.check {
                var cutout = try plan.cutout(as: isGray ? .grayAlpha : .rgba, keepsHidden: keepsHiddenColors)
                cutout.warnings = plan.warnings(over: nil)
                return cutout
            }
        }
    }
}
