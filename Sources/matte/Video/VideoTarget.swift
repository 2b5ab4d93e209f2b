import ArgumentParser
import Files
import ImageCodecs
import Matting
import MattingBatch

/// Where frames go, decided before any work.
enum VideoTarget {
    /// A YUV4MPEG2 stream.
    case stream(OutputFile)
    /// A picture a frame.
    case pictures(FrameName, ImageFormat)

    /// - Throws: ``UsageError``.
    init(_ path: BytePath) throws(UsageError) {
        let output = OutputFile(argument: path)
        if output == .standardOutput {
            self = .stream(output)
        } else if let name = FrameName(path) {
            guard let format = ImageFormat(path: path) else {
                throw UsageError("'\(path)' names no format of pictures; end it in .png or .jpg.")
            }
            self = .pictures(name, format)
        } else if path.endsInSlash || path.isFolder {
            guard let name = FrameName(folder: path) else {
                throw UsageError("'\(path)' cannot be a folder of frames: leave % out of its name.")
            }
            self = .pictures(name, .png)
        } else if path.hasSuffix(".y4m") || output.isStream {
            try planning { () throws(PlanningError) in try output.requireFolder() }
            self = .stream(output)
        } else {
            throw UsageError(
                "'\(path)' is no output for frames: end it in .y4m, name pictures (out/%05d.png) or a folder (out/), "
                    + "or pipe into ffmpeg with -o -.")
        }
    }

    var isStream: Bool { if case .stream = self { true } else { false } }

    /// One of the files that are written.
    var example: OutputFile {
        switch self {
        case .stream(let output): output
        case .pictures(let name, _): .named(name.path(1))
        }
    }

    /// The folder of the files; nil where none appears.
    var folder: BytePath? {
        switch self {
        case .stream(let output): output.folder
        case .pictures(let name, _): name.folder.folder
        }
    }

    /// Files that are there under names that frames may get, in no order.
    ///
    /// - Throws: ``PlanningError/unreadableFolder(path:reason:)``.
    func existingFrames() throws(PlanningError) -> [BytePath] {
        guard case .pictures(let name, _) = self, let folder, folder.isFolder else { return [] }
        return try FileTree.names(in: folder).map { name.folder + $0 }.filter { name.number(of: $0) != nil }
    }
}
