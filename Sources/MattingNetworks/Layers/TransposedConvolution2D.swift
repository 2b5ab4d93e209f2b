import TensorCore
import WeightFiles

/// A transposed convolution of kernel 2 and stride 2: every pixel becomes a block of two by two, blocks do not overlap.
///
/// Hence it is a 1×1 convolution to four times the channels, whose channels then become pixels.
public struct TransposedConvolution2D: Sendable {
    private let convolution: Convolution
    private let label: String

    /// Binds `weight` `[inputs, outputs, 2, 2]` and `bias` `[outputs]` of a scope.
    ///
    /// - Throws: ``WeightError/outOfMemory(file:byteCount:)`` and nothing else: what does not fit is told at the end.
    public init(_ scope: WeightScope, inputs: Int, outputs: Int) throws(WeightError) {
        let shape = [inputs, outputs, 2, 2]
        scope.note(LayerForm(.transposedConvolution, weight: shape, hasBias: true))
        let weight = try scope.tensor("weight", shape: shape)
        let bias = Array(try scope.tensor("bias", shape: [outputs]))
        do throws(TensorError) {
            let phases = try FloatBuffer(count: weight.count, purpose: "the weights of \(scope.path)")
            weight.withValues { values in
                for (index, value) in values.enumerated() {
                    let (channels, phase) = index.quotientAndRemainder(dividingBy: 4)
                    let (input, output) = channels.quotientAndRemainder(dividingBy: outputs)
                    phases.base[(phase * outputs + output) * inputs + input] = value
                }
            }
            self.convolution = Convolution(
                try ConvolutionWeights(
                    oihw: UnsafeBufferPointer(start: phases.base, count: phases.count),
                    bias: bias + bias + bias + bias, inputChannels: inputs, outputChannels: 4 * outputs,
                    geometry: ConvolutionGeometry(kernel: 1)))
        } catch {
            throw .outOfMemory(file: scope.file, byteCount: weight.count * MemoryLayout<Float>.stride)
        }
        self.label = scope.path
    }

    /// `[N, H, W, inputs]` to `[N, 2 · H, 2 · W, outputs]`.
    public func callAsFunction(_ x: Value) -> Value {
        x.graph.append(DepthToSpace(), [x.graph.append(convolution, [x], label: label)])
    }
}
