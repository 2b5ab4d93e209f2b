import ArgumentParser
import Foundation
import ImageCodecs
import MatteEvaluation
import Matting
import MattingNetworks
import TensorCore
import TestSupport
import Threads
import WeightFiles

/// One network behind standard input and output, with the state that it carries from run to run, for a driver that runs
/// many engines in turn (`Benchmarks/compare.py`).
///
/// Prints `ready KIB` once the network is loaded, has run and has written its output; KIB is the peak memory from before
/// loading. Then it answers lines: `run` with the milliseconds of one inference, `memory` with the peak memory in KiB.
/// It ends with its input.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs one network whenever a line on standard input says so; compare.py speaks to it.")

    @Option(help: "The weight file.")
    var weights: String

    @Option(help: "The normalised picture: raw little-endian 32-bit floats, NCHW.")
    var input: String

    @Option(parsing: .upToNextOption, help: "The picture's batch, channels, height and width.")
    var shape: [Int]

    @Option(help: "Where to write the matte: raw little-endian 32-bit floats.")
    var output: String

    @Option(help: "Threads.")
    var threads: Int = 1

    func validate() throws {
        guard shape.count == 4, shape.allSatisfy({ $0 > 0 }), shape[1] == 3 else {
            throw ValidationError("--shape wants batch, 3, height and width, such as 1 3 320 320")
        }
        guard threads > 0 else { throw ValidationError("--threads wants at least 1") }
    }

    func run() throws {
        let memoryBefore = try peakMemory()
        let model = try NetworkModel(.opened(weights))
        let picture = try Tensor(nchw: shape, values: floats(contentsOf: input))
        let pool = ThreadPool(threadCount: threads)
        let plan = try model.plan(picture.shape)
        var state = NetworkState()
        try write(model.run(plan, picture, state: &state, pool: pool)[0].values, to: output)
        answer("ready \(memoryBefore)")

        let clock = ContinuousClock()
        while let line = readLine() {
            switch line {
            case "run":
                let elapsed = try clock.measure { _ = try model.run(plan, picture, state: &state, pool: pool) }
                answer("\(elapsed.milliseconds)")
            case "memory":
                answer("\(try peakMemory())")
            default:
                throw ValidationError("'\(line)' is no request; known are run and memory")
            }
        }
    }

    /// Written without a buffer: the driver waits for every line.
    private func answer(_ line: String) {
        FileHandle.standardOutput.write(Data("\(line)\n".utf8))
    }

    private func floats(contentsOf path: String) throws -> [Float] {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        let count = shape.reduce(1, *)
        guard data.count == 4 * count else {
            throw ValidationError("\(path) has \(data.count) bytes; \(shape) floats are \(4 * count)")
        }
        return data.withUnsafeBytes { bytes in
            (0..<count).map { index in
                let bits = bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
                return Float(bitPattern: UInt32(littleEndian: bits))
            }
        }
    }

    private func write(_ values: [Float], to path: String) throws {
        let data = values.map(\.bitPattern.littleEndian).withUnsafeBytes { Data($0) }
        try data.write(to: URL(fileURLWithPath: path))
    }
}

/// The most memory this process has held, in KiB: Linux's high-water mark, which starts anew with each program.
private func peakMemory() throws -> Int {
    guard let bytes = Machine.peakMemory else {
        throw ValidationError("the system does not tell the peak memory; the comparison runs on Linux")
    }
    return bytes / 1024
}
