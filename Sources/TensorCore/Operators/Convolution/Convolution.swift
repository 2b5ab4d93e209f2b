import KernelDispatch
import KernelInterface

/// A convolution with bias, activation and, if fused, a residual added after the activation.
///
/// ``Algorithm`` is chosen from weights and shapes in one place; every algorithm computes the same sums.
package struct Convolution: ResidualFusing {
    package let weights: ConvolutionWeights
    package let activation: Activation
    package let hasResidual: Bool

    package init(_ weights: ConvolutionWeights, activation: Activation = .none) {
        self.init(weights, activation, hasResidual: false)
    }

    private init(_ weights: ConvolutionWeights, _ activation: Activation, hasResidual: Bool) {
        self.weights = weights
        self.activation = activation
        self.hasResidual = hasResidual
    }

    package func addingResidual() -> any GraphOperator {
        precondition(!hasResidual, "a convolution adds one residual")
        return Convolution(weights, activation, hasResidual: true)
    }

    package var summary: String {
        let geometry = weights.geometry
        var text = "convolution \(geometry.kernelHeight)×\(geometry.kernelWidth)"
        if geometry.strideY > 1 { text += " stride \(geometry.strideY)" }
        if geometry.dilationY > 1 { text += " dilation \(geometry.dilationY)" }
        return text + " \(weights.inputChannels)→\(weights.outputChannels)"
    }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape {
        let input = inputs[0]
        precondition(
            input.channels == weights.inputChannels, "\(input.channels) channels into \(summary)")
        return TensorShape(
            trusted: input.batch, weights.geometry.outputHeight(input.height),
            weights.geometry.outputWidth(input.width), weights.outputChannels)
    }

    package func multiplyAccumulates(_ inputs: [TensorShape], output: TensorShape) -> Int {
        output.elementCount * weights.depth
    }

    package func prepared(
        _ inputs: [TensorShape], output: TensorShape, preferring preference: MemoryPreference
    ) throws(TensorError) -> any PreparedOperator {
        precondition(weights.isRunnable, "\(summary) without weights in a plan")
        return switch Algorithm(self, output: output, preferring: preference) {
        case .depthwise: DepthwiseConvolution(self)
        case .singleOutput: SingleOutputConvolution(self)
        case .winograd(let size): try WinogradConvolution(self, size: size, output: output)
        case .product(let left): try ProductConvolution(self, left: left, output: output)
        case .halfProduct: HalfProductConvolution(self)
        }
    }

    /// What happens to each sum on its way out, up to an activation that the product leaves; for the channels from
    /// `channel` on.
    func epilogue(from channel: Int = 0, residual: UnsafePointer<Float>?, residualStride: Int) -> ProductEpilogue {
        ProductEpilogue(
            bias: weights.bias.base + channel, activation: activation, residual: residual,
            residualStride: residualStride)
    }

    /// The activation and the residual, over the output in place: for algorithms that fuse clamps only.
    func finishSeparately(_ output: FeatureMap, residual: FeatureMap?, in context: ExecutionContext) {
        let width = output.shape.width
        context.pool.forEach(output.shape.batch * output.shape.height) { row, _ in
            kernels.finishConvolution(
                output.base + row * width * output.pixelStride, pixelStride: output.pixelStride, rows: width,
                channels: output.shape.channels, bias: nil, activation: activation,
                residual: residual.map { UnsafePointer($0.base + row * width * $0.pixelStride) },
                residualStride: residual?.pixelStride ?? 0)
        }
    }

    /// Calls `body` for each output row with the input rows under the kernel; nil where one lies in the padding.
    func forEachRow(
        of output: FeatureMap, from input: FeatureMap, in context: ExecutionContext,
        _ body: (_ picture: Int, _ y: Int, _ rows: UnsafePointer<UnsafePointer<Float>?>) -> Void
    ) {
        let geometry = weights.geometry
        context.pool.forEach(output.shape.batch * output.shape.height) { chunk, _ in
            let (picture, y) = chunk.quotientAndRemainder(dividingBy: output.shape.height)
            withUnsafeTemporaryAllocation(of: UnsafePointer<Float>?.self, capacity: geometry.kernelHeight) { rows in
                for ky in 0..<geometry.kernelHeight {
                    let iy = y * geometry.strideY - geometry.padding.top + ky * geometry.dilationY
                    let isInside = iy >= 0 && iy < input.shape.height
                    rows.initializeElement(
                        at: ky, to: isInside ? UnsafePointer(input.pixel(picture, iy, 0)) : nil)
                }
                if let rows = rows.baseAddress { body(picture, y, rows) }
            }
        }
    }
}
