import Raster

extension AlphaMatte {
    /// The box around the subject: all pixels of at least `threshold` alpha, without parts of fewer pixels than `speckShare`
    /// of the largest one.
    ///
    /// - Returns: nil where nothing of the matte reaches the threshold.
    /// - Throws: ``MattingError/invalidOption(name:value:allowed:)``, ``MattingError/computation(_:)`` where memory is refused.
    /// - Complexity: O(pixels).
    public func subjectBox(threshold: Double = 10.0 / 255, speckShare: Double = 0.002) throws(MattingError)
        -> PixelRect?
    {
        let framing = Framing(threshold: threshold, speckShare: speckShare)
        return try MattingError.wrapping {
            try framing.validate()
            throw MattingError.notMadeYet
        }
    }
}
