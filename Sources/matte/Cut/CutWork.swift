import Files
import ImageCodecs
import Matting
import MattingBatch
import Raster

/// What is done with each photograph: read, matted, finished, written. One value for all of them.
struct CutWork {
    /// Where mattes come from.
    enum Source {
        case network(MattingPipeline)
        /// From files: those of the picture's size by the first, others by the second.
        case files(same: MattingRefiner, scaled: MattingRefiner)
    }

    var source: Source
    /// Whether two pictures at once would take more memory than anybody expects.
    let isHeavy: Bool
    let finish: Finish
    /// Whether the alpha alone is written.
    let writesMask: Bool
    /// Whether each subject is written by itself.
    let splits: Bool
    var encoding: EncodingOptions
    let inputArguments: InputArguments
    let outputArguments: OutputArguments
    /// All files that are read; none is ever written.
    let readFiles: Set<FileIdentity>

    /// What was made of a photograph.
    struct Outcome {
        let image: RasterImage
        let result: MattingResult
        /// In the order in which they were written.
        var written: [Written] = []
        /// Files of subjects that are there and are kept.
        var leftOut: [OutputFile] = []
        var decode = Duration.zero
        var matte = Duration.zero
        var write = Duration.zero
    }

    /// A file that was written.
    struct Written {
        let output: OutputFile
        /// Whose subject it is, where each has its own.
        var subject: Int?
        /// Of the matte in it, which is not kept: each of many subjects has one of the photograph's size.
        let hasSubject: Bool
        /// The share of the picture that the subject covers, in [0, 1].
        let coverage: Double
        let warnings: [String]
    }

    /// A photograph that is cut and not written yet.
    struct Made {
        fileprivate var outcome: Outcome
        fileprivate var trimap: EncodedImage?
        /// nil where each subject is written by itself: those are made one after another while they are written.
        fileprivate var picture: Delivery?
    }

    /// A picture that is to be written, and what is said of it.
    fileprivate struct Delivery {
        let encoded: EncodedImage
        let result: MattingResult
        let warnings: [String]
    }

    /// Everything but the writing.
    ///
    /// - Parameter reading: becomes false once all is read.
    func make(_ job: Job, _ files: CorrectionFiles, reading: inout Bool) throws -> Made {
        let clock = ContinuousClock()
        let start = clock.now
        let image = try inputArguments.read(job.input)
        let matte = try files.startingMatte(inputArguments)
        let corrections = try files.corrections(inputArguments)
        let decoded = clock.now
        reading = false
        let result = try files.namingSizes { try self.result(image, matte, corrections) }
        let matted = clock.now
        var made = Made(
            outcome: Outcome(image: image, result: result, decode: decoded - start, matte: matted - decoded))
        if job.trimap != nil {
            made.trimap = try Trimap(result.alpha, confidence: result.confidence).image()
                .encoded(as: .png, options: encoding)
        }
        if !splits {
            let prepared = try (writesMask ? finish.withoutColors : finish).prepared(result)
            made.picture = try delivery(prepared, as: job.format)
        }
        made.outcome.write = clock.now - matted
        return made
    }

    /// Writes what was made of a photograph.
    func write(_ made: Made, _ job: Job) throws -> Outcome {
        let clock = ContinuousClock()
        let start = clock.now
        var outcome = made.outcome
        func write(_ delivery: Delivery, to output: OutputFile, subject: Int? = nil, replacing: Bool) throws {
            try self.write(delivery.encoded, to: output, replacing: replacing)
            outcome.written.append(
                Written(
                    output: output, subject: subject, hasSubject: delivery.result.hasSubject,
                    coverage: delivery.result.alpha.coverage, warnings: delivery.warnings))
        }
        if let trimap = job.trimap, let encoded = made.trimap { try self.write(encoded, to: trimap, replacing: true) }
        if let picture = made.picture {
            try write(picture, to: job.output, replacing: outputArguments.replaces(job))
        } else {
            for subject in try finish.split(outcome.result) {
                let output = job.output.ofSubject(subject.number)
                try refuseOverwriting(output)
                if outputArguments.noClobber && output.path.exists {
                    outcome.leftOut.append(output)
                    continue
                }
                let prepared = try writesMask ? subject.result() : finish.prepared(subject)
                try write(
                    delivery(prepared, as: job.format), to: output,
                    subject: subject.number, replacing: outputArguments.overwrite)
            }
        }
        outcome.write += clock.now - start
        return outcome
    }

    private func result(
        _ image: RasterImage, _ matte: AlphaMatte?, _ corrections: Corrections?
    ) throws(MattingError) -> MattingResult {
        switch source {
        case .network(let pipeline):
            guard let corrections else { return try pipeline.matte(image) }
            return try pipeline.matte(image, corrections: corrections)
        case .files(let same, let scaled):
            guard let matte else { preconditionFailure("a matte file for each photograph was planned") }
            let isSame = matte.width == image.width && matte.height == image.height
            return try (isSame ? same : scaled).refine(matte, of: image, corrections: corrections)
        }
    }

    /// Makes one picture.
    private func delivery(_ prepared: MattingResult, as format: ImageFormat) throws -> Delivery {
        var warnings = prepared.warnings.map(\.description)
        let encoded: EncodedImage
        if writesMask {
            encoded = try prepared.mask(framed: finish.framing).encoded(as: format, options: encoding)
        } else if format.supportsLayers {
            let layers = try finish.layers(ofPrepared: prepared)
            warnings += layers.warnings.map(\.description)
            encoded = try layers.encoded(as: format, options: encoding)
        } else {
            let picture = try finish.delivered(prepared)
            warnings += picture.warnings.map(\.description)
            encoded = try picture.encoded(as: format, options: encoding)
        }
        return Delivery(
            encoded: encoded, result: prepared, warnings: warnings + encoded.warnings.map(\.description))
    }

    private func write(_ encoded: EncodedImage, to output: OutputFile, replacing: Bool) throws(ImageCodecError) {
        try encoded.withBytes { (bytes) throws(ImageCodecError) in
            try Interruption.whileWriting { () throws(ImageCodecError) in
                try AtomicFile.write(bytes, to: output.path, replacing: replacing)
            }
        }
    }

    /// A subject's file has a name that was not known when the work was planned.
    private func refuseOverwriting(_ output: OutputFile) throws {
        guard let identity = FileIdentity(output.path), readFiles.contains(identity) else { return }
        throw UsageError("'\(output)' is an input; inputs are never overwritten. Add --suffix -cut.")
    }
}

extension Finish {
    /// For mattes, which have no colours to clean.
    var withoutColors: Finish {
        var finish = self
        finish.foregroundColors = nil
        return finish
    }
}
