import Files
import Foundation
import TensorCore
import Testing
import TestSupport
import Threads

@testable import MattingNetworks
@testable import WeightFiles

/// Graphs that are known networks under other names become weight files under the networks' own.
@Suite struct GraphBindingTests {
    // MARK: Graphs by formula

    /// What an exporter does with a network.
    private struct Export {
        /// Whether batch norms stay, or are folded: then convolutions have biases.
        var keepsNorms = false
        /// Of batch norms; nil for the network's own.
        var epsilon: Float?
        /// How many layers from the first on.
        var count = Int.max
        /// Changes a layer's weight.
        var shape: (_ path: String, _ shape: [Int]) -> [Int] = { $1 }
    }

    /// A chain of a network's layers, all names forgotten. Who reads whom in the real network is tested by its order
    /// (``NetworkLayersTests``); here it makes no difference.
    private func graph(
        _ layers: [NetworkLayers.Layer], _ export: Export = Export(), values: (String, [Int]) -> [Float]
    ) -> ONNXBytes {
        var graph = ONNXBytes(producer: "exporter")
        append(layers, to: &graph, export, values: values)
        return graph
    }

    private func append(
        _ layers: [NetworkLayers.Layer], to graph: inout ONNXBytes, _ export: Export, values: (String, [Int]) -> [Float]
    ) {
        var number = 0
        func tensor(_ name: String, _ shape: [Int]) -> String {
            number += 1
            graph.initializer("onnx::\(number)", shape, values(name, shape))
            return "onnx::\(number)"
        }
        var last = "picture"
        func append(_ operation: String, _ inputs: [String], groups: Int = 1, epsilon: Float? = nil) {
            number += 1
            graph.node(
                operation, [last] + inputs, ["\(number)"], integers: ["group": groups],
                floats: epsilon.map { ["epsilon": $0] } ?? [:])
            last = "\(number)"
        }
        func norm(_ path: String, _ channels: Int) -> [String] {
            ["weight", "bias", "running_mean", "running_var"].map { tensor("\(path).\($0)", [channels]) }
        }
        for layer in layers.prefix(export.count) {
            let form = layer.form
            if form.kind == .batchNorm {
                append(
                    "BatchNormalization", norm(layer.path, form.weight[0]),
                    epsilon: export.epsilon ?? Float(form.epsilon))
                continue
            }
            var inputs = [tensor(layer.path + ".weight", export.shape(layer.path, form.weight))]
            let keepsNorm = form.norm != nil && export.keepsNorms
            if form.hasBias || (form.norm != nil && !keepsNorm) {
                inputs.append(tensor(layer.path + ".bias", [form.channels]))
            }
            append(form.kind == .convolution ? "Conv" : "ConvTranspose", inputs, groups: form.groups)
            if keepsNorm, let path = form.norm {
                append("BatchNormalization", norm(path, form.channels), epsilon: export.epsilon ?? Float(form.epsilon))
            }
        }
        graph.output(last)
    }

    private func bound(_ graph: ONNXBytes) throws -> WeightFile {
        let model = try graph.bytes.withUnsafeBytes { try ONNXModel(copying: $0, name: "graph") }
        return try GraphBinding(model).weightFile()
    }

    /// Small values that tell tensors apart, made fast; variances are positive.
    private func marks(_ name: String, _ shape: [Int]) -> [Float] {
        let mark = Float(FormulaWeights.fnv1a64(name) % 1000) / 1000
        return [Float](repeating: mark, count: shape.reduce(1, *))
    }

    /// Whether every tensor of the file has the marks of its name.
    private func hasItsMarks(_ file: WeightFile, except absent: Set<String> = []) throws -> Bool {
        try file.tensors.allSatisfy { info in
            let mark = absent.contains(info.name) ? 0 : marks(info.name, [1])[0]
            return try file.tensor(info.name).withValues { $0.first == mark && $0.last == mark }
        }
    }

    // MARK: Networks

    @Test func exportedNetworkComputesWhatItsReferenceDoes() throws {
        let manifest = try GoldenManifest(fixture: "Goldens/u2netp/tensors.json")
        let layers = try NetworkLayers(.u2netp, like: [], file: "none").maps[0]
        let graph = graph(layers, Export(keepsNorms: true)) { name, _ in manifest.values(name) ?? [] }
        let file = try bound(graph)
        #expect(file.metadata == ["architecture": "u2netp", "source": "ONNX graph written by exporter 1.0"])
        let golden = try GoldenFile(fixture: "Goldens/u2netp/golden.safetensors")
        let outputs = try NetworkModel(file).predict(
            try golden.tensor("input.64x64"), pool: ThreadPool(threadCount: 2))
        // The bound of the parity tests.
        expectClose(outputs[0], try golden.tensor("d0.64x64"), absolute: 2e-5, relative: 0, "u2netp of a graph")
    }

