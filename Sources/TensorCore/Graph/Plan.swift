import Threads

/// A graph made ready to run: the layers that the outputs need, in order, each with a fixed place in one arena.
///
/// Immutable and shared by any number of concurrent runs; each run brings its own ``Workspace``. A run allocates nothing
/// but its results.
package final class Plan: Sendable {
    /// Where a map lies while a run needs it.
    struct Place: Sendable {
        enum Memory: Sendable { case input(Int, channel: Int), arena(offset: Int) }
        let memory: Memory
        let shape: TensorShape
        let pixelStride: Int
    }

    package struct Step: Sendable {
        let layer: any PreparedOperator
        package let label: String
        package var summary: String { layer.summary }
        package var work: String { layer.work }
        package var algorithm: String? { layer.algorithm }
        package let multiplyAccumulates: Int
        let inputs: [Place]
        let output: Place
        /// Where in the arena the threads' shared scratch memory begins.
        let sharedScratch: Int
        package var outputShape: TensorShape { output.shape }
    }

    package let steps: [Step]
    package let inputShapes: [TensorShape]
    package let outputShapes: [TensorShape]
    private let outputs: [Place]
    /// Floats of the arena that holds all intermediate maps, and what threads share while a step runs.
    package let arenaCount: Int
    /// Floats of scratch memory a thread.
    package let scratchCount: Int

    /// Plans the computation of `outputs`; layers that none of them needs are not run.
    ///
    /// - Parameter observe: called before the weights of each layer are prepared, which takes a second for a network of
    ///   many. Throw from it to stop (cancellation).
    /// - Throws: what `observe` throws, or ``TensorError/outOfMemory(byteCount:purpose:)`` where prepared weights do not fit.
    package init(
        outputs: [Value], preferring preference: MemoryPreference = .speed, observe: () throws -> Void = {}
    ) throws {
        precondition(!outputs.isEmpty, "a plan without outputs")
        let planner = try Planner(
            graph: outputs[0].graph, outputs: outputs.map(\.index), preferring: preference, observe: observe)
        self.steps = planner.steps
        self.inputShapes = planner.inputShapes
        self.outputs = planner.outputs
        self.outputShapes = planner.outputs.map(\.shape)
        self.arenaCount = planner.arenaCount
        self.scratchCount = planner.scratchCount
    }

    /// Working memory of one run.
    package func byteCount(threadCount: Int) -> Int {
        (arenaCount + scratchCount * threadCount) * MemoryLayout<Float>.stride
    }

    /// All memory that one run asks for: for its inputs, its working memory and its results.
    package func totalByteCount(threadCount: Int) -> Int {
        (inputShapes + outputShapes).reduce(byteCount(threadCount: threadCount)) {
            $0 + $1.elementCount * MemoryLayout<Float>.stride
        }
    }

    /// Multiply-accumulates of one run, as the layers' definitions count them.
    package var multiplyAccumulates: Int { steps.reduce(0) { $0 + $1.multiplyAccumulates } }

    /// Runs the network.
    ///
    /// - Parameters:
    ///   - inputs: one tensor an input of the graph, in the order they were declared.
    ///   - workspace: memory for this run; not used by another run at the same time.
    ///   - pool: the threads; the result does not depend on their number.
    ///   - observe: called after each step, for profiles. Throw from it to stop (cancellation).
    /// - Throws: what `observe` throws, or ``TensorError/outOfMemory(byteCount:purpose:)``.
    package func run(
        _ inputs: [Tensor], workspace: Workspace, pool: ThreadPool, observe: ((Int) throws -> Void)? = nil
    ) throws -> [Tensor] {
        precondition(inputs.map(\.shape) == inputShapes, "inputs \(inputs.map(\.shape)) for a plan of \(inputShapes)")
        let arena = try workspace.reserve(arena: arenaCount, scratch: scratchCount, threads: pool.threadCount)
        let context = ExecutionContext(
            pool: pool, scratch: arena + arenaCount, scratchStride: scratchCount, sharedScratch: arena)
        // Tensors are values and no step writes to an input: their addresses outlive the run with `inputs`.
        return try withExtendedLifetime(inputs) {
            let maps = inputs.map { FeatureMap(base: $0.unsafeBase, shape: $0.shape) }
            return try run(maps, in: context) { try observe?($0) }.map { try Tensor(copying: $0) }
        }
    }

    /// Runs the network in the memory of a context, whose shared scratch memory is the arena.
    ///
    /// - Returns: the outputs, in the arena: of use until something else uses it.
    func run<Failure: Error>(
        _ inputs: [FeatureMap], in context: ExecutionContext, observe: (Int) throws(Failure) -> Void
    ) throws(Failure) -> [FeatureMap] {
        let arena = context.sharedScratch
        func map(_ place: Place) -> FeatureMap {
            switch place.memory {
            case .arena(let offset):
                FeatureMap(base: arena + offset, shape: place.shape, pixelStride: place.pixelStride)
            case .input(let index, let channel):
                FeatureMap(
                    base: inputs[index].base + channel, shape: place.shape, pixelStride: inputs[index].pixelStride)
            }
        }
        for (index, step) in steps.enumerated() {
            withUnsafeTemporaryAllocation(of: FeatureMap.self, capacity: step.inputs.count) { maps in
                for (number, place) in step.inputs.enumerated() { maps.initializeElement(at: number, to: map(place)) }
                step.layer.run(
                    UnsafeBufferPointer(maps), output: map(step.output),
                    in: context.sharing(arena + step.sharedScratch))
            }
            try observe(index)
        }
        return outputs.map(map)
    }
}
