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
    ///   - refused: is told of each decision and each corrected matte that does not count, and why.
    ///   - deliver: gets results as they are done, on the calling thread; false ends the run.
    /// - Throws: ``BatchError``.
    package func run(
        _ jobs: [BatchJob], applying decisions: Decisions? = nil, planned: (Int) -> Void = { _ in },
        refused: (String) -> Void = { _ in }, _ deliver: (BatchResult) -> Bool
    ) throws(BatchError) {
        let plan = try BatchPlan(jobs, rules: rules, root: output.path, shard: options.shard)
        let corrections = try CorrectionIndex(jobs, in: output.path)
        let isNew = !manifestPath.exists
        // Not even a manifest is put beside what is somebody else's.
        if isNew, !options.overwrites { try plan.refuseForeign([:]) }
        do throws(FileFailure) {
            try output.path.makeFolder()
        } catch {
            throw .unwritableFolder(path: output.description, reason: error.reason)
        }
        let manifest = try BatchManifest(manifestPath)
        let records = manifest.contents.records
        let transfers = try plan.transfers(records)
        if !isNew, !options.overwrites { try plan.refuseForeign(records, transfers) }
        planned(plan.jobs.count)
        var known = BatchRun.Known(
            records: records, decisions: manifest.contents.decisions, transferred: transfers.paths)
        try hand(transfers, to: plan.jobs, &known, manifest)
        try take(decisions, about: plan.jobs, &known, manifest, refused)
        let ids = ByID(jobs.lazy.map(\.id))
        corrections.unused(by: jobs, known: records.values.filter { !ids.contains($0.id) }).forEach(refused)
        let review = BatchReview(folder: reviewFolder)
        let run = BatchRun(
            manifest: manifest, known: known, maker: maker, source: source, sink: sink, review: review,
            corrections: corrections, options: options, rulesDigest: rules.digest)
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

    /// Notes that files of other pictures are now those of these: they are made anew.
    private func hand(
        _ transfers: BatchPlan.Transfers, to jobs: [BatchJob], _ known: inout BatchRun.Known, _ manifest: BatchManifest
    ) throws(BatchError) {
        for job in jobs {
            guard let outputs = transfers.outputs[job.id] else { continue }
            var record = known.records[job.id] ?? ManifestRecord(job)
            let owned = record.owned
            let new = outputs.filter { owned[$0.path] == nil }
            if new.isEmpty { continue }
            record.outputs += new
            record.error = "takes over the names of other pictures"
            try manifest.append(record)
            known.records[job.id] = record
        }
    }

    /// Takes new decisions that hold, which the manifest is told.
    private func take(
        _ decisions: Decisions?, about jobs: [BatchJob], _ known: inout BatchRun.Known, _ manifest: BatchManifest,
        _ refused: (String) -> Void
    ) throws(BatchError) {
        guard let decisions else { return }
        let ids = ByID(jobs.lazy.map(\.id))
        var new: [ManifestDecision] = []
        for decision in decisions.decisions {
            func refuse(_ reason: String) {
                refused("the decision about '\(decision.id)' is not carried out: \(reason)")
            }
            guard ids.contains(decision.id) else {
                refuse("this batch has no such picture")
                continue
            }
            guard let record = known.records[decision.id] else {
                refuse("the picture has not been through this batch yet")
                continue
            }
            guard record.seen == decision.seen else {
                refuse(
                    decision.seen.isEmpty
                        ? "the file does not say what was seen; save it from the review page again"
                        : "the picture or its matte has changed since; look at it again")
                continue
            }
            new.append(ManifestDecision(about: record, action: decision.action, note: decision.note))
        }
        for decision in new {
            known.applied.insert(decision.id)
            guard known.decisions[decision.id] != decision else { continue }
            try manifest.append(decision)
            known.decisions[decision.id] = decision
        }
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