    @Test(arguments: [Architecture.u2netp, .modnet, .robustVideoMatting, .mobileNetV2UNet], [true, false])
    func everyTensorGetsItsOwnName(architecture: Architecture, keepsNorms: Bool) throws {
        let network = try NetworkLayers(architecture, like: [], file: "none")
        var graph = graph(network.maps[0], Export(keepsNorms: keepsNorms), values: marks)
        if network.neededMapCount == 2 {
            // Behind the doubt are all of the matte's layers but the last two, then its own.
            graph = try twoOutputs(network)
        }
        let file = try bound(graph)
        let absent = network.all.filter { layer in
            !network.maps.prefix(network.neededMapCount).joined().contains { $0.path == layer.path }
        }
        let zeros = Set(absent.flatMap { ["\($0.path).weight", "\($0.path).bias"] + norms($0.path) })
        #expect(try hasItsMarks(file, except: zeros))
        #expect(try Architecture(of: file) == architecture)
        let binder = WeightBinder(file)
        _ = try architecture.makeNetwork(binder.root, architecture.defaultRecipe)
        try binder.finish()
        let source = try #require(file.metadata["source"])
        #expect(absent.allSatisfy { source.contains($0.path) } && source.contains("zeros") == !absent.isEmpty)
    }

    private func norms(_ path: String) -> [String] { ["\(path).running_mean", "\(path).running_var"] }

    /// The default network's matte and doubt, each a chain of its own that names shared tensors alike.
    private func twoOutputs(_ network: NetworkLayers) throws -> ONNXBytes {
        var graph = ONNXBytes()
        var known: Set<String> = []
        for (index, map) in network.maps.enumerated() {
            var last = "picture"
            for layer in map {
                let (weight, bias) = ("w \(layer.path)", "b \(layer.path)")
                if known.insert(layer.path).inserted {
                    graph.initializer(weight, layer.form.weight, marks("\(layer.path).weight", layer.form.weight))
                    graph.initializer(bias, [layer.form.channels], marks("\(layer.path).bias", [layer.form.channels]))
                }
                let output = "\(index) \(layer.path)"
                graph.node("Conv", [last, weight, bias], [output], integers: ["group": layer.form.groups])
                last = output
            }
            graph.output(last)
        }
        return graph
    }

    /// Files that are U²-Net with narrower stages, or with a map for each class of garments.
    @Test(arguments: [true, false]) func nestedUNetsAreFoundAtTheirOwnWidths(tellsClothes: Bool) throws {
        let architecture = tellsClothes ? Architecture.u2netClothes : .u2net
        let full = try NetworkLayers(architecture, like: [], file: "none").maps[0]
        var shapes = ONNXBytes()
        var last = "x"
        for (index, layer) in full.enumerated() {
            // An eighth of the paper's widths, 4 at least, but for what a picture and maps of classes have.
            let weight = layer.form.weight.prefix(2).map { $0 <= 24 ? $0 : max($0 / 8, 4) } + [3, 3]
            shapes.initializer("w\(index)", weight, [])
            shapes.node("Conv", [last, "w\(index)"], ["y\(index)"])
            last = "y\(index)"
        }
        shapes.output(last)
        let model = try shapes.bytes.withUnsafeBytes { try ONNXModel(copying: $0, name: "shapes") }
        let like = try model.layers(behind: model.outputs[0])
        let layers = try NetworkLayers(architecture, like: like, file: "none").maps[0]
        let file = try bound(graph(layers, values: marks))
        #expect(file.architecture == architecture.name)
        #expect(try hasItsMarks(file))
        #expect(file.info("stage3.rebnconv1.conv_s1.weight")?.shape == [8, 32, 3, 3])
        #expect(file.info("outconv.weight")?.shape == (tellsClothes ? [4, 24, 1, 1] : [1, 6, 1, 1]))
        var writer = WeightFileWriter()
        for tensor in file.tensors {
            // Marks as they are would grow beyond measure from layer to layer.
            let values = try file.floats(tensor.name).map { $0 / 1000 }
            try writer.add(tensor.name, shape: tensor.shape, values: values)
        }
        let bare = try writer.bytes().withUnsafeBytes { try WeightFile(copying: $0, name: "bare") }
        #expect(try Architecture(of: bare) == architecture)
        let classes = try NetworkModel(bare, overriding: tellsClothes ? ["output.channel": "2"] : [:])
        let picture = try Tensor(zeros: TensorShape(height: 64, width: 32, channels: 3))
        let matte = try classes.predict(picture, pool: ThreadPool(threadCount: 2))[0]
        #expect(matte.shape == picture.shape.with(channels: 1) && matte.values.allSatisfy { (0...1).contains($0) })
    }

