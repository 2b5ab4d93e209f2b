import Raster

extension MattingResult {
    /// A shadow by itself, as a layer under the subject's: for files of layers.
    ///
    /// - Returns: at the size of a cut-out with the same framing, the shadow's colour and as alpha its opacity as image editors
    ///   mean it: grey and alpha for a neutral colour, else RGB and alpha, in the picture's own depth and profile. nil for
    ///   ``Shadow/none``, and for ``Shadow/kept`` where the picture has none that can be told from its ground.
    /// - Throws: as ``cutout(keepsHiddenColors:framed:shadow:)``.
    public func shadowLayer(_ shadow: Shadow, framed: Framing? = nil) throws(MattingError) -> RasterImage? {
        throw .notMadeYet
    }
}
