import KernelInterface
import TensorCore

extension ReferenceMap {
    /// Convolution from its definition, with zeros outside the map, then bias, activation and residual in that order.
    ///
    /// `y[n, oy, ox, o] = activation(Σ x[n, oy·s − top + ky·d, ox·s − left + kx·d, i] · w[o, i, ky, kx] + b[o]) + r`, where i
    /// runs over the input channels of o's group.
    ///
    /// - Parameters:
    ///   - oihw: `[outputChannels, inputChannels / groups, kernelHeight, kernelWidth]`.
    ///   - bias: `[outputChannels]`; nil for none.
    ///   - residual: a map of the output's shape, added last; nil for none.
    package func convolved(
        oihw: [Float], bias: [Float]?, outputChannels: Int, geometry: ConvolutionGeometry,
        activation: Activation = .none, residual: ReferenceMap? = nil
    ) -> ReferenceMap {
        let (kernelHeight, kernelWidth) = (geometry.kernelHeight, geometry.kernelWidth)
        let groupInputs = shape.channels / geometry.groups
        let groupOutputs = outputChannels / geometry.groups
        let windowHeight = geometry.dilationY * (kernelHeight - 1) + 1
        let windowWidth = geometry.dilationX * (kernelWidth - 1) + 1
        let padding = geometry.padding
        let output = TensorShape(
            trusted: shape.batch, (shape.height + padding.top + padding.bottom - windowHeight) / geometry.strideY + 1,
            (shape.width + padding.left + padding.right - windowWidth) / geometry.strideX + 1, outputChannels)

        return .computed(output) { n, oy, ox, o in
            let firstInput = o / groupOutputs * groupInputs
            var sum = bias.map { Double($0[o]) } ?? 0
            for ky in 0..<kernelHeight {
                let y = oy * geometry.strideY - padding.top + ky * geometry.dilationY
                guard y >= 0 && y < shape.height else { continue }
                for kx in 0..<kernelWidth {
                    let x = ox * geometry.strideX - padding.left + kx * geometry.dilationX
                    guard x >= 0 && x < shape.width else { continue }
                    for i in 0..<groupInputs {
                        let weight = oihw[((o * groupInputs + i) * kernelHeight + ky) * kernelWidth + kx]
                        sum += self[n, y, x, firstInput + i] * Double(weight)
                    }
                }
            }
            return activation.reference(sum) + (residual.map { $0[n, oy, ox, o] } ?? 0)
        }
    }
}
