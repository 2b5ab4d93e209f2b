import KernelDispatch
import KernelInterface

/// Runs a kernel over the pixels of a map, in blocks of rows cut by the shape alone.
func forEachPixelBlock(
    of output: FeatureMap, in context: ExecutionContext, _ body: (_ first: Int, _ count: Int) -> Void
) {
    // About 16k values a block: long enough to pay for a claim, short enough to share.
    let block = max(16_384 / max(output.shape.channels, 1), 1)
    let pixels = output.shape.pixelCount
    context.pool.forEach((pixels + block - 1) / block) { chunk, _ in
        body(chunk * block, min(block, pixels - chunk * block))
    }
}

/// Pixels of two maps and of the result, each with its stride, then rows and channels.
private typealias PixelKernel = (
    UnsafePointer<Float>, Int, UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>, Int, Int, Int
) -> Void

/// Runs a kernel of two maps of one shape over their pixels.
private func combinePixels(
    _ left: FeatureMap, _ right: FeatureMap, _ output: FeatureMap, in context: ExecutionContext, _ kernel: PixelKernel
) {
    forEachPixelBlock(of: output, in: context) { first, count in
        kernel(
            left.base + first * left.pixelStride, left.pixelStride, right.base + first * right.pixelStride,
            right.pixelStride, output.base + first * output.pixelStride, output.pixelStride, count,
            output.shape.channels)
    }
}

/// The sum of two maps of one shape.
package struct Addition: GraphOperator, PreparedOperator {
    package init() {}
    package var summary: String { "add" }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape {
        precondition(inputs[0] == inputs[1], "adding \(inputs[1]) to \(inputs[0])")
        return inputs[0]
    }

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        combinePixels(inputs[0], inputs[1], output, in: context, kernels.addPixels)
    }
}

/// The product of two maps of one shape, value by value.
package struct Multiplication: GraphOperator, PreparedOperator {
    package init() {}
    package var summary: String { "multiply" }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape {
        precondition(inputs[0] == inputs[1], "multiplying \(inputs[0]) by \(inputs[1])")
        return inputs[0]
    }

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        combinePixels(inputs[0], inputs[1], output, in: context, kernels.multiplyPixels)
    }
}

/// Pixels of three maps and of the result, each with its stride, then rows and channels.
private typealias TernaryPixelKernel = (
    UnsafePointer<Float>, Int, UnsafePointer<Float>, Int, UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>, Int,
    Int, Int
) -> Void

/// Runs a kernel of three maps of one shape over their pixels.
private func combinePixels(
    _ inputs: UnsafeBufferPointer<FeatureMap>, _ output: FeatureMap, in context: ExecutionContext,
    _ kernel: TernaryPixelKernel
) {
    let (a, b, c) = (inputs[0], inputs[1], inputs[2])
    forEachPixelBlock(of: output, in: context) { first, count in
        kernel(
            a.base + first * a.pixelStride, a.pixelStride, b.base + first * b.pixelStride, b.pixelStride,
            c.base + first * c.pixelStride, c.pixelStride, output.base + first * output.pixelStride,
            output.pixelStride, count, output.shape.channels)
    }
}

/// Linear interpolation between two maps by a third, value by value: left + weight · (right − left).
package struct Mix: GraphOperator, PreparedOperator {
    package init() {}
    package var summary: String { "mix" }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape {
        precondition(
            inputs.count == 3 && inputs[0] == inputs[1] && inputs[0] == inputs[2], "mixing maps of shapes \(inputs)")
        return inputs[0]
    }

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        combinePixels(inputs, output, in: context, kernels.mixPixels)
    }
}

/// A map less the product of two others, value by value: value − left · right. A covariance from its moments.
package struct ProductSubtraction: GraphOperator, PreparedOperator {
    package init() {}
    package var summary: String { "subtract product" }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape {
        precondition(
            inputs.count == 3 && inputs[0] == inputs[1] && inputs[0] == inputs[2],
            "subtracting a product of maps of shapes \(inputs)")
        return inputs[0]
    }

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        combinePixels(inputs, output, in: context, kernels.subtractProductPixels)
    }
}

/// A map times one value a channel and picture, `[N, H, W, C]` · `[N, 1, 1, C]` (squeeze and excitation, Hu et al. 2018).
package struct ChannelScale: GraphOperator, PreparedOperator {
    package init() {}
    package var summary: String { "channel scale" }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape {
        precondition(inputs[1] == inputs[0].with(height: 1, width: 1), "scaling \(inputs[0]) by \(inputs[1])")
        return inputs[0]
    }

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let (input, scale) = (inputs[0], inputs[1])
        let width = output.shape.width
        context.pool.forEach(output.shape.batch * output.shape.height) { row, _ in
            kernels.multiplyPixels(
                input.base + row * width * input.pixelStride, leftStride: input.pixelStride,
                scale.picture(row / output.shape.height), rightStride: 0,
                output.base + row * width * output.pixelStride, outputStride: output.pixelStride,
                rows: width, channels: output.shape.channels)
        }
    }
}

/// A map times one value a pixel, `[N, H, W, C]` · `[N, H, W, 1]`.
package struct PixelScale: GraphOperator, PreparedOperator {
    package init() {}
    package var summary: String { "pixel scale" }

    package func outputShape(_ inputs: [TensorShape]) -> TensorShape {
        precondition(inputs[1] == inputs[0].with(channels: 1), "scaling \(inputs[0]) by \(inputs[1])")
        return inputs[0]
    }

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        combinePixels(inputs[0], inputs[1], output, in: context, kernels.scalePixels)
    }
}

/// An activation by itself, where no convolution before it can take it along.
package struct ActivationLayer: GraphOperator, PreparedOperator {
    package let activation: Activation
    package init(_ activation: Activation) { self.activation = activation }
    package var summary: String { "\(activation)" }
    package func outputShape(_ inputs: [TensorShape]) -> TensorShape { inputs[0] }

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let input = inputs[0]
        let channels = output.shape.channels
        forEachPixelBlock(of: output, in: context) { first, count in
            let target = output.base + first * output.pixelStride
            kernels.copyPixels(
                input.base + first * input.pixelStride, inputStride: input.pixelStride,
                target, outputStride: output.pixelStride, rows: count, channels: channels)
            // Pixels without gaps are one long run: vectors are full even where a pixel has one channel.
            let (rows, values) = output.isContiguous ? (1, count * channels) : (count, channels)
            kernels.finishConvolution(
                target, pixelStride: output.pixelStride, rows: rows, channels: values,
                bias: nil, activation: activation, residual: nil, residualStride: 0)
        }
    }
}
