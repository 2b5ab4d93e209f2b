import TensorCore
import WeightFiles

/// The tensors of a graph's layers as a network's weight file has them: under other names, batch norms with another
/// epsilon, biases where the network has them.
struct GraphTensors {
    private let model: ONNXModel

    init(_ model: ONNXModel) { self.model = model }

    /// The tensors of a layer of the network that is one of the graph; nil where its values are none that it could have.
    ///
    /// - Throws: what keeps values from being read that have to be computed with.
    func tensors(
        _ layer: NetworkLayers.Layer, _ match: GraphAlignment.Match
    ) throws(WeightError) -> [NamedGraphTensor]? {
        let (form, found) = (layer.form, match.layer)
        if form.kind == .batchNorm { return try norm(layer.path, found, form.epsilon) }
        if form.kind == .positionBias { return try table(layer.path, found.weight, form.weight).map { [$0] } }
        let bias = NamedGraphTensor(
            name: layer.path + ".bias", shape: [form.channels], values: found.bias.map { .stored($0) } ?? .zeros)
        let own =
            [NamedGraphTensor(name: layer.path + ".weight", shape: form.weight, values: .stored(found.weight))]
            + (form.hasBias || (form.norm != nil && match.norm == nil) ? [bias] : [])
        guard let path = form.norm, let norm = match.norm else { return own }
        // What a convolution adds that has no bias here, the norm's mean takes off again.
        return try own + self.norm(path, norm, form.epsilon, shift: form.hasBias ? nil : found.bias)
    }

    /// The table of a position bias, which is made of the values for pairs of pixels where the graph has those.
    private func table(
        _ path: String, _ found: GraphTensor, _ shape: [Int]
    ) throws(WeightError) -> NamedGraphTensor? {
        var values = NamedGraphTensor.Values.stored(found)
        if let pairs = PairwiseBias(shape: found.shape) {
            guard let table = try model.values(found).withValues({ pairs.table($0) }) else { return nil }
            values = .computed(try computed(table, shape: shape))
        }
        return NamedGraphTensor(name: path + NetworkLayers.tableSuffix, shape: shape, values: values)
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

    private func computed(_ values: [Float], shape: [Int]? = nil) throws(WeightError) -> WeightTensor {
        do throws(TensorError) {
            return try WeightTensor(shape: shape ?? [values.count], values: values)
        } catch {
            throw .outOfMemory(file: model.file, byteCount: values.count * MemoryLayout<Float>.stride)
        }
    }
}

extension NetworkLayers.Layer {
    /// The layer's tensors, batch norms folded, without values.
    var zeros: [NamedGraphTensor] {
        let weight = NamedGraphTensor(name: path + ".weight", shape: form.weight, values: .zeros)
        let bias = NamedGraphTensor(name: path + ".bias", shape: [form.channels], values: .zeros)
        switch form.kind {
        case .batchNorm:
            return [weight, bias]
                + ["running_mean", "running_var"].map {
                    NamedGraphTensor(name: "\(path).\($0)", shape: form.weight, values: .zeros)
                }
        case .positionBias:
            return [NamedGraphTensor(name: path + NetworkLayers.tableSuffix, shape: form.weight, values: .zeros)]
        case .convolution, .transposedConvolution, .layerNorm:
            return form.hasBias || form.norm != nil ? [weight, bias] : [weight]
        }
    }
}
