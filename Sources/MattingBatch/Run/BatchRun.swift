import Files
import ImageCodecs
import Threads
import WeightFiles

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The stages of one run: reading, making, writing. Called on their threads.
final class BatchRun: Sendable {
    /// A picture on its way.
    struct Piece: Sendable {
        enum State: Sendable {
            case waiting
            case read(PictureMaker.Material)
            case made(PictureMaker.Product)
            case ended(BatchResult.Outcome)
        }

        let job: BatchJob
        var state = State.waiting
        var record: ManifestRecord

        init(job: BatchJob) {
            self.job = job
            record = ManifestRecord(job)
        }

        /// nil where the run ended before it was through.
        var result: BatchResult? {
            guard case .ended(let outcome) = state else { return nil }
            return BatchResult(job: job, outcome: outcome, record: record)
        }
    }

    private struct Status {
        var isEnded = false
        var failure: BatchError?
        /// Pictures in a row that could not be written.
        var unwritten = 0
    }

    /// After so many pictures in a row that could not be written no other will be: the disk is full, or not there any more, and
    /// hours of work would come to nothing.
    private static let mostUnwritten = 10

    private let manifest: BatchManifest
    private let decisions: ByID<ManifestDecision>
    private let maker: PictureMaker
    private let source: any BatchSource
    private let sink: any BatchSink
    private let review: BatchReview
    private let root: BytePath
    private let stems: CorrectionStems
    private let options: BatchOptions
    private let rulesDigest: String
    private let status = Guarded(Status())

    init(
        manifest: BatchManifest, decisions: ByID<ManifestDecision>, maker: PictureMaker, source: any BatchSource,
        sink: any BatchSink, review: BatchReview, root: BytePath, stems: CorrectionStems, options: BatchOptions,
        rulesDigest: String
    ) {
        self.manifest = manifest
        self.decisions = decisions
        self.maker = maker
        self.source = source
        self.sink = sink
        self.review = review
        self.root = root
        self.stems = stems
        self.options = options
        self.rulesDigest = rulesDigest
    }

    /// Whether nothing new is to be begun.
    var isEnded: Bool { status.withLock { $0.isEnded } }
    /// What ended the run.
    var failure: BatchError? { status.withLock { $0.failure } }

    func end(_ failure: BatchError? = nil) {
        status.withLock { status in
            status.isEnded = true
            status.failure = status.failure ?? failure
        }
    }

    // MARK: Reading

    func read(_ piece: inout Piece) {
        guard !isEnded else { return }
        measuring("read", &piece) { piece in
            let job = piece.job
            if options.knownIDs.contains(job.id), let known = manifest.contents.records[job.id], known.error == nil,
                BatchReview.item(known).map(review.keep) ?? true
            {
                piece.record = known
                piece.state = .ended(.unchanged)
                return
            }
            do {
                let bytes = try source.read(job, byteLimit: options.limits.maxFileBytes)
                let hash = bytes.withUnsafeBytes { SHA256.hexDigest(of: $0) }
                piece.record.inputHash = hash
                var material = PictureMaker.Material(bytes: bytes)
                // A decision is about a picture as it was.
                if let decision = decisions[job.id], decision.inputHash == hash { material.decision = decision }
                material.correction = try BatchCorrection(of: job, in: root, stems, limits: options.limits)
                piece.record.key = key(of: job, material)
                piece.record.weights = options.weights
                piece.record.rules = rulesDigest
                piece.record.options = options.fingerprint
                if let known = unchanged(piece) {
                    piece.record = known
                    piece.state = .ended(.unchanged)
                } else {
                    piece.state = .read(material)
                }
            } catch {
                piece.state = .ended(.failed("\(error)"))
            }
        }
    }

    /// Of everything that decides what is written, beside the picture.
    private func key(of job: BatchJob, _ material: PictureMaker.Material) -> String {
        let correction = material.correction.map { $0.bytes.withUnsafeBytes { SHA256.hexDigest(of: $0) } }
        let parts: [JSONValue] = [
            .string("1"), .string(options.weights), .string(options.fingerprint), .string(rulesDigest),
            .string(job.id), .string(job.name.path.escapedText), job.sku.map { .string($0) } ?? .null,
            job.category.map { .string($0) } ?? .null, job.campaign.map { .string($0) } ?? .null,
            job.brief.map { .string($0) } ?? .null, job.outputs.map { .strings($0) } ?? .null,
            material.decision.map(\.json) ?? .null, correction.map { .string($0) } ?? .null,
        ]
        return SHA256.hexDigest(of: JSONValue.array(parts).description)
    }

