import WeightFiles

/// The layers of a graph laid beside those of a network: by name where a tensor has kept its own, and of other layers that
/// look alike the first beside the first.
///
/// Exporters rename tensors, fold batch norms, and write linear layers as products of matrices; what they keep is who
/// reads whom, and shapes. So among layers of one kind, shape and number of groups the order of the data decides. None may
/// be missing and none left, except for a batch norm behind a convolution, which may be folded into that.
struct GraphAlignment {
    /// What of the graph is a layer of the network.
    struct Match {
        let layer: GraphLayer
        /// The batch norm behind it, where the graph has it.
        var norm: GraphLayer?
    }

    /// How far a graph and a network agree, and what comes then.
    struct Mismatch: Error {
        /// How many layers of the network the graph has some for that look so, wherever they are.
        let alikeCount: Int
        /// How many layers from the first on agree.
        let agreeingCount: Int
        let layerCount: Int
        let expected: String
        let found: String
    }

    /// By the paths of the network's layers.
    private(set) var matches: [String: Match] = [:]

    /// - Parameters:
    ///   - expected: the network's layers in the order of the data.
    ///   - found: those of the graph.
    /// - Throws: the first difference.
    init(_ expected: [NetworkLayers.Layer], _ found: [GraphLayer]) throws(Mismatch) {
        let named = Self.named(found, by: Set(expected.map(\.path)))
        let isNamed = Set(named.values)
        var waiting: [LayerLook: ArraySlice<Int>] = [:]
        for (index, layer) in found.enumerated() where !isNamed.contains(index) {
            waiting[LayerLook(layer), default: []].append(index)
        }
        var isTaken = [Bool](repeating: false, count: found.count)
        /// The layer of that name, or the first of that look and no name that nothing is laid beside yet.
        func next(_ look: LayerLook, _ path: String) -> Int? {
            if let place = named[path], LayerLook(found[place]) == look { return place }
            while let first = waiting[look]?.first, isTaken[first] { waiting[look]?.removeFirst() }
            return waiting[look]?.first
        }
        /// What does not fit at the network's layer `index`, and the layer of the graph in its place.
        func mismatch(_ index: Int) -> Mismatch {
            let difference = LookDifference(expected, found)
            var (index, place) = (index, isTaken.firstIndex(of: false))
            if index < expected.count, let own = named[expected[index].path] {
                place = own
            } else if let first = difference.first, first.expected < index {
                (index, place) = first
            }
            return Mismatch(
                alikeCount: difference.alikeCount, agreeingCount: index, layerCount: expected.count,
                expected: index < expected.count ? "\(expected[index])" : "nothing more",
                found: place.map { found[$0].description } ?? "nothing more")
        }
        for (index, layer) in expected.enumerated() {
            guard let place = next(LayerLook(layer.form), layer.path), found[place].fits(layer.form) else {
                throw mismatch(index)
            }
            isTaken[place] = true
            var match = Match(layer: found[place])
            // What a convolution alone reads from comes right before it, what alone reads from it right behind it.
            if layer.form.norm != nil, let norm = found.dropFirst(place + 1).first, norm.kind == .batchNorm,
                norm.hasChannels(layer.form.channels)
            {
                match.norm = norm
                isTaken[place + 1] = true
            }
            matches[layer.path] = match
        }
        if isTaken.contains(false) { throw mismatch(expected.count) }
    }

    /// Which layers have a tensor whose name in the file is that of a path, behind any prefix; of several none, since equal
    /// tensors of several layers may have become one.
    private static func named(_ layers: [GraphLayer], by paths: Set<String>) -> [String: Int] {
        var named: [String: [Int]] = [:]
        for (index, layer) in layers.enumerated() {
            let paths = [layer.weight, layer.bias].lazy.compactMap { $0?.name.path(among: paths) }
            if let path = paths.first { named[path, default: []].append(index) }
        }
        return named.compactMapValues { $0.count == 1 ? $0[0] : nil }
    }

