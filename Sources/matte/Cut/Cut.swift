import ArgumentParser
import Files
import ImageCodecs
import Matting
import MattingBatch
import Raster

struct Cut: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Cuts the subject out of photographs.",
        usage: "matte cut <input> ... [-o <output>] [options]",
        discussion: """
            Colours of a cut-out are the photograph's own, bit for bit; size, orientation, profile, resolution and 16 bits \
            are kept. PNG and JPEG are read, whatever the file is called; what is written follows the output's extension.

            A file that -o names is replaced. Where names are derived (<stem>.png in a folder, or beside the photograph \
            without -o), files that are there are refused before any work, unless --overwrite or --no-clobber says what \
            becomes of them. No photograph is ever overwritten.

            EXAMPLES
              matte photo.jpg                          to photo.png beside it
              matte photo.jpg -o flat.jpg --background white
              matte shoot/*.jpg -o cutouts/ --no-clobber
              matte shoot/*.jpg --suffix -cut          to shoot/<stem>-cut.png
            """)

    @Argument(help: ArgumentHelp("Photographs to read; '-' is standard input.", valueName: "input"))
    var inputs: [InputFile]

    @OptionGroup(title: "OUTPUT") var outputArguments: OutputArguments

    @OptionGroup(title: "PICTURE") var cutoutArguments: CutoutArguments

    @OptionGroup(title: "PICTURE") var pictureArguments: PictureArguments

    @OptionGroup(title: "MATTE") var pipelineArguments: PipelineArguments

    @OptionGroup(title: "INPUT") var inputArguments: InputArguments

    @OptionGroup(title: "REPORTS") var reportArguments: ReportArguments

    private var mask: Bool { cutoutArguments.mask }
    private var json: Bool { reportArguments.json }
    private var quiet: Bool { reportArguments.quiet }

    func validate() throws {
        if mask && pictureArguments.background != nil {
            throw ValidationError("--mask has no background; leave one of them out.")
        }
        let keepHidden = cutoutArguments.keepHidden
        if mask && keepHidden { throw ValidationError("--mask has no colours to keep; leave --keep-hidden out.") }
        if keepHidden && pictureArguments.hasGround {
            throw ValidationError("A composite hides no colours; leave --keep-hidden or --background out.")
        }
        if json && outputArguments.isStandardOutput {
            throw ValidationError("Standard output cannot take both the picture and --json; name a file with -o.")
        }
    }

    func run() throws {
        let plan = try plan()
        let backdrop = try failing { () throws(ImageCodecError) in try pictureArguments.backdrop(quiet: quiet) }
        let pipeline = try pipelineArguments.pipeline()
        try failing { () throws(OutputFolderError) in
            try OutputFolders.prepare(plan.jobs.map(\.output), making: plan.missingFolder)
        }
        for job in plan.skipped {
            if !quiet { Console.message("\(job.input): left out, for \(job.output) is there") }
            if json { Console.json(SkipReport(job)) }
        }
        var failureCount = 0
        for job in plan.jobs {
            if !cut(job, pipeline: pipeline, over: backdrop) { failureCount += 1 }
        }
        if failureCount > 0 { throw ExitCode(1) }
    }

    private var encoding: EncodingOptions {
        var options = pictureArguments.encoding(threads: pipelineArguments.threads)
        options.metadata = cutoutArguments.metadata
        return options
    }

    private func plan() throws -> JobPlan {
        let inputs = CommandArguments.expanded(inputs)
        if let word = inputs.first { try Matte.refuseMistypedVerb(word) }
        let plan = try planning { () throws(PlanningError) in
            try JobPlan(
                outputArguments.request(
                    for: inputs, otherInputs: pipelineArguments.files + pictureArguments.files, reports: json))
        }
        for job in plan.jobs + plan.skipped
        where job.format == .jpeg && !mask && !pictureArguments.isOpaque {
            throw UsageError("JPEG has no transparency: add --background white, or --mask, or write a .png.")
        }
        return plan
    }

    /// Cuts one picture; false where it failed, after saying why.
    private func cut(_ job: Job, pipeline: MattingPipeline, over background: Background?) -> Bool {
        let clock = ContinuousClock()
        var isReading = true
        do {
            let start = clock.now
            let image = try inputArguments.read(job.input)
            let decoded = clock.now
            isReading = false
            let result = try pipeline.matte(image)
            let matted = clock.now
            let picture =
                if mask {
                    try result.mask()
                } else if let background {
                    try result.composite(over: background)
                } else {
                    try result.cutout(keepsHiddenColors: cutoutArguments.keepHidden)
                }
            let encoded = try picture.encoded(as: job.format, options: encoding)
            try encoded.withBytes { (bytes) throws(ImageCodecError) in
                try Interruption.whileWriting { () throws(ImageCodecError) in
                    try AtomicFile.write(bytes, to: job.output.path, replacing: outputArguments.replaces(job))
                }
            }
            let warnings =
                result.warnings.map(\.description) + picture.warnings.map(\.description)
                + encoded.warnings.map(\.description)
            if !quiet { for warning in warnings { Console.message("\(job.input): \(warning)") } }
            if json {
                Console.json(
                    Report(
                        job, width: image.width, height: image.height, hasSubject: result.hasSubject,
                        coverage: result.alpha.coverage, confidence: result.confidence?.score,
                        expectedError: result.confidence?.expectedError, warnings: warnings,
                        milliseconds: .init(
                            decode: (decoded - start).milliseconds, matte: (matted - decoded).milliseconds,
                            write: (clock.now - matted).milliseconds)))
            }
            return true
        } catch {
            let text = Console.complain(about: job.input, error, isReading: isReading)
            if json { Console.json(FailureReport(job.input, job.output, error: text)) }
            return false
        }
    }
}
