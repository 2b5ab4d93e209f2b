import Matting
import MattingNetworks
import WeightFiles

/// What `weights inspect` and `weights list` say of a file.
struct WeightSummary: Encodable {
    let file: String
    /// nil, as the two that follow, where the file cannot be used.
    let architecture: String?
    let input: String?
    let output: String?
    let tensors: Int
    let parameters: Int
    let types: String
    let bytes: Int
    let licence: String?
    let training: String?
    let source: String?
    let sha256: String
    /// Every tensor, where it is asked for.
    let tensorList: [TensorLine]?
    /// Why the file cannot be used: all that is wrong with it.
    let problem: String?

    init(_ weights: WeightFile, listingTensors: Bool = false) {
        var network: Network?
        var problem: String?
        do throws(MattingError) { network = try Network(weights) } catch { problem = "\(error)" }
        self.file = weights.name
        self.architecture = network?.architecture
        self.input = network?.input
        self.output = network?.output
        self.tensors = weights.tensors.count
        self.parameters = weights.parameterCount
        self.types = weights.typeCounts.map { "\($0.type) (\($0.count))" }.joined(separator: ", ")
        self.bytes = weights.dataByteCount
        self.licence = weights.license
        self.training = weights.training
        self.source = weights.source
        self.sha256 = weights.dataSHA256
        self.tensorList = listingTensors ? weights.tensors.map(TensorLine.init) : nil
        self.problem = problem
    }

    var lines: [String] {
        let rows: [(String, String?)] = [
            ("file", file), ("architecture", architecture), ("input", input), ("output", output),
            ("tensors", "\(tensors)"), ("parameters", "\(parameters)"), ("types", types), ("bytes", "\(bytes)"),
            ("licence", licence ?? "not stated"), ("training", training), ("source", source), ("sha256", sha256),
        ]
        return rows.compactMap { name, value in
            value.map { name + String(repeating: " ", count: 14 - name.count) + $0 }
        } + (tensorList ?? []).map { "  \($0.name)  \($0.type)  \($0.shape)" }
    }
}

extension WeightSummary {
    struct TensorLine: Encodable {
        let name: String
        let type: String
        let shape: [Int]

        init(_ tensor: TensorInfo) {
            self.name = tensor.name
            self.type = "\(tensor.type)"
            self.shape = tensor.shape
        }
    }

    /// The network that a file is for, with every tensor in place.
    private struct Network {
        let architecture: String
        let input: String
        let output: String

        init(_ weights: WeightFile) throws(MattingError) {
            if EdgeModel.isRecognized(in: weights) {
                try EdgeRefinement.check(weights)
                architecture = EdgeRefinement.architecture
                input = "crops of the picture and a coarse matte, multiples of \(EdgeModel.multiple)"
                output = "sigmoid activation"
            } else {
                let pipeline = try MattingPipeline(
                    weightFile: weights, options: MattingOptions(refinement: .bilinear, threadCount: 1))
                architecture = pipeline.architecture.name
                input = pipeline.recipe.inputSummary
                output = pipeline.recipe.outputSummary
            }
        }
    }
}
