import ArgumentParser
import Files
import ImageCodecs
import MatteRefinement
import Matting
import MattingBatch
import VideoStreams

struct Video: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Mattes films, frame by frame without flicker.",
        discussion: """
            Reads YUV4MPEG2, which ffmpeg makes of any film, or pictures: a folder in natural order, or a pattern such as \
            frames/%05d.png. Writes the matte as a grey YUV4MPEG2 stream; with --background the subject over a colour or \
            a picture, in the film's own format; or, where the output is a pattern or a folder, a PNG with transparency \
            for each frame.

            EXAMPLES
              ffmpeg -i film.mp4 -f yuv4mpegpipe - | matte video - -o matte.y4m
              matte video film.y4m -o cutouts/
              matte video frames/%05d.png -o green.y4m --background '#00ff00'
            """)

    @Argument(
        help: ArgumentHelp("Film (.y4m), '-' for standard input, folder or pattern of pictures.", valueName: "input"))
    var input: InputFile

    @Option(
        name: .shortAndLong,
        help: "Stream to write (.y4m), '-' for standard output, folder or pattern of pictures (out/%05d.png).")
    var output: BytePath

    @Flag(help: "Replace pictures that are there under the names of frames.")
    var overwrite = false

    @Flag(help: "Write the alpha alone; what a stream holds by default.")
    var mask = false

    @OptionGroup(title: "INPUT") var inputArguments: InputArguments

    @OptionGroup(title: "MATTE") var pipelineArguments: PipelineArguments

    @OptionGroup(title: "BACKGROUND") var backgroundArguments: BackgroundArguments

    @OptionGroup(title: "PICTURES") var encodingArguments: EncodingArguments

    @Flag(inversion: .prefixedNo, help: "Take out the flicker of networks that see each frame by itself.")
    var temporalFilter = true

    @Option(help: "Matrix of the film's colours: bt601 or bt709; by default bt709 above 576 rows.")
    var matrix: Matrix?

    @Option(
        help: ArgumentHelp(
            "Frames a second of a film that is made of pictures, such as 30000/1001; by default 25.", valueName: "n"))
    var rate: Rate?

    @Flag(inversion: .prefixedNo, help: "Show the progress; by default on a terminal.")
    var progress: Bool?

    @Flag(help: "Print a JSON object on standard output at the end.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print errors only.")
    var quiet = false

    func validate() throws {
        if mask && backgroundArguments.background != nil {
            throw ValidationError("--mask has no background; leave one of them out.")
        }
        if json && OutputFile(argument: output) == .standardOutput {
            throw ValidationError("Standard output cannot take both the film and --json; name a file with -o.")
        }
    }

    func run() throws {
        let target = try planning { () throws(PlanningError) in try VideoTarget(output) }
        if case .pictures(_, .jpeg) = target, !mask, !backgroundArguments.isOpaque {
            throw UsageError("JPEG has no transparency: add --background white, or --mask, or write .png.")
        }
        if case .pictures(_, let format) = target {
            try encodingArguments.check(for: format)
        } else if encodingArguments.isUsed {
            throw UsageError("--quality and --compression are for pictures (-o out/); leave them out for a film.")
        }
        if target.isStream && backgroundArguments.background != nil && !backgroundArguments.isOpaque {
            throw UsageError(
                "A film of YUV4MPEG2 has no transparency: write pictures (-o out/), or leave --background out for the matte."
            )
        }
        if rate != nil, !target.isStream {
            throw UsageError("--rate is for a film that is written (-o film.y4m); pictures have none.")
        }
        do {
            let source = try VideoSource(input, matrix: matrix?.value, inputArguments)
            if rate != nil, source.header != nil {
                throw UsageError("--rate is for a film that is made of pictures; one of YUV4MPEG2 says its own.")
            }
            try refuseOverwriting(source, by: target)
            let backdrop = try prepared {
                try backgroundArguments.ground(limits: inputArguments.limits, lenient: inputArguments.lenient)
            }
            let pipeline = try prepared { try pipelineArguments.load() }
            let folders = target.isStream ? [] : [target.folder].compactMap { $0 }
            try prepared { try OutputFolders.prepare([target.example], making: folders) }
            let kind: FrameRenderer.Kind =
                if let backdrop { .composite(backdrop) } else if mask || target.isStream { .matte } else { .cutout }
            var job = VideoJob(
                target: target, renderer: FrameRenderer(kind, limits: inputArguments.limits),
                sourceHeader: source.header,
                colors: source.header.map { VideoColors($0, matrix: matrix?.value) }, matrix: matrix?.value,
                rate: (rate ?? Rate(25, 1)).value, firstNumber: source.firstNumber,
                options: encodingArguments.encoding(threads: pipelineArguments.threads), overwrites: overwrite,
                progress: VideoProgress(expected: source.expectedFrameCount, wish: quiet ? false : progress))
            try job.run(source, pipeline, filter: temporalFilter ? TemporalFilter() : nil)
            report(job)
        } catch let error as UsageError {
            throw error
        } catch {
            let text = complain(error)
            if json { Console.json(FailureReport(input, OutputFile(argument: output), error: text)) }
            throw ExitCode(1)
        }
    }

    /// Makes what is needed before the first frame; what is wrong with it is not said of the input.
    private func prepared<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as UsageError {
            throw error
        } catch {
            throw VideoError.preparation(reason: "\(error)")
        }
    }

    /// Says what is wrong, of the file that it is wrong with, and returns it.
    private func complain(_ error: any Error) -> String {
        switch error {
        case VideoError.preparation(let reason):
            Console.message(reason)
            return reason
        case VideoStreamError.cannotWrite: return Console.complain(about: output, error)
        case ImageCodecError.cannotWrite(let path, _): return Console.complain(about: path, error)
        default: return Console.complain(about: input, error)
        }
    }

    private func report(_ job: VideoJob) {
        let count = job.progress.frameCount
        if !quiet {
            for line in job.warnings.lines { Console.message("\(input): \(line)") }
            if job.emptyCount > 0 {
                Console.message("\(input): no subject found in \(job.emptyCount) of \(count) frames")
            }
        }
        guard json else { return }
        Console.json(
            VideoReport(
                input: input.argument.description, inputBase64: input.argument.base64, output: output.description,
                outputBase64: output.base64, width: job.width, height: job.height,
                frames: count,
                framesWithoutSubject: job.emptyCount, warnings: job.warnings.lines, seconds: job.progress.seconds,
                framesPerSecond: job.progress.framesPerSecond))
    }

    private func refuseOverwriting(_ source: borrowing VideoSource, by target: VideoTarget) throws {
        let besides = pipelineArguments.files + backgroundArguments.files
        let inputs = (besides + (source.files ?? [])).map { InputFile.named($0) } + (source.files == nil ? [input] : [])
        let frames = source.files.map { source.firstNumber..<source.firstNumber + $0.count }
        try planning { () throws(PlanningError) in
            try target.refuseOverwriting(inputs, frames: frames, reports: json, overwrites: overwrite)
        }
    }
}

