import TensorCore
import Threads
import WeightFiles

/// A network that makes mattes of pictures, with its weights, ready to run at any input size from any number of threads.
package final class NetworkModel: Sendable {
    package let architecture: Architecture
    package let recipe: InputRecipe
    /// Whether the second output is how far the matte is expected to be from the truth, pixel by pixel.
    package let predictsDoubt: Bool
    /// Whether the network carries state from frame to frame of a video.
    package let isRecurrent: Bool
    /// What the doubt is worth, where the weight file says so.
    package let doubtCalibration: DoubtCalibration?
    private let network: PlannedNetwork
    /// The weight file's name, for errors.
    private let file: String

    /// Recognises the architecture, binds every tensor and reads the input recipe.
    ///
    /// - Parameters:
    ///   - own: networks that are tried before those of the package.
    ///   - overrides: values in place of the input recipe's, by the keys of metadata.
    ///   - preference: what the plans' choice of algorithms weighs more.
    /// - Throws: ``WeightError``; one error names everything that is missing, unused, misshaped or not finite.
    package init(
        _ file: WeightFile, knowing own: [Architecture] = [], overriding overrides: [String: String] = [:],
        preferring preference: MemoryPreference = .speed
    ) throws(WeightError) {
        let architecture = try Architecture(of: file, knowing: own)
        let recipe = try architecture.recipe(of: file, overriding: overrides)
        let binder = WeightBinder(file)
        let network = try architecture.makeNetwork(binder.root(where: architecture.isRecognized), recipe)
        try binder.finish()
        try architecture.requireOutput(
            of: recipe, classCount: network.classCount, file: file, overriding: overrides)
        self.architecture = architecture
        self.recipe = recipe
        let predictsDoubt = type(of: network).predictsDoubt
        self.predictsDoubt = predictsDoubt
        self.isRecurrent = network.isRecurrent
        self.doubtCalibration = try DoubtCalibration(of: file)
        self.network = PlannedNetwork(
            preferring: preference, stateShapes: { network.stateShapes(for: $0) }
        ) { picture, state, outputCount in
            var (maps, state) = network(picture, state: state)
            maps = maps.prefix(outputCount).enumerated().map { index, map in
                // Doubt is logits by its definition, whatever a recipe says of the matte.
                guard recipe.activation == .sigmoid || (predictsDoubt && index == 1) else { return map }
                return map.shape.channels == 1
                    ? map.activated(.sigmoid) : map.probability(ofClasses: recipe.outputChannels)
            }
            // Who promises a matte in [0, 1] may be wrong; one that is stretched afterwards needs none.
            if recipe.activation == .none, recipe.rescale == .none { maps[0] = maps[0].activated(.clamped) }
            return maps + state
        }
        self.file = file.name
    }

    /// The plan for pictures of one shape, `[N, H, W, 3]`.
    ///
    /// - Parameters:
    ///   - outputCount: how many of the network's maps are wanted, the matte first; the others cost nothing.
    ///   - observe: called again and again while a new plan is made; what it throws stops that.
    /// - Throws: ``TensorError`` or what `observe` throws.
    package func plan(
        _ shape: TensorShape, outputCount: Int = 1, observe: () throws -> Void = {}
    ) throws -> Plan {
        try network.plan(shape, outputCount: outputCount, observe: observe)
    }

    /// Predicts mattes `[N, H, W, 1]` in `[0, 1]` for normalised pictures `[N, H, W, 3]`, the fused one first; by a
    /// recurrent network, each as a first frame.
    ///
    /// - Parameter observe: called after each step with its number; what it throws stops the run.
    /// - Throws: ``TensorError``, ``WeightError/nonFiniteOutput(file:)`` or what `observe` throws.
    package func predict(
        _ image: Tensor, outputCount: Int = 1, pool: ThreadPool, observe: ((Plan, Int) throws -> Void)? = nil
    ) throws -> [Tensor] {
        let plan = try plan(image.shape, outputCount: outputCount)
        var state = NetworkState()
        return try run(
            plan, image, state: &state, pool: pool, observe: observe.map { observe in { try observe(plan, $0) } })
    }

    /// Predicts by a plan of this model's own.
    ///
    /// - Parameters:
    ///   - state: what the frame before left behind, of the same size; becomes what this one leaves. That of another
    ///     size counts as none: a first frame. A run that throws leaves it as it was.
    ///   - keepsMemory: whether the next run finds the working memory of this one.
    ///   - observe: called after each step with its number; what it throws stops the run.
    /// - Throws: ``TensorError``, ``WeightError/nonFiniteOutput(file:)`` or what `observe` throws.
    package func run(
        _ plan: Plan, _ image: Tensor, state: inout NetworkState, pool: ThreadPool, keepsMemory: Bool = true,
        observe: ((Int) throws -> Void)? = nil
    ) throws -> [Tensor] {
        let shapes = plan.inputShapes.dropFirst()
        let carried = try state.maps(shapes, forInput: image.shape)
        let outputs = try network.run(
            plan, image, state: carried, pool: pool, keepsMemory: keepsMemory, observe: observe)
        guard outputs.allSatisfy(\.isFinite) else { throw WeightError.nonFiniteOutput(file: file) }
        state = NetworkState(after: image.shape, maps: outputs.suffix(shapes.count))
        return outputs.dropLast(shapes.count)
    }
}
