import KernelDispatch

/// Joins maps of one size along their channels.
///
/// Usually costs nothing: the planner lets the producers write into their channels. What cannot (a graph's input, a map
/// in two concatenations) is copied.
package struct Concatenation: GraphOperator, PreparedOperator {
    /// First output channel of each input; empty before planning, when the inputs simply follow one another.
    private let firstChannels: [Int]

    package init() { self.init(firstChannels: []) }
    init(firstChannels: [Int]) { self.firstChannels = firstChannels }

    package var summary: String { "concatenate" }

    /// First output channel of inputs with the given channel counts.
    func parts(_ channels: [Int]) -> [Int] {
        var next = 0
        return channels.map { count in
            defer { next += count }
            return next
        }
    }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape {
        let channels = inputs.reduce(0) { $0 + $1.channels }
        precondition(
            inputs.allSatisfy { $0.with(channels: 1) == inputs[0].with(channels: 1) },
            "concatenating maps of different sizes \(inputs)")
        return inputs[0].with(channels: channels)
    }

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let rows = output.shape.batch * output.shape.height
        let width = output.shape.width
        let firstChannels = firstChannels.isEmpty ? parts(inputs.map(\.shape.channels)) : firstChannels
        context.pool.forEach(rows) { row, _ in
            for (input, firstChannel) in zip(inputs, firstChannels) {
                kernels.copyPixels(
                    input.base + row * width * input.pixelStride, inputStride: input.pixelStride,
                    output.base + row * width * output.pixelStride + firstChannel, outputStride: output.pixelStride,
                    rows: width, channels: input.shape.channels)
            }
        }
    }
}
