import WeightFiles

/// Layers of a graph that are one: a network that sees two sizes of a picture applies its layers twice, and where an
/// exporter has computed with a tensor it writes the result each time under another name.
struct GraphRepeats {
    private let model: ONNXModel
    private let expected: [LayerLook: Int]

    init(_ model: ONNXModel, _ network: NetworkLayers) {
        self.model = model
        self.expected = Dictionary(network.all.map { (LayerLook($0.form), 1) }, uniquingKeysWith: +)
    }

    /// The layers without those of the same values as one before, where there are more of that look than the network has.
    /// Where there are not, equal values are two layers of equal values.
    ///
    /// - Throws: what keeps values from being read.
    func removed(from layers: [GraphLayer]) throws(WeightError) -> [GraphLayer] {
        let counts = Dictionary(layers.map { (LayerLook($0), 1) }, uniquingKeysWith: +)
        var known: [LayerLook: [WeightTensor]] = [:]
        var distinct: [GraphLayer] = []
        for layer in layers {
            let look = LayerLook(layer)
            if let count = expected[look], let found = counts[look], found > count, found <= Self.useLimit * count {
                let values = try model.values(layer.weight)
                if known[look, default: []].contains(where: { $0.elementsEqual(values) }) { continue }
                known[look, default: []].append(values)
            }
            distinct.append(layer)
        }
        return distinct
    }

    /// More uses of a layer than that are those of other layers.
    private static let useLimit = 4
}
