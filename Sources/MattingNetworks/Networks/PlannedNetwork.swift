import Synchronization
import TensorCore
import Threads

/// A network as a graph for any input size, its plans and the working memory of its runs.
///
/// Plans are made once a size and kept, as are the workspaces of finished runs: a warm run allocates its result only.
package final class PlannedNetwork: Sendable {
    private let network: @Sendable (_ input: Value, _ state: [Value], _ outputCount: Int) -> [Value]
    private let stateShapes: @Sendable (_ input: TensorShape) -> [TensorShape]
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

    /// The size up to which a workspace is kept after a run that needed `byteCount`: networks that take pictures at their
    /// own size would else hold what the largest one needed for good.
    private static func largestSurplus(over byteCount: Int) -> Int { max(4 * byteCount, 64 << 20) }

    /// - Parameters:
    ///   - preference: what the plans' choice of algorithms weighs more.
    ///   - stateShapes: the maps that the network reads beside its input.
    ///   - network: writes the network down for an input and its state; all that it returns is computed.
    init(
        preferring preference: MemoryPreference,
        stateShapes: @escaping @Sendable (_ input: TensorShape) -> [TensorShape] = { _ in [] },
        _ network: @escaping @Sendable (_ input: Value, _ state: [Value], _ outputCount: Int) -> [Value]
    ) {
        self.preference = preference
        self.stateShapes = stateShapes
        self.network = network
    }

    /// The plan for inputs of one shape, kept for the next one.
    ///
    /// - Parameter observe: called again and again while it is made; what it throws stops that.
    /// - Throws: ``TensorError`` or what `observe` throws.
    package func plan(
        _ shape: TensorShape, outputCount: Int = 1, observe: () throws -> Void = {}
    ) throws -> Plan {
        let key = PlanKey(shape: shape, outputCount: outputCount)
        if let plan = plans.withLock({ $0[key] }) { return plan }
        let graph = Graph()
        let input = graph.input(shape)
        let state = stateShapes(shape).map { graph.input($0) }
        let plan = try Plan(outputs: network(input, state, outputCount), preferring: preference, observe: observe)
        plans.withLock { plans in
            if plans.count >= Self.planLimit { plans.removeAll() }
            plans[key] = plan
        }
        return plan
    }

    /// Runs a plan of this network's own on an input and the state that belongs to it.
    ///
    /// - Parameters:
    ///   - keepsMemory: whether the next run finds the working memory of this one; a run larger than most returns it instead.
    ///   - observe: called after each step with its number; what it throws stops the run.
    /// - Throws: ``TensorError`` or what `observe` throws.
    package func run(
        _ plan: Plan, _ input: Tensor, state: [Tensor] = [], pool: ThreadPool, keepsMemory: Bool = true,
        observe: ((Int) throws -> Void)? = nil
    ) throws -> [Tensor] {
        let workspace = idleWorkspaces.withLock { $0.popLast() } ?? SendableWorkspace(workspace: Workspace())
        defer {
            let surplus = Self.largestSurplus(over: plan.byteCount(threadCount: pool.threadCount))
            if keepsMemory, workspace.workspace.byteCount <= surplus {
                idleWorkspaces.withLock { $0.append(workspace) }
            }
        }
        return try plan.run([input] + state, workspace: workspace.workspace, pool: pool, observe: observe)
    }
}
