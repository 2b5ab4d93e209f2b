import Foundation
import ImageCodecs
import MatteEvaluation
import PictureTestSupport
import Testing
import TestSupport
import WeightFiles

@testable import Matting

/// `matte benchmark`.
@Suite struct BenchmarkTests {
    /// One warm run, whose medians are its own times.
    private static let small = ["benchmark", "--size", "96x64", "--runs", "1"]

    // MARK: Text

    @Test func textNamesStagesAndAlgorithms() throws {
        let outcome = try Command.run(Self.small + ["--threads", "2"])
        expectStatus(0, outcome)
        #expect(outcome.messages.isEmpty)
        let text = outcome.text
        for stage in MattingProfile.Stage.allCases { #expect(text.contains("\n\(stage) "), "\(stage)") }
        let pipeline = try SharedPipeline.certain.get()
        for layer in try pipeline.profile(.synthetic(width: 96, height: 64)).layers {
            #expect(text.contains("\n\(layer.kind) "), "\(layer.kind)")
            if let algorithm = layer.algorithm { #expect(text.contains(algorithm)) }
        }
        for fact in [
            "96×64", "embedded", pipeline.architecture.name, Machine.instructionSet, "2 threads", "first run",
            "1 run", "GMAC/s", "slowest 10 of", "file to file", "memory, peak",
        ] {
            #expect(text.contains(fact), "\(fact)")
        }
        // A list that one can read, without spaces at its ends.
        let lines = text.split(separator: "\n")
        #expect(lines.count < 60)
        #expect(lines.allSatisfy { $0.last != " " })
    }

    @Test func allLayersInOrder() throws {
        let outcome = try Command.run(Self.small + ["--layers"])
        expectStatus(0, outcome)
        let layers = try SharedPipeline.certain.get().profile(.synthetic(width: 96, height: 64)).layers
        let names = layers.map(\.name).filter { !$0.isEmpty }
        let table = outcome.text.split(separator: "\n").drop { !$0.hasPrefix("all layers") }
        #expect(table.compactMap { $0.split(separator: " ").first }.map(String.init).filter(names.contains) == names)
        // The title and the rule.
        #expect(table.count == layers.count + 2)
    }

    // MARK: JSON

    @Test func partsOfAJSONObjectSumUp() throws {
        let report = try object(Self.small + ["--threads", "1"])
        let warm = try #require(report["warm"] as? [[String: Any]])
        try #require(warm.count == 1)
        for run in [try #require(report["firstRun"] as? [String: Any]), warm[0]] {
            let stages = try #require(run["stages"] as? [String: Double])
            #expect(Set(stages.keys) == Set(MattingProfile.Stage.allCases.map(\.rawValue)))
            #expect(stages.values.allSatisfy { $0 >= 0 })
            let (total, rest) = (try #require(run["total"] as? Double), try #require(run["rest"] as? Double))
            // Each number is cut to a thousandth.
            #expect(abs(stages.values.reduce(rest, +) - total) < 0.001 * Double(stages.count + 2))
            #expect(rest >= -0.001)
        }
        let network = try #require((warm[0]["stages"] as? [String: Double])?["network"])
        let layers = try #require(warm[0]["layers"] as? [[String: Any]])
        let algorithms = try #require(warm[0]["algorithms"] as? [[String: Any]])
        let sums = [layers, algorithms].map { $0.reduce(0.0) { $0 + ($1["milliseconds"] as? Double ?? .nan) } }
        #expect(sums[0] > 0 && sums[0] <= network + 0.001)
        #expect(abs(sums[0] - sums[1]) < 0.001 * Double(layers.count + algorithms.count))
        #expect(algorithms.reduce(0) { $0 + ($1["layers"] as? Int ?? 0) } == layers.count)
        let work = layers.reduce(0.0) { $0 + ($1["gmac"] as? Double ?? .nan) }
        #expect(abs(work - (warm[0]["gmac"] as? Double ?? 0)) < 1e-9)

        let picture = try #require(report["picture"] as? [String: Any])
        #expect(picture["width"] as? Int == 96 && picture["height"] as? Int == 64)
        #expect((report["machine"] as? [String: Any])?["instructionSet"] as? String == Machine.instructionSet)
        #expect(try #require(report["peakMemory"] as? Int) > 20_000_000)
    }

    @Test func severalNumbersOfThreads() throws {
        let report = try object(["benchmark", "--size", "48", "--runs", "2", "--threads", "2", "1"])
        let warm = try #require(report["warm"] as? [[String: Any]])
        #expect(warm.map { $0["threads"] as? Int } == [2, 1])
        #expect(warm.map { $0["runs"] as? Int } == [2, 2])
        #expect((report["firstRun"] as? [String: Any])?["threads"] as? Int == 2)

        let text = try Command.run(["benchmark", "--size", "48", "--runs", "1", "--threads", "1", "3"]).text
        #expect(text.contains("by algorithm, 1 thread ") && text.contains("by algorithm, 3 threads "))
    }

    @Test func photographs() throws {
        try TemporaryFolder.with { folder in
            let path = try folder.write(.noise(width: 70, height: 50, bitDepth: .sixteen), "photo.png")
            let report = try object(["benchmark", path, "--runs", "1"])
            let picture = try #require(report["picture"] as? [String: Any])
            #expect(picture["source"] as? String == path)
            #expect(picture["width"] as? Int == 70 && picture["height"] as? Int == 50)
            #expect(try picture["bytes"] as? Int == folder.bytes("photo.png").count)

            let piped = try Command.run(["benchmark", "-", "--runs", "1"], input: folder.bytes("photo.png"))
            expectStatus(0, piped)
            #expect(piped.text.contains("standard input, 70×50"))
        }
    }

    @Test func otherWeightsAndSmallMemory() throws {
        try TemporaryFolder.with { folder in
            let manifest = try GoldenManifest(fixture: "Goldens/u2netp/tensors.json")
            // A small input: in a debug build the network's own 320 × 320 take seconds.
            var writer = WeightFileWriter(metadata: ["input.rule": "stretch", "input.size": "96"])
            for (name, shape) in manifest.tensors {
                try writer.add(name, shape: shape, values: try #require(manifest.values(name)))
            }
            let path = folder("u2netp.safetensors")
            try writer.write(to: path)
            var algorithms: [[String]] = []
            for flags in [[], ["--small-memory"]] {
                let report = try object(Self.small + ["--weights", path] + flags)
                let weights = try #require(report["weights"] as? [String: Any])
                #expect(weights["file"] as? String == path && weights["architecture"] as? String == "u2netp")
                #expect(weights["inputWidth"] as? Int == 96 && weights["inputHeight"] as? Int == 96)
                #expect(report["memoryUse"] as? String == (flags.isEmpty ? "fastest" : "small"))
                let layers = try #require((report["warm"] as? [[String: Any]])?.first?["layers"] as? [[String: Any]])
                #expect(layers.contains { $0["name"] as? String == "stage1.rebnconvin.conv_s1" })
                algorithms.append(layers.map { $0["algorithm"] as? String ?? "" })
            }
            let isWinograd = algorithms.map { $0.count { $0.hasPrefix("winograd") } }
            #expect(isWinograd[1] <= isWinograd[0])
            if isWinograd[0] > 0 { #expect(algorithms[0] != algorithms[1]) }
        }
    }

    // MARK: Files

    @Test func nothingIsLeftBehind() throws {
        try TemporaryFolder.with { folder in
            let environment = ["TMPDIR": folder.path]
            expectStatus(0, try Command.run(Self.small, environment: environment))
            #expect(try folder.names() == [])

            let command = try Command(
                ["benchmark", "--size", "48", "--runs", "100000"], environment: environment)
            // While it writes, or hardly later.
            try waitUntil { try !folder.names().isEmpty }
            command.interrupt()
            expectStatus(130, try command.outcome())
            #expect(try folder.names() == [])

            let missing = folder("missing")
            let outcome = try Command.run(Self.small, environment: ["TMPDIR": missing])
            expectStatus(1, outcome, says: missing, "No such file")
            #expect(outcome.output.isEmpty)
        }
    }

    // MARK: Errors

    @Test func filesThatCannotBeRead() throws {
        try TemporaryFolder.with { folder in
            let broken = try folder.write([1, 2, 3], "broken.jpg")
            let missing = folder("missing.jpg")
            let weights = folder("missing.safetensors")
            for (arguments, parts) in [
                ([missing], (missing, "No such file")), ([broken], (broken, "neither PNG nor JPEG")),
                (["--weights", weights], (weights, "No such file")), (["--weights", broken], (broken, "weight file")),
            ] {
                let outcome = try Command.run(["benchmark", "--json"] + arguments)
                expectStatus(1, outcome, says: parts.0, parts.1)
                #expect(outcome.output.isEmpty)
            }
        }
    }

    @Test(arguments: [
        (["--runs", "0"], "--runs"), (["--runs", "many"], "--runs"), (["--threads", "0"], "--threads"),
        (["--threads", "2", "1025"], "--threads"), (["--threads", "1", "1"], "twice"),
        (["--size", "0x5"], "--size"), (["--size", "5x"], "--size"), (["--size", "1x2x3"], "--size"),
        (["--size", "20000x20000"], "100 megapixels"), (["--size", "9223372036854775807"], "32768"),
        (["a.jpg", "--size", "5x5"], "--size"), (["a.jpg", "b.jpg"], "b.jpg"), (["--frobnicate"], "--frobnicate"),
        (["--mask"], "--mask"),
    ])
    func wrongUsage(arguments: [String], mentioned: String) throws {
        let outcome = try Command.run(["benchmark"] + arguments)
        expectStatus(64, outcome, says: mentioned)
        #expect(outcome.output.isEmpty)
    }

    @Test func help() throws {
        let outcome = try Command.run(["benchmark", "--help"])
        expectStatus(0, outcome)
        for option in ["--weights", "--threads", "--runs", "--size", "--small-memory", "--layers", "--json"] {
            #expect(outcome.text.contains(option))
        }
        #expect(outcome.text.contains("  matte benchmark photo.jpg --layers\n"))
        #expect(try Command.run(["--help"]).text.contains("  benchmark "))
    }

    /// The one object that a run prints.
    private func object(_ arguments: [String]) throws -> [String: Any] {
        let outcome = try Command.run(arguments + ["--json"])
        expectStatus(0, outcome)
        let objects = try outcome.objects()
        try #require(objects.count == 1)
        return objects[0]
    }
}
