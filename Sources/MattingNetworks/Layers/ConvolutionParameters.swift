import TensorCore
import WeightFiles

/// Weight and bias of a convolution as its file has them, and the batch norm behind it, which is folded into both.
struct ConvolutionParameters {
    /// `[outputs, inputs / groups, kernel, kernel]`, in this order whatever its shape is in the file.
    let weight: WeightTensor
    /// The batch norm's factor of each output, by which the weight is still to be multiplied; nil without a norm.
    let scale: [Float]?
    /// `[outputs]`; nil for none.
    let bias: [Float]?
    private let inputs: Int
    private let outputs: Int
    private let geometry: ConvolutionGeometry
    private let file: String

    /// Binds `weight` and `bias` of a scope; see ``Convolution2D``.
    init(
        _ scope: WeightScope, inputs: Int, outputs: Int, geometry: ConvolutionGeometry,
        batchNorm: WeightScope? = nil, epsilon: Double = 1e-5, hasBias: Bool = true
    ) throws(WeightError) {
        var shape = [outputs, inputs / geometry.groups, geometry.kernelHeight, geometry.kernelWidth]
        scope.note(
            LayerForm(
                .convolution, weight: shape, groups: geometry.groups, hasBias: hasBias, norm: batchNorm?.path,
                epsilon: epsilon))
        if geometry.tapCount == 1, scope.shape("weight")?.count == 2 { shape.removeLast(2) }
        self.weight = try scope.tensor("weight", shape: shape)
        var norm: BatchNorm?
        if let batchNorm, batchNorm.has("running_mean") {
            norm = try BatchNorm(batchNorm, channels: outputs, epsilon: epsilon)
        }
        // A file whose norms are folded has biases even where the network has none.
        var bias: [Float]?
        if hasBias || (batchNorm != nil && norm == nil) { bias = Array(try scope.tensor("bias", shape: [outputs])) }
        if let norm { bias = norm.shifted(bias) }
        self.scale = norm?.scale
        self.bias = bias
        self.inputs = inputs
        self.outputs = outputs
        self.geometry = geometry
        self.file = scope.file
    }

    /// Packed for the operators, the norm folded in.
    ///
    /// - Parameter factor: what the weight, without the bias, is multiplied by besides.
    func packed(times factor: Float = 1) throws(WeightError) -> ConvolutionWeights {
        var scale = scale
        if factor != 1 { scale = (scale ?? [Float](repeating: 1, count: outputs)).map { factor * $0 } }
        do throws(TensorError) {
            return try weight.withValues { (oihw) throws(TensorError) in
                try ConvolutionWeights(
                    oihw: oihw, scale: scale, bias: bias, inputChannels: inputs, outputChannels: outputs,
                    geometry: geometry)
            }
        } catch {
            throw .outOfMemory(file: file, byteCount: weight.count * MemoryLayout<Float>.stride)
        }
    }
}
