import Files
import ImageCodecs

/// Where frames go, decided before any work.
package enum VideoTarget: Sendable {
    /// A YUV4MPEG2 stream.
    case stream(OutputFile)
    /// A picture a frame.
    case pictures(FrameName, ImageFormat)

    /// - Throws: ``PlanningError``.
    package init(_ path: BytePath) throws(PlanningError) {
        let output = OutputFile(argument: path)
        if output == .standardOutput {
            self = .stream(output)
        } else if let name = FrameName(path) {
            guard let format = ImageFormat(path: path), format.canWrite else {
                throw .unknownFormat(output: path)
            }
            self = .pictures(name, format)
        } else if path.endsInSlash || path.isFolder {
            guard let name = FrameName(folder: path) else {
                throw .folderIsPattern(path)
            }
            self = .pictures(name, .png)
        } else if path.hasSuffix(".y4m") || output.isStream {
            try output.requireFolder()
            self = .stream(output)
        } else {
            throw .noOutputForFrames(path)
        }
    }

    package var isStream: Bool { if case .stream = self { true } else { false } }

    /// One of the files that are written.
    package var example: OutputFile {
        switch self {
        case .stream(let output): output
        case .pictures(let name, _): .named(name.path(1))
        }
    }

    /// The folder of the files; nil where none appears.
    package var folder: BytePath? {
        switch self {
        case .stream(let output): output.folder
        case .pictures(let name, _): name.folder.folder
        }
    }

    /// No output may be one of the inputs, and pictures that are there stay unless somebody says otherwise.
    ///
    /// - Parameters:
    ///   - inputs: all that is read.
    ///   - frames: the numbers of the frames, where they are known: a stream does not tell.
    ///   - reports: whether reports go to standard output.
    ///   - overwrites: whether pictures that are there are replaced.
    /// - Throws: ``PlanningError``.
    package func refuseOverwriting(
        _ inputs: [InputFile], frames: Range<Int>?, reports: Bool, overwrites: Bool
    ) throws(PlanningError) {
        let existing = try existingFrames()
        let outputs: [OutputFile] =
            switch self {
            case .stream(let output): [output]
            // Where nobody knows how many frames there are any number may get a file. What has the name of a frame already
            // is looked at instead of the inputs' names, since it may be an input under another one.
            case .pictures(let name, _):
                frames.map { $0.map { .named(name.path($0)) } } ?? existing.map { .named($0) }
            }
        try Overwriting.refuse(inputs, by: outputs + (reports ? [.standardOutput] : []))
        // Those of a longer film that was there before would seem to go on with this one.
        if !overwrites, let first = existing.min() { throw .framesAreThere(output: first, count: existing.count) }
    }

    /// Files that are there under names that frames may get, in no order.
    ///
    /// - Throws: ``PlanningError/unreadableFolder(path:reason:)``.
    private func existingFrames() throws(PlanningError) -> [BytePath] {
        guard case .pictures(let name, _) = self, let folder, folder.isFolder else { return [] }
        return try FileTree.names(in: folder).map { name.folder + $0 }.filter { name.number(of: $0) != nil }
    }
}
