import Foundation
import PictureTestSupport
import Testing
import TestSupport
import WeightFiles

@testable import Matting

/// `matte weights check`.
@Suite struct WeightsCheckTests {
    private static func kinds(_ object: [String: Any]) -> [String] {
        (object["problems"] as? [[String: Any]] ?? []).compactMap { $0["kind"] as? String }
    }

    private static func subjects(_ object: [String: Any]) -> [String] {
        (object["problems"] as? [[String: Any]] ?? []).compactMap { $0["subject"] as? String }
    }

    @Test func usableFiles() throws {
        try TemporaryFolder.with { folder in
            let bare = try folder.write(PlainUNet.bytes(), "bare.safetensors")
            let edges = try Fixtures.path("../../Weights/edge.safetensors")
            let outcome = try Command.run(["weights", "check", bare, edges])
            expectStatus(0, outcome)
            #expect(outcome.text == "\(bare): usable, unet\n\(edges): usable, edge-attention\n")
            #expect(outcome.messages.isEmpty)
            let objects = try Command.run(["weights", "check", bare, edges, "--json"]).objects()
            #expect(objects.count == 2)
            #expect(objects.allSatisfy { $0["usable"] as? Bool == true && Self.kinds($0).isEmpty })
        }
    }

    /// A file with a problem of every kind that does not keep it from being read.
    @Test func allProblemsAtOnce() throws {
        try TemporaryFolder.with { folder in
            var writer = try PlainUNet.rewritten(metadata: [
                "architecture": "unet", "input.size": "0", "input.mean": "a,b,c", "output.shape": "1",
                "doubt.scale": "-1",
            ]) { name, values in
                let changed = [
                    "outc.conv.bias", "up1.conv.double_conv.0.weight", "inc.double_conv.1.bias",
                    "inc.double_conv.1.weight",
                ]
                return changed.contains(name) ? nil : values
            }
            try writer.add("outc.conv.bias", shape: [2], values: [0, 0])
            try writer.add("inc.double_conv.1.bias", shape: [4], type: .i32, bytes: [UInt8](repeating: 0, count: 16))
            try writer.add(
                "inc.double_conv.1.weight", shape: [4], type: .f32,
                bytes: [0, 0, 0, 0, 0, 0, 0xC0, 0x7F, 0, 0, 0x80, 0x7F, 0, 0, 0, 0])
            try writer.add("surplus", shape: [1], values: [0])
            // The surplus tensor is the last; it is no longer what the digest is of.
            var bytes = try writer.bytes()
            bytes[bytes.count - 1] ^= 1
            let path = try folder.write(bytes, "broken.safetensors")

            let outcome = try Command.run(["weights", "check", path, "--json"])
            expectStatus(1, outcome)
            let object = try #require(try outcome.objects().first)
            #expect(object["usable"] as? Bool == false)
            #expect(object["architecture"] as? String == "unet")
            let kinds = ["checksum"] + [String](repeating: "metadata", count: 4)
            #expect(Self.kinds(object) == kinds + ["missing", "misshaped", "unsupported-type", "non-finite", "unused"])
            #expect(
                Self.subjects(object) == [
                    "input.mean", "input.size", "output.shape", "doubt.quantiles", "up1.conv.double_conv.0.weight",
                    "outc.conv.bias", "inc.double_conv.1.bias", "inc.double_conv.1.weight", "surplus",
                ])

            let text = try Command.run(["weights", "check", path]).text
            #expect(text.hasPrefix("\(path): 10 problems, unet\n"))
            for words in [
                "[2] instead of [1]", "I32 is not read", "2 infinities or NaNs, the first at 1", "'a,b,c', expected",
            ] {
                #expect(text.contains(words), "\(words)")
            }
        }
    }

    @Test func edgeWeightsWithoutMetadata() throws {
        try TemporaryFolder.with { folder in
            let edges = try WeightFile(contentsOf: Fixtures.path("../../Weights/edge.safetensors"))
            var writer = WeightFileWriter()
            for tensor in edges.tensors {
                try writer.add(tensor.name, shape: tensor.shape, values: try edges.floats(tensor.name))
            }
            let path = try folder.write(writer.bytes(), "bare.safetensors")
            #expect(try Command.run(["weights", "check", path]).text == "\(path): usable, edge-attention\n")
            let inspected = try Command.run(["weights", "inspect", path])
            expectStatus(0, inspected)
            #expect(inspected.text.contains("edge-attention"))
        }
    }

    @Test func batchNormsThatCannotBeFolded() throws {
        try TemporaryFolder.with { folder in
            let writer = try PlainUNet.rewritten { name, values in
                name == "inc.double_conv.1.running_var" ? values.map { -$0 - 1 } : values
            }
            let path = try folder.write(writer.bytes(), "norm.safetensors")
            let outcome = try Command.run(["weights", "check", path, "--json"])
            expectStatus(1, outcome)
            let object = try #require(try outcome.objects().first)
            #expect(Self.kinds(object) == ["non-finite"])
            #expect(Self.subjects(object) == ["inc.double_conv.1.running_var"])
        }
    }

    @Test func valuesThatDoNotGoTogether() throws {
        try TemporaryFolder.with { folder in
            let metadata = ["input.rule": "stretch", "input.size": "100", "input.multiple": "32"]
            let path = try folder.write(PlainUNet.rewritten(metadata: metadata).bytes(), "odd.safetensors")
            let object = try #require(try Command.run(["weights", "check", path, "--json"]).objects().first)
            #expect(Self.subjects(object) == ["input.multiple"])
        }
    }

    @Test func filesThatCannotBeReadDoNotHideOthers() throws {
        try TemporaryFolder.with { folder in
            let good = try folder.write(PlainUNet.bytes(), "good.safetensors")
            let picture = try folder.write(.ball(), "picture.png")
            let cut = try folder.write(Array(PlainUNet.bytes().dropLast()), "cut.safetensors")
            let missing = folder("missing.safetensors")
            let outcome = try Command.run(["weights", "check", picture, missing, cut, good, "--json"])
            expectStatus(1, outcome)
            let objects = try outcome.objects()
            #expect(objects.map { $0["file"] as? String } == [picture, missing, cut, good])
            #expect(objects.map(Self.kinds) == [["file"], ["file"], ["file"], []])
        }
    }

    @Test func unknownNetwork() throws {
        try TemporaryFolder.with { folder in
            let stated = try folder.write(
                PlainUNet.rewritten(metadata: ["architecture": "vgg\u{1B}[2J"]).bytes(), "stated.safetensors")
            var writer = WeightFileWriter(metadata: ["input.size": "x"])
            try writer.add("a", shape: [1], values: [0])
            let bare = try folder.write(writer.bytes(), "bare.safetensors")
            let objects = try Command.run(["weights", "check", stated, bare, "--json"]).objects()
            #expect(objects.map(Self.kinds) == [["architecture"], ["architecture", "metadata"]])
            // A terminal must not obey a file.
            #expect(!(try Command.run(["weights", "check", stated]).text.contains("\u{1B}")))
        }
    }

    @Test func usage() throws {
        expectStatus(64, try Command.run(["weights", "check"]), says: "file")
        expectStatus(0, try Command.run(["weights", "check", "--help"]))
    }
}
