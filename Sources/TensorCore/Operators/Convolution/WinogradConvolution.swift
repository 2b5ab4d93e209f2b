import KernelDispatch
import KernelInterface

/// A 3×3 convolution by Winograd's minimal filtering, F(4×4, 3×3) or F(2×2, 3×3) (Lavin and Gray 2016); a larger one as a
/// sum of several, over the map shifted by three pixels each, whose products are one product of greater depth.
///
/// A quarter (less than a half) of the multiplications of the definition. Where the transformed weights stay in the cache,
/// each thread takes blocks of tiles through all three stages; where they do not, all threads share one large block, so
/// that the weights are read once for it, and divide the points of the products among them.
package struct WinogradConvolution: PreparedOperator {
    private let convolution: Convolution
    private let transformed: FloatBuffer
    private let grid: WinogradGrid
    private let blocking: Blocking
    /// Rows, and columns, of 3×3 kernels.
    private let side: Int

    /// How tiles are put through the stages.
    package enum Blocking: Equatable, Sendable {
        /// Each thread takes blocks of so many tiles through all stages.
        case separate(Int)
        /// All threads share blocks of so many tiles.
        case shared(Int)
    }

    /// - Parameters:
    ///   - size: of the tiles, 2 or 4.
    ///   - blocking: nil for what is fastest.
    package init(
        _ convolution: Convolution, size: Int, output: TensorShape, blocking: Blocking? = nil
    ) throws(TensorError) {
        let weights = convolution.weights
        self.convolution = convolution
        self.side = weights.geometry.blocksASide ?? 1
        self.transformed = try weights.winograd(size: size)
        self.grid = WinogradGrid(
            size: size, batch: output.batch, height: output.height, width: output.width,
            dilation: weights.geometry.dilationY)
        let floatsATile =
            WinogradGrid.pointCount(size: size) * (side * side * weights.inputChannels + weights.outputChannels)
        self.blocking =
            blocking
            ?? Self.blocking(
                floatsATile: floatsATile, weightCount: transformed.count, tileCount: grid.count)
    }

    /// Measured over the layers of U²-Net and IS-Net on one core with a megabyte of second-level cache: weights stream from
    /// the third-level cache without harm up to some ten megabytes, unless there are too few tiles to make use of them.
    private static func blocking(floatsATile: Int, weightCount: Int, tileCount: Int) -> Blocking {
        if weightCount > 3_000_000 || (weightCount > 150_000 && tileCount < 64) {
            // Sixteen megabytes of factors and products.
            return .shared(min(max(4_194_304 / floatsATile, 48), tileCount))
        }
        // A megabyte (half of it: 5 % slower). Multiples of 12 fill tiles of the product; at least eight blocks for several
        // threads.
        let fitting = min(max(262_144 / floatsATile / 12 * 12, 12), 96)
        return .separate(max(min(fitting, (tileCount + 7) / 8), min(tileCount, 6)))
    }

    private var pointCount: Int { WinogradGrid.pointCount(size: grid.size) }

    private var block: Int {
        switch blocking {
        case .separate(let count), .shared(let count): count
        }
    }

    private var isShared: Bool {
        if case .shared = blocking { true } else { false }
    }

    package var work: String { convolution.summary }
    package var algorithm: String? { "winograd F(\(grid.size))" }

    /// How scratch memory is divided.
    private struct Layout {
        let factors: WinogradLayout
        let products: WinogradLayout
        /// What the transforms need for themselves, a thread.
        let own: Int

        /// Products begin two cache lines past the factors: at equal offsets in a page, reading factors would wait for the
        /// products that were just written (2 % of a layer).
        var productsOffset: Int { factors.count + 32 }
        var stagesCount: Int { productsOffset + products.count }

        init(channels: Int, inputs: Int, outputs: Int, points: Int, block: Int, isSliced: Bool) {
            if isSliced {
                self.factors = .init(sliced: inputs, points: points, tiles: block, lanes: kernels.lanes)
                self.products = .init(sliced: outputs, points: points, tiles: block, lanes: kernels.lanes)
            } else {
                self.factors = .init(matrices: inputs, points: points, tiles: block)
                self.products = .init(
                    matrices: kernels.packedCount(depth: 1, columns: outputs), points: points, tiles: block)
            }
            self.own = (kernels.winogradScratchCount(channels: max(channels, outputs)) + 15) / 16 * 16
        }
    }

    private var layout: Layout {
        Layout(
            channels: convolution.weights.inputChannels, inputs: inputCount,
            outputs: convolution.weights.outputChannels, points: pointCount, block: block, isSliced: isSliced)
    }

    /// The depth of the products.
    private var inputCount: Int { side * side * convolution.weights.inputChannels }

    /// Slices suit blocks that stay in the second-level cache; a large block is read point by point, in order.
    private var isSliced: Bool { !isShared }

    package func scratchCount(_ inputs: [TensorShape], output: TensorShape) -> Int {
        isShared ? layout.own : layout.own + layout.stagesCount
    }

    package func sharedScratchCount(_ inputs: [TensorShape], output: TensorShape) -> Int {
        isShared ? layout.stagesCount : 0
    }

    package func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        let input = inputs[0]
        let residual = convolution.hasResidual ? inputs[1] : nil
        let isClamp = convolution.activation.bounds != nil
        defer { if !isClamp { convolution.finishSeparately(output, residual: residual, in: context) } }
        let epilogue = convolution.epilogue(
            residual: isClamp ? residual.map { UnsafePointer($0.base) } : nil,
            residualStride: residual?.pixelStride ?? 0)
        let layout = layout
        if isShared {
            let factors = context.sharedScratch
            let products = factors + layout.productsOffset
            for first in stride(from: 0, to: grid.count, by: block) {
                let count = min(block, grid.count - first)
                // Six tiles a piece: a few microseconds of work.
                let pieces = (count + 5) / 6
                context.pool.forEach(pieces) { piece, slot in
                    let begin = piece * 6
                    transformInput(
                        input, first: first + begin, count: min(6, count - begin),
                        factors + begin * layout.factors.tileStride, layout, context.scratch(slot: slot))
                }
                context.pool.forEach(pointCount) { point, _ in
                    multiply(point, count: count, factors, products, layout)
                }
                context.pool.forEach(pieces) { piece, slot in
                    let begin = piece * 6
                    transformOutput(
                        output, first: first + begin, count: min(6, count - begin),
                        products + begin * layout.products.tileStride,
                        layout, epilogue, context.scratch(slot: slot))
                }
            }
        } else {
            context.pool.forEach((grid.count + block - 1) / block) { chunk, slot in
                let first = chunk * block
                let count = min(block, grid.count - first)
                let own = context.scratch(slot: slot)
                let factors = own + layout.own
                let products = factors + layout.productsOffset
                transformInput(input, first: first, count: count, factors, layout, own)
                for point in 0..<pointCount {
                    multiply(point, count: count, factors, products, layout)
                }
                transformOutput(output, first: first, count: count, products, layout, epilogue, own)
            }
        }
    }

    private func transformInput(
        _ input: FeatureMap, first: Int, count: Int, _ factors: UnsafeMutablePointer<Float>, _ layout: Layout,
        _ scratch: UnsafeMutablePointer<Float>
    ) {
        let channels = convolution.weights.inputChannels
        let sliceStride = layout.factors.sliceStride
        let blockStride = sliceStride == 0 ? channels : channels / kernels.lanes * sliceStride
        // The first block begins at the kernel's first tap, its own middle is one further.
        let shift = 1 - convolution.weights.geometry.kernelHeight / 2
        for block in 0..<side * side {
            kernels.winogradInput(
                grid, first: first, count: count, input.base, pixelStride: input.pixelStride, channels: channels,
                shiftY: shift + block / side * 3, shiftX: shift + block % side * 3, factors + block * blockStride,
                layout: layout.factors, scratch: scratch)
        }
    }

    private func multiply(
        _ point: Int, count: Int, _ factors: UnsafeMutablePointer<Float>, _ products: UnsafeMutablePointer<Float>,
        _ layout: Layout
    ) {
        let (inputs, outputs) = (inputCount, convolution.weights.outputChannels)
        let right = transformed.base + point * kernels.packedCount(depth: inputs, columns: outputs)
        let left = factors + point * layout.factors.pointStride
        let target = products + point * layout.products.pointStride
        if isSliced {
            kernels.winogradProduct(
                tiles: count, inputs: inputs, outputs: outputs, left, factorLayout: layout.factors, panels: right,
                into: target, productLayout: layout.products)
        } else {
            kernels.product(
                rows: count, columns: outputs, depth: inputs, left, leftStride: layout.factors.tileStride,
                panels: right, into: target, stride: layout.products.tileStride, epilogue: nil)
        }
    }

    private func transformOutput(
        _ output: FeatureMap, first: Int, count: Int, _ products: UnsafeMutablePointer<Float>, _ layout: Layout,
        _ epilogue: ProductEpilogue, _ scratch: UnsafeMutablePointer<Float>
    ) {
        kernels.winogradOutput(
            grid, first: first, count: count, products, layout: layout.products,
            output.base, pixelStride: output.pixelStride, channels: convolution.weights.outputChannels,
            epilogue: epilogue,
            scratch: scratch)
    }
}
