import MatteRefinement

/// How mattes are made. The defaults are what `matte cut` uses.
public struct MattingOptions: Sendable {
    /// How the network's coarse matte is brought to the picture's own resolution.
    public enum Refinement: Sendable {
        /// Guided by the picture's own edges (He et al. 2013, 2015).
        case guided(GuidedUpsampling)
        /// Bilinear interpolation: what the network said, with its own soft edges. For comparisons.
        case bilinear
    }

    /// Bringing the matte to the picture's resolution.
    public var refinement: Refinement
    /// Threads for each call; nil shares one pool of all usable processors among all pipelines. The result is the same,
    /// bit for bit, for every number.
    public var threadCount: Int?
    /// A picture in which no pixel of the coarse matte reaches this value has no subject: its matte is empty, and the
    /// result says so. In `[0, 1]`.
    ///
    /// A network is sure of a subject somewhere (the embedded one reached 0.98 in each of 75 validation photographs),
    /// while what it makes up in an empty room stays below 0.7.
    public var subjectThreshold: Float

    public init(
        refinement: Refinement = .guided(GuidedUpsampling()), threadCount: Int? = nil, subjectThreshold: Float = 0.8
    ) {
        self.refinement = refinement
        self.threadCount = threadCount
        self.subjectThreshold = subjectThreshold
    }
}
