import ArgumentParser
import Files
import ImageCodecs
import Matting
import MattingBatch

/// Where results go, and what is in them.
struct OutputArguments: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "File to write, '-' for standard output, or a folder for <stem>.png of each input. Without it <stem>.png is "
                + "written beside each input.", valueName: "output"))
    var output: BytePath?

    @Flag(help: "Replace files that are there under derived names, too.")
    var overwrite = false

    @Flag(help: "Leave out pictures whose output is there.")
    var noClobber = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Text behind the stem of derived names, such as -cut.", valueName: "text"))
    var suffix: BytePath = ""

    @Option(help: "Format where no file name tells; else png.")
    var format: Format?

    @Flag(help: "Write the alpha alone, as a grey picture.")
    var mask = false

    @Flag(help: "Take the old background's colour out of soft edges: hair and fur without a halo.")
    var decontaminate = false

    @Flag(help: "Keep the colours that are hidden under alpha 0, for retouching; erased by default.")
    var keepHidden = false

    @Option(
        help: ArgumentHelp(
            "What the file tells beside the pixels: all that was read; safe: resolution, dates, camera, exposure, author, "
                + "copyright, description; or none.", valueName: "all|safe|none"))
    var metadata: MetadataPolicy = .safe

    func validate() throws {
        if overwrite && noClobber {
            throw ValidationError("--overwrite replaces what --no-clobber keeps; leave one of them out.")
        }
    }

    var isStandardOutput: Bool { output.map { OutputFile(argument: $0) == .standardOutput } ?? false }

    func request(
        for inputs: [InputFile], trimaps: CompanionFiles?, otherInputs: [BytePath], splits: Bool, reports: Bool
    ) -> JobRequest {
        JobRequest(
            inputs: inputs, output: output, format: format?.imageFormat, suffix: suffix,
            existing: overwrite ? .replaceAll : noClobber ? .keep : .replaceNamed, trimaps: trimaps,
            otherInputs: otherInputs, splits: splits, reports: reports)
    }

    /// Whether a file may be replaced that has appeared since the work was planned.
    func replaces(_ job: Job) -> Bool { overwrite || !job.isDerived && !noClobber }
}

extension OutputArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case png, jpeg, webp, tiff, psd

        var imageFormat: ImageFormat {
            switch self {
            case .png: .png
            case .jpeg: .jpeg
            case .webp: .webp
            case .tiff: .tiff
            case .psd: .psd
            }
        }
    }
}

extension InputFile: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument: CommandArguments.decoded(argument)) }

    package static var defaultCompletionKind: CompletionKind { .file() }
}

extension MetadataPolicy: ExpressibleByArgument {}