    @Test func plainUNetIsFoundAtItsOwnWidthAndEitherWayUp() throws {
        for up in [nil, [64, 32, 2, 2]] as [[Int]?] {
            var shapes = ONNXBytes()
            shapes.initializer("w", [4, 3, 3, 3], [])
            shapes.node("Conv", ["x", "w"], ["y"])
            if let up {
                shapes.initializer("up", up, [])
                shapes.node("ConvTranspose", ["y", "up"], ["z"])
            }
            shapes.output(up == nil ? "y" : "z")
            let model = try shapes.bytes.withUnsafeBytes { try ONNXModel(copying: $0, name: "shapes") }
            let like = try model.layers(behind: model.outputs[0])
            let layers = try NetworkLayers(.unet, like: like, file: "none").maps[0]
            let file = try bound(graph(layers, Export(keepsNorms: true), values: marks))
            #expect(try hasItsMarks(file))
            #expect(file.info("inc.double_conv.0.weight")?.shape == [4, 3, 3, 3])
            #expect(file.info("up1.up.weight")?.shape == up)
        }
    }

    // MARK: Batch norms

    @Test func variancesCountFromTheNetworksOwnEpsilon() throws {
        let layers = try NetworkLayers(.u2netp, like: [], file: "none").maps[0]
        let file = try bound(graph(layers, Export(keepsNorms: true, epsilon: 1e-3), values: marks))
        let name = "stage1.rebnconvin.bn_s1.running_var"
        let variance = try #require(try file.floats(name).first)
        // A float of about 1e-3 as the sum of floats below 1: some 1e-7 of rounding.
        #expect(abs(variance - (marks(name, [1])[0] + 1e-3 - 1e-5)) < 1e-6)
    }

    /// The encoder of Robust Video Matting has no biases; one before a norm is the norm's mean.
    @Test func biasBeforeANormIsTakenOffItsMean() throws {
        var graph = ONNXBytes()
        graph.initializer("w", [2, 1, 1, 1], [1, 2])
        graph.initializer("b", [2], [0.5, -1])
        let norm: [(String, [Float])] = [
            ("gain", [1, 1]), ("bias", [0, 0]), ("mean", [2, 3]), ("variance", [4, 5]),
        ]
        for (name, values) in norm {
            graph.initializer(name, [2], values)
        }
        graph.node("Conv", ["x", "w", "b"], ["y"])
        graph.node("BatchNormalization", ["y", "gain", "bias", "mean", "variance"], ["z"])
        graph.output("z")
        let model = try graph.bytes.withUnsafeBytes { try ONNXModel(copying: $0, name: "graph") }
        let found = try model.layers(behind: model.outputs[0])
        let form = LayerForm(
            .convolution, weight: [2, 1, 1, 1], hasBias: false, norm: "n", epsilon: Double(Float(1e-5)))
        let layer = NetworkLayers.Layer(path: "c", form: form)
        let match = try #require(try GraphAlignment([layer], found).matches["c"])
        let tensors = try #require(try GraphTensors(model).tensors(layer, match))
        #expect(tensors.map(\.name) == ["c.weight", "n.weight", "n.bias", "n.running_mean", "n.running_var"])
        let file = try WeightFile(model, tensors: tensors, metadata: [:])
        #expect(try file.floats("n.running_mean") == [1.5, 4])
        #expect(try file.floats("n.running_var") == [4, 5])
    }

    // MARK: Graphs of no known network

    @Test func sayWhereTheyStopFitting() throws {
        let layers = try NetworkLayers(.u2netp, like: [], file: "none").maps[0]
        func error(_ export: Export) -> WeightError? {
            do {
                _ = try bound(graph(layers, export, values: marks))
                return nil
            } catch {
                return error as? WeightError
            }
        }
        let other = Export { path, shape in path == "side1" ? [3] + shape.dropFirst() : shape }
        guard case .unknownGraph("graph", "u2netp", let agreeing, 119, let expected, let found)? = error(other) else {
            Issue.record("three classes")
            return
        }
        // Its likes take its place one after the other, so that the last of them is missing; but it is the first to differ.
        #expect(layers[agreeing].path == "side1" && agreeing > 100)
        #expect(expected == "convolution [1, 64, 3, 3] of 'side1'")
        #expect(found.hasPrefix("convolution [3, 64, 3, 3] of node '"))
        let first = Export { path, shape in path == layers[0].path ? [64, 4, 3, 3] : shape }
        guard case .unknownGraph("graph", "u2netp", 0, 119, _, let stem)? = error(first) else {
            Issue.record("four channels")
            return
        }
        #expect(stem.hasPrefix("convolution [64, 4, 3, 3] of node '"))

        guard case .unknownGraph(_, "u2netp", 30, 119, _, "nothing more")? = error(Export(count: 30)) else {
            Issue.record("part of a network")
            return
        }
    }

