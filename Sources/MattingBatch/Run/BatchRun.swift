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

    /// What runs before, and people, have to say.
    struct Known: Sendable {
        var records: ByID<ManifestRecord>
        var decisions: ByID<ManifestDecision>
        /// Pictures about which a person has decided just now.
        var applied = ByID<Void>()
        /// Files that are to be other pictures' from now on.
        var transferred: Set<BytePath> = []
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
    private let known: Known
    private let maker: PictureMaker
    private let source: any BatchSource
    private let sink: any BatchSink
    private let review: BatchReview
    private let corrections: CorrectionIndex
    private let options: BatchOptions
    private let rulesDigest: String
    private let status = Guarded(Status())

    init(
        manifest: BatchManifest, known: Known, maker: PictureMaker, source: any BatchSource,
        sink: any BatchSink, review: BatchReview, corrections: CorrectionIndex, options: BatchOptions,
        rulesDigest: String
    ) {
        self.manifest = manifest
        self.known = known
        self.maker = maker
        self.source = source
        self.sink = sink
        self.review = review
        self.corrections = corrections
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
            if options.knownIDs.contains(job.id), let known = known.records[job.id], known.error == nil,
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
                piece.record.weights = options.weights
                piece.record.rules = rulesDigest
                piece.record.options = options.fingerprint
                var material = PictureMaker.Material(bytes: bytes)
                material.decision = decision(&piece)
                material.correction = try correction(&piece)
                if material.correction == nil, let kept = try published(piece) {
                    piece.record = kept
                    piece.state = .ended(.unchanged)
                    return
                }
                if material.correction != nil, known.applied.contains(job.id), material.decision?.action == .reject {
                    piece.record.remarks.append(
                        "was rejected on the page, which showed it before it was corrected; the corrected matte counts")
                }
                piece.record.key = key(of: job, material)
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

    /// What a person decided, where it was about what this run would show them.
    private func decision(_ piece: inout Piece) -> ManifestDecision? {
        guard let decision = known.decisions[piece.job.id] else { return nil }
        if decision.seen == piece.record.seen { return decision }
        piece.record.remarks.append(
            "was \(decision.action.rawValue)ed as it was before; the picture or its matte has changed since, and that "
                + "counts no more")
        return nil
    }

    /// The matte that a person made, where it is of this picture and not of one that had its name before.
    private func correction(_ piece: inout Piece) throws -> BatchCorrection? {
        guard let correction = try BatchCorrection(of: piece.job, corrections, limits: options.limits) else {
            return nil
        }
        let hash = piece.record.inputHash
        let taken = known.records[piece.job.id]?.correction
        let inputHash = correction.pictureHash ?? (taken?.digest == correction.digest ? taken?.inputHash : nil) ?? hash
        piece.record.correction = .init(digest: correction.digest, inputHash: inputHash)
        if inputHash == hash { return correction }
        piece.record.remarks.append(
            "\(correction.path): is not used: it was made for the picture as it was before")
        return nil
    }

    /// What was made of a corrected matte that is not in `manual/done` any more: it was taken, and stays.
    private func published(_ piece: Piece) throws -> ManifestRecord? {
        guard var record = known.records[piece.job.id], let correction = record.correction,
            correction.inputHash == piece.record.inputHash, piece.record.correction == nil,
            record.error != nil || record.lane == .publish && record.inputHash == piece.record.inputHash
        else { return nil }
        let isThere = record.outputs.map { sink.byteCount(of: BatchPath($0.path)) != nil }
        // Who took the files away, too, wants the rules to decide.
        guard isThere.contains(true) else { return nil }
        guard record.error == nil, !isThere.contains(false) else { throw CorrectionIsGone(job: piece.job.name.path) }
        record.priority = piece.job.priority
        record.remarks = ["stays as it was published: its corrected matte is not in manual/done any more"]
        return record
    }

    private struct CorrectionIsGone: Error, CustomStringConvertible {
        let job: BytePath

        var description: String {
            "its corrected matte is not in manual/done any more, and what was made of it is not whole; put it back as "
                + "'manual/done/\(job).png', or take the picture's files out of publish/ to have the rules decide"
        }
    }

    /// Of everything that decides what is written, beside the picture.
    private func key(of job: BatchJob, _ material: PictureMaker.Material) -> String {
        let parts: [JSONValue] = [
            .string("1"), .string(options.weights), .string(options.fingerprint), .string(rulesDigest),
            .string(job.id), .string(job.name.path.escapedText), job.sku.map { .string($0) } ?? .null,
            job.category.map { .string($0) } ?? .null, job.campaign.map { .string($0) } ?? .null,
            job.brief.map { .string($0) } ?? .null, job.outputs.map { .strings($0) } ?? .null,
            material.decision.map(\.json) ?? .null, material.correction.map { .string($0.digest) } ?? .null,
        ]
        return SHA256.hexDigest(of: JSONValue.array(parts).description)
    }

    /// What a run before has made, where it is all there and would be made again just so. What somebody works on is there.
    private func unchanged(_ piece: Piece) -> ManifestRecord? {
        guard var known = known.records[piece.job.id], known.error == nil,
            known.inputHash == piece.record.inputHash, known.key == piece.record.key
        else { return nil }
        let changed = Set(known.stays)
        known.stays = left(of: known, beside: Set(known.outputs.map(\.path)))
        for output in known.outputs {
            guard let byteCount = sink.byteCount(of: BatchPath(output.path)) else { return nil }
            if byteCount != output.byteCount {
                known.stays.append(output.path)
            } else if changed.contains(output.path) {
                // It may be the batch's again.
                return nil
            }
        }
        known.remarks = known.stays.map(Self.remark)
        known.priority = piece.job.priority
        if let item = BatchReview.item(known), !review.keep(item) { return nil }
        return known
    }

    /// What was left before because somebody had changed it, and is there still.
    private func left(of known: ManifestRecord?, beside paths: Set<BytePath>) -> [BytePath] {
        (known?.stays ?? []).filter { !paths.contains($0) && sink.byteCount(of: BatchPath($0)) != nil }
    }

    private static func remark(staying path: BytePath) -> String { "\(path): stays, for somebody has changed it" }

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
        let known = known.records[piece.job.id]
        measuring("write", &piece) { piece in
            var record = product.record
            record.times.merge(piece.record.times) { first, _ in first }
            piece.record = record
            do throws(BatchError) {
                try note(piece, over: known)
            } catch {
                piece.state = .waiting
                return end(error)
            }
            do {
                piece.record.stays = try put(product.files, over: known)
                if let item = BatchReview.item(record), let previews = product.previews {
                    try review.add(item, previews)
                } else if known?.lane != .publish {
                    review.removePreviews(of: piece.job.id)
                }
                piece.record.remarks += piece.record.stays.map(Self.remark)
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
        switch piece.state {
        case .ended(.failed(let reason)): fail(&piece, reason)
        case .ended: append(piece)
        case .waiting, .read, .made: break
        }
    }

    /// Says in the manifest what is about to be written, so that it is the batch's whatever happens meanwhile.
    private func note(_ piece: Piece, over known: ManifestRecord?) throws(BatchError) {
        let all = Self.outputs(piece.record.outputs, over: known)
        guard all.count > (known?.outputs.count ?? 0) else { return }
        var record = ManifestRecord(piece.job)
        record.inputHash = piece.record.inputHash
        record.weights = piece.record.weights
        record.rules = piece.record.rules
        record.options = piece.record.options
        record.outputs = all
        record.stays = known?.stays ?? []
        record.correction = known?.correction
        record.error = "was interrupted while its files were written"
        try manifest.append(record)
    }

    /// What may be there of a picture until all its files are written: what was, and what is to be.
    private static func outputs(
        _ outputs: [ManifestRecord.Output], over known: ManifestRecord?
    ) -> [ManifestRecord.Output] {
        let before = known?.outputs ?? []
        return before
            + outputs.filter { output in
                !before.contains { $0.path == output.path && $0.hash == output.hash }
            }
    }

    /// Writes files, and removes those that were made of the picture before and are not any more: over what the batch itself
    /// has written of this picture, and over nothing else.
    ///
    /// - Returns: What stays because it is something else.
    private func put(_ files: [PictureMaker.File], over record: ManifestRecord?) throws -> [BytePath] {
        var owned = record?.owned ?? [:]
        var stays = left(of: record, beside: Set(files.map(\.path)))
        for file in files {
            var mine = owned.removeValue(forKey: file.path)
            // What no manifest tells of may be replaced where the caller says so.
            if mine == nil, !options.overwrites || record?.stays.contains(file.path) == true { mine = [] }
            mine?.insert(file.digest)
            let isWritten = try file.bytes.withBytes { bytes throws in
                try sink.write(bytes, to: BatchPath(file.path), replacing: mine)
            }
            if !isWritten { stays.append(file.path) }
        }
        for (path, mine) in owned.sorted(by: { $0.key < $1.key }) where !known.transferred.contains(path) {
            guard try !sink.remove(BatchPath(path), owned: mine), !stays.contains(path) else { continue }
            stays.append(path)
        }
        return stays
    }

    private func fail(_ piece: inout Piece, _ reason: String) {
        let known = known.records[piece.job.id]
        piece.record.error = reason
        piece.record.lane = nil
        // What is there of it is the batch's still, and what was written of it just now, too.
        piece.record.outputs = Self.outputs(piece.record.outputs, over: known)
        piece.record.stays = known?.stays ?? []
        piece.record.correction = known?.correction
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
