import Files
import ImageCodecs

/// Why a command cannot begin: everything that could lose a file or could not work, found before any work.
package enum PlanningError: Error, Equatable, CustomStringConvertible {
    /// Standard input can be read once only.
    case standardInputTwice
    /// A photograph of no letters.
    case emptyInput
    /// Nothing says where the picture from standard input goes.
    case noOutputForStandardInput
    /// Several pictures, but standard output takes one.
    case severalToStandardOutput
    /// Several pictures for an output that is a file, or has the name of one.
    case severalToOneFile(output: BytePath, inputCount: Int)
    /// A name of no letters.
    case emptyOutput
    /// The output's name does not say what to write.
    case unknownFormat(output: BytePath)
    /// The output's name, or an option, says a format that this build does not write.
    case formatNotWritten(ImageFormat, output: BytePath)
    /// A folder is named that is something else.
    case notAFolder(BytePath)
    /// The folder of the file that was named is not there.
    case missingFolder(BytePath, output: BytePath)
    /// A suffix would lead into another folder.
    case suffixWithFolder(BytePath)
    /// A suffix, but the output's name is not derived.
    case suffixOfNamedOutput(output: BytePath)
    /// A format, but the output's name says another one.
    case formatOfNamedOutput(ImageFormat, output: BytePath)
    /// Two inputs for which one output was derived.
    case sameOutput(inputs: [InputFile], output: BytePath)
    /// Two outputs that lead to one file.
    case oneFile(outputs: [OutputFile])
    /// An output that leads to an input.
    case overwritesInput(output: OutputFile, input: InputFile, isDerived: Bool)
    /// Standard output, or standard error, leads into a file that is named.
    case streamIntoFile(isError: Bool, file: InputFile)
    /// Files of derived names are there already; `output` is the first of them.
    case isThere(output: BytePath, count: Int)
    /// Files are there under names that those of subjects may get.
    case subjectsAreThere(output: BytePath, count: Int)
    /// An option that names files to go with photographs, of no letters.
    case emptyCompanion(option: String)
    /// One file cannot go with several photographs.
    case companionForSeveral(option: String, path: BytePath)
    /// A folder of files that go with photographs has none for a photograph without a name.
    case companionOfStandardInput(option: String)
    /// A file that goes with a photograph by its name is a pipe or something else that is no file.
    case companionIsNoFile(option: String, path: BytePath)
    /// A file that is written beside a photograph's output is no PNG.
    case companionNotPNG(option: String, path: BytePath)
    /// A folder or a pattern in which there are no pictures.
    case noPictures(path: BytePath)
    /// A number is missing among those of a pattern.
    case missingPicture(path: BytePath)
    /// A folder whose name, with frames in it, would be another pattern.
    case folderIsPattern(BytePath)
    /// A name that is neither a film's nor a folder's nor a pattern.
    case noOutputForFrames(BytePath)
    /// Pictures of frames are there already.
    case framesAreThere(output: BytePath, count: Int)
    /// A folder that cannot be listed; `reason` is the system's.
    case unreadableFolder(path: BytePath, reason: String)

    package var description: String {
        switch self {
        case .standardInputTwice:
            "'-' reads standard input and can be named once only."
        case .emptyInput:
            "An input has an empty name; name a photograph, or '-' for standard input."
        case .noOutputForStandardInput:
            "A picture from standard input has no name to go by: add -o cutout.png, or -o - for standard output."
        case .severalToStandardOutput:
            "Standard output takes one picture; for several name a folder: -o DIR/"
        case .severalToOneFile(let output, let inputCount):
            "'\(output)' is one file, but \(inputCount) inputs need a folder: -o DIR/"
        case .emptyOutput:
            "The output has an empty name; name a file (-o cutout.png) or a folder (-o DIR/)."
        case .unknownFormat(let output):
            "'\(output)' names no format; end it in .png or .jpg, add --format, or end it in / if it is a folder."
        case .formatNotWritten(let format, let output):
            (output.isEmpty ? "" : "'\(output)': ") + ImageCodecError.notWritten(format: format).description + "."
        case .notAFolder(let path):
            "'\(path)' is a file, not a folder; name another folder, or leave the slash out to replace the file."
        case .missingFolder(let folder, let output):
            "'\(output)' cannot be written: there is no folder '\(folder)'; make it first (mkdir -p '\(folder)')."
        case .suffixWithFolder(let suffix):
            "--suffix '\(suffix)' has a slash; it is a part of file names, such as -cut."
        case .suffixOfNamedOutput(let output):
            "--suffix is for names that are derived, and -o names the file '\(output)'; leave one of them out."
        case .formatOfNamedOutput(let format, let output):
            "'\(output)' does not end as files of \(format) do, which --format says; leave one of them out."
        case .sameOutput(let inputs, let output):
            Self.list(inputs) + " would both become '\(output)'; rename one, or cut them into two folders."
        case .oneFile(let outputs):
            Self.list(outputs) + " are one file."
        case .overwritesInput(let output, let input, let isDerived):
            "'\(output)' is the input '\(input)'; inputs are never overwritten"
                + (isDerived ? ". Name a folder (-o DIR/) or add --suffix -cut." : ".")
        case .streamIntoFile(let isError, let file):
            "standard \(isError ? "error" : "output") leads into '\(file)', which the command names; inputs are never "
                + "overwritten: send it to another file."
        case .isThere(let output, let count):
            "'\(output)' is there already\(count > 1 ? ", and \(count - 1) more" : ""): "
                + "--overwrite replaces, --no-clobber leaves out, --suffix -cut names beside."
        case .subjectsAreThere(let output, let count):
            "'\(output)' is there already\(count > 1 ? ", and \(count - 1) more" : ""), as the file of a subject: "
                + "--overwrite replaces, --no-clobber leaves out."
        case .emptyCompanion(let option):
            "\(option) names no file."
        case .companionForSeveral(let option, let path):
            "\(option) '\(path)' is one file, but there are several photographs; name a folder that holds <stem>.png "
                + "for each."
        case .companionOfStandardInput(let option):
            "\(option) names a folder, and a photograph from standard input has no name to look for in it; name the file."
        case .companionIsNoFile(let option, let path):
            "\(option): '\(path)' is no file, but a folder, a pipe, a socket or a device."
        case .companionNotPNG(let option, let path):
            "\(option) '\(path)' is no PNG; end the name in .png."
        case .noPictures(let path):
            "\(path): there are no pictures (.png, .jpg) of that name"
        case .missingPicture(let path):
            "\(path) is missing between others; name a pattern of consecutive numbers, or the folder"
        case .folderIsPattern(let path):
            "'\(path)' cannot be a folder of frames: leave % out of its name."
        case .noOutputForFrames(let path):
            "'\(path)' is no output for frames: end it in .y4m, name pictures (out/%05d.png) or a folder (out/), "
                + "or pipe into ffmpeg with -o -."
        case .framesAreThere(let output, let count):
            "'\(output)' is there already\(count > 1 ? ", and \(count - 1) more" : ""): "
                + "--overwrite replaces them, or name another folder."
        case .unreadableFolder(let path, let reason):
            "\(path): cannot be listed: \(reason)"
        }
    }

    private static func list(_ files: [some CustomStringConvertible]) -> String {
        files.map { "'\($0)'" }.joined(separator: " and ")
    }
}
