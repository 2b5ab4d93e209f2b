import Matting

/// What `weights inspect` and `weights list` say of a file.
struct WeightSummary: Encodable {
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
        if EdgeModel.isRecognized(in: weights) {
            try EdgeRefinement.check(weights)
            self.architecture = EdgeRefinement.architecture
            self.input = "crops of the picture and a coarse matte, multiples of 8"
            self.output = "sigmoid activation"
        } else {
            let pipeline = try MattingPipeline(
                weightFile: weights, options: MattingOptions(refinement: .bilinear, threadCount: 1))
            let recipe = pipeline.recipe
            self.architecture = pipeline.architecture.rawValue
            self.input = recipe.inputSummary
            self.output = recipe.outputSummary
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
