import Raster

extension MattingResult {
    /// The matte as a grey picture of the picture's own bit depth.
    ///
    /// - Parameter framed: which part of it, and how large, as a cut-out of the same frame; nil for all of it.
    /// - Throws: ``MattingError/invalidOption(name:value:allowed:)``, ``MattingError/nothingToFrame(threshold:)``,
    ///   ``MattingError/picture(_:)`` where memory is refused.
    public func mask(framed: Framing? = nil) throws(MattingError) -> RasterImage {
        try MattingError.wrapping {
            let plan = try CompositePlan(self, model: .rgb, framed: framed, shadow: .none, blending: .encoded)
            return try Cancellation.check { try plan.mask() }
        }
    }

    /// A shadow by itself, as a layer under the subject's: for files of layers.
    ///
    /// - Returns: at the size of a cut-out with the same framing, the shadow's colour and as alpha its opacity as image editors
    ///   mean it: grey and alpha for a neutral colour, else RGB and alpha, in the picture's own depth. The picture's profile is
    ///   with it where it describes such pixels. nil for ``Shadow/none``, for an empty matte, and for ``Shadow/kept`` where the
    ///   picture has none that can be told from its ground.
    /// - Throws: as `cutout(keepsHiddenColors:framed:shadow:)`.
    public func shadowLayer(_ shadow: Shadow, framed: Framing? = nil) throws(MattingError) -> RasterImage? {
        try MattingError.wrapping {
            let plan = try CompositePlan(self, model: .rgb, framed: framed, shadow: shadow, blending: .linearLight)
            return try Cancellation.check { try plan.shadowLayer() }
        }
    }
}
