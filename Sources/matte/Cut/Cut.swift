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
            are kept (no resolution where --canvas or --preset scales). What a file is, its bytes say, not its name; what is written follows the output's extension.

            A file that -o names is replaced. Where names are derived (<stem>.png in a folder, or beside the photograph \
            without -o), files that are there are refused before any work, unless --overwrite or --no-clobber says what \
            becomes of them. No photograph is ever overwritten.

            EXAMPLES
              matte photo.jpg                          to photo.png beside it
              matte photo.jpg -o flat.jpg --background white
              matte shoot/*.jpg -o cutouts/ --no-clobber
              matte shoe.jpg -o shop.jpg --preset shopify --decontaminate --shadow contact
              matte photo.jpg -o cut.png --scribbles strokes.png
              matte group.jpg -o people.png --split    to people-1.png, people-2.png, …
            """)

    @Argument(help: ArgumentHelp("Photographs to read; '-' is standard input.", valueName: "input"))
    var inputs: [InputFile]

    @OptionGroup(title: "INPUT") var inputArguments: InputArguments

    @OptionGroup(title: "MATTE") var pipelineArguments: PipelineArguments

    @OptionGroup(title: "CORRECTIONS") var correctionArguments: CorrectionArguments

    @OptionGroup(title: "MASK WORK, IN THE ORDER GIVEN") var maskArguments: MaskArguments

    @OptionGroup(title: "SUBJECTS") var subjectArguments: SubjectArguments

    @OptionGroup(title: "BACKGROUND") var backgroundArguments: BackgroundArguments

    @OptionGroup(title: "BACKGROUND") var compositeArguments: CompositeArguments

    @OptionGroup(title: "FRAMING") var framingArguments: FramingArguments

    @OptionGroup(title: "OUTPUT") var outputArguments: OutputArguments

    @OptionGroup(title: "OUTPUT") var encodingArguments: EncodingArguments

    @OptionGroup(title: "REPORTS") var reportArguments: ReportArguments

    private var mask: Bool { outputArguments.mask }
    private var json: Bool { reportArguments.json }
    private var quiet: Bool { reportArguments.quiet }

    func validate() throws {
        var words = ColorWords()
        words.mask = mask
        words.background = backgroundArguments.background
        words.presetHasBackground = framingArguments.background != nil
        words.keepHidden = outputArguments.keepHidden
        words.scaling = framingArguments.scaling
        words.others = compositeArguments.used.union(outputArguments.decontaminate ? ["decontaminate"] : [])
        if let problem = words.problem({ "--\($0)" }) { throw ValidationError("\(problem.reason).") }
        if json && outputArguments.isStandardOutput {
            throw ValidationError("Standard output cannot take both the picture and --json; name a file with -o.")
        }
        if subjectArguments.split && outputArguments.isStandardOutput {
            throw ValidationError("Standard output takes one picture; for --split name a file with -o.")
        }
        if correctionArguments.matte != nil, let option = pipelineArguments.optionsOfNetworks.first {
            throw ValidationError("--matte takes the place of the network; leave \(option) out.")
        }
    }

    func run() throws {
        let inputs = CommandArguments.expanded(inputs)
        if let word = inputs.first { try Matte.refuseMistypedVerb(word) }
        let files = try planning { () throws(PlanningError) in try correctionArguments.files(for: inputs) }
        let otherInputs = pipelineArguments.files + backgroundArguments.files + files.flatMap(\.all)
        let plan = try plan(inputs, otherInputs)
        let ground = try failing { () throws(ImageCodecError) in
            try backgroundArguments.ground(limits: inputArguments.limits, lenient: inputArguments.lenient)
        }
        let work = try work(over: ground, reading: inputs + otherInputs.map { .named($0) })
        try failing { () throws(OutputFolderError) in
            try OutputFolders.prepare(plan.jobs.flatMap(\.outputs), making: plan.missingFolders)
        }
        for job in plan.skipped {
            if !quiet { Console.message("\(job.input): left out, for \(job.output) is there") }
            if json { Console.json(SkipReport(job)) }
        }
        let filesOfInputs = Dictionary(zip(inputs, files), uniquingKeysWith: { first, _ in first })
        let pieces = plan.jobs.map { CutPiece(job: $0, files: filesOfInputs[$0.input] ?? CorrectionFiles()) }
        var failureCount = 0
        CutPiece.run(pieces, work, threads: pipelineArguments.threads) { piece, outcome in
            if !report(piece, outcome) { failureCount += 1 }
        }
        if failureCount > 0 { throw ExitCode(1) }
    }

    private func plan(_ inputs: [InputFile], _ otherInputs: [BytePath]) throws -> JobPlan {
        let plan = try planning { () throws(PlanningError) in
            try JobPlan(
                outputArguments.request(
                    for: inputs, trimaps: correctionArguments.trimaps, otherInputs: otherInputs,
                    splits: subjectArguments.split, reports: json))
        }
        for job in plan.jobs + plan.skipped {
            try encodingArguments.check(for: job.format)
            if !job.format.supportsAlpha && !mask && !isOpaque {
                throw UsageError(
                    "\(job.format) has no transparency: add --background white, or --mask, or write a .png.")
            }
            if subjectArguments.split && job.output.isStream {
                throw UsageError("'\(job.output)' takes one picture; for --split name a file with -o.")
            }
        }
        return plan
    }

    private func work(over ground: Background?, reading inputs: [InputFile]) throws -> CutWork {
        var finish = Finish(
            maskWork: try maskArguments.operations(), subjects: subjectArguments.choice,
            foregroundColors: outputArguments.decontaminate ? ForegroundEstimation() : nil,
            framing: framingArguments.framing, shadow: compositeArguments.shadow.value,
            blending: compositeArguments.blending.value,
            matching: compositeArguments.matchColors.map { ColorMatching(strength: $0) },
            keepsHiddenColors: outputArguments.keepHidden)
        // A transparent colour takes a preset's background away.
        let preset = backgroundArguments.background == nil ? framingArguments.background : nil
        if !mask, let background = ground ?? preset { finish.background = background }
        try usable(finish)
        var encoding = encodingArguments.encoding(threads: pipelineArguments.threads)
        encoding.metadata = outputArguments.metadata
        var isHeavy = false
        let source: CutWork.Source
        if correctionArguments.matte != nil {
            source = try pipelineArguments.refiners()
        } else {
            let (pipeline, files) = try pipelineArguments.network()
            source = .network(pipeline)
            isHeavy = PipelineArguments.areHeavy(files)
        }
        return CutWork(
            source: source, isHeavy: isHeavy, finish: finish, writesMask: mask, splits: subjectArguments.split,
            encoding: encoding,
            inputArguments: inputArguments, outputArguments: outputArguments,
            readFiles: Set(inputs.compactMap(\.identity)))
    }

    /// Whether nothing shows through what is laid behind the subject.
    private var isOpaque: Bool {
        backgroundArguments.background != nil ? backgroundArguments.isOpaque : framingArguments.background != nil
    }

    /// Refuses numbers that no picture could be finished with, before any is read.
    private func usable(_ finish: Finish) throws {
        do throws(MattingError) {
            try finish.validate()
        } catch {
            throw UsageError(OptionWords.text(error))
        }
    }

    /// Says what became of a picture; false where it failed.
    private func report(_ piece: CutPiece, _ outcome: Result<CutWork.Outcome, any Error>) -> Bool {
        let job = piece.job
        switch outcome {
        case .success(let outcome):
            for written in outcome.written {
                if !quiet { for warning in written.warnings { Console.message("\(job.input): \(warning)") } }
                if json { Console.json(Report(job, outcome, written)) }
            }
            for output in outcome.leftOut {
                if !quiet { Console.message("\(job.input): a subject left out, for \(output) is there") }
                if json { Console.json(SkipReport(job, output)) }
            }
            return true
        case .failure(let error):
            let text = Console.complain(about: job.input, error, isReading: piece.isReading)
            if json { Console.json(FailureReport(job.input, job.output, error: text)) }
            return false
        }
    }
}
