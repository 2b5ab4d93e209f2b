import KernelInterface

/// A 3×3 convolution by Winograd's minimal filtering, F(4×4, 3×3) or F(2×2, 3×3) (Lavin and Gray 2016).
///
/// A quarter (less than a half) of the multiplications of the definition. Where the transformed weights stay in the cache,
/// each thread takes blocks of tiles through all three stages; where they do not, all threads share one large block, so
/// that the weights are read once for it, and divide the points of the products among them.
struct WinogradConvolution: PreparedOperator {
    private let convolution: Convolution
    private let size: Int
    private let transformed: FloatBuffer
    private let grid: WinogradGrid
    /// Tiles that go through the stages together.
    private let block: Int
    private let isShared: Bool

    init(_ convolution: Convolution, size: Int, output: TensorShape) throws(TensorError) {
        let weights = convolution.weights
        self.convolution = convolution
        self.size = size
        self.transformed = try weights.winograd(size: size)
        self.grid = WinogradGrid(
            size: size, batch: output.batch, height: output.height, width: output.width,
            dilation: weights.geometry.dilationY)
        let points = (size + 2) * (size + 2)
        let floatsATile = points * (weights.inputChannels + weights.outputChannels)
        // A megabyte of weights shares a second-level cache badly with the block itself.
        self.isShared = transformed.count > 262_144
        if isShared {
            // Eight megabytes of factors and products: what third-level caches hold of one loop.
            self.block = min(max(2_097_152 / floatsATile, 48), grid.count)
        } else {
            // Multiples of 24 fill tiles of the product of any width; at least eight blocks for several threads.
            let fitting = max(131_072 / floatsATile / 24 * 24, 24)
            self.block = max(min(fitting, 96, (grid.count + 7) / 8), min(grid.count, 6))
        }
    }

    var summary: String { "\(convolution.summary), winograd F(\(size))" }

    /// How scratch memory is divided.
    private struct Layout {
        let leftPoint: Int
        let rightPoint: Int
        let columns: Int
        let factors: Int
        let products: Int
        /// What the transforms need for themselves, a thread.
        let own: Int

        init(inputs: Int, outputs: Int, size: Int, block: Int) {
            let points = (size + 2) * (size + 2)
            // Sixteen floats between points: equal strides of a power of two would fall into the same cache sets.
            self.columns = MatrixProduct.packedCount(depth: 1, columns: outputs)
            self.leftPoint = block * inputs + 16
            self.rightPoint = block * columns + 16
            self.factors = points * leftPoint
            self.products = points * rightPoint
            self.own = (kernels.winogradScratchCount(channels: max(inputs, outputs)) + 15) / 16 * 16
        }
    }

    private var layout: Layout {
        Layout(
            inputs: convolution.weights.inputChannels, outputs: convolution.weights.outputChannels, size: size,
            block: block)
    }

    func scratchCount(_ inputs: [TensorShape], output: TensorShape) -> Int {
        isShared ? layout.own : layout.own + layout.factors + layout.products
    }

    func sharedScratchCount(_ inputs: [TensorShape], output: TensorShape) -> Int {
        isShared ? layout.factors + layout.products : 0
    }

    func run(_ inputs: [FeatureMap], output: FeatureMap, in context: ExecutionContext) {
        let input = inputs[0]
        let residual = convolution.hasResidual ? inputs[1] : nil
        let finish = convolution.finish(
            residual: residual.map { UnsafePointer($0.base) }, residualStride: residual?.pixelStride ?? 0)
        let layout = layout
        if isShared {
            let factors = context.sharedScratch
            let products = factors + layout.factors
            for first in stride(from: 0, to: grid.count, by: block) {
                let count = min(block, grid.count - first)
                // Six tiles a piece: a few microseconds of work.
                let pieces = (count + 5) / 6
                context.pool.forEach(pieces) { piece, slot in
                    let begin = piece * 6
                    transformInput(
                        input, first: first + begin, count: min(6, count - begin),
                        factors + begin * convolution.weights.inputChannels, layout, context.scratch(slot: slot))
                }
                context.pool.forEach((size + 2) * (size + 2)) { point, _ in
                    multiply(point, count: count, factors, products, layout)
                }
                context.pool.forEach(pieces) { piece, slot in
                    let begin = piece * 6
                    transformOutput(
                        output, first: first + begin, count: min(6, count - begin), products + begin * layout.columns,
                        layout, finish, context.scratch(slot: slot))
                }
            }
        } else {
            context.pool.forEach((grid.count + block - 1) / block) { chunk, slot in
                let first = chunk * block
                let count = min(block, grid.count - first)
                let own = context.scratch(slot: slot)
                let factors = own + layout.own
                let products = factors + layout.factors
                transformInput(input, first: first, count: count, factors, layout, own)
                for point in 0..<(size + 2) * (size + 2) {
                    multiply(point, count: count, factors, products, layout)
                }
                transformOutput(output, first: first, count: count, products, layout, finish, own)
            }
        }
    }

    private func transformInput(
        _ input: FeatureMap, first: Int, count: Int, _ factors: UnsafeMutablePointer<Float>, _ layout: Layout,
        _ scratch: UnsafeMutablePointer<Float>
    ) {
        kernels.winogradInput(
            grid, first: first, count: count, input.base, pixelStride: input.pixelStride,
            channels: convolution.weights.inputChannels, factors, tileStride: convolution.weights.inputChannels,
            pointStride: layout.leftPoint, scratch: scratch)
    }

    private func multiply(
        _ point: Int, count: Int, _ factors: UnsafeMutablePointer<Float>, _ products: UnsafeMutablePointer<Float>,
        _ layout: Layout
    ) {
        let (inputs, outputs) = (convolution.weights.inputChannels, convolution.weights.outputChannels)
        MatrixProduct.multiply(
            rows: count, columns: 0..<outputs, of: outputs, depth: inputs,
            factors + point * layout.leftPoint, leftStride: inputs,
            transformed.base + point * MatrixProduct.packedCount(depth: inputs, columns: outputs),
            into: products + point * layout.rightPoint, stride: layout.columns, finish: nil)
    }

    private func transformOutput(
        _ output: FeatureMap, first: Int, count: Int, _ products: UnsafeMutablePointer<Float>, _ layout: Layout,
        _ finish: ProductFinish, _ scratch: UnsafeMutablePointer<Float>
    ) {
        kernels.winogradOutput(
            grid, first: first, count: count, products, tileStride: layout.columns, pointStride: layout.rightPoint,
            output.base, pixelStride: output.pixelStride, channels: convolution.weights.outputChannels, finish: finish,
            scratch: scratch)
    }
}
