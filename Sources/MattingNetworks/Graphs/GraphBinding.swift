import TensorCore
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
    ///   has most layers in common, and what the graph's own tensors have wrong.
    /// - Complexity: that of loading the network; of all networks where none fits.
    init(_ model: ONNXModel) throws(WeightError) {
        var outputs: [[GraphLayer]] = []
        for output in model.outputs { outputs.append(try model.layers(behind: output)) }
        let most = outputs.max { $0.count < $1.count } ?? []
        var nearest: (architecture: Architecture, mismatch: GraphAlignment.Mismatch)?
        for architecture in Architecture.allCases.sorted(nearTo: most.valueCount) {
            let network = try NetworkLayers(architecture, like: most, file: model.file)
            do throws(GraphAlignment.Mismatch) {
                self.alignment = try GraphBinding.align(network, outputs)
                self.model = model
                self.architecture = architecture
                self.network = network
                return
            } catch {
                if nearest.map({ error.agreeingCount > $0.mismatch.agreeingCount }) ?? true {
                    nearest = (architecture, error)
                }
            }
        }
        guard let (architecture, mismatch) = nearest else { preconditionFailure("there are networks") }
        throw .unknownGraph(
            file: model.file, nearest: architecture.name, agreeingCount: mismatch.agreeingCount,
            layerCount: mismatch.layerCount, expected: mismatch.expected, found: mismatch.found)
    }

    /// Finds an output of the graph for each map of the network: for those that are needed one that fits, for others, which
    /// add layers that serve training, where there is one.
    private static func align(
        _ network: NetworkLayers, _ outputs: [[GraphLayer]]
    ) throws(GraphAlignment.Mismatch) -> GraphAlignment {
        var alignment: GraphAlignment?
        for (index, map) in network.maps.enumerated() {
            var furthest: GraphAlignment.Mismatch?
            var found: GraphAlignment?
            for layers in outputs where found == nil {
                do throws(GraphAlignment.Mismatch) {
                    found = try GraphAlignment(map, layers)
                } catch {
                    if furthest.map({ error.agreeingCount > $0.agreeingCount }) ?? true { furthest = error }
                }
            }
            if let found {
                if alignment == nil { alignment = found } else { alignment?.merge(found) }
            } else if index < network.neededMapCount {
                throw furthest
                    ?? GraphAlignment.Mismatch(
                        agreeingCount: 0, layerCount: map.count, expected: map.first?.description ?? "nothing",
                        found: "no output")
            }
        }
        guard let alignment else { preconditionFailure("a network has a first map") }
        return alignment
    }

    // MARK: Tensors

    /// The weight file under the network's own names. Layers that the graph does not have, because only training needs
    /// them, are zeros, and its metadata says so.
    ///
    /// - Throws: what keeps values from being read.
    func weightFile() throws(WeightError) -> WeightFile {
        var tensors: [NamedGraphTensor] = []
        var absent: [String] = []
        for layer in network.all {
            if let match = alignment.matches[layer.path] {
                tensors += try self.tensors(layer, match)
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

    private func tensors(
        _ layer: NetworkLayers.Layer, _ match: GraphAlignment.Match
    ) throws(WeightError) -> [NamedGraphTensor] {
        let (form, found) = (layer.form, match.layer)
        if form.kind == .batchNorm { return try norm(layer.path, found, form.epsilon) }
        let bias = NamedGraphTensor(
            name: layer.path + ".bias", shape: [form.channels], values: found.bias.map { .stored($0) } ?? .zeros)
        let own =
            [NamedGraphTensor(name: layer.path + ".weight", shape: form.weight, values: .stored(found.weight))]
            + (form.hasBias || (form.norm != nil && match.norm == nil) ? [bias] : [])
        guard let path = form.norm, let norm = match.norm else { return own }
        // What a convolution adds that has no bias here, the norm's mean takes off again.
        return try own + self.norm(path, norm, form.epsilon, shift: form.hasBias ? nil : found.bias)
    }

    /// A batch norm under `path` whose variances count from another epsilon, after a shift that its mean takes off.
    private func norm(
        _ path: String, _ norm: GraphLayer, _ epsilon: Double, shift: GraphTensor? = nil
    ) throws(WeightError) -> [NamedGraphTensor] {
        func named(_ name: String, _ tensor: GraphTensor?, _ change: WeightTensor?) -> NamedGraphTensor {
            NamedGraphTensor(
                name: "\(path).\(name)", shape: norm.weight.shape,
                values: change.map { .computed($0) } ?? tensor.map { .stored($0) } ?? .zeros)
        }
        var mean: WeightTensor?
        if let shift, let own = norm.mean {
            let (own, shift) = (try model.values(own), try model.values(shift))
            mean = try computed(zip(own, shift).map { $0 - $1 })
        }
        var variance: WeightTensor?
        if norm.epsilon != Float(epsilon), let own = norm.variance {
            let difference = Double(norm.epsilon) - epsilon
            variance = try computed(try model.values(own).map { Float(Double($0) + difference) })
        }
        return [
            named("weight", norm.weight, nil), named("bias", norm.bias, nil),
            named("running_mean", norm.mean, mean), named("running_var", norm.variance, variance),
        ]
    }

    private func computed(_ values: [Float]) throws(WeightError) -> WeightTensor {
        do throws(TensorError) {
            return try WeightTensor(shape: [values.count], values: values)
        } catch {
            throw .outOfMemory(file: model.file, byteCount: values.count * MemoryLayout<Float>.stride)
        }
    }
}

extension NetworkLayers.Layer {
    /// The layer's tensors, batch norms folded, without values.
    fileprivate var zeros: [NamedGraphTensor] {
        let weight = NamedGraphTensor(name: path + ".weight", shape: form.weight, values: .zeros)
        let bias = NamedGraphTensor(name: path + ".bias", shape: [form.channels], values: .zeros)
        switch form.kind {
        case .batchNorm:
            return [weight, bias]
                + ["running_mean", "running_var"].map {
                    NamedGraphTensor(name: "\(path).\($0)", shape: form.weight, values: .zeros)
                }
        case .convolution, .transposedConvolution: return form.hasBias || form.norm != nil ? [weight, bias] : [weight]
        }
    }
}

extension [GraphLayer] {
    /// How many trained values there are.
    fileprivate var valueCount: Int {
        reduce(0) { count, layer in
            count &+ layer.weight.shape.reduce(1, &*) &+ (layer.bias?.shape.reduce(1, &*) ?? 0)
        }
    }
}

extension [Architecture] {
    /// Those first that have about as many parameters: building a network to look at its layers costs what loading it does.
    fileprivate func sorted(nearTo count: Int) -> [Architecture] {
        func distance(_ architecture: Architecture) -> UInt { (architecture.parameterCount &- count).magnitude }
        return sorted { distance($0) < distance($1) }
    }
}
