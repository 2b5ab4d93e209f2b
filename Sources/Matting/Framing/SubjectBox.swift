import MatteRefinement
import Raster

extension AlphaMatte {
    /// The box around the subject: all pixels of at least `threshold` alpha, without parts of less alpha, summed, than
    /// `speckShare` of the largest one's.
    ///
    /// - Parameters:
    ///   - threshold: above 0, up to 1.
    ///   - speckShare: in `[0, 1]`; 0 counts every pixel.
    /// - Returns: nil where nothing of the matte reaches the threshold.
    /// - Throws: ``MattingError/invalidOption(name:value:allowed:)``.
    /// - Complexity: O(pixels), on the calling thread; some 50 ms for 50 megapixels.
    public func subjectBox(
        threshold: Double = 10.0 / 255, speckShare: Double = 0.005
    ) throws(MattingError) -> PixelRect? {
        try MattingError.wrapping {
            try Framing(threshold: threshold, speckShare: speckShare).validate()
            return box(threshold: threshold, speckShare: speckShare)
        }
    }

    /// The same of numbers that were checked.
    func box(threshold: Double, speckShare: Double) -> PixelRect? {
        withValues { values in
            values.baseAddress.flatMap {
                ComponentBoxes.box(
                    $0, width: width, height: height, threshold: Float(threshold), speckShare: speckShare)
            }
        }
    }
}
