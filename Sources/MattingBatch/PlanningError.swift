/// Why a command cannot begin: everything that could lose a file, found before any work.
package enum PlanningError: Error, Equatable, CustomStringConvertible {
    /// Standard input can be read once only.
    case standardInputTwice
    /// Several pictures, but standard output takes one.
    case severalToStandardOutput
    /// Several pictures for an output that is a file.
    case severalToOneFile(output: String, inputCount: Int)
    /// The output's name does not say what to write.
    case unknownFormat(output: String)
    /// Two inputs for which one output was derived.
    case sameOutput(inputs: [String], output: String)
    /// Two outputs that lead to one file.
    case oneFile(outputs: [String])
    /// An output that leads to an input.
    case overwritesInput(output: String, input: String)
    /// A folder that cannot be listed; `reason` is the system's.
    case unreadableFolder(path: String, reason: String)

    package var description: String {
        switch self {
        case .standardInputTwice:
            "'-' reads standard input and can be named once only."
        case .severalToStandardOutput:
            "Standard output takes one picture; for several name a folder: -o DIR/"
        case .severalToOneFile(let output, let inputCount):
            "'\(output)' is a file, but \(inputCount) inputs need a folder: -o DIR/"
        case .unknownFormat(let output):
            "'\(output)' names no format; end it in .png or .jpg."
        case .sameOutput(let inputs, let output):
            inputs.map { "'\($0)'" }.joined(separator: " and ") + " would both become '\(output)'; "
                + "rename one, or cut them into two folders."
        case .oneFile(let outputs):
            outputs.map { "'\($0)'" }.joined(separator: " and ") + " are one file."
        case .overwritesInput(let output, let input):
            "'\(output)' is the input '\(input)'; inputs are never overwritten."
        case .unreadableFolder(let path, let reason):
            "\(path): cannot be listed: \(reason)"
        }
    }
}
