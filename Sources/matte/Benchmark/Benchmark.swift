import ArgumentParser
import Files
import ImageCodecs
import KernelDispatch
import MatteEvaluation
import Matting
import MattingBatch
import Raster

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

struct Benchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows where the time goes, stage by stage and layer by layer.",
        discussion: """
            Cuts one picture again and again, as 'matte cut' does, and prints how long each stage takes: reading and \
            decoding the file, preparing the network's input, the network, the refinement at the picture's size, the \
            cut-out, encoding and writing the PNG. The network is taken apart by algorithm and by layer. The first \
            picture of the process is told apart from the warm ones, of which medians are printed. Results are written \
            to a temporary folder (TMPDIR, or /tmp) and removed.

            Without a photograph it measures a picture made by formula, so it runs anywhere. Every picture is treated \
            as if it had a subject. MATTING_INSTRUCTION_SET=baseline (or avx2, avx512) chooses older kernels.

            EXAMPLES
              matte benchmark
              matte benchmark photo.jpg --layers
              matte benchmark --size 4000x3000 --threads 1 2 4
              matte benchmark --weights u2net.safetensors --small-memory

            A GMAC is a billion multiply-accumulates, counted as the layers' definitions have them, whatever the \
            algorithm saves: a higher GMAC/s is a faster layer.
            """)

    @Argument(help: ArgumentHelp("Photograph to measure; '-' is standard input.", valueName: "photo"))
    var photo: InputFile?

    @Option(
        help: ArgumentHelp(
            "Weight file (safetensors, PyTorch or ONNX) instead of the embedded one.", valueName: "file"))
    var weights: BytePath?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Threads, one or several numbers to compare; all processors by default.", valueName: "n"))
    var threads: [Int] = []

    @Option(help: ArgumentHelp("Warm runs of each number of threads, after the first.", valueName: "n"))
    var runs: Int = 10

    @Option(help: ArgumentHelp("Size of the picture that is made without a photograph.", valueName: "WxH"))
    var size: Size?

    @Flag(help: "Prefer algorithms that need less memory: slower. It matters for the large networks.")
    var smallMemory = false

    @Flag(help: "List all layers, in order, instead of the slowest ones.")
    var layers = false

    @Flag(help: "Print one JSON object, with all layers.")
    var json = false

    func validate() throws {
        guard threads.allSatisfy((1...1024).contains) else { throw ValidationError("--threads is 1 to 1024.") }
        guard Set(threads).count == threads.count else {
            throw ValidationError("--threads names a number twice; once is enough.")
        }
        guard (1...100_000).contains(runs) else { throw ValidationError("--runs is 1 to 100000.") }
        if photo != nil && size != nil {
            throw ValidationError("A photograph has its own size; leave --size out, or the photograph.")
        }
        if let size, !size.isAllowed {
            throw ValidationError(
                "--size \(size) is too large; at most \(DecodingLimits.default.maxSide) pixels a side and "
                    + "\(DecodingLimits.default.maxPixels / 1_000_000) megapixels.")
        }
    }

    func run() throws {
        // A threshold of 0: a picture in which nothing is found would skip the refinement.
        let options = MattingOptions(subjectThreshold: 0, memoryUse: smallMemory ? .small : .fastest)
        let benchmark = PipelineBenchmark(
            try picture(), weights: weights, options: options, whileWriting: Interruption.whileWriting)
        let threadCounts = threads.isEmpty ? [Machine.processorCount] : threads
        let report = try failing(about: photo) { () throws(MattingError) in
            try benchmark.measure(threadCounts: threadCounts, runs: runs)
        }
        let name = photo?.description ?? "made by formula"
        if json {
            Console.json(BenchmarkSummary(report, picture: name, options: options))
        } else {
            let text = BenchmarkText(report, picture: name, options: options, listsAllLayers: layers)
            for line in text.lines { Console.line(line) }
        }
    }

    private func picture() throws -> PipelineBenchmark.Picture {
        if case .named(let path) = photo { return .file(path) }
        return .bytes(
            try failing(about: photo) { () throws(ImageCodecError) in
                if photo != nil {
                    return try WholeFile.readAll(fileDescriptor: STDIN_FILENO) { (start) throws(ImageCodecError) in
                        _ = try ImageFormat.required(of: start)
                    }
                }
                let size = size ?? Size(width: 2048, height: 2048)
                let image = try ImageCodecError.wrapping { () throws(RasterError) in
                    try RasterImage.synthetic(width: size.width, height: size.height)
                }
                return try image.encoded(as: .jpeg).bytes
            })
    }
}

extension Benchmark {
    /// Pixels, "2048x1365" or, for a square, "2048".
    struct Size: ExpressibleByArgument, CustomStringConvertible {
        let width: Int
        let height: Int

        init(width: Int, height: Int) {
            self.width = width
            self.height = height
        }

        init?(argument: String) {
            let sides = argument.split(omittingEmptySubsequences: false) { "xX×".contains($0) }.map { Int($0) }
            guard (1...2).contains(sides.count), let width = sides[0], let height = sides[sides.count - 1],
                width > 0, height > 0
            else { return nil }
            self.init(width: width, height: height)
        }

        var description: String { "\(width)x\(height)" }

        /// Whether the decoder takes such a picture.
        var isAllowed: Bool {
            let limits = DecodingLimits.default
            return max(width, height) <= limits.maxSide && width * height <= limits.maxPixels
        }
    }
}
