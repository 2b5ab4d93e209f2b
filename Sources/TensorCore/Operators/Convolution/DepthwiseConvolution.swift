import KernelDispatch
import KernelInterface

/// A convolution in which each channel has its own kernel, computed straight from the map.
struct DepthwiseConvolution: PreparedOperator {
    private let convolution: Convolution

    init(_ convolution: Convolution) { self.convolution = convolution }

    var work: String { convolution.summary }
    var algorithm: String? { "depthwise" }

    func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let input = inputs[0]
        let residual = convolution.hasResidual ? inputs[1] : nil
        let weights = convolution.weights
        let geometry = weights.geometry
        convolution.forEachRow(of: output, from: input, in: context) { picture, y, rows in
            kernels.depthwiseRow(
                output.pixel(picture, y, 0), outputStride: output.pixelStride, outputWidth: output.shape.width,
                rows: rows, pixelStride: input.pixelStride, width: input.shape.width,
                channels: weights.inputChannels, weights: weights.taps.base, bias: weights.bias.base,
                kernelHeight: geometry.kernelHeight, kernelWidth: geometry.kernelWidth,
                strideX: geometry.strideX, paddingLeft: geometry.padding.left, dilationX: geometry.dilationX,
                activation: convolution.activation, residual: residual.map { UnsafePointer($0.pixel(picture, y, 0)) },
                residualStride: residual?.pixelStride ?? 0)
        }
    }
}
