import ArgumentParser
import Foundation
import MatteEvaluation
import Matting

/// Foreground colours behind standard input and output, for a driver that runs several engines in turn
/// (`Benchmarks/peers/foreground.py`).
///
/// Prints `ready` once the picture has been decontaminated and written. Then it answers each line with the milliseconds of
/// wall and of processor time of one run.
struct Foreground: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Estimates foreground colours whenever a line comes; peers/foreground.py speaks to it.")

    @Option(help: "The picture.")
    var image: String

    @Option(help: "Its matte, a grey picture of its size.")
    var alpha: String

    @Option(help: "Where to write the picture with the estimated colours.")
    var output: String

    func run() throws {
        let result = try MattingResult(
            image: RasterImage(contentsOf: image), alpha: AlphaMatte(RasterImage(contentsOf: alpha)))
        try result.decontaminated().image.write(to: output)
        print("ready")
        fflush(nil)
        let clock = ContinuousClock()
        while readLine() != nil {
            let before = Self.processorMilliseconds
            let elapsed = try clock.measure { _ = try result.decontaminated() }
            print("\(elapsed.milliseconds) \(Self.processorMilliseconds - before)")
            fflush(nil)
        }
    }

    static var processorMilliseconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
    }
}
