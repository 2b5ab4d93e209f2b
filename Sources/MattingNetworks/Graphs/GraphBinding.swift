import WeightFiles

/// Which network a graph is, and the weight file that it makes.
struct GraphBinding {
    private let model: ONNXModel
    private let architecture: Architecture
    private let network: NetworkLayers
    private let alignment: GraphAlignment

    /// Finds the network whose layers are those behind an output of the graph.
    ///
    /// - Throws: ``WeightError/unknownGraph(file:nearest:agreeingCount:layerCount:expected:found:)`` with the network that
    ///   has most layers in common, ``WeightError/preparingGraph(file:operators:)``, and what the graph's own tensors have
    ///   wrong.
    /// - Complexity: O(nodes of the graph, for each of its outputs, and layers of the networks).
    init(_ model: ONNXModel) throws(WeightError) {
        var outputs: [[GraphLayer]] = []
        for output in model.outputs { outputs.append(try model.layers(behind: output)) }
        let most = outputs.max { $0.count < $1.count } ?? []
        var nearest: (architecture: Architecture, mismatch: GraphAlignment.Mismatch)?
        for architecture in Architecture.allCases {
            let network = try NetworkLayers(architecture, like: most, file: model.file)
            let repeats = GraphRepeats(model, network)
            let layers = try outputs.map { (layers) throws(WeightError) in try repeats.removed(from: layers) }
            let needed: [Int]
            do throws(GraphAlignment.Mismatch) {
                (self.alignment, needed) = try GraphBinding.align(network, layers)
                self.model = model
                self.architecture = architecture
                self.network = network
            } catch {
                if nearest.map({ error.alikeCount > $0.mismatch.alikeCount }) ?? true {
                    nearest = (architecture, error)
                }
                continue
            }
            if !network.preparesPicture {
                try GraphBinding.requirePlainPicture(model, before: needed.map { model.outputs[$0] })
            }
            return
        }
        guard let (architecture, mismatch) = nearest else { preconditionFailure("there are networks") }
        throw .unknownGraph(
            file: model.file, nearest: architecture.name, agreeingCount: mismatch.agreeingCount,
            layerCount: mismatch.layerCount, expected: mismatch.expected, found: mismatch.found)
    }

    /// What a graph does to the picture first would be left out. What it does for other outputs, as heads that serve
    /// training see a smaller picture, is of no account.
    private static func requirePlainPicture(_ model: ONNXModel, before outputs: [Int]) throws(WeightError) {
        for output in outputs {
            let operators = try model.preparation(before: output)
            guard operators.isEmpty else { throw .preparingGraph(file: model.file, operators: operators) }
        }
    }

    /// Finds an output of the graph for each map of the network: for those that are needed one that fits, for others, which
    /// add layers that serve training, where there is one.
    ///
    /// - Returns: the layers of all of them, and the places of the outputs that are needed.
    private static func align(
        _ network: NetworkLayers, _ outputs: [[GraphLayer]]
    ) throws(GraphAlignment.Mismatch) -> (GraphAlignment, needed: [Int]) {
        var alignment: GraphAlignment?
        var needed: [Int] = []
        for (index, map) in network.maps.enumerated() {
            var nearest: GraphAlignment.Mismatch?
            var found: GraphAlignment?
            for (place, layers) in outputs.enumerated() where found == nil {
                do throws(GraphAlignment.Mismatch) {
                    found = try GraphAlignment(map, layers)
                    if index < network.neededMapCount { needed.append(place) }
                } catch {
                    if nearest.map({ error.alikeCount > $0.alikeCount }) ?? true { nearest = error }
                }
            }
            if let found {
                if alignment == nil { alignment = found } else { alignment?.merge(found) }
            } else if index < network.neededMapCount {
                throw nearest
                    ?? GraphAlignment.Mismatch(
                        alikeCount: 0, agreeingCount: 0, layerCount: map.count,
                        expected: map.first?.description ?? "nothing", found: "no output")
            }
        }
        guard let alignment else { preconditionFailure("a network has a first map") }
        return (alignment, needed)
    }

    // MARK: Tensors

    /// The weight file under the network's own names. Layers that the graph does not have, because only training needs
    /// them, are zeros, and its metadata says so.
    ///
    /// - Throws: what keeps values from being read.
    func weightFile() throws(WeightError) -> WeightFile {
        var tensors: [NamedGraphTensor] = []
        var absent: [String] = []
        let values = GraphTensors(model)
        for (index, layer) in network.all.enumerated() {
            if let match = alignment.matches[layer.path] {
                guard let own = try values.tensors(layer, match) else {
                    throw .unknownGraph(
                        file: model.file, nearest: architecture.name, agreeingCount: index,
                        layerCount: network.all.count, expected: "\(layer)",
                        found: "\(match.layer.description), whose values are other ones at the same displacement")
                }
                tensors += own
            } else {
                absent.append(layer.path)
                tensors += layer.zeros
            }
        }
        var source = "ONNX graph" + (model.producer.isEmpty ? "" : " written by \(model.producer)")
        if !absent.isEmpty { source += ", without \(absent.joined(separator: ", ")): zeros, of which no matte is made" }
        return try WeightFile(
            model, tensors: tensors, metadata: ["architecture": architecture.name, "source": source])
    }
}
