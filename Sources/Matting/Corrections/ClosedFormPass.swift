import MatteRefinement
import MatteSolving
import Raster
import TensorCore
import Threads

/// Solves the unknown pixels of a trimap in a matte.
struct ClosedFormPass {
    let solver: ClosedFormMatting
    let pool: ThreadPool

    /// Replaces what a trimap says: 0 and 1 where it is certain, the solution where it is not.
    ///
    /// - Parameters:
    ///   - alpha: `[1, H, W, 1]`; what the unknown pixels begin with.
    ///   - trimap: of the same size.
    ///   - image: of the same size.
    /// - Throws: ``TensorError``, ``MattingError/cancelled``.
    func callAsFunction(_ alpha: inout Tensor, _ trimap: Trimap, of image: RasterImage) throws -> SolvingOutcome {
        let (width, height) = (trimap.width, trimap.height)
        return try trimap.withBytes { bytes in
            try alpha.withMutablePointer { alpha in
                pool.forEach(height) { y, _ in
                    TrimapLoops.hold(bytes + y * width, alpha + y * width, count: width)
                }
            }
            return try solve(&alpha, bytes, unknown: TrimapLoops.unknown, of: image)
        }
    }

    /// Solves the pixels whose byte is `unknown`; all others are certain, whatever their alpha.
    ///
    /// - Parameters:
    ///   - columns: in which pixels are solved; nil for all.
    ///   - rows: in which pixels are solved; nil for all.
    func solve(
        _ alpha: inout Tensor, _ bytes: UnsafePointer<UInt8>, unknown: UInt8, of image: RasterImage,
        columns: Range<Int>? = nil, rows: Range<Int>? = nil
    ) throws -> SolvingOutcome {
        try image.withGuideRows { guide in
            let problem = SolvingProblem(
                width: image.width, height: image.height, mask: bytes, unknownValue: unknown,
                guideChannels: guide.channels
            ) { row, columns, planes, stride in guide.read(row: row, columns: columns, into: planes, stride: stride) }
            return try Cancellation.check {
                try solver.solve(&alpha, problem, columns: columns, rows: rows, pool: pool)
            }
        }
    }
}

extension SolvingOutcome {
    /// What a result says of it.
    var warnings: [MattingWarning] { isConverged ? [] : [.unsolved(pixels: unconvergedCount)] }
}

extension MattingResult {
    /// The matte of a picture by a trimap alone: closed-form matting (`ClosedFormMatting`), without a network.
    ///
    /// - Parameters:
    ///   - image: the picture.
    ///   - trimap: of its size. Background and foreground are honoured exactly.
    ///   - solver: how the unknown is solved.
    /// - Throws: ``MattingError/differentSizes(of:width:height:expectedWidth:expectedHeight:)``,
    ///   ``MattingError/nothingKnown``, ``MattingError/invalidOption(name:value:allowed:)``,
    ///   ``MattingError/computation(_:)`` where memory is refused, ``MattingError/cancelled``.
    /// - Complexity: proportional to the unknown pixels, times some tens of iterations. Memory: up to 130 MB and four bytes a
    ///   pixel.
    public init(
        image: RasterImage, trimap: Trimap, solver: ClosedFormMatting = ClosedFormMatting()
    ) throws(MattingError) {
        try self.init(image: image, trimap: trimap, solver: solver, pool: .shared)
    }

    /// The matte of a picture by a trimap alone, on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: As the synchronous form, but `CancellationError` where the task is cancelled.
    public init(
        image: RasterImage, trimap: Trimap, solver: ClosedFormMatting = ClosedFormMatting()
    ) async throws {
        self = try await MattingError.onOwnThread { try MattingResult(image: image, trimap: trimap, solver: solver) }
    }

    /// The same on the threads of a pool.
    package init(
        image: RasterImage, trimap: Trimap, solver: ClosedFormMatting, pool: ThreadPool
    ) throws(MattingError) {
        self = try MattingError.wrapping {
            try solver.validate(as: "solver")
            try trimap.check(for: image)
            var alpha = try Tensor(
                shape: TensorShape(height: image.height, width: image.width, channels: 1)
            ) { $0.update(repeating: 0.5) }
            let outcome = try ClosedFormPass(solver: solver, pool: pool)(&alpha, trimap, of: image)
            return MattingResult(
                image: image, made: AlphaMatte(alpha), confidence: nil, warnings: outcome.warnings, pool: pool)
        }
    }
}

extension Trimap {
    /// Checks that a trimap can be used for a picture.
    ///
    /// - Throws: ``MattingError/differentSizes(of:width:height:expectedWidth:expectedHeight:)``,
    ///   ``MattingError/nothingKnown``.
    func check(for image: RasterImage) throws(MattingError) {
        guard width == image.width, height == image.height else {
            throw .differentSizes(
                of: "trimap", width: width, height: height, expectedWidth: image.width, expectedHeight: image.height)
        }
        guard backgroundCount + foregroundCount > 0 else { throw .nothingKnown }
    }
}
