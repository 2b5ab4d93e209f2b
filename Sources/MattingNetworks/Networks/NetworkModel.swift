import Synchronization
import TensorCore
import Threads

/// A network with its weights, ready to run at any input size from any number of threads.
///
/// Plans are made once a size and kept, as are the workspaces of finished runs: a warm run allocates its result only.
package final class NetworkModel: Sendable {
    package let architecture: Architecture
    package let recipe: InputRecipe
    private let network: any MattingNetwork
    private let preference: MemoryPreference
    private let plans = Mutex<[PlanKey: Plan]>([:])
    private let idleWorkspaces = Mutex<[SendableWorkspace]>([])

    private struct PlanKey: Hashable {
        let shape: TensorShape
        let outputCount: Int
    }

    /// A workspace at rest; whoever takes it out is its only user.
    private struct SendableWorkspace: @unchecked Sendable {
        let workspace: Workspace
    }

    /// Pictures of a folder have a handful of shapes; a stream of ever new ones must not fill the memory.
    private static let planLimit = 16

    /// Recognises the architecture, binds every tensor and reads the input recipe.
    ///
    /// - Parameter preference: what the plans' choice of algorithms weighs more.
    /// - Throws: ``WeightError``; one error names everything that is missing, unused, misshaped or not finite.
    package init(_ file: WeightFile, preferring preference: MemoryPreference = .speed) throws(WeightError) {
        self.preference = preference
        self.architecture = try Architecture(of: file)
        self.recipe = try file.inputRecipe(default: architecture.defaultRecipe)
        let binder = WeightBinder(file)
        self.network = try architecture.makeNetwork(binder.root)
        try binder.finish()
    }

    /// The plan for pictures of one shape, `[N, H, W, 3]`.
    ///
    /// - Parameter outputCount: how many of the network's maps are wanted, the matte first; the others cost nothing.
    package func plan(_ shape: TensorShape, outputCount: Int = 1) throws(TensorError) -> Plan {
        let key = PlanKey(shape: shape, outputCount: outputCount)
        if let plan = plans.withLock({ $0[key] }) { return plan }
        let graph = Graph()
        let maps = network(graph.input(shape)).prefix(outputCount)
        let plan = try Plan(
            outputs: maps.map { recipe.activation == .sigmoid ? $0.activated(.sigmoid) : $0 },
            preferring: preference)
        plans.withLock { plans in
            if plans.count >= Self.planLimit { plans.removeAll() }
            plans[key] = plan
        }
        return plan
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
        let workspace = idleWorkspaces.withLock { $0.popLast() } ?? SendableWorkspace(workspace: Workspace())
        defer { idleWorkspaces.withLock { $0.append(workspace) } }
        return try plan.run([image], workspace: workspace.workspace, pool: pool, observe: observe)
    }
}
