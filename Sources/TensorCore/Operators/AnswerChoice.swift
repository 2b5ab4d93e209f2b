import KernelDispatch

/// Alpha as a choice among three answers at every pixel: a network's own, and two channels of what it was shown.
///
/// Inputs are opinions `[N, H, W, 4]`, the logit of the own answer and the three logits of a softmax, and what was shown
/// `[N, H, W, C]`, whose answers are 2a − 1; the output is `[N, H, W, 1]`.
package struct AnswerChoice: GraphOperator, PreparedOperator {
    private let first: Int
    private let second: Int

    /// - Parameters:
    ///   - first: the channel of the second answer in what was shown; `second` that of the third.
    package init(first: Int, second: Int) {
        self.first = first
        self.second = second
    }

    package var summary: String { "choice of an answer" }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape {
        let (opinions, shown) = (inputs[0], inputs[1])
        precondition(
            opinions.channels == 4 && opinions.with(channels: shown.channels) == shown
                && max(first, second) < shown.channels, "a choice by \(opinions) in \(shown)")
        return opinions.with(channels: 1)
    }

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let (opinions, shown) = (inputs[0], inputs[1])
        let width = output.shape.width
        context.pool.forEach(output.shape.batch * output.shape.height) { row, _ in
            let answers = shown.base + row * width * shown.pixelStride
            kernels.chooseAnswers(
                opinions.base + row * width * opinions.pixelStride, opinionStride: opinions.pixelStride,
                first: answers + first, second: answers + second, answerStride: shown.pixelStride,
                output.base + row * width * output.pixelStride, outputStride: output.pixelStride, count: width)
        }
    }
}
