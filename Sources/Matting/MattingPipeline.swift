import DefaultWeights
import ImageCodecs
import KernelDispatch
import MatteRefinement
import MattingNetworks
import Raster
import TensorCore
import Threads
import WeightFiles

/// Photographs in, mattes out: the network, its weights and the refinement, loaded once and used from any thread.
///
/// ```swift
/// let pipeline = try MattingPipeline()
/// let image = try RasterImage(contentsOf: "photo.jpg")
/// let result = try pipeline.matte(image)
/// try result.cutout().write(to: "cutout.png")
/// ```
///
/// Copies share the weights. Calls may overlap: each has its own working memory, which is kept and used again, and all
/// share the cores through one pool of threads.
public struct MattingPipeline: Sendable {
    /// Which network the weights are for.
    public var architecture: Architecture { model.architecture }
    /// How the network wants its input: as the options, the weight file or the paper say, in this order.
    public var recipe: InputRecipe { model.recipe }
    /// Whether the network carries state from frame to frame of a video; see ``matte(_:state:)``.
    package var isRecurrent: Bool { model.isRecurrent }
    /// What the pipeline was made with.
    public let options: MattingOptions

    private let model: NetworkModel
    /// Where the refinement asks for one.
    private let edges: EdgeModel?
    /// The threads of each call.
    package let pool: ThreadPool
    /// Where the options limit the number of calls.
    private let gate: AsyncGate?

    /// A pipeline on weight files, or on the weights that are part of the program.
    ///
    /// - Parameters:
    ///   - weights: path of a file of any known architecture, with metadata or bare; nil takes the embedded weights.
    ///   - edgeWeights: path of a file for the edge network, where the options ask for it; nil takes the embedded one.
    ///   - options: checked here; how mattes are refined, and what of the machine they may use.
    /// - Throws: ``MattingError/invalidOption(name:value:allowed:)``, ``MattingError/weights(_:)``; one error names all that
    ///   is wrong with a file. ``MattingError/computation(_:)`` where memory is refused.
    public init(
        weights: String? = nil, edgeWeights: String? = nil, options: MattingOptions = MattingOptions()
    ) throws(MattingError) {
        func read(_ path: String) throws(MattingError) -> WeightFile {
            try MattingError.wrapping { try WeightFile.opened(path) }
        }
        let weightFile = if let weights { try read(weights) } else { try Self.defaultWeights() }
        let edgeWeightFile = if let edgeWeights { try read(edgeWeights) } else { nil as WeightFile? }
        try self.init(weightFile: weightFile, edgeWeightFile: edgeWeightFile, options: options)
    }

    /// A pipeline on weight files that were read before.
    ///
    /// - Parameters:
    ///   - weightFile: of any known architecture.
    ///   - edgeWeightFile: for the edge network, where the options ask for it; nil takes the embedded one.
    ///   - options: checked here; how mattes are refined, and what of the machine they may use.
    /// - Throws: ``MattingError/invalidOption(name:value:allowed:)``, ``MattingError/weights(_:)``; one error names all that
    ///   is wrong with a file.
    public init(
        weightFile: WeightFile, edgeWeightFile: WeightFile? = nil, options: MattingOptions = MattingOptions()
    ) throws(MattingError) {
        try options.validate()
        let model = try MattingError.wrapping {
            try NetworkModel(
                weightFile, knowing: options.networks, overriding: options.recipe,
                preferring: options.memoryUse.preference)
        }
        var edges: EdgeModel?
        if case .edges = options.refinement {
            let file = if let edgeWeightFile { edgeWeightFile } else { try Self.defaultEdgeWeights() }
            edges = try MattingError.wrapping { try EdgeModel(file) }
        }
        self.init(model: model, edges: edges, options: options)
    }

    /// A pipeline on weight files, or on the weights that are part of the program, loaded on a thread of the package's own;
    /// see the synchronous form.
    ///
    /// - Throws: As the synchronous form; `CancellationError` where the task is cancelled before its turn comes.
    public init(
        weights: String? = nil, edgeWeights: String? = nil, options: MattingOptions = MattingOptions()
    ) async throws {
        self = try await MattingError.onOwnThread {
            try MattingPipeline(weights: weights, edgeWeights: edgeWeights, options: options)
        }
    }

