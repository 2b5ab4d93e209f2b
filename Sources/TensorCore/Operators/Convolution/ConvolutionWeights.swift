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
    /// Empty where the packed operand is all that is ever asked for, which linear layers store by its columns: transformers
    /// have most of their weights in such layers.
    let taps: FloatBuffer
    /// `[outputChannels]`, and the zeros that kernels may read behind it.
    let bias: FloatBuffer
    /// The packed right operand of a 1×1 kernel in 16 bits a value, where none of them loses anything by that, as in files
    /// of 16 bits. Then it is all that is kept.
    let halves: FloatBuffer?
    /// Whether there are weights to run with.
    let isRunnable: Bool
    private let derived: DerivedWeights

    /// Forms that algorithms derive from the weights: made when a plan first needs one, shared by all plans.
    private final class DerivedWeights: Sendable {
        enum Form: Hashable { case rightOperand(tapsAProduct: Int), winograd(size: Int) }
        private let forms: Mutex<[Form: FloatBuffer]>

        init(_ forms: [Form: FloatBuffer]) { self.forms = Mutex(forms) }

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
        self.isRunnable = !oihw.isEmpty

        let isDepthwise = groups == inputChannels && groups == outputChannels
        let isMatrix = taps == 1 && !isDepthwise && outputChannels > 1 && isRunnable
        if isMatrix && groups == 1 && scale == nil, let source = oihw.baseAddress {
            let operand = try FloatBuffer(
                count: kernels.packedCount(depth: inputChannels, columns: outputChannels), purpose: Self.purpose)
            kernels.packTransposedPanels(
                source, stride: inputChannels, depth: inputChannels, columns: outputChannels, operand.base)
            self.taps = try FloatBuffer(count: 0, purpose: Self.purpose)
            self.halves = try Self.halves(of: operand)
            self.derived = DerivedWeights(halves == nil ? [.rightOperand(tapsAProduct: 1): operand] : [:])
        } else {
            let packed = try FloatBuffer(count: oihw.count, purpose: Self.purpose)
            if let source = oihw.baseAddress, isRunnable {
                (scale ?? [Float](repeating: 1, count: outputChannels)).withUnsafeBufferPointer { scale in
                    guard let scale = scale.baseAddress else { return }
                    kernels.packWeights(
                        source, packed.base, scale: scale, outputs: outputChannels, groupOutputs: groupOutputs,
                        groupInputs: groupInputs, taps: taps,
                        groupStride: isDepthwise ? 1 : taps * groupInputs * groupOutputs,
                        tapStride: isDepthwise ? groups : groupInputs * groupOutputs)
                }
            }
            self.halves = nil
            if isMatrix {
                self.taps = try FloatBuffer(count: 0, purpose: Self.purpose)
                self.derived = DerivedWeights([
                    .rightOperand(tapsAProduct: 1): try Self.operands(
                        of: packed, groups: groups, depth: groupInputs, columns: groupOutputs, step: groupInputs)
                ])
            } else {
                self.taps = packed
                self.derived = DerivedWeights([:])
            }
        }
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

    /// Whether each channel has its own kernel.
    var isDepthwise: Bool { geometry.groups == inputChannels && geometry.groups == outputChannels }

    /// Input channels of a group.
    var groupInputs: Int { inputChannels / geometry.groups }

    /// Length of a dot product: taps times the input channels of a group.
    var depth: Int { geometry.tapCount * groupInputs }

    private static let purpose = "a convolution's weights"

    /// The right operand of the matrix product, one a group, packed for the kernel.
    ///
    /// - Parameter tapsAProduct: where the product is a sum of several, each of so many taps; then one operand follows the
    ///   other.
    func rightOperand(tapsAProduct: Int? = nil) throws(TensorError) -> FloatBuffer {
        let tapsAProduct = tapsAProduct ?? geometry.tapCount
        return try derived.form(.rightOperand(tapsAProduct: tapsAProduct)) { () throws(TensorError) in
            if let halves { return try Self.widened(halves) }
            return try Self.operands(
                of: taps, groups: geometry.groups, depth: depth, columns: outputChannels / geometry.groups,
                step: tapsAProduct * groupInputs)
        }
    }

    /// Fewer values than this are not worth a second form.
    private static let leastHalves = 65_536

    /// A packed operand in 16 bits a value; nil where that would change it.
    private static func halves(of operand: FloatBuffer) throws(TensorError) -> FloatBuffer? {
        guard operand.count >= leastHalves, operand.count % (2 * kernels.lanes) == 0 else { return nil }
        let halves = try FloatBuffer(count: operand.count / 2, purpose: purpose)
        return kernels.narrowPanels(operand.base, into: halves.base, count: operand.count) ? halves : nil
    }

    private static func widened(_ halves: FloatBuffer) throws(TensorError) -> FloatBuffer {
        let operand = try FloatBuffer(count: 2 * halves.count, purpose: purpose)
        kernels.widenPanels(halves.base, into: operand.base, count: operand.count)
        return operand
    }

    /// Packs `[groups, depth, columns]`, `step` rows of a group at a time.
    private static func operands(
        of taps: FloatBuffer, groups: Int, depth: Int, columns: Int, step: Int
    ) throws(TensorError) -> FloatBuffer {
        let packed = try FloatBuffer(
            count: groups * kernels.packedCount(depth: depth, columns: columns), purpose: purpose)
        for group in 0..<groups {
            for first in stride(from: group * depth, to: (group + 1) * depth, by: step) {
                kernels.packPanels(
                    taps.base + first * columns, stride: columns, depth: min(step, (group + 1) * depth - first),
                    columns: columns, packed.base + kernels.packedCount(depth: first, columns: columns))
            }
        }
        return packed
    }

    /// The weights transformed for Winograd tiles of `size`: a right operand a point, `(size + 2)²` of them. Those of a
    /// kernel of several blocks have the inputs of one block after the other.
    func winograd(size: Int) throws(TensorError) -> FloatBuffer {
        try derived.form(.winograd(size: size)) { () throws(TensorError) in
            let points = WinogradGrid.pointCount(size: size)
            let side = geometry.blocksASide ?? 1
            let inputs = side * side * inputChannels
            let blocks = side == 1 ? taps : try blocks(side: side)
            let count = kernels.packedCount(depth: inputs, columns: outputChannels)
            let transformed = try FloatBuffer(count: points * count, purpose: Self.purpose)
            let rows = try FloatBuffer(count: inputs * outputChannels, purpose: Self.purpose)
            for point in 0..<points {
                kernels.winogradWeights(
                    size: size, point: point, blocks.base, inputs: inputs, outputs: outputChannels, rows.base)
                kernels.packPanels(
                    rows.base, stride: outputChannels, depth: inputs, columns: outputChannels,
                    transformed.base + point * count)
            }
            return transformed
        }
    }

    /// The kernel cut into `side` × `side` blocks, `[3, 3, blocks, inputChannels, outputChannels]`; zeros where a block
    /// reaches beyond it.
    private func blocks(side: Int) throws(TensorError) -> FloatBuffer {
        let tap = inputChannels * outputChannels
        let blocks = try FloatBuffer(count: 9 * side * side * tap, zeroed: true, purpose: Self.purpose)
        for y in 0..<geometry.kernelHeight {
            for x in 0..<geometry.kernelWidth {
                let place = (y % 3 * 3 + x % 3) * side * side + y / 3 * side + x / 3
                (blocks.base + place * tap).update(from: taps.base + (y * geometry.kernelWidth + x) * tap, count: tap)
            }
        }
        return blocks
    }
}
