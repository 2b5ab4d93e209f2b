import TensorCore
import Testing
import Threads

/// Pools of several sizes, made once.
package enum Pools {
    package static let all = [1, 2, 3, 7].map { ThreadPool(threadCount: $0) }
}

/// Runs an operator by itself on guarded maps.
package enum OperatorRunner {
    /// The output, after checking that only the output was written.
    ///
    /// - Parameter slacks: one an input, then one for the output; used in turn where there are fewer.
    package static func run(
        _ layer: some GraphOperator, _ inputs: [ReferenceMap], slacks: [Slack] = Slack.all, pool: ThreadPool,
        preferring preference: MemoryPreference = .speed, _ context: @autoclosure () -> String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> (shape: TensorShape, values: [Float]) {
        let sources = inputs.enumerated().map { GuardedMap($1, slack: slacks[$0 % slacks.count]) }
        let before = sources.map { $0.values.map(\.bitPattern) }
        let shapes = inputs.map(\.shape)
        let target = GuardedMap(layer.outputShape(shapes), slack: slacks[inputs.count % slacks.count])
        let prepared: any PreparedOperator
        do {
            prepared = try layer.prepared(shapes, output: target.map.shape, preferring: preference)
        } catch {
            Issue.record(error, sourceLocation: sourceLocation)
            return (target.map.shape, target.values)
        }
        // Even counts and strides, as the planner's: scratch space holds addresses too.
        let scratchCount = (prepared.scratchCount(shapes, output: target.map.shape) + 1) / 2 * 2
        // Scratch space is a map of one pixel a thread, guarded like the others.
        let scratch = GuardedMap(
            TensorShape(trusted: 1, 1, pool.threadCount, scratchCount), slack: Slack(before: 0, after: 2))
        let shared = GuardedMap(
            TensorShape(trusted: 1, 1, 1, prepared.sharedScratchCount(shapes, output: target.map.shape)),
            slack: Slack(before: 0, after: 2))

        let execution = ExecutionContext(
            pool: pool, scratch: scratch.map.base, scratchStride: scratchCount + 2, sharedScratch: shared.map.base)
        sources.map(\.map).withUnsafeBufferPointer { prepared.run($0, output: target.map, in: execution) }

        if target.overwrittenCount > 0 {
            Issue.record("wrote beside the output: \(context())", sourceLocation: sourceLocation)
        }
        if scratch.overwrittenCount > 0 || shared.overwrittenCount > 0 {
            Issue.record("wrote beside the scratch: \(context())", sourceLocation: sourceLocation)
        }
        for (source, before) in zip(sources, before)
        where source.overwrittenCount > 0 || source.values.map(\.bitPattern) != before {
            Issue.record("wrote to an input: \(context())", sourceLocation: sourceLocation)
        }
        return (target.map.shape, target.values)
    }

    /// Expects an operator to compute `reference` on contiguous maps and slices, the same bits on any number of threads.
    package static func expect(
        _ layer: some GraphOperator, _ inputs: [ReferenceMap], computes reference: ReferenceMap, absolute: Double,
        relative: Double, slacks: [Slack] = Slack.all, pools: [ThreadPool] = Pools.all,
        _ context: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var first: [UInt32]?
        for (turn, pool) in pools.enumerated() {
            // Each pool with other slices: neither the slices nor the threads may show in the result.
            let slacks = slacks.indices.map { slacks[($0 + turn) % slacks.count] }
            let setting =
                "\(layer.summary), \(inputs.map(\.shape)), \(pool.threadCount) threads, \(slacks), \(context())"
            let (shape, values) = run(
                layer, inputs, slacks: slacks, pool: pool, setting, sourceLocation: sourceLocation)
            guard shape == reference.shape else {
                Issue.record("shape \(shape), expected \(reference.shape): \(setting)", sourceLocation: sourceLocation)
                return
            }
            let bits = values.map(\.bitPattern)
            guard let first else {
                first = bits
                expectClose(
                    values, reference.values, absolute: absolute, relative: relative, shape: shape, setting,
                    sourceLocation: sourceLocation)
                continue
            }
            if first != bits {
                Issue.record("other bits than with one thread: \(setting)", sourceLocation: sourceLocation)
            }
        }
    }
}
