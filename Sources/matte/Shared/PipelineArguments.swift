import ArgumentParser
import Files
import MatteRefinement
import Matting
import MattingNetworks
import WeightFiles

/// The options that decide how mattes are made, the same for all verbs that make them.
struct PipelineArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Weight file (safetensors, PyTorch or ONNX) instead of the embedded one.", valueName: "file"))
    var weights: BytePath?

    @Option(
        help: ArgumentHelp(
            "Weight file of the edge network instead of the embedded one; with --refinement edges.", valueName: "file"))
    var edgeWeights: BytePath?

    @Option(
        name: .customLong("recipe"),
        help: ArgumentHelp(
            "Preprocessing in place of the weight file's, such as input.size=512; repeat for more.",
            discussion: """
                The keys are those of a weight file's metadata: input.rule, input.size, input.multiple, input.base_side, \
                input.cell_order, input.closer_look, input.larger_look, input.channels, input.mean, input.std, \
                input.divide_by_max, output.activation, output.channel, output.rescale. \
                'matte weights inspect' shows what a file says, 'matte weights list' what a file that says nothing gets.
                """, valueName: "key=value"))
    var recipeEntries: [RecipeEntry] = []

    @Option(
        help: ArgumentHelp(
            "Of weights that tell several things apart, the number of the one to keep, or several with commas.",
            valueName: "numbers"))
    var outputChannel: String?

    @Option(help: "Threads; all processors by default. The result is the same for every number.")
    var threads: Int?

    @Flag(help: "Prefer algorithms that need less memory: slower. It matters for the large networks.")
    var smallMemory = false

    @Option(
        help: ArgumentHelp(
            "The most memory in MB that the network may take for one photograph; no limit by default.",
            valueName: "mb"))
    var maxMemory: Int?

    @Option(
        help: ArgumentHelp(
            "How the matte is brought to the photograph's size: edges, guided, closed-form or bilinear; guided by default.",
            valueName: "way"))
    var refinement: Refinement?

    func validate() throws {
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads is 1 to 1024.") }
        if let maxMemory, !(1...1_000_000).contains(maxMemory) {
            throw ValidationError("--max-memory is 1 to 1000000 MB.")
        }
        _ = try Self.recipe(recipeEntries)
        if outputChannel != nil && recipeEntries.contains(where: { $0.key == "output.channel" }) {
            throw ValidationError("--output-channel is --recipe output.channel; write one of them.")
        }
        if edgeWeights != nil && refinement != .edges {
            throw ValidationError("--edge-weights is for --refinement edges; add that, or leave it out.")
        }
    }

    /// The values by their keys.
    static func recipe(_ entries: [RecipeEntry]) throws(ValidationError) -> [String: String] {
        var recipe: [String: String] = [:]
        for entry in entries {
            guard !entry.key.isEmpty else {
                throw ValidationError(
                    "--recipe '\(entry.value)' is no key=value; write --recipe input.size=512, for example.")
            }
            guard recipe.updateValue(entry.value, forKey: entry.key) == nil else {
                throw ValidationError("--recipe \(entry.key) is given twice.")
            }
        }
        return recipe
    }

    /// What was given of what only a network reads.
    var optionsOfNetworks: [String] {
        let options: [(String, Bool)] = [
            ("--weights", weights != nil), ("--recipe", !recipeEntries.isEmpty),
            ("--output-channel", outputChannel != nil), ("--small-memory", smallMemory),
            ("--max-memory", maxMemory != nil),
        ]
        return options.filter(\.1).map(\.0)
    }

    /// Files that are read, which no output may be.
    var files: [BytePath] { [weights, edgeWeights].compactMap { $0 }.flatMap { WeightFile.files(of: $0) } }

    /// Loads the weights, or says why not and ends the command.
    func pipeline() throws -> MattingPipeline { try network().pipeline }

    /// Loads the weights and says what they are, or says why not and ends the command.
    func network() throws -> (pipeline: MattingPipeline, weightFiles: [WeightFile]) {
        do {
            return try loaded()
        } catch let error as MattingError {
            Console.message("\(error)")
            throw ExitCode(1)
        }
    }

    /// Loads the weights.
    ///
    /// - Throws: ``MattingError``, or ``UsageError`` where the command line is wrong.
    func load() throws -> MattingPipeline { try loaded().pipeline }

    /// Loads the weights, and says what they are.
    ///
    /// - Throws: As ``load()``.
    func loaded() throws -> (pipeline: MattingPipeline, weightFiles: [WeightFile]) {
        var options = MattingOptions(threadCount: threads)
        if let refinement { options.refinement = refinement.value }
        options.memoryUse = smallMemory ? .small : .fastest
        options.memoryLimit = maxMemory.map { $0 * 1_000_000 }
        options.recipe = try Self.recipe(recipeEntries)
        if let outputChannel { options.recipe["output.channel"] = outputChannel }
        do throws(MattingError) {
            let file = if let weights { try read(weights) } else { try MattingPipeline.defaultWeights() }
            let edgeFile = if let edgeWeights { try read(edgeWeights) } else { nil as WeightFile? }
            let pipeline = try MattingPipeline(weightFile: file, edgeWeightFile: edgeFile, options: options)
            return (pipeline, [file] + [edgeFile].compactMap { $0 })
        } catch {
            guard case .weights(.badOverride(let key, let value, let expected)) = error else { throw error }
            // What was written on the command line is wrong, not an input.
            throw UsageError("\(WeightError.badOverride(key: key, value: value, expected: expected))")
        }
    }

    /// Whether a network works on one picture at a time, for its memory for two would be a surprise: from 64 MB of weights on.
    static func areHeavy(_ weightFiles: [WeightFile]) -> Bool {
        weightFiles.reduce(0) { $0 + $1.dataByteCount } > 64_000_000
    }

    /// What refines mattes that come from files: of the photograph's size only where it is asked for, because whoever drew
    /// one meant it.
    func refiners() throws -> CutWork.Source {
        try failing { () throws(MattingError) in
            let file = if let edgeWeights { try read(edgeWeights) } else { nil as WeightFile? }
            func refiner(_ usual: Refinement) throws(MattingError) -> MattingRefiner {
                try MattingRefiner((refinement ?? usual).value, edgeWeightFile: file, threadCount: threads)
            }
            return .files(same: try refiner(.bilinear), scaled: try refiner(.guided))
        }
    }

    private func read(_ path: BytePath) throws(MattingError) -> WeightFile {
        do throws(WeightError) {
            return try WeightFile.opened(path)
        } catch {
            throw .weights(error)
        }
    }
}

extension PipelineArguments {
    /// A value in place of the input recipe's. What is no key=value is all value, with an empty key.
    struct RecipeEntry: ExpressibleByArgument {
        let key: String
        let value: String

        init(argument: String) {
            // Neither is a name; what is no text has no meaning, and is shown as it is in names.
            let argument = CommandArguments.shown(argument)
            guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
                self.key = ""
                self.value = argument
                return
            }
            self.key = String(argument[..<equals])
            self.value = String(argument[argument.index(after: equals)...])
        }
    }
}

extension PipelineArguments {
    enum Refinement: String, ExpressibleByArgument, CaseIterable {
        case edges, guided, bilinear
        case closedForm = "closed-form"

        var value: MattingOptions.Refinement {
            switch self {
            case .edges: .edges(EdgeRefinement())
            case .guided: .guided(GuidedUpsampling())
            case .closedForm: .closedForm(ClosedFormRefinement())
            case .bilinear: .bilinear
            }
        }
    }
}
