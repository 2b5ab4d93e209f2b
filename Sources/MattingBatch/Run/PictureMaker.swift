import Files
import ImageCodecs
import Matting
import Raster
import WeightFiles

/// Makes of the bytes of a picture the bytes of all its files: computes, and touches no file.
struct PictureMaker: Sendable {
    let pipeline: MattingPipeline
    let rules: BatchRules
    let options: BatchOptions
    let encoderThreads: Int?

    /// A file that is to be written.
    struct File: Sendable {
        let channel: String
        let path: BytePath
        let bytes: Bytes
        /// SHA-256 in hexadecimal digits.
        let digest: String

        init(channel: String, path: BytePath, bytes: Bytes) {
            (self.channel, self.path, self.bytes) = (channel, path, bytes)
            digest = bytes.withBytes { SHA256.hexDigest(of: $0) }
        }

        enum Bytes: Sendable {
            case encoded(EncodedImage)
            case plain([UInt8])
        }
    }

    /// What was made of a picture.
    struct Product: Sendable {
        var record: ManifestRecord
        var files: [File] = []
        /// Where a person is to look at it.
        var previews: ReviewPreviews?
    }

    /// What goes into a picture.
    struct Material: Sendable {
        let bytes: [UInt8]
        /// A matte that a person made.
        var correction: BatchCorrection?
        var decision: ManifestDecision?
    }

    /// - Parameter record: with what is known before; the rest is filled in.
    func product(of job: BatchJob, _ material: Material, _ record: ManifestRecord) throws -> Product {
        let clock = ContinuousClock()
        var product = Product(record: record)
        let start = clock.now
        var image = try RasterImage(decoding: material.bytes, limits: options.limits, lenient: options.isLenient)
        name(&image, job)
        let decoded = clock.now
        let result: MattingResult
        if let correction = material.correction {
            result = try MattingResult(
                image: image, alpha: correction.matte(of: image, limits: options.limits))
        } else {
            result = try pipeline.matte(image)
        }
        let matted = clock.now
        let facts = try PictureFacts(result, measuring: rules.measures)
        var decision = decision(on: job, facts, material)
        var exports = try exports(decision, job, result)
        if !exports.problems.isEmpty {
            // Nothing is gained by trying again: a person has to see it.
            var problems = exports.problems
            if decision.lane != .manual {
                decision = manual(decision, job.outputs ?? rules.channels[.manual, default: []], because: [])
                exports = try self.exports(decision, job, result)
                problems += exports.problems.filter { !problems.contains($0) }
            }
            decision = manual(decision, decision.channels, because: problems)
        }
        product.record.lane = decision.lane
        product.record.rule = decision.rule
        product.record.reasons = decision.reasons
        product.record.facts = facts.values
        // As the manifest keeps it, so that the page of a run that goes on is that of one that was not interrupted.
        product.record.confidence = (result.confidence?.expectedOverlap).map { $0.rounded(to: 6) }
        let warnings = result.warnings.map(\.description) + exports.warnings
        product.files = exports.files
        if decision.lane == .manual {
            product.files += try manualFiles(job, material, result, decision, facts, beside: product.files)
        }
        if decision.lane != .publish { product.previews = try ReviewPreviews(of: result) }
        // One export says what another has said.
        for warning in warnings where !product.record.warnings.contains(warning) {
            product.record.warnings.append(warning)
        }
        product.record.times["decode"] = (decoded - start).inMilliseconds
        product.record.times["matte"] = (matted - decoded).inMilliseconds
        product.record.times["finish"] = (clock.now - matted).inMilliseconds
        return product
    }

    private func decision(on job: BatchJob, _ facts: PictureFacts, _ material: Material) -> BatchRules.Decision {
        func decided(_ lane: BatchLane, _ reasons: [String]) -> BatchRules.Decision {
            BatchRules.Decision(
                lane: lane, rule: nil, reasons: reasons, channels: job.outputs ?? rules.channels[lane, default: []],
                judgements: [])
        }
        if material.correction != nil { return decided(.publish, [ManifestRecord.corrected]) }
        guard let decision = material.decision else { return rules.decision(on: job, facts) }
        let note = decision.note.isEmpty ? [] : [decision.note]
        return switch decision.action {
        case .accept: decided(.publish, ["a person accepted it"] + note)
        case .reject: decided(.manual, ["a person rejected it"] + note + rules.decision(on: job, facts).reasons)
        }
    }

    /// A decision for the manual lane, with further reasons.
    private func manual(
        _ decision: BatchRules.Decision, _ channels: [String], because reasons: [String]
    ) -> BatchRules.Decision {
        BatchRules.Decision(
            lane: .manual, rule: decision.rule, reasons: decision.reasons + reasons, channels: channels,
            judgements: decision.judgements)
    }

    /// What the thing is called travels in the title, unless the picture has one: the article's number, and an id that somebody
    /// gave. One that was made of the file's name says where it lies on a disk, and goes nowhere.
    private func name(_ image: inout RasterImage, _ job: BatchJob) {
        guard !image.metadata.texts.contains(where: { $0.keyword == "Title" }) else { return }
        let id = job.hasOwnID ? job.id : nil
        guard let title = job.sku.map({ sku in id.map { "\(sku) (\($0))" } ?? sku }) ?? id else { return }
        image.metadata.texts.append(ImageMetadata.Text(keyword: "Title", text: title))
    }

