import Files

/// What is read: a file by its name, or standard input.
package enum InputFile: Hashable, Sendable, CustomStringConvertible {
    case standardInput
    case named(BytePath)

    /// - Parameter argument: a path, or `-` for standard input.
    package init(argument: BytePath) { self = argument == "-" ? .standardInput : .named(argument) }

    /// For people.
    package var description: String {
        switch self {
        case .standardInput: "standard input"
        case .named(let path): path.description
        }
    }

    /// As it is named on the command line, for programs.
    package var argument: BytePath {
        switch self {
        case .standardInput: "-"
        case .named(let path): path
        }
    }

    /// nil where there is no such file.
    package var identity: FileIdentity? {
        switch self {
        case .standardInput: FileIdentity(descriptor: 0)
        case .named(let path): FileIdentity(path)
        }
    }
}
