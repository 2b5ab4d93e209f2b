import KernelDispatch
import KernelInterface

/// A convolution to one channel, as dot products straight over the map.
struct SingleOutputConvolution: PreparedOperator {
    private let convolution: Convolution

    init(_ convolution: Convolution) { self.convolution = convolution }

    var work: String { convolution.summary }
    var algorithm: String? { "single output" }

    func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let input = inputs[0]
        let residual = convolution.hasResidual ? inputs[1] : nil
        let weights = convolution.weights
        let geometry = weights.geometry
        convolution.forEachRow(of: output, from: input, in: context) { picture, y, rows in
            kernels.singleOutputRow(
                output.pixel(picture, y, 0), outputStride: output.pixelStride, outputWidth: output.shape.width,
                rows: rows, pixelStride: input.pixelStride, width: input.shape.width,
                channels: weights.inputChannels, weights: weights.taps.base,
                kernelHeight: geometry.kernelHeight, kernelWidth: geometry.kernelWidth,
                strideX: geometry.strideX, paddingLeft: geometry.padding.left, dilationX: geometry.dilationX)
            kernels.finishConvolution(
                output.pixel(picture, y, 0), pixelStride: output.pixelStride, rows: output.shape.width, channels: 1,
                bias: weights.bias.base, activation: convolution.activation,
                residual: residual.map { UnsafePointer($0.pixel(picture, y, 0)) },
                residualStride: residual?.pixelStride ?? 0)
        }
    }
}
