import ArgumentParser
import Files
import ImageCodecs
import Matting
import Raster

/// What is laid behind a subject and how pictures are written, the same for all verbs that write them.
struct PictureArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Lay the subject over a colour as CSS writes it (white, #rrggbb, #rgba, 'rgb(255 128 0)', transparent) or "
                + "over a picture.", valueName: "colour|image"))
    var background: Ground?

    @Option(help: "PNG effort: fast, balanced, smallest, or a level 0 to 9.")
    var compression: Compression = Compression(.fast)

    @Option(help: "JPEG quality, 1 to 100.")
    var quality: Int = 92

    func validate() throws {
        guard (1...100).contains(quality) else { throw ValidationError("--quality is 1 to 100.") }
        if case .picture(let path) = background, path.status() == nil {
            throw ValidationError(
                "--background '\(path)' is neither a colour (white, #rrggbb, rgb(255 128 0)) nor a file.")
        }
    }

    /// What is laid behind the subject, after saying what reading it had to leave out.
    func backdrop(quiet: Bool) throws(ImageCodecError) -> Background? {
        switch background {
        case .color(let color): return color.alpha > 0 ? .color(color) : nil
        case .picture(let path):
            let image = try RasterImage(contentsOf: path)
            if !quiet { for warning in image.warnings { Console.message("\(path): \(warning)") } }
            return .image(image)
        case nil: return nil
        }
    }

    /// Whether anything is laid behind the subject: a colour that is transparent is nothing.
    var hasGround: Bool {
        if case .color(let color) = background { color.alpha > 0 } else { background != nil }
    }

    /// Whether nothing shows through what is laid behind the subject.
    var isOpaque: Bool {
        if case .color(let color) = background { color.alpha == 1 } else { background != nil }
    }

    /// Files that are read, which no output may be.
    var files: [BytePath] {
        if case .picture(let path) = background { [path] } else { [] }
    }

    func encoding(threads: Int?) -> EncodingOptions {
        EncodingOptions(compression: compression.value, jpegQuality: quality, threadCount: threads)
    }
}

extension PictureArguments {
    /// What `--background` names.
    enum Ground: ExpressibleByArgument {
        case color(RasterColor)
        case picture(BytePath)

        init(argument: String) {
            if let color = try? RasterColor(argument) {
                self = .color(color)
            } else {
                self = .picture(CommandArguments.decoded(argument))
            }
        }
    }

    struct Compression: ExpressibleByArgument {
        let value: PNGCompression

        init(_ value: PNGCompression) { self.value = value }

        init?(argument: String) {
            switch argument {
            case "fast": self.init(.fast)
            case "balanced": self.init(.balanced)
            case "smallest": self.init(.smallest)
            default:
                guard let level = Int(argument), (0...9).contains(level) else { return nil }
                self.init(.level(level))
            }
        }

        var defaultValueDescription: String { "fast" }
    }
}
