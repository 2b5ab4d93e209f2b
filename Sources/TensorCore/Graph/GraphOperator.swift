import Threads

/// A layer as the planner sees it: shapes in, shape out, and a way to make it ready for one size.
///
/// Operators are immutable and hold their weights; everything that changes during a run lives in the ``Workspace``.
package protocol GraphOperator: Sendable {
    /// What kind of work this is, for profiles: "convolution 3×3 64→16".
    var summary: String { get }

    /// The shape of the output. Shapes come from our own graphs, so a misfit is a precondition.
    func outputShape(_ inputs: [TensorShape]) -> TensorShape

    /// Multiply-accumulates of one run, counted as the plain definition has them whatever the algorithm does.
    func multiplyAccumulates(_ inputs: [TensorShape], output: TensorShape) -> Int

    /// The operator with its algorithm chosen and its weights prepared for these shapes.
    ///
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    func prepared(
        _ inputs: [TensorShape], output: TensorShape, preferring preference: MemoryPreference
    ) throws(TensorError) -> any PreparedOperator
}

/// An operator ready to run on maps of the shapes that it was prepared for.
package protocol PreparedOperator: Sendable {
    /// What kind of work this is, for profiles: "convolution 3×3 64→16".
    var work: String { get }

    /// By which algorithm, where there is a choice: "winograd F(4)".
    var algorithm: String? { get }

    /// Floats of scratch memory that each thread needs.
    func scratchCount(_ inputs: [TensorShape], output: TensorShape) -> Int

    /// Floats of scratch memory that all threads share.
    func sharedScratchCount(_ inputs: [TensorShape], output: TensorShape) -> Int

    /// Computes every value of `output`. The result must not depend on the number of threads.
    func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext)
}

/// What a choice between algorithms weighs more.
package enum MemoryPreference: Sendable, Hashable {
    /// The fastest algorithm; transformed weights may be four times the size of the weights.
    case speed
    /// No algorithm that keeps large transformed weights.
    case small
}

extension GraphOperator {
    package func multiplyAccumulates(_ inputs: [TensorShape], output: TensorShape) -> Int { 0 }
}

extension GraphOperator where Self: PreparedOperator {
    package var work: String { summary }

    package func prepared(
        _ inputs: [TensorShape], output: TensorShape, preferring preference: MemoryPreference
    ) -> any PreparedOperator { self }
}

extension PreparedOperator {
    package var algorithm: String? { nil }

    /// The work and the algorithm in one line: "convolution 3×3 64→16, winograd F(4)".
    package var summary: String { algorithm.map { "\(work), \($0)" } ?? work }

    package func scratchCount(_ inputs: [TensorShape], output: TensorShape) -> Int { 0 }
    package func sharedScratchCount(_ inputs: [TensorShape], output: TensorShape) -> Int { 0 }
}

/// An operator that can add one more input, of its output's shape, to its result on the way out.
package protocol ResidualFusing: GraphOperator {
    /// Whether the last input is a residual already: an operator adds one.
    var hasResidual: Bool { get }

    /// The same operator, whose last input is the residual.
    func addingResidual() -> any GraphOperator
}

/// The threads and the scratch memory of a run.
package struct ExecutionContext {
    package let pool: ThreadPool
    private let scratch: UnsafeMutablePointer<Float>
    private let scratchStride: Int
    /// Memory that the threads share, as large as the operator asked for.
    package let sharedScratch: UnsafeMutablePointer<Float>

    /// - Parameters:
    ///   - scratch: ``ThreadPool/threadCount`` times `scratchStride` floats.
    ///   - scratchStride: floats of one thread, at least the operator's
    ///     ``PreparedOperator/scratchCount(_:output:)``, an even number.
    ///   - sharedScratch: the operator's ``PreparedOperator/sharedScratchCount(_:output:)`` floats.
    package init(
        pool: ThreadPool, scratch: UnsafeMutablePointer<Float>, scratchStride: Int,
        sharedScratch: UnsafeMutablePointer<Float>
    ) {
        self.pool = pool
        self.scratch = scratch
        self.scratchStride = scratchStride
        self.sharedScratch = sharedScratch
    }

    /// The same threads with other memory to share.
    func sharing(_ sharedScratch: UnsafeMutablePointer<Float>) -> ExecutionContext {
        ExecutionContext(pool: pool, scratch: scratch, scratchStride: scratchStride, sharedScratch: sharedScratch)
    }

    /// The memory of one slot of ``ThreadPool/forEach(_:_:)``, as large as the operator asked for.
    package func scratch(slot: Int) -> UnsafeMutablePointer<Float> { scratch + slot * scratchStride }
}
