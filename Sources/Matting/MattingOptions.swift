import MatteRefinement
import MattingNetworks
import TensorCore

/// How mattes are made. The defaults are what `matte cut` uses.
public struct MattingOptions: Sendable {
    /// How the network's coarse matte is brought to the picture's own resolution.
    @nonexhaustive public enum Refinement: Sendable {
        /// By the edge network where the matte is uncertain, guided by the picture elsewhere. Slower; `Weights/README.md` says
        /// what the embedded one is worth so far.
        case edges(EdgeRefinement)
        /// Guided by the picture's own edges (He et al. 2013, 2015).
        case guided(GuidedUpsampling)
        /// Guided first, then solved by closed-form matting (Levin et al. 2008) in a band around what is unsure.
        case closedForm(ClosedFormRefinement)
        /// Bilinear interpolation: what the network said, with its own soft edges. For comparisons.
        case bilinear
    }

    /// What the choice between algorithms weighs more. The mattes agree to some 1e-5.
    @nonexhaustive public enum MemoryUse: String, Sendable, CaseIterable {
        /// The fastest algorithm of each layer; transformed weights may take four times the memory of the weights.
        case fastest
        /// No layer keeps transformed weights of more than a megabyte.
        ///
        /// For networks of many weights: U²-Net (44 million parameters, 320 × 320) takes 1.9 times as long, and the
        /// process's peak memory falls to 0.6 (962 to 571 MB with a photograph of 4 megapixels); with IS-Net at
        /// 1024 × 1024 it is 2.0 times and 0.6. U²-Net-p and the embedded network gain no memory.
        case small
    }

    /// Bringing the matte to the picture's resolution.
    public var refinement: Refinement
    /// Threads for each call, 1 to 1024; nil shares one pool of all usable processors among all
    /// pipelines. The result is the same, bit for bit, for every number.
    public var threadCount: Int?
    /// Asynchronous calls of this pipeline that run at once, 1 to 1024; nil as many as there are processors. Each has
    /// working memory of its own; two keep all processors busy while one of them decodes or writes.
    public var concurrentCalls: Int?
    /// A picture in which no pixel of the coarse matte reaches this value has no subject: its matte is empty, and the
    /// result says so. In `[0, 1]`.
    ///
    /// A network is sure of a subject somewhere (the embedded one reached 0.99 in 631 of 632 validation photographs and
    /// overlooked one), while what it makes up in the rendered empty room and on the studio sweep stays below 0.1.
    public var subjectThreshold: Float
    /// Time against memory, decided when the weights are loaded.
    public var memoryUse: MemoryUse
    /// The most bytes that the network may need for one pass, its input and all its maps, at least 1; more is a
    /// ``MattingError/memoryLimitExceeded(byteCount:limit:)`` before they are asked for. nil sets no limit.
    ///
    /// For weight files and recipes that come from others: `input.size` and `input.rule` say how large an input a network
    /// gets, up to gigabytes for a picture of 64 × 48. A larger look (``InputRecipe/largerLook``) that would need more is not
    /// taken, so that what a picture shows does not decide whether it is refused. The picture, its matte and the weights, whose sizes are known
    /// beforehand, do not count.
    public var memoryLimit: Int?
    /// Preprocessing in place of what the weight file or the paper says, by the keys of a weight file's metadata:
    /// `["input.size": "512", "input.rule": "fit"]`. Keys that are left out stay as they are.
    ///
    /// For files that say nothing of their own; <doc:WeightFiles> has the keys and what published files need. A value
    /// that cannot be understood is a ``WeightError/badOverride(key:value:expected:)`` when the pipeline is made.
    public var recipe: [String: String]
    /// Networks of your own that a weight file may be for, tried before those of the package; see <doc:OwnNetworks>.
    public var networks: [Architecture]

    /// The defaults are what `matte cut` uses. A number outside of its range is refused when a pipeline is made.
    public init(
        refinement: Refinement = .guided(GuidedUpsampling()), threadCount: Int? = nil,
        concurrentCalls: Int? = nil, subjectThreshold: Float = 0.8,
        memoryUse: MemoryUse = .fastest, memoryLimit: Int? = nil, recipe: [String: String] = [:],
        networks: [Architecture] = []
    ) {
        self.refinement = refinement
        self.threadCount = threadCount
        self.concurrentCalls = concurrentCalls
        self.subjectThreshold = subjectThreshold
        self.memoryUse = memoryUse
        self.memoryLimit = memoryLimit
        self.recipe = recipe
        self.networks = networks
    }
}

extension MattingOptions {
    /// Checks every number.
    ///
    /// - Throws: ``MattingError/invalidOption(name:value:allowed:)``.
    func validate() throws(MattingError) {
        try MattingError.wrapping {
            if let threadCount { try OptionProblem.check("threadCount", threadCount, in: 1...1024) }
            if let concurrentCalls { try OptionProblem.check("concurrentCalls", concurrentCalls, in: 1...1024) }
            if let memoryLimit { try OptionProblem.check("memoryLimit", memoryLimit, atLeast: 1) }
            try OptionProblem.check("subjectThreshold", subjectThreshold, in: 0...1)
            switch refinement {
            case .edges(let edges): try edges.validate()
            case .guided(let upsampling): try upsampling.validate(as: "refinement")
            case .closedForm(let refinement): try refinement.validate()
            case .bilinear: break
            }
        }
    }
}

extension MattingOptions.MemoryUse {
    var preference: MemoryPreference {
        switch self {
        case .fastest: .speed
        case .small: .small
        }
    }
}
