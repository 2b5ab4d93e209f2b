import KernelInterface
import TensorCore
import WeightFiles

/// A convolution as networks use it: weights found by name, a batch norm folded in, an activation taken along.
struct Convolution2D: Sendable {
    private let convolution: Convolution
    private let label: String

    /// Binds `weight` `[outputs, inputs / groups, kernel, kernel]` and `bias` `[outputs]` of a scope. A kernel of one pixel
    /// may also be the matrix `[outputs, inputs]` of a linear layer.
    ///
    /// - Parameters:
    ///   - scope: where the tensors live, e.g. `stage1.rebnconvin.conv_s1`.
    ///   - batchNorm: where the batch norm behind it lives; a file without it has it folded into weight and bias.
    ///   - padding: nil keeps the size at stride 1.
    ///   - epsilon: the batch norm's.
    ///   - hasBias: whether an unfolded convolution has a bias of its own.
    init(
        _ scope: WeightScope, inputs: Int, outputs: Int, kernel: Int, stride: Int = 1,
        padding: ConvolutionGeometry.Padding? = nil, dilation: Int = 1, groups: Int = 1,
        batchNorm: WeightScope? = nil, epsilon: Double = 1e-5, hasBias: Bool = true, activation: Activation = .none
    ) throws(WeightError) {
        var shape = [outputs, inputs / groups, kernel, kernel]
        scope.note(
            LayerForm(
                .convolution, weight: shape, groups: groups, hasBias: hasBias, norm: batchNorm?.path, epsilon: epsilon))
        if kernel == 1, scope.shape("weight")?.count == 2 { shape.removeLast(2) }
        let weight = try scope.tensor("weight", shape: shape)
        var norm: BatchNorm?
        if let batchNorm, batchNorm.has("running_mean") {
            norm = try BatchNorm(batchNorm, channels: outputs, epsilon: epsilon)
        }
        // A file whose norms are folded has biases even where the network has none.
        var bias: [Float]?
        if hasBias || (batchNorm != nil && norm == nil) { bias = Array(try scope.tensor("bias", shape: [outputs])) }
        if let norm { bias = norm.shifted(bias) }
        let geometry = ConvolutionGeometry(
            kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups)
        do throws(TensorError) {
            let weights = try weight.withValues { (oihw) throws(TensorError) in
                try ConvolutionWeights(
                    oihw: oihw, scale: norm?.scale, bias: bias, inputChannels: inputs, outputChannels: outputs,
                    geometry: geometry)
            }
            self.convolution = Convolution(weights, activation: activation)
        } catch {
            throw .outOfMemory(file: scope.file, byteCount: weight.count * MemoryLayout<Float>.stride)
        }
        self.label = scope.path
    }

    /// A convolution by weights that are part of the network's definition, not of its file.
    ///
    /// - Parameters:
    ///   - oihw: `[outputs, inputs / groups, kernel, kernel]`.
    ///   - bias: `[outputs]`; nil for none.
    ///   - file: what errors name the file by.
    ///   - label: the layer's name in the file, where it comes from there after all.
    init(
        fixed oihw: [Float], bias: [Float]? = nil, inputs: Int, outputs: Int, kernel: Int, groups: Int = 1,
        file: String, label: String = ""
    ) throws(WeightError) {
        do throws(TensorError) {
            self.convolution = Convolution(
                try ConvolutionWeights(
                    oihw: oihw, bias: bias, inputChannels: inputs, outputChannels: outputs,
                    geometry: ConvolutionGeometry(kernel: kernel, groups: groups)))
        } catch {
            throw .outOfMemory(file: file, byteCount: oihw.count * MemoryLayout<Float>.stride)
        }
        self.label = label
    }

    /// `[N, H, W, inputs]` to `[N, H', W', outputs]`.
    func callAsFunction(_ x: Value) -> Value { x.graph.append(convolution, [x], label: label) }
}

extension ConvolutionGeometry.Padding {
    /// One pixel at the right and the bottom: how TensorFlow pads a 3×3 kernel at stride 2, and so these weights.
    static let trailing = Self(top: 0, left: 0, bottom: 1, right: 1)
}