    @Test func withoutLayersAreNoneAtAll() throws {
        var graph = ONNXBytes()
        graph.node("Relu", ["x"], ["y"])
        graph.output("y")
        guard
            case .unknownGraph(_, _, 0, _, _, "nothing more")? = #expect(
                throws: WeightError.self, performing: { try bound(graph) })
        else {
            Issue.record("no layers")
            return
        }
        var headless = ONNXBytes()
        headless.node("Relu", ["x"], ["y"])
        guard
            case .unknownGraph(_, _, 0, _, _, "no output")? = #expect(
                throws: WeightError.self, performing: { try bound(headless) })
        else {
            Issue.record("no outputs")
            return
        }
    }

    @Test func pictureMustNotBePreparedInside() throws {
        let layers = try NetworkLayers(.u2netp, like: [], file: "none").maps[0]
        var graph = ONNXBytes()
        graph.initializer("mean", [1], [0.5])
        graph.node("Transpose", ["bytes"], ["planes"], lists: ["perm": [0, 3, 1, 2]])
        graph.node("Sub", ["planes", "mean"], ["difference"])
        graph.node("Div", ["difference", "mean"], ["picture"])
        self.append(layers, to: &graph, Export(), values: marks)
        #expect(throws: WeightError.preparingGraph(file: "graph", operators: ["Sub", "Div"])) { try bound(graph) }
    }

    /// MODNet's heads see a smaller picture; who exports all that training has gets them as outputs.
    @Test func otherOutputsMayPrepareThePicture() throws {
        let network = try NetworkLayers(.modnet, like: [], file: "none")
        var graph = ONNXBytes()
        graph.initializer("head", [1, 3, 1, 1], [1, 1, 1])
        graph.node("Resize", ["picture", "", "", "size"], ["half"])
        graph.node("Conv", ["half", "head"], ["detail"])
        graph.output("detail")
        self.append(network.maps[0], to: &graph, Export(), values: marks)
        #expect(try bound(graph).architecture == "modnet")
    }

    // MARK: Files

    private static let weights = ProcessInfo.processInfo.environment["MATTING_U2NETP_WEIGHTS"]

    /// The published U²-Net-p as both kinds of file that people have.
    @Test(.enabled(if: weights != nil, "MATTING_U2NETP_WEIGHTS names no file"))
    func publishedGraphHasTheValuesOfThePublishedWeights() throws {
        let path = try #require(Self.weights)
        let graph = URL(fileURLWithPath: path).deletingPathExtension().appendingPathExtension("onnx").path
        let difference = try WeightDifference(WeightFile.opened(BytePath(graph)), WeightFile.opened(BytePath(path)))
        #expect(difference.comparedCount == 238)
        #expect(difference.onlyInFirst.isEmpty && difference.onlyInSecond.isEmpty && difference.values.isEmpty)
    }

    @Test func filesAreToldByWhatIsInThem() throws {
        let folder = try TemporaryFolder()
        let layers = try NetworkLayers(.u2netp, like: [], file: "none").maps[0]
        let bytes = graph(layers, values: marks).bytes
        let path = folder.path("weights.safetensors")
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        #expect(try WeightFile.opened(BytePath(path)).metadata["architecture"] == "u2netp")
        #expect(WeightCheck(contentsOf: path).isUsable)
        // What was cut off too early to be told is told by its name.
        let stump = folder.path("weights.onnx")
        try Data(bytes.prefix(5)).write(to: URL(fileURLWithPath: stump))
        #expect(throws: WeightError.truncatedGraph(file: stump, expectedByteCount: 12, actualByteCount: 5)) {
            try WeightFile.opened(BytePath(stump))
        }
        #expect(!WeightCheck(contentsOf: stump).isUsable)
        // Not so what can be told: nothing but its bytes says what it is.
        var writer = CheckpointWriter()
        writer.add("w", shape: [2], values: [1, 2])
        var tensors = WeightFileWriter()
        try tensors.add("w", shape: [2], values: [1, 2])
        for bytes in [try tensors.bytes(), writer.archive().bytes(), writer.stream()] {
            try Data(bytes).write(to: URL(fileURLWithPath: stump))
            #expect(try WeightFile.opened(BytePath(stump)).floats("w") == [1, 2])
        }
    }
}
