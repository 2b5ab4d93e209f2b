import MatteRefinement
import MatteSolving

/// Refines a matte by an automatic trimap and closed-form matting: the guided filter brings the matte up, a band around
/// what is unsure becomes unknown (``TrimapBand``), and its alpha is solved from the certain pixels by the picture's colours.
public struct ClosedFormRefinement: Sendable {
    /// How the coarse matte is brought to the picture's size first.
    public var upsampling: GuidedUpsampling
    /// What becomes unknown.
    public var band: TrimapBand
    /// How it is solved. In small pictures that are compressed much, colours near an edge are those of no mixture, and alpha
    /// follows their noise: there a ``ClosedFormMatting/prior`` of 0.02 keeps to what the guided filter found. In others it
    /// would take from hair what closed form is for.
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

    /// Checks every number.
    func validate() throws(OptionProblem) {
        try upsampling.validate(as: "refinement.upsampling")
        try band.validate(as: "refinement.band")
        try solver.validate(as: "refinement.solver")
    }
}

extension ClosedFormMatting {
    /// Checks every number.
    ///
    /// - Parameter owner: what the solver is called where it is set.
    func validate(as owner: String) throws(OptionProblem) {
        try OptionProblem.check("\(owner).epsilon", epsilon, in: 1e-9...1)
        try OptionProblem.check("\(owner).prior", prior, in: 1e-7...10)
        try OptionProblem.check("\(owner).tolerance", tolerance, in: 1e-6...0.1)
        try OptionProblem.check("\(owner).iterationLimit", iterationLimit, in: 1...10_000)
    }
}