    /// The embedded weight file of the network, as `matte weights inspect` shows it.
    ///
    /// - Throws: ``MattingError/weights(_:)``.
    public static func defaultWeights() throws(MattingError) -> WeightFile {
        try embedded(matting_coarse_weights(), matting_coarse_weights_size(), name: "embedded default weights")
    }

    /// The embedded weight file of the edge network.
    ///
    /// - Throws: ``MattingError/weights(_:)``.
    public static func defaultEdgeWeights() throws(MattingError) -> WeightFile {
        try embedded(matting_edge_weights(), matting_edge_weights_size(), name: "embedded edge weights")
    }

    private static func embedded(
        _ bytes: UnsafePointer<UInt8>, _ count: Int, name: String
    ) throws(MattingError) -> WeightFile {
        try MattingError.wrapping {
            try WeightFile(staticBytes: UnsafeRawBufferPointer(start: bytes, count: count), name: name)
        }
    }

    /// The same network with threads of its own, for measuring one beside the other.
    package func with(threadCount: Int) -> MattingPipeline {
        var options = options
        options.threadCount = threadCount
        return MattingPipeline(model: model, edges: edges, options: options)
    }

    private init(model: NetworkModel, edges: EdgeModel?, options: MattingOptions) {
        self.model = model
        self.edges = edges
        self.pool = options.threadCount.map { ThreadPool(threadCount: $0) } ?? .shared
        self.gate = options.concurrentCalls.map { AsyncGate(places: $0) }
        self.options = options
    }

    /// The matte of a picture, at exactly its size.
    ///
    /// An alpha that the picture already has is multiplied in. Blocks the calling thread; in a task that is cancelled it
    /// stops after a layer, a crop of the edge network, or some rows of the picture: some milliseconds later.
    ///
    /// - Throws: ``MattingError/computation(_:)`` where memory is refused, ``MattingError/inputTooLarge(width:height:limit:)``
    ///   where the recipe enlarges a narrow strip beyond measure,
    ///   ``MattingError/memoryLimitExceeded(byteCount:limit:)``, ``MattingError/weights(_:)`` where the network's output
    ///   is not finite, ``MattingError/cancelled``.
    /// - Complexity: O(pixels) beside the network, whose cost does not depend on the picture (except for recipes of the
    ///   picture's own size). It runs once for a subject that is large in its picture; again for each of up to six that are
    ///   small (``InputRecipe/closerLook``), and once at a larger size where the first look finds nothing, little that is
    ///   sure or several subjects (``InputRecipe/largerLook``), of which each then gets more pixels too. Memory: about 4 bytes
    ///   a pixel for the matte, and as much again with the colours for each pixel of one crop around a small subject; recipes
    ///   of the picture's own size need some 20 for the input and the copied output, besides what the network keeps.
    public func matte(_ image: RasterImage) throws(MattingError) -> MattingResult {
        var state = NetworkState()
        return try matte(image, state: &state, looksAgain: true, clock: nil)
    }

    /// The matte of the next frame of a video, at exactly its size.
    ///
    /// - Parameter state: what the network remembers of the frames before: a new one for the first frame, the same one
    ///   for each that follows. A frame of another size than the one before begins anew, as a first frame, because the
    ///   memory speaks of pixels; a call that throws leaves the state as it was. Networks that see each picture by
    ///   itself (``isRecurrent`` is false) remember nothing.
    /// - Throws: As ``matte(_:)``.
    package func matte(_ image: RasterImage, state: inout NetworkState) throws(MattingError) -> MattingResult {
        try matte(image, state: &state, looksAgain: false, clock: nil)
    }

