import KernelInterface

/// A convolution with bias, activation and, if fused, a residual added after the activation.
///
/// ``Algorithm`` is chosen from the geometry in one place; every algorithm computes the same sums.
package struct Convolution: ResidualFusing {
    package let weights: ConvolutionWeights
    package let activation: Activation
    package let hasResidual: Bool

    package init(_ weights: ConvolutionWeights, activation: Activation = .none) {
        self.init(weights, activation, hasResidual: false)
    }

    private init(_ weights: ConvolutionWeights, _ activation: Activation, hasResidual: Bool) {
        self.weights = weights
        self.activation = activation
        self.hasResidual = hasResidual
    }

    package func addingResidual() -> any GraphOperator {
        precondition(!hasResidual, "a convolution adds one residual")
        return Convolution(weights, activation, hasResidual: true)
    }

    /// How a convolution is computed.
    package enum Algorithm: String, Sendable {
        /// Each channel by itself, straight from the map.
        case depthwise
        /// One output channel: dot products straight over the map.
        case singleOutput = "single output"
        /// A 1×1 kernel at stride 1: the map itself is the left operand of the matrix product.
        case pointwise
        /// Neighbourhoods copied into panels that fit the cache, then a matrix product a panel.
        case panels

        /// The one place that decides. Faster algorithms slot in here, by geometry and channels.
        package init(_ weights: ConvolutionWeights) {
            let geometry = weights.geometry
            if weights.isDepthwise {
                self = .depthwise
            } else if weights.outputChannels == 1 {
                self = .singleOutput
            } else if geometry.kernelHeight == 1 && geometry.kernelWidth == 1 && geometry.strideY == 1
                && geometry.strideX == 1 && geometry.padding == .none
            {
                self = .pointwise
            } else {
                self = .panels
            }
        }
    }

    package var summary: String {
        let geometry = weights.geometry
        var text = "convolution \(geometry.kernelHeight)×\(geometry.kernelWidth)"
        if geometry.strideY > 1 { text += " stride \(geometry.strideY)" }
        if geometry.dilationY > 1 { text += " dilation \(geometry.dilationY)" }
        return text + " \(weights.inputChannels)→\(weights.outputChannels), \(Algorithm(weights).rawValue)"
    }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape {
        let input = inputs[0]
        precondition(
            input.channels == weights.inputChannels, "\(input.channels) channels into \(summary)")
        return TensorShape(
            trusted: input.batch, weights.geometry.outputHeight(input.height),
            weights.geometry.outputWidth(input.width), weights.outputChannels)
    }

    package func multiplyAccumulates(_ inputs: [TensorShape], output: TensorShape) -> Int {
        let geometry = weights.geometry
        return output.elementCount * geometry.kernelHeight * geometry.kernelWidth * weights.inputChannels
            / geometry.groups
    }

    package func scratchCount(_ inputs: [TensorShape], output: TensorShape) -> Int {
        Algorithm(weights) == .panels ? depth * Blocking(weights, output: output, depth: depth).rows : 0
    }

    package func run(_ inputs: [FeatureMap], output: FeatureMap, in context: ExecutionContext) {
        let residual = hasResidual ? inputs[inputs.count - 1] : nil
        switch Algorithm(weights) {
        case .depthwise: runDepthwise(inputs[0], output, residual, context)
        case .singleOutput: runSingleOutput(inputs[0], output, residual, context)
        case .pointwise: runProducts(inputs[0], output, residual, context, usesPanels: false)
        case .panels: runProducts(inputs[0], output, residual, context, usesPanels: true)
        }
    }

    /// Length of a dot product: kernel taps times the input channels of a group.
    private var depth: Int {
        weights.geometry.kernelHeight * weights.geometry.kernelWidth * weights.inputChannels / weights.geometry.groups
    }

    /// How the output is cut into matrix products: by its shape alone, never by the number of threads.
    private struct Blocking {
        /// Output pixels a product.
        let rows: Int
        /// Output channels a product.
        let columns: Int
        let rowBlocks: Int
        let columnBlocks: Int

        init(_ weights: ConvolutionWeights, output: TensorShape, depth: Int) {
            // A panel of 512 KB leaves half of a second-level cache to the weights. Fewer than 32 rows starve the
            // product of reuse, more than 256 gain nothing (measured 64 to 256: within 5 %).
            let pixels = output.pixelCount
            var rows = min(max(131_072 / max(depth, 1), 32), 256)
            // Small maps: enough blocks for several threads, at a multiple of the product's own tile height.
            rows = min(rows, max((pixels / 8 + 15) / 16 * 16, 32))
            let groupOutputs = weights.outputChannels / weights.geometry.groups
            self.rows = min(rows, max(pixels, 1))
            self.rowBlocks = (pixels + self.rows - 1) / self.rows
            // Deep layers on tiny maps have few rows but many channels: cut those instead.
            self.columns = rowBlocks < 8 && groupOutputs > 128 ? 128 : groupOutputs
            self.columnBlocks = (groupOutputs + columns - 1) / columns
        }
    }

    private func runProducts(
        _ input: FeatureMap, _ output: FeatureMap, _ residual: FeatureMap?, _ context: ExecutionContext,
        usesPanels: Bool
    ) {
        let geometry = weights.geometry
        let groupInputs = weights.inputChannels / geometry.groups
        let groupOutputs = weights.outputChannels / geometry.groups
        let blocking = Blocking(weights, output: output.shape, depth: depth)
        let blocksAGroup = blocking.rowBlocks * blocking.columnBlocks
        let packed = weights.packed.base
        let bias = weights.bias.base
        context.pool.forEach(geometry.groups * blocksAGroup) { chunk, slot in
            let group = chunk / blocksAGroup
            let block = chunk % blocksAGroup
            let first = block / blocking.columnBlocks * blocking.rows
            let count = min(blocking.rows, output.shape.pixelCount - first)
            let column = block % blocking.columnBlocks * blocking.columns
            let columns = min(blocking.columns, groupOutputs - column)
            let source = input.base + group * groupInputs
            let channel = group * groupOutputs + column
            let target = output.base + first * output.pixelStride + channel
            var left = UnsafePointer(source + first * input.pixelStride)
            var leftStride = input.pixelStride
            if usesPanels {
                let panel = context.scratch(slot: slot)
                kernels.fillPanel(
                    panel, first: first, count: count, input: source, pixelStride: input.pixelStride,
                    height: input.shape.height, width: input.shape.width, channels: groupInputs,
                    outputHeight: output.shape.height, outputWidth: output.shape.width,
                    kernelHeight: geometry.kernelHeight, kernelWidth: geometry.kernelWidth,
                    strideY: geometry.strideY, strideX: geometry.strideX,
                    paddingTop: geometry.padding.top, paddingLeft: geometry.padding.left,
                    dilationY: geometry.dilationY, dilationX: geometry.dilationX)
                left = UnsafePointer(panel)
                leftStride = depth
            }
            BLAS.multiply(
                rows: count, columns: columns, depth: depth, left, leftStride: leftStride,
                packed + group * depth * groupOutputs + column, rightStride: groupOutputs,
                into: target, stride: output.pixelStride)
            kernels.finishConvolution(
                target, pixelStride: output.pixelStride, rows: count, channels: columns,
                bias: bias + channel, activation: activation,
                residual: residual.map { UnsafePointer($0.base + first * $0.pixelStride + channel) },
                residualStride: residual?.pixelStride ?? 0)
        }
    }

    private func runDepthwise(
        _ input: FeatureMap, _ output: FeatureMap, _ residual: FeatureMap?, _ context: ExecutionContext
    ) {
        let geometry = weights.geometry
        forEachRow(of: output, from: input, in: context) { picture, y, rows in
            kernels.depthwiseRow(
                output.pixel(picture, y, 0), outputStride: output.pixelStride, outputWidth: output.shape.width,
                rows: rows, pixelStride: input.pixelStride, width: input.shape.width,
                channels: weights.inputChannels, weights: weights.packed.base, bias: weights.bias.base,
                kernelHeight: geometry.kernelHeight, kernelWidth: geometry.kernelWidth,
                strideX: geometry.strideX, paddingLeft: geometry.padding.left, dilationX: geometry.dilationX,
                activation: activation, residual: residual.map { UnsafePointer($0.pixel(picture, y, 0)) },
                residualStride: residual?.pixelStride ?? 0)
        }
    }

    private func runSingleOutput(
        _ input: FeatureMap, _ output: FeatureMap, _ residual: FeatureMap?, _ context: ExecutionContext
    ) {
        let geometry = weights.geometry
        forEachRow(of: output, from: input, in: context) { picture, y, rows in
            kernels.singleOutputRow(
                output.pixel(picture, y, 0), outputStride: output.pixelStride, outputWidth: output.shape.width,
                rows: rows, pixelStride: input.pixelStride, width: input.shape.width,
                channels: weights.inputChannels, weights: weights.packed.base,
                kernelHeight: geometry.kernelHeight, kernelWidth: geometry.kernelWidth,
                strideX: geometry.strideX, paddingLeft: geometry.padding.left, dilationX: geometry.dilationX)
            kernels.finishConvolution(
                output.pixel(picture, y, 0), pixelStride: output.pixelStride, rows: output.shape.width, channels: 1,
                bias: weights.bias.base, activation: activation,
                residual: residual.map { UnsafePointer($0.pixel(picture, y, 0)) },
                residualStride: residual?.pixelStride ?? 0)
        }
    }

    /// Calls `body` for each output row with the input rows under the kernel; nil where one lies in the padding.
    private func forEachRow(
        of output: FeatureMap, from input: FeatureMap, in context: ExecutionContext,
        _ body: (_ picture: Int, _ y: Int, _ rows: UnsafePointer<UnsafePointer<Float>?>) -> Void
    ) {
        let geometry = weights.geometry
        context.pool.forEach(output.shape.batch * output.shape.height) { chunk, _ in
            let (picture, y) = chunk.quotientAndRemainder(dividingBy: output.shape.height)
            withUnsafeTemporaryAllocation(of: UnsafePointer<Float>?.self, capacity: geometry.kernelHeight) { rows in
                for ky in 0..<geometry.kernelHeight {
                    let iy = y * geometry.strideY - geometry.padding.top + ky * geometry.dilationY
                    let isInside = iy >= 0 && iy < input.shape.height
                    rows.initializeElement(
                        at: ky, to: isInside ? UnsafePointer(input.pixel(picture, iy, 0)) : nil)
                }
                if let rows = rows.baseAddress { body(picture, y, rows) }
            }
        }
    }
}
