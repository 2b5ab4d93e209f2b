import ArgumentParser
import Matting
import MattingBatch

/// Where frames go, decided before any work.
enum VideoTarget {
    /// A YUV4MPEG2 stream: a file, or `/dev/stdout`.
    case stream(path: String)
    /// A picture a frame.
    case pictures(FrameName, ImageFormat)

    private static let standardOutput = "/dev/stdout"

    /// - Throws: `ValidationError`.
    init(_ output: String) throws {
        if FileIdentity.isStandardOutput(output) {
            self = .stream(path: Self.standardOutput)
        } else if let name = FrameName(output) {
            guard let format = ImageFormat(path: output) else {
                throw ValidationError("'\(output)' names no format of pictures; end it in .png or .jpg.")
            }
            self = .pictures(name, format)
        } else if output.hasSuffix("/") || FileIdentity.isFolder(output) {
            guard let name = FrameName("\(output)\(output.hasSuffix("/") ? "" : "/")%05d.png") else {
                throw ValidationError("'\(output)' cannot be a folder of frames: leave % out of its name.")
            }
            self = .pictures(name, .png)
        } else if output.hasSuffix(".y4m") || FileIdentity.device(output) != nil {
            self = .stream(path: output)
        } else {
            throw ValidationError(
                "'\(output)' is no output for frames: end it in .y4m, name pictures (out/%05d.png) or a folder (out/), "
                    + "or pipe into ffmpeg with -o -.")
        }
    }

    var isStream: Bool { if case .stream = self { true } else { false } }

    /// The folder of the files; nil where none appears.
    var folder: String? {
        switch self {
        case .stream(let path):
            path == Self.standardOutput || FileIdentity.device(path) != nil
                ? nil : FileIdentity.folder(of: path)
        case .pictures(let name, _): name.folder.isEmpty ? "." : name.folder
        }
    }
}
