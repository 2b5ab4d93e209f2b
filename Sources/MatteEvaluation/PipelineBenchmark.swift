import Files
import ImageCodecs
import Matting
import MattingNetworks
import Raster
import WeightFiles

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Times the way from a photograph's file to the cut-out's, as `matte cut` goes it: once cold, then warm.
package struct PipelineBenchmark {
    /// Where each run begins.
    package enum Picture {
        case file(BytePath)
        case bytes(ByteBuffer)
    }

    /// Calls its argument, and may hold back what must not interrupt it.
    package typealias Guard = (() throws(ImageCodecError) -> Void) throws(ImageCodecError) -> Void

    private let picture: Picture
    private let weights: BytePath?
    private let options: MattingOptions
    private let whileWriting: Guard

    /// - Parameters:
    ///   - weights: a weight file, nil for the embedded one.
    ///   - options: their number of threads does not count.
    ///   - whileWriting: called around the writing and removing of each run's temporary file.
    package init(
        _ picture: Picture, weights: BytePath?, options: MattingOptions, whileWriting: @escaping Guard
    ) {
        self.picture = picture
        self.weights = weights
        self.options = options
        self.whileWriting = whileWriting
    }

    /// Loads the weights, cuts the picture once, then `runs` times on each number of threads in turn, so that whatever
    /// else the machine does hits all alike.
    ///
    /// - Precondition: at least one run and one number of threads.
    package func measure(threadCounts: [Int], runs: Int) throws(MattingError) -> BenchmarkReport {
        precondition(runs >= 1 && !threadCounts.isEmpty, "\(runs) runs on \(threadCounts) threads")
        let load = Machine.load
        let start = ContinuousClock.now
        var options = options
        options.threadCount = threadCounts[0]
        let (first, name) = try loaded(options)
        let loading = ContinuousClock.now - start
        let (firstRun, size) = try run(first)

        let pipelines = [first] + threadCounts.dropFirst().map { first.with(threadCount: $0) }
        // Threads start and working memory grows in the first run of a pool; that is no warm run.
        for pipeline in pipelines.dropFirst() { _ = try run(pipeline) }
        var series = threadCounts.map { BenchmarkReport.Series(threadCount: $0) }
        for _ in 0..<runs {
            for (index, pipeline) in pipelines.enumerated() { series[index].runs.append(try run(pipeline).run) }
        }
        return BenchmarkReport(
            picture: (size.width, size.height, fileSize), weights: name, architecture: first.architecture.name,
            inputSize: first.recipe.inputSize(forImageWidth: size.width, height: size.height), load: load,
            loading: loading, firstRun: firstRun, series: series, peakMemory: Machine.peakMemory)
    }

    /// The pipeline and the name of its weights. The file's own bytes are gone on return: they would count as memory.
    private func loaded(_ options: MattingOptions) throws(MattingError) -> (MattingPipeline, String) {
        let file =
            if let weights {
                try MattingError.wrapping { try WeightFile.opened(weights) }
            } else {
                try MattingPipeline.defaultWeights()
            }
        return (try MattingPipeline(weightFile: file, options: options), file.name)
    }

    private func run(
        _ pipeline: MattingPipeline
    ) throws(MattingError) -> (run: BenchmarkReport.Run, size: (width: Int, height: Int)) {
        var profile = MattingProfile()
        let start = ContinuousClock.now
        let (size, housekeeping) = try MattingError.wrapping { try cut(pipeline, &profile) }
        let total = ContinuousClock.now - start - housekeeping
        return (BenchmarkReport.Run(profile: profile, total: total), size)
    }

    /// From file to file.
    ///
    /// - Returns: the picture's size, and the time for making and removing a place for the result.
    private func cut(
        _ pipeline: MattingPipeline, _ profile: inout MattingProfile
    ) throws -> (size: (width: Int, height: Int), housekeeping: Duration) {
        let image = try profile.measure(.decoding) { () throws(ImageCodecError) in
            switch picture {
            case .file(let path): try RasterImage(contentsOf: path)
            case .bytes(let bytes): try RasterImage(decoding: bytes)
            }
        }
        let result = try pipeline.matte(image, profile: &profile)
        let cutout = try profile.measure(.cutout) { () throws(MattingError) in try result.cutout() }
        let encoding = EncodingOptions(threadCount: pipeline.options.threadCount)
        let encoded = try profile.measure(.encoding) { () throws(ImageCodecError) in
            try cutout.encoded(as: .png, options: encoding)
        }
        let start = ContinuousClock.now
        try whileWriting { () throws(ImageCodecError) in
            try inTemporaryFolder { (folder) throws(ImageCodecError) in
                try profile.measure(.writing) { () throws(ImageCodecError) in
                    try encoded.withBytes { (bytes) throws(ImageCodecError) in
                        try AtomicFile.write(bytes, to: folder.appending("cutout.png"))
                    }
                }
                _ = folder.appending("cutout.png").withCString { unlink($0) }
            }
        }
        return ((image.width, image.height), ContinuousClock.now - start - profile[.writing])
    }

    /// Bytes of the picture's file.
    private var fileSize: Int {
        switch picture {
        case .file(let path):
            return path.status().map { Int($0.st_size) } ?? 0
        case .bytes(let bytes): return bytes.count
        }
    }

    /// Calls `body` with a new folder that nobody else can write to, and removes it.
    private func inTemporaryFolder(
        _ body: (BytePath) throws(ImageCodecError) -> Void
    ) throws(ImageCodecError) {
        let parent = getenv("TMPDIR").map { BytePath(cString: $0) } ?? "/tmp"
        var path = parent.appending("matte-benchmark-XXXXXX").bytes.map { CChar(bitPattern: $0) } + [0]
        guard mkdtemp(&path) != nil else {
            throw .cannotWrite(path: parent.description, reason: systemReason(errno))
        }
        defer { rmdir(path) }
        try body(BytePath(bytes: path.dropLast().map { UInt8(bitPattern: $0) }))
    }
}
