import KernelDispatch
import MatteRefinement
import TensorCore
import Threads

extension AlphaMatte {
    /// The matte after some steps of mask work, one after the other.
    ///
    /// The result is the same, bit for bit, for every number of threads. In a task that is cancelled it stops within a step.
    ///
    /// - Parameter operations: in the order in which they are applied; without any the matte stays as it is.
    /// - Throws: ``MattingError/invalidOption(name:value:allowed:)`` for a number that a step cannot have, before any work;
    ///   ``MattingError/computation(_:)`` where memory is refused; ``MattingError/cancelled``.
    /// - Complexity: O(pixels) a step, whatever its lengths. Memory: two or three times the matte's own.
    public func applying(_ operations: [MaskOperation]) throws(MattingError) -> AlphaMatte {
        try applying(operations, pool: .shared)
    }

    /// The matte after a step of mask work; see `applying(_:)` of several.
    public func applying(_ operations: MaskOperation...) throws(MattingError) -> AlphaMatte {
        try applying(operations)
    }

    /// The matte after some steps of mask work, made on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: As the synchronous form, but `CancellationError` where the task is cancelled.
    public func applying(_ operations: [MaskOperation]) async throws -> AlphaMatte {
        try await MattingError.onOwnThread { try applying(operations) }
    }

    /// The matte after a step of mask work, made on a thread of the package's own; see the synchronous form.
    public func applying(_ operations: MaskOperation...) async throws -> AlphaMatte {
        try await applying(operations)
    }

    /// The same on the threads of a pool.
    func applying(_ operations: [MaskOperation], pool: ThreadPool) throws(MattingError) -> AlphaMatte {
        try MattingError.wrapping {
            for operation in operations { try operation.validate() }
            guard !operations.isEmpty else { return self }
            return try Cancellation.check {
                var matte = try Tensor(zeros: tensor.shape)
                let width = self.width
                try withValues { source in
                    try matte.withMutableValues { target in
                        guard let source = source.baseAddress, let target = target.baseAddress else { return }
                        pool.forEach(height) { y, _ in
                            kernels.clampMatte(source + y * width, target + y * width, count: width)
                        }
                    }
                }
                for operation in operations {
                    try operation.apply(to: &matte, pool: pool)
                    // Loops of a cancelled task end early; the next step must not see what they left.
                    try Cancellation.check()
                }
                return AlphaMatte(matte)
            }
        }
    }

    /// Whether nothing of the picture belongs to the subject. Seldom looks beyond the subject's first row.
    var isEmpty: Bool {
        withValues { values in
            guard let base = values.baseAddress else { return true }
            return !stride(from: 0, to: values.count, by: Self.piece).contains { first in
                kernels.largest(base + first, count: min(Self.piece, values.count - first)) > 0
            }
        }
    }

    private static let piece = 1 << 16
}

extension MattingResult {
    /// The result with its matte after some steps of mask work, one after the other; see
    /// `applying(_:)`.
    ///
    /// Picture and confidence stay as they are: the confidence speaks of the matte as it was made. Where nothing is left of
    /// the matte the result says that there is no subject (``MattingWarning/noSubject``), and where there was none and now
    /// something is, it does not.
    ///
    /// - Throws: As there.
    public func applying(_ operations: [MaskOperation]) throws(MattingError) -> MattingResult {
        let alpha = try alpha.applying(operations, pool: pool)
        guard !operations.isEmpty else { return self }
        return replacing(alpha, warnings: [])
    }

    /// The result with its matte after a step of mask work; see `applying(_:)` of several.
    public func applying(_ operations: MaskOperation...) throws(MattingError) -> MattingResult {
        try applying(operations)
    }

    /// The result with its matte after some steps of mask work, made on a thread of the package's own; see the synchronous
    /// form.
    ///
    /// - Throws: As the synchronous form, but `CancellationError` where the task is cancelled.
    public func applying(_ operations: [MaskOperation]) async throws -> MattingResult {
        try await MattingError.onOwnThread { try applying(operations) }
    }

    /// The result with its matte after a step of mask work, made on a thread of the package's own; see the synchronous form.
    public func applying(_ operations: MaskOperation...) async throws -> MattingResult {
        try await applying(operations)
    }
}

extension MaskOperation {
    /// - Parameter matte: `[1, H, W, 1]`, in [0, 1], and so afterwards.
    fileprivate func apply(to matte: inout Tensor, pool: ThreadPool) throws(TensorError) {
        let (width, height) = (matte.shape.width, matte.shape.height)
        func forEachRow(_ body: (UnsafeMutablePointer<Float>) -> Void) throws(TensorError) {
            try matte.withMutableValues { values in
                guard let base = values.baseAddress else { return }
                pool.forEach(height) { y, _ in body(base + y * width) }
            }
        }
        switch self {
        case .threshold(let threshold):
            try forEachRow { kernels.thresholdMatte($0, at: threshold, count: width) }
        case .feather(let radius):
            if radius > 0 { try GaussianFeather(deviation: radius).apply(to: &matte, pool: pool) }
        case .grow(let radius):
            try GreyDilation(radius: radius).apply(to: &matte, isErosion: false, pool: pool)
        case .shrink(let radius):
            try GreyDilation(radius: radius).apply(to: &matte, isErosion: true, pool: pool)
        case .smooth(let radius, let tolerance):
            try BilateralSmoothing(radius: radius, tolerance: tolerance).apply(to: &matte, pool: pool)
        case .opening(let radius), .closing(let radius):
            let isOpening = if case .opening = self { true } else { false }
            let before = matte
            try GreyDilation(radius: radius).apply(to: &matte, isErosion: isOpening, pool: pool)
            try GreyDilation(radius: radius).apply(to: &matte, isErosion: !isOpening, pool: pool)
            // Between pixels a disc that comes back does not fit exactly: opening adds nothing, closing takes nothing.
            try before.withValues { (before) throws(TensorError) in
                guard let before = before.baseAddress else { return }
                try matte.withMutableValues { values in
                    guard let base = values.baseAddress else { return }
                    pool.forEach(height) { y, _ in
                        let (row, others) = (base + y * width, before + y * width)
                        if isOpening {
                            kernels.lesserOf(row, others, row, count: width)
                        } else {
                            kernels.greaterOf(row, others, row, count: width)
                        }
                    }
                }
            }
        case .fillHoles(let area):
            try MaskParts.fillHoles(largestArea: area, of: &matte, pool: pool)
        case .keepLargest(let count):
            try MaskParts.keepLargest(count, of: &matte, pool: pool)
        case .removeSpecks(let area):
            try MaskParts.removeSpecks(smallestArea: area, of: &matte, pool: pool)
        case .invert:
            try forEachRow { kernels.invertMatte($0, count: width) }
        }
    }
}
