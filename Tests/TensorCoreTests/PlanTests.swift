import KernelInterface
import Synchronization
import TensorCore
import Testing
import TestSupport
import Threads

/// Running plans: threads, concurrent runs, workspaces, memory and stopping.
@Suite struct PlanTests {
    /// A small network with every kind of step: panels, column blocks, depthwise, pooling, resizing, statistics.
    static func network(size: Int = 33, seed: UInt64 = 1) throws -> (MirroredGraph, outputs: [MirroredGraph.Map]) {
        let net = MirroredGraph(seed: seed)
        let input = try net.input(size, size - 2, 3)
        let stem = net.convolution(input, outputs: 16, stride: 2)
        let wide = net.convolution(stem, outputs: 65, kernel: 1, activation: .relu6)
        let deep = net.add(net.convolution(wide, activation: .hardSwish, isDepthwise: true), wide)
        let pooled = net.apply(Pooling(.maximum, kernel: 2, stride: 2, ceilMode: true), [deep])
        let bottom = net.convolution(pooled, outputs: 260)
        let scale = net.convolution(net.apply(GlobalAveragePool(), [bottom]), kernel: 1, activation: .sigmoid)
        let scaled = net.apply(ChannelScale(), [bottom, scale])
        let ones = [Float](repeating: 1, count: 260)
        let normal = net.apply(InstanceNorm(gain: ones, bias: ones), [scaled])
        let up = net.apply(BilinearResize(height: wide.shape.height, width: wide.shape.width), [normal])
        let joined = net.concatenate([net.convolution(up, outputs: 24), wide, input.shape == wide.shape ? input : stem])
        let head = net.convolution(joined, outputs: 5, activation: .none)
        return (net, [net.relu(head), net.apply(ActivationLayer(.sigmoid), [head])])
    }

    @Test(arguments: [1, 2, 3, 7]) func everyNumberOfThreadsGivesTheSameBits(threads: Int) throws {
        let (net, outputs) = try Self.network()
        // Several runs: an order that depends on who is first shows sooner or later.
        let pool = ThreadPool(threadCount: threads)
        try net.expectPlan(of: outputs, pools: [ThreadPool](repeating: pool, count: 5))
    }

    @Test(arguments: [false, true]) func concurrentRunsOfOnePlanAgree(sharesPool: Bool) throws {
        let (net, outputs) = try Self.network()
        let plan = try Plan(outputs: outputs.map(\.value))
        let inputs = net.inputs
        let expected = outputs.map { $0.contents.values.map { Float($0).bitPattern } }
        let shared = ThreadPool(threadCount: 3)
        let agreeing = Counter()
        concurrently(6) { _ in
            let workspace = Workspace()
            let pool = sharesPool ? shared : ThreadPool(threadCount: 2)
            for _ in 0..<3 {
                let results = try? plan.run(inputs, workspace: workspace, pool: pool)
                if results?.map({ $0.values.map(\.bitPattern) }) == expected { agreeing.increment() }
            }
        }
        #expect(agreeing.value == 18)
    }

    @Test func manyThreadsMultiplyAtOnce() throws {
        let (net, outputs) = try Self.network()
        try net.expectPlan(of: outputs, pools: [ThreadPool(threadCount: 64)])
    }

