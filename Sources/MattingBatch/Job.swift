import Files
import ImageCodecs

/// One picture to read and one to write.
package struct Job: Sendable, Equatable {
    package let input: InputFile
    package let output: OutputFile
    package let format: ImageFormat
    /// Whether the output's name was made from the input's; else somebody named it.
    package let isDerived: Bool
    /// Where its trimap is written, too.
    package var trimap: OutputFile?

    /// All that is written.
    package var outputs: [OutputFile] { [output] + [trimap].compactMap { $0 } }
}

/// What becomes of files that are there under names that outputs get.
package enum ExistingOutputs: Sendable {
    /// A file that was named is replaced; names that were derived are refused, all of them before any work.
    case replaceNamed
    /// All are replaced.
    case replaceAll
    /// None is replaced: its picture is left out.
    case keep
}

/// What is asked for: pictures, and where their results go.
package struct JobRequest: Sendable {
    package let inputs: [InputFile]
    /// A file, standard output by one of its names, or a folder: one that exists, ends in `/`, or is needed because there
    /// are several inputs. nil: beside each input.
    package let output: BytePath?
    /// What is written where no file name tells; nil: PNG, but for a file that somebody named.
    package let format: ImageFormat?
    /// What derived names have between stem and extension.
    package let suffix: BytePath
    package let existing: ExistingOutputs
    /// Where the trimap of each picture is written besides; nil: nowhere.
    package let trimaps: CompanionFiles?
    /// Files that are read besides, which no output may be either.
    package let otherInputs: [BytePath]
    /// Whether each subject is written by itself, under a name with its number.
    package let splits: Bool
    /// Whether reports go to standard output.
    package let reports: Bool

    package init(
        inputs: [InputFile], output: BytePath?, format: ImageFormat? = nil, suffix: BytePath = "",
        existing: ExistingOutputs = .replaceNamed, trimaps: CompanionFiles? = nil, otherInputs: [BytePath] = [],
        splits: Bool = false, reports: Bool = false
    ) {
        self.splits = splits
        self.inputs = inputs
        self.output = output
        self.format = format
        self.suffix = suffix
        self.existing = existing
        self.trimaps = trimaps
        self.otherInputs = otherInputs
        self.reports = reports
    }
}
