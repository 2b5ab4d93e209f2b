import KernelDispatch
import MattingNetworks
import Raster
import TensorCore
import Threads
import WeightFiles

/// What the network says of a picture, before refinement.
struct CoarseMatte {
    /// `[1, h, w, 1]`, in [0, 1], of the size of the network's output.
    var matte: Tensor
    /// The expected absolute error of each value, of the same shape, where the network predicts it.
    var doubt: Tensor?

    /// The intersection over union with the true subject that the doubt leads to expect, over some of the cells; nil where
    /// the network does not tell.
    func expectedOverlap(columns: Range<Int>? = nil, rows: Range<Int>? = nil) -> Double? {
        doubt.map { ExpectedOverlap(of: matte, doubt: $0, scale: 1, columns: columns, rows: rows).value }
    }

    /// Doubts no more than another look at the same picture does, and nothing of which there is no more than a trace. Around
    /// someone far away a larger look doubts a little everywhere, and beside a thousandth of the picture that little adds up
    /// to more than the subject that a closer look has confirmed.
    ///
    /// - Throws: ``TensorError`` where memory is refused.
    mutating func doubtNoMore(than other: CoarseMatte, pool: ThreadPool) throws(TensorError) {
        guard var doubt, let limit = other.doubt else { return }
        self.doubt = nil
        let limits = try limit.resized(height: doubt.shape.height, width: doubt.shape.width, pool: pool)
        try doubt.withMutableValues { values in
            limits.withValues { limits in
                for index in values.indices {
                    let least = min(values[index], limits[index])
                    values[index] = least < Self.trace ? 0 : least
                }
            }
        }
        self.doubt = doubt
    }

    private static let trace: Float = 0.1

    /// The largest value of the matte, or twice that of its doubt: who is wrong by one half on average knows nothing.
    var strongestHint: Float { max(largest(matte), min(2 * (doubt.map(largest) ?? 0), 1)) }

    private func largest(_ map: Tensor) -> Float {
        map.withValues { values in values.baseAddress.map { kernels.largest($0, count: values.count) } ?? 0 }
    }

    /// Whether any value is at least `threshold`.
    func reaches(_ threshold: Float) -> Bool {
        largest(matte) >= threshold
    }
}

/// First step: the picture, shrunk and normalised as the recipe says, through the network.
struct CoarsePass {
    let model: NetworkModel
    let pool: ThreadPool
    /// The most bytes that a pass may ask for; nil for no limit.
    let memoryLimit: Int?
    let clock: StageClock?

    /// - Parameters:
    ///   - recipe: for another size of the input than the network's own; nil for that.
    ///   - state: what a recurrent network remembers of the frames before; see ``NetworkState``.
    /// - Throws: ``MattingError``, ``TensorError``, ``WeightError``.
    func callAsFunction(
        _ image: RasterImage, recipe: InputRecipe? = nil, state: inout NetworkState
    ) throws -> CoarseMatte {
        // A look of another size is one that few pictures need: what it took is free again before they are refined.
        let isUsual = recipe == nil
        let recipe = recipe ?? model.recipe
        let input = try clock.measure(.input) {
            let size = recipe.inputSize(forImageWidth: image.width, height: image.height)
            let shape = try TensorShape(height: size.height, width: size.width, channels: 3)
            try requireMemory(shape.elementCount * MemoryLayout<Float>.stride)
            return try Cancellation.check { try NetworkInput(image, recipe: recipe, pool: pool) }
        }.tensor
        let plan = try clock.measure(.plan) {
            try model.plan(input.shape, outputCount: model.predictsDoubt ? 2 : 1, observe: Cancellation.check)
        }
        try requireMemory(plan.totalByteCount(threadCount: pool.threadCount))
        let maps = try clock.measure(.network) {
            clock?.beginLayers(of: plan)
            // A layer of a large input takes up to a second: it ends early too.
            var maps = try Cancellation.check {
                try model.run(plan, input, state: &state, pool: pool, keepsMemory: isUsual) { step in
                    clock?.finishLayer(step)
                    try Cancellation.check()
                }
            }
            if recipe.rescale == .minmax { try maps[0].stretchToFullRange() }
            return maps
        }
        clock?.describeLayers(of: plan, threadCount: pool.threadCount)
        return CoarseMatte(matte: maps[0], doubt: model.predictsDoubt ? maps[1] : nil)
    }

    private func requireMemory(_ byteCount: Int) throws(MattingError) {
        if let memoryLimit, byteCount > memoryLimit {
            throw .memoryLimitExceeded(byteCount: byteCount, limit: memoryLimit)
        }
    }
}

extension Tensor {
    /// (value − minimum) / (maximum − minimum), only where a weight file's own recipe asks for it.
    fileprivate mutating func stretchToFullRange() throws(TensorError) {
        try withMutableValues { values in
            guard let low = values.min(), let high = values.max() else { return }
            // One value everywhere has no range to stretch: it is alpha as it is. Doubles, for the difference of two
            // floats may be none.
            let (base, range) = high > low ? (Double(low), Double(high) - Double(low)) : (0, 1)
            for index in values.indices {
                values[index] = Float(min(max((Double(values[index]) - base) / range, 0), 1))
            }
        }
    }
}
