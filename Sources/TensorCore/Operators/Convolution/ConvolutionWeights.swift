/// The weights of a convolution, packed once for the matrix product, and its bias.
package struct ConvolutionWeights: Sendable {
    package let inputChannels: Int
    package let outputChannels: Int
    package let geometry: ConvolutionGeometry
    /// `[groups, kernelHeight, kernelWidth, inputChannels / groups, outputChannels / groups]`: the right operand of the
    /// product, one matrix a group. For a depthwise convolution that is `[kernelHeight, kernelWidth, channels]`.
    let packed: FloatBuffer
    /// `[outputChannels]`.
    let bias: FloatBuffer

    /// Packs weights given as the frameworks store them.
    ///
    /// - Parameters:
    ///   - oihw: `[outputChannels, inputChannels / groups, kernelHeight, kernelWidth]`, outputs slowest.
    ///   - scale: a factor an output channel, where a batch norm is folded in; nil for none.
    ///   - bias: `[outputChannels]`; nil for none.
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    package init(
        oihw: UnsafeBufferPointer<Float>, scale: [Float]? = nil, bias: [Float]?, inputChannels: Int,
        outputChannels: Int, geometry: ConvolutionGeometry
    ) throws(TensorError) {
        let groups = geometry.groups
        let taps = geometry.kernelHeight * geometry.kernelWidth
        precondition(
            inputChannels % groups == 0 && outputChannels % groups == 0,
            "\(groups) groups do not divide \(inputChannels) and \(outputChannels) channels")
        let groupInputs = inputChannels / groups
        let groupOutputs = outputChannels / groups
        precondition(oihw.count == outputChannels * groupInputs * taps, "\(oihw.count) weights for a convolution")
        precondition(bias == nil || bias?.count == outputChannels, "a bias is one value an output channel")
        precondition(scale == nil || scale?.count == outputChannels, "a scale is one value an output channel")

        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.geometry = geometry

        let isDepthwise = groups == inputChannels && groups == outputChannels
        let packed = try FloatBuffer(count: oihw.count, purpose: "a convolution's weights")
        if let source = oihw.baseAddress {
            (scale ?? [Float](repeating: 1, count: outputChannels)).withUnsafeBufferPointer { scale in
                guard let scale = scale.baseAddress else { return }
                kernels.packWeights(
                    source, packed.base, scale: scale, outputs: outputChannels, groupOutputs: groupOutputs,
                    groupInputs: groupInputs, taps: taps,
                    groupStride: isDepthwise ? 1 : taps * groupInputs * groupOutputs,
                    tapStride: isDepthwise ? groups : groupInputs * groupOutputs)
            }
        }
        self.packed = packed
        self.bias = try FloatBuffer(count: outputChannels, zeroed: true, purpose: "a convolution's bias")
        if let bias { self.bias.base.update(from: bias, count: outputChannels) }
    }

    /// Packs weights from an array; see the other initialiser.
    package init(
        oihw: [Float], bias: [Float]?, inputChannels: Int, outputChannels: Int, geometry: ConvolutionGeometry
    ) throws(TensorError) {
        self = try oihw.withUnsafeBufferPointer { (oihw) throws(TensorError) in
            try ConvolutionWeights(
                oihw: oihw, bias: bias, inputChannels: inputChannels, outputChannels: outputChannels,
                geometry: geometry)
        }
    }

    /// Whether each channel has its own kernel.
    var isDepthwise: Bool { geometry.groups == inputChannels && geometry.groups == outputChannels }
}