    /// Takes over the layers that another output of the same graph has besides.
    mutating func merge(_ other: GraphAlignment) { matches.merge(other.matches) { own, _ in own } }
}

extension String {
    /// The path that this name of a tensor has before its last component and behind any prefix.
    fileprivate func path(among paths: Set<String>) -> String? {
        guard let end = lastIndex(of: ".") else { return nil }
        var rest = self[..<end]
        while true {
            if paths.contains(String(rest)) { return String(rest) }
            guard let dot = rest.firstIndex(of: ".") else { return nil }
            rest = rest[rest.index(after: dot)...]
        }
    }
}

/// How much a graph and a network have in common, and where they begin to look different.
///
/// A layer that looks otherwise than it should is missed at the last of its likes only, since these take each other's
/// places. Where it looks like none of the network's, its place among its likes is known.
private struct LookDifference {
    /// How many layers of the network have one in the graph that looks so.
    let alikeCount: Int
    /// The graph's first layer that looks like none of the network's, and what should be there.
    private(set) var first: (expected: Int, found: Int)?

    init(_ expected: [NetworkLayers.Layer], _ found: [GraphLayer]) {
        func counts(_ looks: some Sequence<LayerLook>) -> [LayerLook: Int] {
            Dictionary(looks.lazy.map { ($0, 1) }, uniquingKeysWith: +)
        }
        let looks = expected.map { LayerLook($0.form) }
        let (wanted, present) = (counts(looks), counts(found.lazy.map { LayerLook($0) }))
        self.alikeCount = wanted.reduce(0) { $0 + min($1.value, present[$1.key, default: 0]) }
        // Batch norms behind convolutions are no layers of their own.
        let stranger = found.firstIndex { $0.kind != .batchNorm && wanted[LayerLook($0)] == nil }
        guard let stranger else { return }
        var before = counts(found[..<stranger].lazy.map { LayerLook($0) })
        for (index, look) in looks.enumerated() where present[look, default: 0] < wanted[look, default: 0] {
            guard let count = before[look], count > 0 else {
                first = (index, stranger)
                return
            }
            before[look] = count - 1
        }
    }
}

/// By what layers are told apart that have no names.
struct LayerLook: Hashable {
    private let kind: GraphLayer.Kind
    private let weight: [Int]
    private let groups: Int

    init(_ form: LayerForm) {
        self.init(kind: form.kind, weight: form.weight, groups: form.groups)
    }

    init(_ layer: GraphLayer) {
        self.init(kind: layer.kind, weight: layer.weight.shape, groups: layer.groups)
    }

    private init(kind: GraphLayer.Kind, weight: [Int], groups: Int) {
        self.kind = kind
        self.groups = groups
        self.weight =
            switch kind {
            // Of a position bias there is the table, or what is gathered from it.
            case .positionBias: PairwiseBias(shape: weight)?.tableShape ?? weight
            // A linear layer is a convolution of one pixel.
            default: weight.dropFirst(2) == [1, 1] ? Array(weight.prefix(2)) : weight
            }
    }
}

extension LayerForm {
    /// Channels of the output.
    var channels: Int { kind == .transposedConvolution ? weight[1] * groups : weight[0] }
}

extension GraphLayer {
    /// Whether this may be a layer of that form, of whose look it is.
    fileprivate func fits(_ form: LayerForm) -> Bool {
        switch kind {
        case .positionBias: return true
        // Half precision keeps three digits of it.
        case .layerNorm where abs(Double(epsilon) - form.epsilon) > form.epsilon / 100: return false
        default: return hasChannels(form.channels) && (bias == nil || form.hasBias || form.norm != nil)
        }
    }

    /// Whether there is one value for each of so many channels in every tensor that has such.
    fileprivate func hasChannels(_ count: Int) -> Bool {
        let others = [bias, mean, variance].compactMap { $0 } + (kind == .batchNorm ? [weight] : [])
        return others.allSatisfy { $0.shape.reduce(1, &*) == count }
    }
}
