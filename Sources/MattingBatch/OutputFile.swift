import Files

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What is written: a file by its name, or standard output.
package enum OutputFile: Hashable, Sendable, CustomStringConvertible {
    case standardOutput
    case named(BytePath)

    private static let standardOutputNames: [BytePath] = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]

    /// - Parameter argument: a path, or `-` or another name of standard output, be that a pipe or a file.
    package init(argument: BytePath) {
        self = Self.standardOutputNames.contains(argument) ? .standardOutput : .named(argument)
    }

    /// For people.
    package var description: String {
        switch self {
        case .standardOutput: "standard output"
        case .named(let path): path.description
        }
    }

    /// As it is named on the command line, for programs.
    package var argument: BytePath {
        switch self {
        case .standardOutput: "-"
        case .named(let path): path
        }
    }

    /// What is opened to write to it.
    package var path: BytePath {
        switch self {
        case .standardOutput: "/dev/stdout"
        case .named(let path): path
        }
    }

    /// Whether bytes go straight to it, into a descriptor, a pipe or a device such as `/dev/null`; else a file appears.
    package var isStream: Bool {
        if path.descriptorNumber != nil { return true }
        guard let kind = path.status().map({ $0.st_mode & S_IFMT }) else { return false }
        return kind != S_IFREG && kind != S_IFDIR
    }

    /// The folder in which a file appears; nil where none does.
    package var folder: BytePath? { isStream ? nil : path.folder }

    /// Looks whether there is a folder for the file to appear in.
    ///
    /// - Throws: ``PlanningError/missingFolder(_:output:)``.
    package func requireFolder() throws(PlanningError) {
        guard let folder, !folder.isFolder else { return }
        throw .missingFolder(folder.withoutTrailingSlashes, output: path)
    }

    /// The regular file that would lose what it holds; nil where there is none.
    var file: FileIdentity? {
        let status: stat?
        if let descriptor = path.descriptorNumber {
            var known = stat()
            status = fstat(descriptor, &known) == 0 ? known : nil
        } else {
            status = path.status()
        }
        guard let status, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return FileIdentity(path)
    }

    /// What two names of one file have in common, also before it is made; nil for what is no file.
    var place: Place? {
        if isStream { return file.map { .file($0) } }
        // Of a file with several names only one is replaced: a name tells it, not what it leads to.
        if let status = path.status(), status.st_nlink == 1, let file { return .file(file) }
        let path = path.resolved() ?? path
        return .name(FileIdentity(path.folder), folder: FileIdentity(path.folder) == nil ? path.folder : "", path.name)
    }

    enum Place: Hashable {
        case file(FileIdentity)
        /// The name in a folder; one that is not there yet is told by its name too.
        case name(FileIdentity?, folder: BytePath, BytePath)
    }
}
