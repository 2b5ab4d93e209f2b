import WeightFiles

/// The layers of a graph laid beside those of a network, one by one in the order of the data.
///
/// Exporters rename tensors, fold batch norms, and write linear layers as products of matrices; what they keep is who
/// reads whom, and shapes. So kinds, shapes and groups have to agree from the first layer to the last; only a batch norm
/// behind a convolution may be missing, where it is folded into that.
struct GraphAlignment {
    /// What of the graph is a layer of the network.
    struct Match {
        let layer: GraphLayer
        /// The batch norm behind it, where the graph has it.
        var norm: GraphLayer?
    }

    /// How far a graph and a network agree, and what comes then.
    struct Mismatch: Error {
        let agreeingCount: Int
        let layerCount: Int
        let expected: String
        let found: String
    }

    /// By the paths of the network's layers.
    private(set) var matches: [String: Match] = [:]

    /// - Throws: the first difference.
    init(_ expected: [NetworkLayers.Layer], _ found: [GraphLayer]) throws(Mismatch) {
        var rest = found[...]
        for (index, layer) in expected.enumerated() {
            guard let candidate = rest.first, candidate.fits(layer.form) else {
                throw Mismatch(
                    agreeingCount: index, layerCount: expected.count, expected: "\(layer)",
                    found: rest.first?.description ?? "nothing more")
            }
            rest.removeFirst()
            var match = Match(layer: candidate)
            if layer.form.norm != nil, let norm = rest.first, norm.kind == .batchNorm,
                norm.hasChannels(layer.form.channels)
            {
                match.norm = norm
                rest.removeFirst()
            }
            matches[layer.path] = match
        }
        if let further = rest.first {
            throw Mismatch(
                agreeingCount: expected.count, layerCount: expected.count, expected: "nothing more",
                found: further.description)
        }
    }

    /// Takes over the layers that another output of the same graph has besides.
    mutating func merge(_ other: GraphAlignment) { matches.merge(other.matches) { own, _ in own } }
}

extension LayerForm {
    /// Channels of the output.
    var channels: Int { kind == .transposedConvolution ? weight[1] * groups : weight[0] }
}

extension GraphLayer {
    /// Whether this may be a layer of that form.
    fileprivate func fits(_ form: LayerForm) -> Bool {
        /// A linear layer is a convolution of one pixel.
        func squeezed(_ shape: [Int]) -> [Int] { shape.dropFirst(2) == [1, 1] ? Array(shape.prefix(2)) : shape }
        guard kind == form.kind, groups == form.groups, squeezed(weight.shape) == squeezed(form.weight) else {
            return false
        }
        let takesBias = form.hasBias || form.norm != nil
        return hasChannels(form.channels) && (bias == nil || takesBias)
    }

    /// Whether there is one value for each of so many channels in every tensor that has such.
    fileprivate func hasChannels(_ count: Int) -> Bool {
        let others = [bias, mean, variance].compactMap { $0 } + (kind == .batchNorm ? [weight] : [])
        return others.allSatisfy { $0.shape.reduce(1, &*) == count }
    }
}
