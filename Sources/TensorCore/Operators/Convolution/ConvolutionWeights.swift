import KernelDispatch
import KernelInterface
import Synchronization

/// The weights of a convolution and its bias, and what its algorithms make of them.
package struct ConvolutionWeights: Sendable {
    package let inputChannels: Int
    package let outputChannels: Int
    package let geometry: ConvolutionGeometry
    /// `[groups, kernelHeight, kernelWidth, inputChannels / groups, outputChannels / groups]`: the right operand of a
    /// matrix product, one matrix a group. For a depthwise convolution that is `[kernelHeight, kernelWidth, channels]`.
    let taps: FloatBuffer
    /// `[outputChannels]`, and the zeros that kernels may read behind it.
    let bias: FloatBuffer
    private let derived: DerivedWeights

    /// Forms that algorithms derive from the weights: made when a plan first needs one, shared by all plans.
    private final class DerivedWeights: Sendable {
        enum Form: Hashable { case rightOperand, winograd(size: Int) }
        private let forms = Mutex<[Form: FloatBuffer]>([:])

        func form(_ form: Form, _ make: () throws(TensorError) -> FloatBuffer) throws(TensorError) -> FloatBuffer {
            try forms.withLock { (forms) throws(TensorError) in
                if let buffer = forms[form] { return buffer }
                let made = try make()
                forms[form] = made
                return made
            }
        }
    }

    /// Packs weights given as the frameworks store them.
    ///
    /// - Parameters:
    ///   - oihw: `[outputChannels, inputChannels / groups, kernelHeight, kernelWidth]`, outputs slowest. None at all makes
    ///     a convolution for graphs that are looked at and never run.
    ///   - scale: a factor an output channel, where a batch norm is folded in; nil for none.
    ///   - bias: `[outputChannels]`; nil for none.
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    package init(
        oihw: UnsafeBufferPointer<Float>, scale: [Float]? = nil, bias: [Float]?, inputChannels: Int,
        outputChannels: Int, geometry: ConvolutionGeometry
    ) throws(TensorError) {
        let groups = geometry.groups
        let taps = geometry.tapCount
        precondition(
            inputChannels % groups == 0 && outputChannels % groups == 0,
            "\(groups) groups do not divide \(inputChannels) and \(outputChannels) channels")
        let groupInputs = inputChannels / groups
        let groupOutputs = outputChannels / groups
        let count = outputChannels * groupInputs * taps
        precondition(oihw.isEmpty || oihw.count == count, "\(oihw.count) weights for a convolution of \(count)")
        precondition(bias == nil || bias?.count == outputChannels, "a bias is one value an output channel")
        precondition(scale == nil || scale?.count == outputChannels, "a scale is one value an output channel")

        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.geometry = geometry

        let isDepthwise = groups == inputChannels && groups == outputChannels
        let packed = try FloatBuffer(count: oihw.count, purpose: Self.purpose)
        if let source = oihw.baseAddress, !oihw.isEmpty {
            (scale ?? [Float](repeating: 1, count: outputChannels)).withUnsafeBufferPointer { scale in
                guard let scale = scale.baseAddress else { return }
                kernels.packWeights(
                    source, packed.base, scale: scale, outputs: outputChannels, groupOutputs: groupOutputs,
                    groupInputs: groupInputs, taps: taps,
                    groupStride: isDepthwise ? 1 : taps * groupInputs * groupOutputs,
                    tapStride: isDepthwise ? groups : groupInputs * groupOutputs)
            }
        }
        self.taps = packed
        self.derived = DerivedWeights()
        self.bias = try FloatBuffer(
            count: outputChannels + ProductEpilogue.biasPadding, zeroed: true, purpose: "a convolution's bias")
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

    /// Whether there are weights to run with.
    var isRunnable: Bool { taps.count > 0 }

    /// Whether each channel has its own kernel.
    var isDepthwise: Bool { geometry.groups == inputChannels && geometry.groups == outputChannels }

    /// Input channels of a group.
    var groupInputs: Int { inputChannels / geometry.groups }

    /// Length of a dot product: taps times the input channels of a group.
    var depth: Int { geometry.tapCount * groupInputs }

    private static let purpose = "a convolution's weights"

    /// The right operand of the matrix product, one a group, packed for the kernel.
    func rightOperand() throws(TensorError) -> FloatBuffer {
        try derived.form(.rightOperand) { () throws(TensorError) in
            let columns = outputChannels / geometry.groups
            let count = kernels.packedCount(depth: depth, columns: columns)
            let packed = try FloatBuffer(count: geometry.groups * count, purpose: Self.purpose)
            for group in 0..<geometry.groups {
                kernels.packPanels(
                    taps.base + group * depth * columns, stride: columns, depth: depth, columns: columns,
                    packed.base + group * count)
            }
            return packed
        }
    }

    /// The weights transformed for Winograd tiles of `size`: a right operand a point, `(size + 2)²` of them.
    func winograd(size: Int) throws(TensorError) -> FloatBuffer {
        try derived.form(.winograd(size: size)) { () throws(TensorError) in
            let points = WinogradGrid.pointCount(size: size)
            let count = kernels.packedCount(depth: inputChannels, columns: outputChannels)
            let transformed = try FloatBuffer(count: points * count, purpose: Self.purpose)
            let rows = try FloatBuffer(count: inputChannels * outputChannels, purpose: Self.purpose)
            for point in 0..<points {
                kernels.winogradWeights(
                    size: size, point: point, taps.base, inputs: inputChannels, outputs: outputChannels, rows.base)
                kernels.packPanels(
                    rows.base, stride: outputChannels, depth: inputChannels, columns: outputChannels,
                    transformed.base + point * count)
            }
            return transformed
        }
    }
}
