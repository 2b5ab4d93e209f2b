import ArgumentParser
import Matting

/// The options that decide how mattes are made, the same for all verbs that make them.
struct PipelineArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Weight file (safetensors) instead of the embedded one.", valueName: "file"))
    var weights: String?

    @Option(help: ArgumentHelp("Weight file of the edge network instead of the embedded one.", valueName: "file"))
    var edgeWeights: String?

    @Option(help: "Threads; all processors by default. The result is the same for every number.")
    var threads: Int?

    @Flag(help: "Prefer algorithms that need less memory: slower. It matters for the large networks.")
    var smallMemory = false

    @Option(help: "How the matte is brought to the photograph's size: edges, guided or bilinear.")
    var refinement: Refinement = .guided

    func validate() throws {
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads is 1 to 1024.") }
        if edgeWeights != nil && refinement != .edges {
            throw ValidationError("--edge-weights is for --refinement edges; add that, or leave it out.")
        }
    }

    /// Files that are read, which no output may be.
    var files: [String] { [weights, edgeWeights].compactMap { $0 } }

    /// Loads the weights, or says why not and ends the command.
    func pipeline() throws -> MattingPipeline {
        var options = MattingOptions(threadCount: threads)
        options.refinement = refinement.value
        options.memoryUse = smallMemory ? .small : .fastest
        return try failing { () throws(MattingError) in
            try MattingPipeline(weights: weights, edgeWeights: edgeWeights, options: options)
        }
    }
}

extension PipelineArguments {
    enum Refinement: String, ExpressibleByArgument, CaseIterable {
        case edges, guided, bilinear

        var value: MattingOptions.Refinement {
            switch self {
            case .edges: .edges(EdgeRefinement())
            case .guided: .guided(GuidedUpsampling())
            case .bilinear: .bilinear
            }
        }
    }
}
