import TensorCore
import WeightFiles

/// The layers with weights of a network of this package, as they stand behind each of its maps.
///
/// The network is built without a file and written down for a picture: what its own graph then says of who reads whom is
/// what a graph from elsewhere is compared with. There is no second description of a network.
struct NetworkLayers {
    /// A layer and its name in weight files.
    struct Layer {
        let path: String
        let form: LayerForm
    }

    /// Behind each map that the network predicts, in the order of the data.
    let maps: [[Layer]]
    /// Every layer that was built, those without a part in any map last.
    let all: [Layer]
    /// Whether the network does something to the picture before its first layer.
    let preparesPicture: Bool
    /// How many maps a pipeline asks for, from the first on.
    let neededMapCount: Int

    /// - Parameters:
    ///   - layers: of the graph that will be compared, for networks whose form follows the file.
    ///   - file: what errors name it by.
    /// - Throws: ``WeightError/outOfMemory(file:byteCount:)``.
    /// - Complexity: O(layers).
    init(_ architecture: Architecture, like layers: [GraphLayer], file: String) throws(WeightError) {
        let binder = try WeightBinder(withoutFile: file, assuming: architecture.assumedShapes(layers))
        let network = try architecture.makeNetwork(binder.root, architecture.defaultRecipe)
        let graph = Graph()
        // Large enough that no layer is left out: Robust Video Matting refines only what it has shrunk.
        let image = graph.input(TensorShape(trusted: 1, Self.side, Self.side, 3))
        let state = network.stateShapes(for: image.shape).map { graph.input($0) }
        let maps = network(image, state: state).maps
        func layer(_ path: String) -> Layer? { binder.forms[path].map { Layer(path: path, form: $0) } }
        self.maps = maps.map { $0.labels.compactMap(layer) }
        self.preparesPicture = self.maps[0].first.map { !image.isRead(by: $0.path) } ?? false
        self.neededMapCount = type(of: network).predictsDoubt ? 2 : 1
        let placed = self.maps.joined().map(\.path)
        var paths: [String] = []
        for path in placed + binder.forms.keys.sorted() where !paths.contains(path) { paths.append(path) }
        self.all = paths.compactMap(layer)
    }

    private static let side = 1024
    /// What the one tensor of a position bias is called behind the layer's path.
    static let tableSuffix = ".relative_position_bias_table"
}

extension NetworkLayers.Layer: CustomStringConvertible {
    /// For messages: "convolution [64, 3, 3, 3] of 'stage1.rebnconvin.conv_s1'".
    var description: String {
        "\(form.kind.rawValue) \(form.weight)\(form.groups.asGroups)"
            + (form.hasBias || form.norm != nil || form.kind == .positionBias ? "" : " without a bias")
            + " of \(quoted(path))"
    }
}

extension GraphLayer {
    /// For messages: "convolution [64, 3, 3, 3] of node 'Conv_0'".
    var description: String { "\(kind.rawValue) \(weight.shape)\(groups.asGroups) of node \(quoted(node))" }
}

extension Int {
    fileprivate var asGroups: String { self == 1 ? "" : " in \(self) groups" }
}
