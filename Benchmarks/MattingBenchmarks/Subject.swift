import Foundation
import Matting
import MattingNetworks
import TensorCore
import TestSupport
import Threads
import WeightFiles

/// A network with formula weights and an input, ready to be timed.
struct Subject {
    private let name: String
    private let model: NetworkModel
    private let input: Tensor
    private let plan: Plan

    init(_ architecture: Architecture, size: Int?) throws {
        let manifest = try GoldenManifest(fixture: "Goldens/\(architecture)/tensors.json", source: Self.testFolder)
        let file = try manifest.weightFileBytes().withUnsafeBytes { try WeightFile(copying: $0, name: "formula") }
        self.name = architecture.name
        self.model = try NetworkModel(file)
        let own = model.recipe.rule == .native ? Self.frame : (model.recipe.width, model.recipe.height)
        let (width, height) = size.map { ($0, $0) } ?? own
        self.input = try Tensor(
            nchw: [1, 3, height, width],
            values: FormulaWeights.image("input", batch: 1, channels: 3, height: height, width: width))
        self.plan = try model.plan(input.shape)
    }

    /// What a network of any size is timed on: a frame of a video.
    private static let frame = (width: 1920, height: 1080)

    /// A source path from which the tests' fixtures are found.
    private static let testFolder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Tests/x.swift").path

    /// One table row a thread count; runs of different counts take turns, so that noise hits all alike.
    func time(threads: [Int], runs: Int) throws -> [String] {
        let pools = threads.map { ThreadPool(threadCount: $0) }
        var times = [[Double]](repeating: [], count: pools.count)
        var state = NetworkState()
        for run in 0...runs {
            for (index, pool) in pools.enumerated() {
                let elapsed = try ContinuousClock().measure {
                    _ = try model.run(plan, input, state: &state, pool: pool)
                }
                if run > 0 { times[index].append(elapsed.milliseconds) }
            }
        }
        let gmac = Double(plan.multiplyAccumulates) / 1e9
        let arena = Double(plan.arenaCount * 4) / 1e6
        return zip(threads, times).map { threads, times in
            let sorted = times.sorted()
            let median = sorted[sorted.count / 2]
            return String(
                format: "| %@ | %d×%d | %d | %.1f | %.1f | %.2f | %.1f | %.1f |", name, input.shape.height,
                input.shape.width, threads, median, sorted[0], gmac, gmac / median * 1000, arena)
        }
    }

    /// Median time of every layer, in order.
    func layerTable(threads: Int, runs: Int) throws -> String {
        let pool = ThreadPool(threadCount: threads)
        let clock = ContinuousClock()
        var times = [[Double]](repeating: [], count: plan.steps.count)
        var state = NetworkState()
        for run in 0...runs {
            var last = clock.now
            _ = try model.run(plan, input, state: &state, pool: pool) { step in
                let now = clock.now
                if run > 0 { times[step].append((now - last).milliseconds) }
                last = clock.now
            }
        }
        var lines = [
            "\n\(name), \(threads) threads:", "| layer | work | output | ms | GMAC/s |", "|---|---|---|---|---|",
        ]
        for (step, times) in zip(plan.steps, times) {
            let median = times.sorted()[times.count / 2]
            let rate = Double(step.multiplyAccumulates) / 1e6 / median
            let speed = step.multiplyAccumulates > 0 ? String(format: "%.1f", rate) : ""
            let shape = step.outputShape
            lines.append(
                "| \(step.label) | \(step.summary) | \(shape.height)×\(shape.width)×\(shape.channels) | "
                    + String(format: "%.3f", median) + " | \(speed) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Duration {
    var milliseconds: Double { Double(components.seconds) * 1e3 + Double(components.attoseconds) / 1e15 }
}
