import KernelDispatch

/// Alpha as a mixture of three candidates at every pixel: a network's own, and two channels of its input.
///
/// Its maps are logits `[N, H, W, 4]`, that of the network's own alpha and the three of a softmax that weighs the candidates,
/// and the network's input `[N, H, W, C]`, whose alphas are 2a − 1; the output is `[N, H, W, 1]`.
package struct CandidateMixture: GraphOperator, PreparedOperator {
    private let first: Int
    private let second: Int

    /// - Parameters:
    ///   - first: the channel of the second candidate in the input; `second` that of the third.
    package init(first: Int, second: Int) {
        self.first = first
        self.second = second
    }

    package var summary: String { "mixture of candidates" }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape {
        let (logits, shown) = (inputs[0], inputs[1])
        precondition(
            logits.channels == 4 && logits.with(channels: shown.channels) == shown
                && max(first, second) < shown.channels, "a mixture by \(logits) of \(shown)")
        return logits.with(channels: 1)
    }

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let (logits, shown) = (inputs[0], inputs[1])
        let width = output.shape.width
        context.pool.forEach(output.shape.batch * output.shape.height) { row, _ in
            let candidates = shown.base + row * width * shown.pixelStride
            kernels.mixCandidates(
                logits.base + row * width * logits.pixelStride, logitStride: logits.pixelStride,
                first: candidates + first, second: candidates + second, candidateStride: shown.pixelStride,
                output.base + row * width * output.pixelStride, outputStride: output.pixelStride, count: width)
        }
    }
}
