import ArgumentParser
import Files
import Matting
import MattingBatch

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

struct Cut: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Cuts the subject out of photographs.",
        discussion: """
            Colours of a cut-out are the photograph's own, bit for bit; size, orientation, colour profile and 16 bits \
            are kept. PNG and JPEG are read, whatever the file is called; what is written follows the output's extension.
            """)

    @Argument(help: ArgumentHelp("Photographs to read; '-' is standard input.", valueName: "input"))
    var inputs: [String]

    @Option(
        name: .shortAndLong, help: "File to write, '-' for standard output, or a folder for <stem>.png of each input.")
    var output: String

    @Flag(help: "Write the alpha alone, as a grey picture.")
    var mask = false

    @OptionGroup var pictureArguments: PictureArguments

    @OptionGroup var pipelineArguments: PipelineArguments

    @OptionGroup var inputArguments: InputArguments

    @Option(help: "Format where no file name tells: png or jpeg.")
    var format: Format = .png

    @Flag(help: "Keep the colours that are hidden under alpha 0, for retouching; erased by default.")
    var keepHidden = false

    @Flag(help: "Print a JSON object a photograph on standard output.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print errors only.")
    var quiet = false

    func validate() throws {
        if mask && pictureArguments.background != nil {
            throw ValidationError("--mask has no background; leave one of them out.")
        }
        if mask && keepHidden { throw ValidationError("--mask has no colours to keep; leave --keep-hidden out.") }
        if keepHidden && pictureArguments.background != nil {
            throw ValidationError("A composite hides no colours; leave --keep-hidden or --background out.")
        }
        if json && FileIdentity.isStandardOutput(output) {
            throw ValidationError("Standard output cannot take both the picture and --json; name a file with -o.")
        }
        for job in try plan() where job.format == .jpeg && !mask && pictureArguments.background == nil {
            throw ValidationError("JPEG has no transparency: add --background white, or --mask, or write a .png.")
        }
    }

    func run() async throws {
        let jobs = try plan()
        let backdrop = try failing { () throws(ImageCodecError) in try pictureArguments.backdrop(quiet: quiet) }
        let pipeline = try pipelineArguments.pipeline()
        try prepareFolder(for: jobs)

        var failureCount = 0
        for job in jobs {
            if !cut(job, pipeline: pipeline, over: backdrop) { failureCount += 1 }
        }
        if failureCount > 0 { throw ExitCode(1) }
    }

    private func plan() throws -> [Job] {
        try planning { () throws(PlanningError) in
            try Job.plan(
                inputs: inputs, output: output, format: format.imageFormat,
                sparing: pipelineArguments.files + pictureArguments.files)
        }
    }

    /// Cuts one picture; false where it failed, after saying why.
    private func cut(_ job: Job, pipeline: MattingPipeline, over background: Background?) -> Bool {
        let clock = ContinuousClock()
        do {
            let start = clock.now
            let image = try read(job.input)
            let decoded = clock.now
            let result = try pipeline.matte(image)
            let matted = clock.now
            let picture =
                if mask {
                    try result.mask()
                } else if let background {
                    try result.composite(over: background)
                } else {
                    try result.cutout(keepsHiddenColors: keepHidden)
                }
            let encoded = try picture.encoded(
                as: job.format,
                options: pictureArguments.encoding(threads: pipelineArguments.threads))
            try encoded.withBytes { (bytes) throws(ImageCodecError) in
                try Interruption.whileWriting { () throws(ImageCodecError) in
                    try AtomicFile.write(bytes, to: job.output == "-" ? "/dev/stdout" : job.output)
                }
            }
            let warnings = result.warnings.map(\.description) + encoded.warnings.map(\.description)
            if !quiet { for warning in warnings { Console.message("\(job.input): \(warning)") } }
            if json {
                Console.json(
                    Report(
                        input: job.input, output: job.output, width: image.width, height: image.height,
                        hasSubject: result.hasSubject, coverage: result.alpha.coverage,
                        confidence: result.confidence?.score, expectedError: result.confidence?.expectedError,
                        warnings: warnings,
                        milliseconds: .init(
                            decode: (decoded - start).milliseconds, matte: (matted - decoded).milliseconds,
                            write: (clock.now - matted).milliseconds)))
            }
            return true
        } catch {
            let text = Console.complain(about: job.input, error)
            if json { Console.json(FailureReport(input: job.input, output: job.output, error: text)) }
            return false
        }
    }

    private func read(_ input: String) throws(ImageCodecError) -> RasterImage {
        let (limits, lenient) = (inputArguments.limits, inputArguments.lenient)
        guard input == "-" else { return try RasterImage(contentsOf: input, limits: limits, lenient: lenient) }
        let bytes = try WholeFile.readAll(fileDescriptor: STDIN_FILENO, limit: limits.maxFileBytes)
        return try RasterImage(decoding: bytes, limits: limits, lenient: lenient)
    }

    /// Makes the folder of the outputs where one is needed, and removes from it what a killed run left behind.
    private func prepareFolder(for jobs: [Job]) throws {
        if FileIdentity.isStandardOutput(output) { return }
        if jobs.count > 1 || output.hasSuffix("/") {
            guard mkdir(output, 0o777) == 0 || errno == EEXIST else {
                Console.message("\(output): the folder could not be made (\(systemReason(errno)))")
                throw ExitCode(1)
            }
        }
        if let folder = jobs.first?.folder { AtomicFile.removeStaleTemporaries(in: folder) }
    }
}