    /// What a run before has made, where it is all there and would be made again just so.
    private func unchanged(_ piece: Piece) -> ManifestRecord? {
        guard var known = manifest.contents.records[piece.job.id], known.error == nil,
            known.inputHash == piece.record.inputHash, known.key == piece.record.key,
            known.outputs.allSatisfy({ sink.holds(BatchPath($0.path), byteCount: $0.byteCount) })
        else { return nil }
        known.priority = piece.job.priority
        if let item = BatchReview.item(known), !review.keep(item) { return nil }
        return known
    }

    // MARK: Making

    func make(_ piece: inout Piece) {
        guard !isEnded, case .read(let material) = piece.state else { return }
        measuring(nil, &piece) { piece in
            do {
                var product = try maker.product(of: piece.job, material, piece.record)
                product.record.outputs = product.files.map { file in
                    ManifestRecord.Output(
                        channel: file.channel, path: file.path, byteCount: file.bytes.count, hash: file.digest)
                }
                piece.state = .made(product)
            } catch {
                piece.state = .ended(.failed("\(error)"))
            }
        }
    }

    // MARK: Writing

    func write(_ piece: inout Piece) {
        guard !isEnded else { return }
        options.whileWriting {
            switch piece.state {
            case .made(let product): write(product, &piece)
            case .ended(.failed(let reason)): fail(&piece, reason)
            case .waiting, .read, .ended: break
            }
        }
    }

    private func write(_ product: PictureMaker.Product, _ piece: inout Piece) {
        let known = manifest.contents.records[piece.job.id]
        measuring("write", &piece) { piece in
            var record = product.record
            record.times.merge(piece.record.times) { first, _ in first }
            piece.record = record
            do {
                for file in product.files {
                    try file.bytes.withBytes { (bytes) throws in try sink.write(bytes, to: BatchPath(file.path)) }
                }
                if let item = BatchReview.item(record), let previews = product.previews {
                    try review.add(item, previews)
                } else if known?.lane != .publish {
                    review.removePreviews(of: piece.job.id)
                }
                // What was made of the picture before, and is not made any more.
                let paths = Set(record.outputs.map(\.path))
                for old in known?.outputs ?? [] where !paths.contains(old.path) {
                    guard try !sink.remove(BatchPath(old.path), digest: old.hash) else { continue }
                    piece.record.warnings.append("\(old.path): stays, for somebody has changed it")
                }
                piece.state = .ended(.done)
                status.withLock { $0.unwritten = 0 }
            } catch {
                piece.state = .ended(.failed("\(error)"))
                let count = status.withLock { status in
                    status.unwritten += 1
                    return status.unwritten
                }
                if count >= Self.mostUnwritten { end(.nothingWritten(count: count, reason: "\(error)")) }
            }
        }
        if case .ended(.failed(let reason)) = piece.state { return fail(&piece, reason) }
        append(piece)
    }

    private func fail(_ piece: inout Piece, _ reason: String) {
        piece.record.error = reason
        piece.record.lane = nil
        // What is there of it is the batch's still.
        piece.record.outputs = manifest.contents.records[piece.job.id]?.outputs ?? []
        append(piece)
    }

    private func append(_ piece: Piece) {
        do throws(BatchError) {
            try manifest.append(piece.record)
        } catch {
            end(error)
        }
    }

    // MARK: Time

    /// Adds what `body` takes to the picture's times.
    private func measuring(_ name: String?, _ piece: inout Piece, _ body: (inout Piece) -> Void) {
        let (start, cpu) = (ContinuousClock.now, processorSeconds())
        body(&piece)
        // A picture that was made before keeps the numbers of then.
        if case .ended(.unchanged) = piece.state { return }
        let spent = processorSeconds() - cpu
        piece.record.coreSeconds += spent
        if let name { piece.record.times[name] = (ContinuousClock.now - start).inMilliseconds }
        if case .made(var product) = piece.state {
            product.record.coreSeconds = piece.record.coreSeconds
            piece.state = .made(product)
        }
    }

    /// Of this thread; where one picture has all threads, of the process.
    private func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(maker.encoderThreads == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

extension PictureMaker.File.Bytes {
    var count: Int {
        switch self {
        case .encoded(let image): image.count
        case .plain(let bytes): bytes.count
        }
    }

    func withBytes<Value, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        switch self {
        case .encoded(let image): return try image.withBytes(body)
        case .plain(let bytes): return try bytes.withBytes(body)
        }
    }
}
