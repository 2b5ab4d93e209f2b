import KernelInterface
import TensorCore
import WeightFiles

/// A convolution as networks use it: weights found by name, a batch norm folded in, an activation taken along.
public struct Convolution2D: Sendable {
    private let convolution: Convolution
    private let label: String

    /// Binds `weight` `[outputs, inputs / groups, kernel, kernel]` and `bias` `[outputs]` of a scope. Zeros around the map
    /// keep its size at stride 1. A kernel of one pixel may also be the matrix `[outputs, inputs]` of a linear layer.
    ///
    /// - Parameters:
    ///   - scope: where the tensors live, e.g. `stage1.rebnconvin.conv_s1`.
    ///   - inputs: channels of the map that comes in.
    ///   - outputs: channels of the map that goes out.
    ///   - kernel: its side, odd.
    ///   - stride: pixels from one output to the next.
    ///   - dilation: pixels from one tap of the kernel to the next.
    ///   - groups: in which channels see only their own group's inputs.
    ///   - batchNorm: where the batch norm behind it lives, of ε = 10⁻⁵; a file without it has it folded into weight and
    ///     bias.
    ///   - hasBias: whether an unfolded convolution has a bias of its own.
    ///   - activation: of each output.
    /// - Throws: ``WeightError/outOfMemory(file:byteCount:)`` and nothing else: what does not fit is told at the end.
    public init(
        _ scope: WeightScope, inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, dilation: Int = 1,
        groups: Int = 1, batchNorm: WeightScope? = nil, hasBias: Bool = true, activation: Activation = .none
    ) throws(WeightError) {
        try self.init(
            scope, inputs: inputs, outputs: outputs, kernel: kernel, stride: stride, padding: nil, dilation: dilation,
            groups: groups, batchNorm: batchNorm, hasBias: hasBias, activation: activation)
    }

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
        let parameters = try ConvolutionParameters(
            scope, inputs: inputs, outputs: outputs,
            geometry: ConvolutionGeometry(
                kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups),
            batchNorm: batchNorm, epsilon: epsilon, hasBias: hasBias)
        self.convolution = Convolution(try parameters.packed(), activation: activation)
        self.label = scope.path
    }

    /// A convolution by weights that no tensor of the file holds as they are: parts of the network's definition, or made
    /// of several tensors.
    ///
    /// - Parameters:
    ///   - oihw: `[outputs, inputs / groups, kernel, kernel]`.
    ///   - bias: `[outputs]`; nil for none.
    ///   - file: what errors name the file by.
    ///   - label: what profiles name the layer by.
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
    public func callAsFunction(_ x: Value) -> Value { x.graph.append(convolution, [x], label: label) }
}

extension ConvolutionGeometry.Padding {
    /// One pixel at the right and the bottom: how TensorFlow pads a 3×3 kernel at stride 2, and so these weights.
    static let trailing = Self(top: 0, left: 0, bottom: 1, right: 1)
}