/// What `--json` says of a film.
private struct VideoReport: Encodable {
    let input: String
    let inputBase64: String?
    let output: String
    let outputBase64: String?
    let width: Int
    let height: Int
    let frames: Int
    let framesWithoutSubject: Int
    /// Each thing once, with the first frame it was noticed in.
    let warnings: [String]
    let seconds: Double
    let framesPerSecond: Double
}

extension Video {
    enum Matrix: String, ExpressibleByArgument, CaseIterable {
        case bt601, bt709

        var value: VideoColors.Matrix { self == .bt601 ? .bt601 : .bt709 }
    }

    /// Frames a second: a whole number, or a fraction with `/` or `:`.
    struct Rate: ExpressibleByArgument {
        let value: Y4MHeader.Ratio

        init(_ numerator: Int, _ denominator: Int) { value = Y4MHeader.Ratio(numerator, denominator) }

        init?(argument: String) {
            let parts = argument.split(whereSeparator: { $0 == "/" || $0 == ":" }).map { Int($0) }
            guard parts.count == 1 || parts.count == 2, let numerator = parts[0],
                let denominator = parts.count == 2 ? parts[1] : 1, (1...1_000_000).contains(numerator),
                (1...1_000_000).contains(denominator)
            else { return nil }
            self.init(numerator, denominator)
        }

        var defaultValueDescription: String { "25" }
    }
}
