import ArgumentParser
import Foundation
import MatteEvaluation
import Matting
import MattingNetworks
import TestSupport
import Threads

/// Times the networks, whole and layer by layer: `swift run -c release MattingBenchmarks`.
struct Times: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Times the networks on formula weights: milliseconds and GMAC/s, whole and per layer.")

    @Option(
        help: """
            Networks: \(Architecture.allCases.map(\.name).joined(separator: ", ")). All but unet and birefnet by default.
            """)
    var network: [String] = []

    @Option(help: "Side of the square input; the network's own by default, 1920x1080 where it takes any.")
    var size: Int?

    @Option(parsing: .upToNextOption, help: "Thread counts.")
    var threads: [Int] = [1, 2]

    @Option(help: "Timed runs of each, after one that warms up.")
    var runs: Int = 7

    @Flag(help: "Also time every layer.")
    var layers = false

    func run() throws {
        print(Circumstances.description)
        print("median and minimum of \(runs) warm runs, milliseconds; thread counts interleaved\n")
        print("| network | input | threads | median | minimum | GMAC | GMAC/s | arena MB |")
        print("|---|---|---|---|---|---|---|---|")
        let architectures =
            try network.isEmpty
            // The golden of the plain U-Net is too narrow for its time to tell anything; the large BiRefNet takes minutes.
            ? Architecture.allCases.filter { $0 != .unet && $0 != .birefnet }
            : network.map { name in
                guard let architecture = Architecture(name: name) else {
                    throw ValidationError("no network is called '\(name)'")
                }
                return architecture
            }
        for architecture in architectures {
            let subject = try Subject(architecture, size: size)
            for row in try subject.time(threads: threads, runs: runs) { print(row) }
            if layers { print(try subject.layerTable(threads: threads.last ?? 1, runs: runs)) }
        }
    }
}

/// The machine, its load and the commit: a time without them says nothing.
private enum Circumstances {
    static var description: String {
        let processor = Machine.processorName ?? "unknown processor"
        let load = Machine.load.map { String(format: "%.2f", $0) } ?? "unknown"
        let commit = output(of: "git", "describe", "--always", "--dirty") ?? "unknown"
        return "\(processor), \(Machine.processorCount) processors, load \(load) before the run, commit \(commit)"
    }

    private static func output(of command: String...) -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return text.isEmpty ? nil : text
    }
}
