import KernelDispatch
import KernelInterface

extension Convolution {
    /// How a convolution is computed.
    package enum Algorithm: Equatable, Sendable {
        /// Each channel by itself, straight from the map.
        case depthwise
        /// One output channel: dot products straight over the map.
        case singleOutput
        /// Winograd's minimal filtering with output tiles of 2 or 4 pixels a side.
        case winograd(size: Int)
        /// One matrix product.
        case product(LeftOperand)
        /// The same of the map itself, by weights in 16 bits.
        case halfProduct
    }

    /// Where the left operand of a convolution's matrix product comes from.
    package enum LeftOperand: String, Sendable {
        /// The map itself: a 1×1 kernel at stride 1.
        case map = "pointwise"
        /// Addresses of the pixels under the kernel.
        case pointers = "indirect"
        /// Neighbourhoods copied into panels that fit the cache.
        case panels
    }
}

extension Convolution.Algorithm {
    /// The one place that decides: by geometry, channels and size of the map.
    package init(_ convolution: Convolution, output: TensorShape, preferring preference: MemoryPreference) {
        let weights = convolution.weights
        let geometry = weights.geometry
        if weights.isDepthwise {
            self = .depthwise
        } else if weights.outputChannels == 1 {
            self = .singleOutput
        } else if let size = Self.winogradSize(convolution, output: output, preferring: preference) {
            self = .winograd(size: size)
        } else if geometry.kernelHeight == 1 && geometry.kernelWidth == 1 && geometry.strideY == 1
            && geometry.strideX == 1 && geometry.padding == .none
        {
            self = weights.halves == nil ? .product(.map) : .halfProduct
        } else if weights.inputChannels / geometry.groups >= 8 {
            self = .product(.pointers)
        } else {
            // Runs of a few floats at scattered addresses cost more than they save.
            self = .product(.panels)
        }
    }

    /// The tile size for which Winograd is the cheapest way, nil where plain products are.
    ///
    /// Cost is counted in multiply-adds: those of the products, of the transforms (from their instructions a value, with
    /// as many multiply-adds a cycle as the product has), and of reading weights that do not stay in the cache, which on
    /// small maps costs more than it saves. Checked against timings of each layer of U²-Net, U²-Net-p and IS-Net.
    /// A larger kernel is a sum of 3×3 kernels, whose products are one of as many times the depth; hence channels in whole
    /// vectors.
    private static func winogradSize(
        _ convolution: Convolution, output: TensorShape, preferring preference: MemoryPreference
    ) -> Int? {
        let weights = convolution.weights
        let taps = weights.geometry.tapCount
        guard let side = weights.geometry.blocksASide,
            min(weights.inputChannels, weights.outputChannels) >= kernels.winogradLeastChannels,
            side == 1 || weights.inputChannels % kernels.lanes == 0
        else { return nil }

        let inputs = side * side * weights.inputChannels
        let pairs = weights.inputChannels * weights.outputChannels
        let blockPairs = inputs * weights.outputChannels
        func readingCost(weights count: Int) -> Int { count > 262_144 ? 12 * count : 0 }
        var best: (size: Int?, cost: Int) = (nil, taps * output.pixelCount * pairs + readingCost(weights: taps * pairs))
        for (size, input, result) in [(2, 64, 40), (4, 150, 100)] {
            let points = WinogradGrid.pointCount(size: size)
            // Small memory: transformed weights at most what a megabyte holds.
            if preference == .small && points * blockPairs > 262_144 { continue }
            let grid = WinogradGrid(
                size: size, batch: output.batch, height: output.height, width: output.width,
                dilation: weights.geometry.dilationY)
            let transforms = input * inputs + result * weights.outputChannels
            let cost = grid.count * (points * blockPairs + transforms) + readingCost(weights: points * blockPairs)
            if cost < best.cost { best = (size, cost) }
        }
        return best.size
    }
}
