import Kernels

/// The weights of a convolution, packed once for the matrix product, and its bias.
package struct ConvolutionWeights: Sendable {
    package let inputChannels: Int
    package let outputChannels: Int
    package let geometry: ConvolutionGeometry
    /// `[groups, kernelHeight, kernelWidth, inputChannels / groups, outputChannels / groups]`: the right operand of the
    /// product, one matrix a group. For a depthwise convolution that is `[kernelHeight, kernelWidth, channels]`.
    let packed: [Float]
    let bias: [Float]

    /// Packs weights given as the frameworks store them.
    ///
    /// - Parameters:
    ///   - oihw: `[outputChannels, inputChannels / groups, kernelHeight, kernelWidth]`, outputs slowest.
    ///   - bias: `[outputChannels]`; nil for none.
    package init(
        oihw: [Float], bias: [Float]?, inputChannels: Int, outputChannels: Int, geometry: ConvolutionGeometry
    ) {
        let groups = geometry.groups
        let taps = geometry.kernelHeight * geometry.kernelWidth
        precondition(
            inputChannels % groups == 0 && outputChannels % groups == 0,
            "\(groups) groups do not divide \(inputChannels) and \(outputChannels) channels")
        let groupInputs = inputChannels / groups
        let groupOutputs = outputChannels / groups
        precondition(oihw.count == outputChannels * groupInputs * taps, "\(oihw.count) weights for a convolution")
        precondition(bias == nil || bias?.count == outputChannels, "a bias is one value an output channel")

        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.geometry = geometry
        self.bias = bias ?? [Float](repeating: 0, count: outputChannels)

        let isDepthwise = groups == inputChannels && groups == outputChannels
        let (groupStride, tapStride) =
            isDepthwise ? (1, groups) : (taps * groupInputs * groupOutputs, groupInputs * groupOutputs)
        self.packed = [Float](unsafeUninitializedCapacity: oihw.count) { packed, count in
            oihw.withUnsafeBufferPointer { oihw in
                packWeights(
                    oihw.baseAddress, packed.baseAddress, outputs: outputChannels, groupOutputs: groupOutputs,
                    groupInputs: groupInputs, taps: taps, groupStride: groupStride, tapStride: tapStride)
            }
            count = oihw.count
        }
    }

    /// Whether each channel has its own kernel.
    var isDepthwise: Bool { geometry.groups == inputChannels && geometry.groups == outputChannels }
}