    /// The matte of a picture, and where the time went: the same call, observed.
    ///
    /// - Parameters:
    ///   - image: as for `matte(_:)`.
    ///   - profile: its ``MattingProfile/Stage/input``, ``MattingProfile/Stage/plan``,
    ///     ``MattingProfile/Stage/network`` and ``MattingProfile/Stage/refinement`` grow by what this call takes; its
    ///     layers become those of this call. What a call that throws has done counts too.
    /// - Throws: As `matte(_:)`.
    public func matte(
        _ image: RasterImage, profile: inout MattingProfile
    ) throws(MattingError) -> MattingResult {
        let clock = StageClock(profile)
        defer { profile = clock.profile }
        var state = NetworkState()
        return try matte(image, state: &state, looksAgain: true, clock: clock)
    }

    /// The matte of a picture, made on a thread of the package's own; see the synchronous form.
    ///
    /// For tasks: Swift's own threads are never blocked. As many calls run at once as there are processors, decoding,
    /// matting and encoding counted together, and of this pipeline at most ``MattingOptions/concurrentCalls``; the others
    /// wait suspended, first come first served. A task that is cancelled leaves at once while it waits, and some
    /// milliseconds later while it works.
    ///
    /// - Throws: As the synchronous form, but `CancellationError` where the task is cancelled, and
    ///   ``MattingError/noThread``.
    public func matte(_ image: RasterImage) async throws -> MattingResult {
        try await admitted { try await MattingError.onOwnThread { try matte(image) } }
    }

    /// The matte of a picture with a person's corrections, which it honours exactly.
    ///
    /// - Throws: As `matte(_:)`, and as `corrected(by:)`; wrong corrections are found before the network runs.
    public func matte(_ image: RasterImage, corrections: Corrections) throws(MattingError) -> MattingResult {
        let marks = try corrections.marks(for: image)
        return try matte(image).corrected(by: corrections, marks: marks)
    }

    /// The matte of a picture with a person's corrections, made on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: As the synchronous form, but `CancellationError` where the task is cancelled.
    public func matte(_ image: RasterImage, corrections: Corrections) async throws -> MattingResult {
        try await admitted { try await MattingError.onOwnThread { try matte(image, corrections: corrections) } }
    }

    /// Runs `body` as one of this pipeline's own calls.
    func admitted<Result>(_ body: () async throws -> Result) async throws -> Result {
        guard let gate else { return try await body() }
        return try await gate.run(body)
    }

    /// The one way from a picture to its matte; without a clock nothing is measured.
    ///
    /// - Parameter looksAgain: whether more than one look may be taken; see ``Looks``.
    private func matte(
        _ image: RasterImage, state: inout NetworkState, looksAgain: Bool, clock: StageClock?
    ) throws(MattingError) -> MattingResult {
        try MattingError.wrapping {
            try Cancellation.check()
            let coarse = CoarsePass(
                model: model, pool: pool, memoryLimit: options.memoryLimit, clock: clock)
            var next = state
            let first = try coarse(image, state: &next)
            let looks =
                looksAgain && recipe.looksAgain
                ? try Looks(at: image, first: first, by: coarse, keepsDoubt: options.refinement.asksForDoubt)
                : Looks(first)
            let hasSubject = looks.whole.reaches(options.subjectThreshold)
            let (alpha, warnings) = try clock.measure(.refinement) {
                let refinement = RefinementPass(options.refinement, edges: edges, pool: pool)
                var (alpha, warnings) =
                    hasSubject
                    ? try refinement(looks, of: image)
                    : (
                        alpha: try Tensor(zeros: TensorShape(height: image.height, width: image.width, channels: 1)),
                        warnings: []
                    )
                if image.colorModel.hasAlpha {
                    try Cancellation.check { try image.multiplyAlpha(into: &alpha, pool: pool) }
                }
                return (alpha, warnings)
            }
            try Cancellation.check()
            state = next  // nothing throws from here on
            return MattingResult(
                image: image, made: AlphaMatte(alpha),
                confidence: looks.fused.doubt.map { doubt in
                    MatteConfidence(
                        doubt: doubt, matte: looks.fused.matte, strongestHint: hasSubject ? nil : looks.strongestHint,
                        calibration: model.doubtCalibration)
                },
                warnings: warnings, pool: pool)
        }
    }
}
