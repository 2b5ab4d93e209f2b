import ArgumentParser
import Foundation
import ImageCodecs
import Matting
import Raster
import Threads

/// Closed-form matting behind standard input and output, for a driver that lets other engines take turns
/// (`Benchmarks/closed_form.py`).
///
/// Prints `ready` once picture and trimap are read, has solved once and has written the matte. Then it answers lines of
/// `run` with the milliseconds of wall-clock time and of processor time of one solution. It ends with its input.
struct Solve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Solves one trimap whenever a line on standard input says so; closed_form.py speaks to it.")

    @Option(help: "The picture.")
    var image: String

    @Option(help: "The trimap: grey, of the picture's size.")
    var trimap: String

    @Option(help: "Where to write the matte: raw little-endian 32-bit floats.")
    var output: String

    @Option(help: "Threads.")
    var threads: Int = 1

    func validate() throws {
        guard threads > 0 else { throw ValidationError("--threads wants at least 1") }
    }

    func run() throws {
        let picture = try RasterImage(contentsOf: image)
        let trimap = try Trimap(RasterImage(contentsOf: trimap))
        let pool = ThreadPool(threadCount: threads)
        func solve() throws -> MattingResult {
            try MattingResult(image: picture, trimap: trimap, solver: ClosedFormMatting(), pool: pool)
        }
        let result = try solve()
        try result.alpha.withValues { values in
            try Data(buffer: values).write(to: URL(fileURLWithPath: output))
        }
        answer(result.warnings.isEmpty ? "ready" : "ready, but \(result.warnings)")
        while let line = readLine() {
            guard line == "run" else { throw ValidationError("'\(line)' is no request; known is run") }
            let (start, processor) = (ContinuousClock.now, clock())
            _ = try solve()
            let wall = (ContinuousClock.now - start).milliseconds
            answer("\(wall) \(Double(clock() - processor) * 1000 / Double(CLOCKS_PER_SEC))")
        }
    }

    /// Written without a buffer: the driver waits for every line.
    private func answer(_ line: String) {
        FileHandle.standardOutput.write(Data("\(line)\n".utf8))
    }
}
