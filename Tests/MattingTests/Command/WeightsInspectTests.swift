import Foundation
import PictureTestSupport
import Testing
import TestSupport
import WeightFiles

@testable import Matting

/// `matte weights inspect`.
@Suite struct WeightsInspectTests {
    private let weights: WeightFile

    init() throws { weights = try MattingPipeline.defaultWeights() }

    @Test func embeddedWeights() throws {
        let outcome = try Command.run(["weights", "inspect"])
        expectStatus(0, outcome)
        #expect(outcome.messages.isEmpty)
        let architecture = try #require(weights.architecture)
        for fact in [
            architecture, weights.dataSHA256, "\(weights.tensors.count)", "\(weights.parameterCount)", "embedded",
        ] {
            #expect(outcome.text.contains(fact))
        }
        let edges = try MattingPipeline.defaultEdgeWeights()
        for fact in [EdgeRefinement.architecture, edges.dataSHA256, "\(edges.parameterCount)"] {
            #expect(outcome.text.contains(fact))
        }
        #expect(outcome.text.split(separator: "\n").count < 40)
    }

    @Test func edgeWeightsAsAFile() throws {
        let path = try Fixtures.path("../../Weights/edge.safetensors")
        let object = try #require(try Command.run(["weights", "inspect", path, "--json"]).objects().first)
        #expect(object["architecture"] as? String == EdgeRefinement.architecture)
        #expect(object["file"] as? String == path)
    }

    @Test func everyTensorOnRequest() throws {
        let text = try Command.run(["weights", "inspect", "--tensors"]).text
        for tensor in weights.tensors { #expect(text.contains("\(tensor.name)  \(tensor.type)  \(tensor.shape)")) }
        let objects = try Command.run(["weights", "inspect", "--tensors", "--json"]).objects()
        let list = try #require(objects.first?["tensorList"] as? [[String: Any]])
        #expect(list.compactMap { $0["name"] as? String } == weights.tensors.map(\.name))
        #expect(list.compactMap { $0["type"] as? String } == weights.tensors.map { "\($0.type)" })
        #expect(list.compactMap { $0["shape"] as? [Int] } == weights.tensors.map(\.shape))
    }

    @Test func fileAsJSON() throws {
        let path = try Fixtures.path("../../Weights/coarse.safetensors")
        let outcome = try Command.run(["weights", "inspect", path, "--json"])
        expectStatus(0, outcome)
        let objects = try outcome.objects()
        try #require(objects.count == 1)
        let object = objects[0]
        let keys = [
            "architecture", "bytes", "file", "input", "output", "parameters", "sha256", "tensors", "types",
        ]
        for key in keys { #expect(object[key] != nil, "\(key)") }
        #expect(object["file"] as? String == path)
        #expect(object["architecture"] as? String == weights.architecture)
        #expect(object["sha256"] as? String == weights.dataSHA256)
        #expect(object["tensors"] as? Int == weights.tensors.count)
        #expect(object["parameters"] as? Int == weights.parameterCount)
        #expect(object["bytes"] as? Int == weights.dataByteCount)
        #expect(object["licence"] as? String == weights.license)
    }

    @Test func allProblemsOfABrokenFile() throws {
        try TemporaryFolder.with { folder in
            // One tensor missing, one of another shape, one not finite, one too many.
            var writer = WeightFileWriter(metadata: weights.metadata.filter { $0.key != "sha256" })
            let names = weights.tensors.map(\.name)
            for (index, tensor) in weights.tensors.enumerated() where index != 0 {
                let values = try weights.floats(tensor.name, shape: tensor.shape)
                let shape = index == 1 ? [1] + tensor.shape : tensor.shape
                try writer.add(tensor.name, shape: shape, values: values)
            }
            try writer.add("surplus.weight", shape: [1], values: [1])
            var bytes = try writer.bytes(includingChecksum: false)
            // The surplus tensor is the last; before it, the last value of the last tensor becomes NaN.
            let surplus = bytes.count - 4
            bytes.replaceSubrange(surplus - 4..<surplus, with: [0, 0, 0xC0, 0x7F])
            let path = try folder.write(bytes, "broken.safetensors")
            let outcome = try Command.run(["weights", "inspect", path])
            expectStatus(
                1, outcome, says: path, names[0], names[1], names[names.count - 1], "surplus.weight", "1 missing",
                "1 of another shape", "1 with infinities or NaNs", "1 not used")
            // What is in it is shown all the same.
            #expect(outcome.text.contains("\(names.count)") && !outcome.text.contains("architecture"))
            let listed = try Command.run(["weights", "inspect", path, "--tensors"])
            expectStatus(1, listed, says: "1 missing")
            #expect(listed.text.contains("  surplus.weight  F32  [1]"))
            let json = try Command.run(["weights", "inspect", path, "--json"])
            expectStatus(1, json)
            let object = try #require(try json.objects().first)
            #expect(object["tensors"] as? Int == names.count && object["architecture"] == nil)
            #expect((object["problem"] as? String)?.contains("surplus.weight") == true)
        }
    }

    @Test func filesThatAreNoWeights() throws {
        try TemporaryFolder.with { folder in
            let picture = try folder.write(.ball(), "picture.png")
            expectStatus(1, try Command.run(["weights", "inspect", picture]), says: picture, "safetensors")
            let missing = folder("missing.safetensors")
            expectStatus(1, try Command.run(["weights", "inspect", missing]), says: missing, "No such file")
            expectStatus(1, try Command.run(["weights", "inspect", missing, "--json"]), says: missing)
        }
    }

    @Test func usage() throws {
        expectStatus(64, try Command.run(["weights", "inspect", "a", "b"]), says: "b")
        expectStatus(64, try Command.run(["weights", "inspect", "--frob"]), says: "--frob")
        expectStatus(0, try Command.run(["weights", "inspect", "--help"]))
    }
}