    /// Preparing the weights of each layer may be the last thing that is done; the same values come of another try.
    @Test func planningStopsBeforeAnyLayer() throws {
        struct Stop: Error {}
        let (net, outputs) = try Self.network()
        var layerCount = 0
        let whole = try Plan(outputs: outputs.map(\.value)) { layerCount += 1 }
        #expect(layerCount == whole.steps.count)
        for stop in 1...layerCount {
            var seen = 0
            #expect(throws: Stop.self) {
                try Plan(outputs: outputs.map(\.value)) {
                    seen += 1
                    if seen == stop { throw Stop() }
                }
            }
            #expect(seen == stop)
        }
        try net.expectPlan(of: outputs)
    }

    @Test func workspaceServesPlansOfAllSizes() throws {
        let workspace = Workspace()
        #expect(workspace.byteCount == 0)
        var largest = 0
        for size in [17, 40, 5, 33] {
            let (net, outputs) = try Self.network(size: size)
            let plan = try net.expectPlan(of: outputs, workspace: workspace, "size \(size)")
            largest = max(largest, (plan.arenaCount + 3 * plan.scratchCount) * 4)
            #expect(workspace.byteCount == largest, "grows to the largest plan and stays")
        }
    }

    @Test func resultsDoNotAliasTheWorkspace() throws {
        let (net, outputs) = try Self.network()
        let plan = try Plan(outputs: outputs.map(\.value))
        let workspace = Workspace()
        let first = try plan.run(net.inputs, workspace: workspace, pool: Pools.all[0])
        let before = first.map(\.values)
        let zeros = try net.inputs.map { try Tensor(zeros: $0.shape) }
        let second = try plan.run(zeros, workspace: workspace, pool: Pools.all[0])
        #expect(first.map(\.values) == before)
        #expect(second.map(\.values) != before)
    }

    @Test func runIsAFunctionOfItsInputs() throws {
        // What an earlier run with other inputs left in the workspace does not show.
        let (net, outputs) = try Self.network()
        let workspace = Workspace()
        let plan = try net.expectPlan(of: outputs, workspace: workspace)
        let nan = try net.inputs.map {
            try Tensor(shape: $0.shape, values: [Float](repeating: .nan, count: $0.shape.elementCount))
        }
        let spoiled = try plan.run(nan, workspace: workspace, pool: Pools.all[0])
        #expect(spoiled[0].values[0].isNaN)
        try net.expectPlan(of: outputs, workspace: workspace)
    }

    // MARK: Stopping

    @Test func observerSeesEveryStep() throws {
        let (net, outputs) = try Self.network()
        let plan = try Plan(outputs: outputs.map(\.value))
        var seen: [Int] = []
        _ = try plan.run(net.inputs, workspace: Workspace(), pool: Pools.all[1]) { seen.append($0) }
        #expect(seen == Array(plan.steps.indices))
        #expect(plan.steps.reduce(0) { $0 + $1.multiplyAccumulates } == plan.multiplyAccumulates)
    }

    @Test func observerStopsTheRun() throws {
        struct Stop: Error {}
        let (net, outputs) = try Self.network()
        let workspace = Workspace()
        let plan = try Plan(outputs: outputs.map(\.value))
        var seen = 0
        #expect(throws: Stop.self) {
            try plan.run(net.inputs, workspace: workspace, pool: Pools.all[1]) { step in
                seen += 1
                if step == 3 { throw Stop() }
            }
        }
        #expect(seen == 4)
        // The workspace is as good as before.
        try net.expectPlan(of: outputs, workspace: workspace)
    }

    // MARK: Memory

    @Test func absurdSizesRunOutOfMemoryInsteadOfCrashing() throws {
        // 2⁴⁶ floats are more than an address space holds.
        let graph = Graph()
        let input = graph.input(try TensorShape(height: 1, width: 1, channels: 1))
        let huge = graph.append(BilinearResize(height: 1 << 23, width: 1 << 23), [input])
        let small = graph.append(BilinearResize(height: 2, width: 2), [huge])
        let plan = try Plan(outputs: [small])
        let one = try Tensor(shape: input.shape, values: [1])
        let workspace = Workspace()
        #expect(throws: TensorError.self) { try plan.run([one], workspace: workspace, pool: Pools.all[0]) }
        #expect(workspace.byteCount == 0)
        // Maps that each can be counted in bytes but not together.
        let first = graph.append(BilinearResize(height: 1 << 30, width: 1 << 30), [input])
        let second = graph.append(ActivationLayer(.relu), [first])
        let worse = try Plan(outputs: [graph.append(BilinearResize(height: 2, width: 2), [second])])
        let error = #expect(throws: TensorError.self) {
            try worse.run([one], workspace: workspace, pool: Pools.all[0])
        }
        #expect(error?.description.contains("out of memory") == true)
    }
}

/// A number that threads may raise.
final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .sequentiallyConsistent) }
    func increment() { count.add(1, ordering: .sequentiallyConsistent) }
}
