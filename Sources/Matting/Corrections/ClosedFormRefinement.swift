import MatteRefinement
import MatteSolving

/// Refines a matte by an automatic trimap and closed-form matting: the guided filter brings the matte up, a band around
/// what is unsure becomes unknown (``TrimapBand``), and its alpha is solved from the certain pixels by the picture's colours.
public struct ClosedFormRefinement: Sendable {
    /// How the coarse matte is brought to the picture's size first.
    public var upsampling: GuidedUpsampling
    /// What becomes unknown.
    public var band: TrimapBand
    /// How it is solved.
    public var solver: ClosedFormMatting

    /// The defaults are what `--refinement closed-form` uses. A number outside of its range is refused when a pipeline is
    /// made.
    public init(
        upsampling: GuidedUpsampling = GuidedUpsampling(), band: TrimapBand = TrimapBand(),
        solver: ClosedFormMatting = ClosedFormMatting()
    ) {
        self.upsampling = upsampling
        self.band = band
        self.solver = solver
    }
}
