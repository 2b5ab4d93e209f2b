import ArgumentParser
import ImageCodecs
import Matting
import MattingBatch

/// How pictures are written, the same for all verbs that write them.
struct EncodingArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "PNG and lossless WebP: fast, balanced, smallest, or a level 0 to 9. TIFF: deflate, lzw or none. The default is "
                + "fast, and deflate.", valueName: "effort|kind"))
    var compression: Compression?

    @Option(
        help: ArgumentHelp(
            "JPEG quality, 1 to 100; 92 by default. Given, colours of WebP are lossy, too; else they are exact.",
            valueName: "1…100"))
    var quality: Int?

    func validate() throws {
        if let quality, !(1...100).contains(quality) { throw ValidationError("--quality is 1 to 100.") }
    }

    /// Refuses what a format does not have.
    func check(for format: ImageFormat) throws(UsageError) {
        if let problem = words.problem(for: format, { "--\($0)" }) { throw UsageError("\(problem.reason).") }
    }

    /// Whether anything is said.
    var isUsed: Bool { compression != nil || quality != nil }

    func encoding(threads: Int?) -> EncodingOptions { words.options(threadCount: threads) }

    private var words: EncodingWords { EncodingWords(compression: compression?.value, quality: quality) }

    struct Compression: ExpressibleByArgument {
        let value: CompressionWord

        init?(argument: String) {
            guard let value = CompressionWord(argument) else { return nil }
            self.value = value
        }
    }
}
