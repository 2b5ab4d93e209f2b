import KernelDispatch

/// The probability that a pixel is of one of several chosen classes: a softmax over logits `[N, H, W, C]`, summed over
/// the chosen ones, `[N, H, W, 1]`.
package struct ClassProbability: GraphOperator, PreparedOperator {
    /// `[C]`: 1 for a chosen class, 0 for another.
    private let chosen: [Float]

    /// - Parameters:
    ///   - classes: the numbers of the chosen ones, each in `0 ..< count`.
    ///   - count: of all classes.
    package init(of classes: [Int], among count: Int) {
        precondition(classes.allSatisfy { (0..<count).contains($0) }, "classes \(classes) of \(count)")
        self.chosen = (0..<count).map { classes.contains($0) ? 1 : 0 }
    }

    package var summary: String { "probability of classes" }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape {
        precondition(inputs[0].channels == chosen.count, "\(inputs[0].channels) channels for \(chosen.count) classes")
        return inputs[0].with(channels: 1)
    }

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let logits = inputs[0]
        chosen.withUnsafeBufferPointer { chosen in
            guard let chosen = chosen.baseAddress else { preconditionFailure("a map has channels") }
            let classes = self.chosen.count
            forEachPixelBlock(of: output, in: context) { first, count in
                kernels.classProbabilities(
                    logits.base + first * logits.pixelStride, logitStride: logits.pixelStride, classes: classes,
                    chosen: chosen, output.base + first * output.pixelStride, outputStride: output.pixelStride,
                    count: count)
            }
        }
    }
}
