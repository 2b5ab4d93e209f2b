import ArgumentParser
import ImageCodecs
import Matting
import Raster

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What is laid behind a subject and how pictures are written, the same for all verbs that write them.
struct PictureArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp("Lay the subject over a colour (white, #rrggbb) or a picture.", valueName: "colour|image"))
    var background: String?

    @Option(help: "PNG effort: fast, balanced, smallest, or a level 0 to 9.")
    var compression: Compression = Compression(.fast)

    @Option(help: "JPEG quality, 1 to 100.")
    var quality: Int = 92

    func validate() throws {
        guard (1...100).contains(quality) else { throw ValidationError("--quality is 1 to 100.") }
        if let background, (try? RasterColor(background)) == nil, access(background, F_OK) != 0 {
            throw ValidationError("--background '\(background)' is neither a colour (white, #rrggbb) nor a file.")
        }
    }

    /// What is laid behind the subject, after saying what reading it had to leave out.
    func backdrop(quiet: Bool) throws(ImageCodecError) -> Background? {
        guard let background else { return nil }
        if let color = try? RasterColor(background) { return .color(color) }
        let image = try RasterImage(contentsOf: background)
        if !quiet { for warning in image.warnings { Console.message("\(background): \(warning)") } }
        return .image(image)
    }

    /// Files that are read, which no output may be.
    var files: [String] { [background].compactMap { $0 } }

    func encoding(threads: Int?) -> EncodingOptions {
        EncodingOptions(compression: compression.value, jpegQuality: quality, threadCount: threads)
    }
}

extension PictureArguments {
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
