import ArgumentParser
import Matting

struct Weights: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows what is in a weight file.", subcommands: [Inspect.self])

    struct Inspect: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints architecture, input recipe, tensors, parameters, types, licence and hash.",
            discussion: "Without a file it shows the two that are embedded in the program.")

        @Argument(help: ArgumentHelp("Weight file (safetensors).", valueName: "file"))
        var file: String?

        @Flag(help: "List every tensor with its type and shape.")
        var tensors = false

        @Flag(help: "Print a JSON object.")
        var json = false

        func run() throws {
            guard let file else {
                try show(try failing { () throws(MattingError) in try MattingPipeline.defaultWeights() })
                if !json { Console.line("") }
                try show(try failing { () throws(MattingError) in try MattingPipeline.defaultEdgeWeights() })
                return
            }
            try show(try failing { () throws(WeightError) in try WeightFile(contentsOf: file) })
        }

        private func show(_ weights: WeightFile) throws {
            let summary = try failing { () throws(MattingError) in try WeightSummary(weights) }
            if json { return Console.json(summary) }
            for line in summary.lines { Console.line(line) }
            if tensors {
                for tensor in weights.tensors { Console.line("  \(tensor.name)  \(tensor.type)  \(tensor.shape)") }
            }
        }
    }
}

/// What `weights inspect` prints.
private struct WeightSummary: Encodable {
    let file: String
    let architecture: String
    let input: String
    let output: String
    let tensors: Int
    let parameters: Int
    let types: String
    let bytes: Int
    let licence: String?
    let training: String?
    let source: String?
    let sha256: String

    init(_ weights: WeightFile) throws(MattingError) {
        // Building the network checks every tensor: inspecting a broken file says all that is wrong with it.
        if weights.architecture == EdgeRefinement.architecture {
            try EdgeRefinement.check(weights)
            self.architecture = EdgeRefinement.architecture
            self.input = "crops of the picture and a coarse matte, multiples of 8"
            self.output = "sigmoid activation"
        } else {
            let pipeline = try MattingPipeline(
                weightFile: weights, options: MattingOptions(refinement: .bilinear, threadCount: 1))
            let recipe = pipeline.recipe
            self.architecture = pipeline.architecture.rawValue
            self.input = recipe.summary
            self.output = "\(recipe.activation.rawValue) activation, \(recipe.rescale.rawValue) rescaling"
        }
        self.file = weights.name
        self.tensors = weights.tensors.count
        self.parameters = weights.parameterCount
        self.types = weights.typeCounts.map { "\($0.type) (\($0.count))" }.joined(separator: ", ")
        self.bytes = weights.dataByteCount
        self.licence = weights.license
        self.training = weights.training
        self.source = weights.source
        self.sha256 = weights.dataSHA256
    }

    var lines: [String] {
        let rows: [(String, String?)] = [
            ("file", file), ("architecture", architecture), ("input", input), ("output", output),
            ("tensors", "\(tensors)"), ("parameters", "\(parameters)"), ("types", types), ("bytes", "\(bytes)"),
            ("licence", licence ?? "not stated"), ("training", training), ("source", source), ("sha256", sha256),
        ]
        return rows.compactMap { name, value in
            value.map { name + String(repeating: " ", count: 14 - name.count) + $0 }
        }
    }
}

extension InputRecipe {
    fileprivate var summary: String {
        let size = rule == .native ? "" : " \(width)×\(height)"
        var grid = multiple > 1 ? ", multiples of \(multiple)" : ""
        if let baseSide { grid += ", shrunk to \(baseSide) inside" }
        let maximum = dividesByMaximum ? ", divided by the picture's maximum" : ""
        func triple(_ values: SIMD3<Float>) -> String { "(\(values.x), \(values.y), \(values.z))" }
        return
            "\(rule.rawValue)\(size)\(grid), \(channels.rawValue)\(maximum), mean \(triple(mean)), std \(triple(std))"
    }
}