    private func encoding(_ options: EncodingOptions = EncodingOptions()) -> EncodingOptions {
        var options = options
        options.threadCount = encoderThreads
        return options
    }

    private func encoded(
        _ export: BatchExport, _ result: MattingResult
    ) throws -> (EncodedImage, warnings: [String]) {
        let prepared = try export.finish.prepared(result)
        var warnings: [String] = []
        let encoded: EncodedImage
        if export.isMask {
            encoded = try prepared.mask(framed: export.finish.framing).encoded(
                as: export.format, options: encoding(export.encoding))
        } else if export.format.supportsLayers {
            let layers = try export.finish.layers(ofPrepared: prepared)
            warnings += layers.warnings.map(\.description)
            encoded = try layers.encoded(as: export.format, options: encoding(export.encoding))
        } else {
            let picture = try export.finish.delivered(prepared)
            warnings += picture.warnings.map(\.description)
            encoded = try picture.encoded(as: export.format, options: encoding(export.encoding))
        }
        return (encoded, warnings + encoded.warnings.map(\.description))
    }

    /// What is written of a picture for its channels, and why some of that cannot be made of its matte, whoever tries.
    private struct Exports {
        var files: [File] = []
        var warnings: [String] = []
        var problems: [String] = []
    }

    private func exports(
        _ decision: BatchRules.Decision, _ job: BatchJob, _ result: MattingResult
    ) throws -> Exports {
        var exports = Exports()
        for channel in decision.channels {
            guard let export = rules.export(channel) else { continue }
            do {
                let (encoded, remarks) = try encoded(export, result)
                exports.warnings += remarks
                exports.files.append(
                    File(
                        channel: channel, path: try BatchPlan.path(of: export, job, in: decision.lane),
                        bytes: .encoded(encoded)))
            } catch let error as MattingError {
                let text = "'\(channel)' cannot be made: " + OptionWords.text(error) { "'\($0)'" }
                switch error {
                case .nothingToFrame, .noSuchSubject: exports.problems.append(text)
                default: throw WordedError(text)
                }
            }
        }
        return exports
    }

    // MARK: The manual lane

    /// What a person needs who works on a picture: the original as it came, the matte to begin with, what is unsure, what is
    /// wanted and why it is here.
    private func manualFiles(
        _ job: BatchJob, _ material: Material, _ result: MattingResult, _ decision: BatchRules.Decision,
        _ facts: PictureFacts, beside exports: [File]
    ) throws -> [File] {
        let folder = ManualFolder.path(of: job)
        let format = ImageFormat.detect(material.bytes)
        let ending = job.name.path.pathExtension ?? format?.pathExtensions[0] ?? "bin"
        var files = [
            File(
                channel: "original", path: folder.appending(ManualFolder.originalName(ending: ending)),
                bytes: .plain(material.bytes)),
            File(
                channel: "matte", path: folder.appending(ManualFolder.matteName),
                bytes: .encoded(try result.mask().encoded(as: .png, options: encoding()))),
            File(
                channel: "trimap", path: folder.appending(ManualFolder.trimapName),
                bytes: .encoded(
                    try Trimap(result.alpha, confidence: result.confidence).image().encoded(
                        as: .png, options: encoding()))),
        ]
        let reasons = reasons(job, decision, facts, written: exports + files)
        files.append(
            File(
                channel: "reasons", path: folder.appending(ManualFolder.reasonsName),
                bytes: .plain(Array((reasons.description + "\n").utf8))))
        if let brief = job.brief {
            files.append(
                File(
                    channel: "brief", path: folder.appending(ManualFolder.briefName),
                    bytes: .plain(Array((brief + "\n").utf8))))
        }
        return files
    }

    /// - Parameter written: the folder's other files, so that it is known later which of them a person has changed.
    private func reasons(
        _ job: BatchJob, _ decision: BatchRules.Decision, _ facts: PictureFacts, written: [File]
    ) -> JSONValue {
        var members: [JSONValue.Member] = []
        func add(_ name: String, _ value: JSONValue?) {
            if let value { members.append(JSONValue.Member(name: name, value: value)) }
        }
        func text(_ value: String?) -> JSONValue? { value.map { JSONValue.string($0) } }
        add("id", text(job.id))
        add("sku", text(job.sku))
        add("category", text(job.category))
        add("campaign", text(job.campaign))
        add("brief", text(job.brief))
        add("rule", text(decision.rule))
        add("reasons", .strings(decision.reasons))
        add("facts", ManifestRecord.json(facts.values))
        add("wanted", .strings(job.outputs ?? rules.channels[.publish, default: []]))
        add(
            ManualFolder.digestsMember,
            .object(written.map { JSONValue.Member(name: $0.path.name.escapedText, value: .string($0.digest)) }))
        return .object(members)
    }
}

extension Duration {
    var inMilliseconds: Double { self / .milliseconds(1) }
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
