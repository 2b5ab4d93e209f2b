import TensorCore
import Threads

/// A network that makes mattes of pictures, with its weights, ready to run at any input size from any number of threads.
package final class NetworkModel: Sendable {
    package let architecture: Architecture
    package let recipe: InputRecipe
    /// Whether the second output is how far the matte is expected to be from the truth, pixel by pixel.
    package let predictsDoubt: Bool
    /// What the doubt is worth, where the weight file says so.
    package let doubtCalibration: DoubtCalibration?
    private let network: PlannedNetwork

    /// Recognises the architecture, binds every tensor and reads the input recipe.
    ///
    /// - Parameters:
    ///   - overrides: values in place of the input recipe's, by the keys of metadata.
    ///   - preference: what the plans' choice of algorithms weighs more.
    /// - Throws: ``WeightError``; one error names everything that is missing, unused, misshaped or not finite.
    package init(
        _ file: WeightFile, overriding overrides: [String: String] = [:],
        preferring preference: MemoryPreference = .speed
    ) throws(WeightError) {
        let architecture = try Architecture(of: file)
        let recipe = try file.inputRecipe(default: architecture.defaultRecipe).overridden(by: overrides)
        let binder = WeightBinder(file)
        let network = try architecture.makeNetwork(binder.root)
        try binder.finish()
        self.architecture = architecture
        self.recipe = recipe
        self.predictsDoubt = type(of: network).predictsDoubt
        self.doubtCalibration = try DoubtCalibration(of: file)
        self.network = PlannedNetwork(preferring: preference) { picture, outputCount in
            network(picture).prefix(outputCount).map {
                recipe.activation == .sigmoid ? $0.activated(.sigmoid) : $0
            }
        }
    }

    /// The plan for pictures of one shape, `[N, H, W, 3]`.
    ///
    /// - Parameter outputCount: how many of the network's maps are wanted, the matte first; the others cost nothing.
    package func plan(_ shape: TensorShape, outputCount: Int = 1) throws(TensorError) -> Plan {
        try network.plan(shape, outputCount: outputCount)
    }

    /// Predicts mattes `[N, H, W, 1]` in `[0, 1]` for normalised pictures `[N, H, W, 3]`, the fused one first.
    ///
    /// - Parameter observe: called after each step with its number; what it throws stops the run.
    /// - Throws: ``TensorError`` or what `observe` throws.
    package func predict(
        _ image: Tensor, outputCount: Int = 1, pool: ThreadPool, observe: ((Plan, Int) throws -> Void)? = nil
    ) throws -> [Tensor] {
        let plan = try plan(image.shape, outputCount: outputCount)
        return try run(plan, image, pool: pool, observe: observe.map { observe in { try observe(plan, $0) } })
    }

    /// Predicts by a plan of this model's own.
    ///
    /// - Parameter observe: called after each step with its number; what it throws stops the run.
    /// - Throws: ``TensorError`` or what `observe` throws.
    package func run(
        _ plan: Plan, _ image: Tensor, pool: ThreadPool, observe: ((Int) throws -> Void)? = nil
    ) throws -> [Tensor] {
        try network.run(plan, image, pool: pool, observe: observe)
    }
}
