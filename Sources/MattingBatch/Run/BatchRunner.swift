import Files
import Matting
import Threads
import WeightFiles

/// Takes pictures through a pipeline, sorts them by rules and writes what is wanted of each, so that nothing is lost: what is
/// done is in the manifest, and a run that follows does only what is missing or has changed.
///
/// ```swift
/// let runner = try BatchRunner(pipeline: MattingPipeline(), output: "out")
/// for try await result in runner.results(of: BatchJobs.inFolder("shoot")) {
///     print(result.job.id, result.lane ?? "failed", result.reasons)
/// }
/// ```
///
/// The folder of results has `publish/`, `check/`, `manual/` and `manifest.jsonl`. Files appear whole or not at all; the same
/// pictures, rules and options give the same bytes, however often the run was interrupted. Times are in the manifest alone.
public struct BatchRunner: Sendable {
    /// What pictures are made by.
    public let pipeline: MattingPipeline
    /// What sorts them.
    public let rules: BatchRules
    /// The folder of results.
    public let output: BatchPath
    /// How it is run.
    public let options: BatchOptions
    private let source: any BatchSource
    private let sink: any BatchSink

    /// - Parameters:
    ///   - output: the folder of results, which is made where it is missing; the manifest lies in it.
    ///   - source: where pictures are read.
    ///   - sink: where files go; nil puts them into the folder of results.
    ///   - rules: which picture goes where, and what is made of it.
    ///   - pipeline: makes the mattes.
    ///   - options: what of the machine is used, and how far a run goes.
    /// - Throws: ``BatchError/invalidOption(name:value:allowed:)``.
    public init(
        pipeline: MattingPipeline, rules: BatchRules = .default, output: BatchPath,
        options: BatchOptions = BatchOptions(),
        source: any BatchSource = FileSource(), sink: (any BatchSink)? = nil
    ) throws(BatchError) {
        try options.validate()
        guard !output.path.isEmpty, !output.path.containsNUL else {
            throw .invalidOption(name: "output", value: "'\(output)'", allowed: "the name of a folder")
        }
        self.pipeline = pipeline
        self.rules = rules
        self.output = BatchPath(output.path.withoutTrailingSlashes)
        self.options = options
        self.source = source
        self.sink = sink ?? FolderSink(output.path.withoutTrailingSlashes)
    }

    /// Runs the jobs of this shard, and gives their results as they are done.
    ///
    /// Works on threads of its own. Who stops iterating, or whose task is cancelled, ends the run: what is on its way is
    /// dropped within the time of a picture, and the next run makes it.
    ///
    /// - Throws: while iterating, ``BatchError`` where the run cannot begin or its manifest cannot be written, and
    ///   ``MattingError/noThread``. What is wrong with a picture is in its result.
    public func results(of jobs: [BatchJob]) -> BatchResults { BatchResults(runner: self, jobs: jobs) }

    /// The manifest's name, in the folder of results.
    package var manifestPath: BytePath {
        let name = options.shard.map { "manifest-\($0.index)-of-\($0.count).jsonl" } ?? "manifest.jsonl"
        return output.path.appending(BytePath(name))
    }

    /// Runs the jobs of this shard on the calling thread and others.
    ///
    /// - Parameters:
    ///   - decisions: what a person decided on the page of a run before.
    ///   - planned: is told how many there are, once nothing is in the way.
    ///   - deliver: gets results as they are done, on the calling thread; false ends the run.
    /// - Throws: ``BatchError``.
    package func run(
        _ jobs: [BatchJob], applying decisions: Decisions? = nil, planned: (Int) -> Void = { _ in },
        _ deliver: (BatchResult) -> Bool
    ) throws(BatchError) {
        let plan = try BatchPlan(
            jobs, rules: rules, root: output.path, isNew: !manifestPath.exists, overwrites: options.overwrites,
            shard: options.shard)
        do throws(FileFailure) {
            try output.path.makeFolder()
        } catch {
            throw .unwritableFolder(path: output.description, reason: error.reason)
        }
        let batch = BatchReview.batch(of: jobs.map(\.id))
        let manifest = try BatchManifest(manifestPath)
        let known = try take(decisions, about: batch, plan.jobs, manifest)
        planned(plan.jobs.count)
        let review = BatchReview(folder: reviewFolder, batch: batch)
        let run = BatchRun(
            manifest: manifest, decisions: known, maker: maker, source: source, sink: sink, review: review,
            root: output.path, stems: CorrectionStems(jobs), options: options, rulesDigest: rules.digest)
        let rest = Guarded(plan.jobs[...])
        let pipeline = StagedPipeline<BatchRun.Piece>(
            [
                .init { run.read(&$0) },
                .init(threadCount: picturesAtOnce) { run.make(&$0) },
                .init(threadCount: 2) { run.write(&$0) },
            ], places: picturesAtOnce + 3, keepsOrder: false)
        pipeline.run(
            { run.isEnded ? nil : rest.withLock { $0.popFirst() }.map { BatchRun.Piece(job: $0) } },
            { piece in
                guard let result = piece.result else { return !run.isEnded }
                guard deliver(result) else {
                    run.end()
                    return false
                }
                return true
            })
        if let error = run.failure { throw error }
        if run.isEnded { return }
        do throws(ReviewError) {
            try review.finish()
        } catch {
            throw .reviewNotWritten(reason: "\(error)")
        }
    }

    /// The folder of the page, in that of results.
    package var reviewFolder: BytePath {
        guard let folder = BatchReview.folder(beside: manifestPath) else {
            preconditionFailure("'\(manifestPath)' is not named as manifests are")
        }
        return folder
    }

    /// All decisions that hold: those that the manifest knows, and new ones, which it is told.
    private func take(
        _ decisions: Decisions?, about batch: String, _ jobs: [BatchJob], _ manifest: BatchManifest
    ) throws(BatchError) -> ByID<ManifestDecision> {
        var known = manifest.contents.decisions
        guard let decisions else { return known }
        do throws(ReviewError) {
            try decisions.check(batch: batch, ids: jobs.map(\.id))
        } catch {
            throw .badDecisions(reason: "\(error)")
        }
        for decision in decisions.decisions {
            guard let record = manifest.contents.records[decision.id] else {
                throw .badDecisions(reason: "'\(decision.id)' has not been through this batch yet")
            }
            let next = ManifestDecision(
                id: decision.id, inputHash: record.inputHash, action: decision.action, note: decision.note)
            guard known[decision.id] != next else { continue }
            try manifest.append(next)
            known[decision.id] = next
        }
        return known
    }

    private var picturesAtOnce: Int { options.picturesAtOnce ?? usableProcessorCount() }

    private var maker: PictureMaker {
        let isAlone = picturesAtOnce == 1
        return PictureMaker(
            // A picture that has a thread to itself shares no loops.
            pipeline: isAlone ? pipeline : pipeline.with(threadCount: 1), rules: rules, options: options,
            encoderThreads: isAlone ? nil : 1)
    }
}
