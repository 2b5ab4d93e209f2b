import WeightFiles

/// A network that this package runs, as it describes itself: its name, where it was published, how a file of its weights
/// is recognised, how it is fed and how it is built.
///
/// Each network's own file in `MattingNetworks/Networks` has its description; ``allCases`` is the list of them. A program
/// describes networks of its own in the same way and hands them to a pipeline. Two descriptions are equal if their names
/// are.
public struct Architecture: Sendable {
    /// The name in a weight file's metadata.
    public let name: String
    /// Where the network was published: title, authors, year.
    public let paper: String
    /// The trained values of the network at its paper's width, without the running statistics of batch norms.
    public let parameterCount: Int
    /// How the paper's own implementation prepares its input, for files that do not say.
    public let defaultRecipe: InputRecipe
    /// Sides of the network's input are multiples of this: an encoder that pads strided convolutions on one side only
    /// has no map for less, most networks take any size.
    let sideMultiple: Int
    /// Whether a file without metadata holds this network: a tensor that no other network has, with its shape.
    let isRecognized: @Sendable (WeightScope) -> Bool
    /// Of a network whose form follows the file: the shapes of tensors that it asks for, as a graph's layers have them.
    let assumedShapes: @Sendable ([GraphLayer]) -> [String: [Int]]
    /// Binds the weights of a file.
    let makeNetwork: @Sendable (WeightScope, InputRecipe) throws(WeightError) -> any MattingNetwork

    /// A network by its description.
    ///
    /// - Parameters:
    ///   - name: what `architecture` in a weight file's metadata calls it; one of the package's own replaces that.
    ///   - paper: title, authors, year.
    ///   - parameterCount: trained values, without the running statistics of batch norms.
    ///   - defaultRecipe: how its input is prepared where a file does not say.
    ///   - sideMultiple: sides of the network's input are multiples of this, at least 1.
    ///   - isRecognized: whether a file without metadata holds it: a tensor that no other network has, with its shape.
    ///   - makeNetwork: binds the weights of a file.
    public init(
        name: String, paper: String, parameterCount: Int, defaultRecipe: InputRecipe, sideMultiple: Int = 1,
        isRecognized: @escaping @Sendable (WeightScope) -> Bool,
        makeNetwork: @escaping @Sendable (WeightScope, InputRecipe) throws(WeightError) -> any MattingNetwork
    ) {
        self.init(
            name: name, paper: paper, parameterCount: parameterCount, defaultRecipe: defaultRecipe,
            sideMultiple: max(sideMultiple, 1), isRecognized: isRecognized, assumedShapes: { _ in [:] },
            makeNetwork: makeNetwork)
    }

    /// The same, and what the search in graphs has to know of a network whose form follows the file; it looks for the
    /// package's own networks only.
    init(
        name: String, paper: String, parameterCount: Int, defaultRecipe: InputRecipe, sideMultiple: Int = 1,
        isRecognized: @escaping @Sendable (WeightScope) -> Bool,
        assumedShapes: @escaping @Sendable ([GraphLayer]) -> [String: [Int]],
        makeNetwork: @escaping @Sendable (WeightScope, InputRecipe) throws(WeightError) -> any MattingNetwork
    ) {
        self.name = name
        self.paper = paper
        self.parameterCount = parameterCount
        self.defaultRecipe = defaultRecipe
        self.sideMultiple = sideMultiple
        self.isRecognized = isRecognized
        self.assumedShapes = assumedShapes
        self.makeNetwork = makeNetwork
    }

    /// The network of that name; nil where there is none.
    public init?(name: String) {
        guard let known = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = known
    }

    /// The architecture of a file: what its metadata says or, in a bare `state_dict`, what its tensors are called.
    ///
    /// - Parameters:
    ///   - file: with metadata or without.
    ///   - own: networks that are tried before those of the package.
    /// - Throws: ``WeightError/unknownArchitecture(file:stated:known:)``, ``WeightError/edgeNetwork(file:)``.
    public init(of file: WeightFile, knowing own: [Architecture] = []) throws(WeightError) {
        if EdgeModel.isRecognized(in: file) { throw .edgeNetwork(file: file.name) }
        let all = own + Self.allCases
        let known = all.map(\.name)
        if let stated = file.architecture {
            guard let architecture = all.first(where: { $0.name == stated }) else {
                throw .unknownArchitecture(file: file.name, stated: stated, known: known)
            }
            self = architecture
        } else {
            let binder = WeightBinder(file)
            func recognized(in scope: WeightScope) -> Architecture? { all.first { $0.isRecognized(scope) } }
            // The whole file first: of one that has no prefix no other scope is looked at.
            let found = recognized(in: binder.root) ?? binder.scopes.lazy.compactMap(recognized).first
            guard let found else { throw .unknownArchitecture(file: file.name, stated: nil, known: known) }
            self = found
        }
    }
}

extension Architecture: CaseIterable {
    /// The registry: every network that this package runs, in the order in which files are tried.
    public static let allCases: [Architecture] = [
        .u2netp, .u2net, .u2netClothes, .isnet, .modnet, .unet, .robustVideoMatting, .birefnet, .birefnetLite,
        .mobileNetV2UNet,
    ]
}

extension Architecture: Hashable, CustomStringConvertible {
    /// Whether both have the same name.
    public static func == (left: Architecture, right: Architecture) -> Bool { left.name == right.name }
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
    /// The name in a weight file's metadata.
    public var description: String { name }
}
