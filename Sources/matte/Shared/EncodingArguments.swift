import ArgumentParser
import ImageCodecs
import Matting
import MattingBatch

/// How pictures are written, the same for all verbs that write them.
struct EncodingArguments: ParsableArguments {
    @Option(help: "PNG effort: fast, balanced, smallest, or a level 0 to 9.")
    var compression: Compression = Compression(.fast)

    @Option(help: "JPEG quality, 1 to 100.")
    var quality: Int = 92

    func validate() throws {
        guard (1...100).contains(quality) else { throw ValidationError("--quality is 1 to 100.") }
    }

    func encoding(threads: Int?) -> EncodingOptions {
        EncodingOptions(compression: compression.value, jpegQuality: quality, threadCount: threads)
    }

    struct Compression: ExpressibleByArgument {
        let value: PNGCompression

        init(_ value: PNGCompression) { self.value = value }

        init?(argument: String) {
            guard let value = PNGCompression(argument) else { return nil }
            self.init(value)
        }

        var defaultValueDescription: String { "fast" }
    }
}
