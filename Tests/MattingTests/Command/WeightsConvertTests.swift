import Foundation
import PictureTestSupport
import Testing
import TestSupport
import WeightFiles

@testable import Matting

/// `matte weights convert`, and checkpoints in all other verbs.
@Suite struct WeightsConvertTests {
    /// The plain U-Net as a training leaves it.
    private static func checkpoint(prefix: String = "module.net.", in key: String = "state_dict") throws
        -> CheckpointWriter
    {
        var writer = try GoldenManifest(fixture: "Goldens/unet/tensors.json").checkpoint(prefix: prefix)
        writer.wrappers = [key]
        return writer
    }

    @Test(arguments: [true, false])
    func checkpointBecomesWeightFile(isArchive: Bool) throws {
        try TemporaryFolder.with { folder in
            let writer = try Self.checkpoint()
            let input = try folder.write(isArchive ? writer.archive().bytes() : writer.stream(), "u.pth")
            let outcome = try Command.run(["weights", "convert", "u.pth", "u.safetensors"], in: folder)
            expectStatus(0, outcome)
            #expect(outcome.text.contains("u.pth: unet, \(writer.tensors.count) tensors, "))
            #expect(outcome.text.contains("stored as they were: the same matte, bit for bit (made by formula)"))
            #expect(outcome.messages.isEmpty)
            #expect(try folder.names() == ["u.pth", "u.safetensors"])

            let (source, written) = (
                try WeightFile(contentsOf: input), try WeightFile(contentsOf: folder("u.safetensors"))
            )
            #expect(written.tensors.count == source.tensors.count)
            for tensor in source.tensors {
                let name = String(tensor.name.dropFirst("module.net.".count))
                #expect(try written.floats(name, shape: tensor.shape) == source.floats(tensor.name), "\(name)")
            }
            #expect(written.metadata["architecture"] == "unet")
            let digest = try folder.bytes("u.pth").withUnsafeBytes { SHA256.hexDigest(of: $0) }
            #expect(written.metadata["conversion"] == "from u.pth, SHA-256 \(digest)")
            #expect(written.metadata["input.size"] == "512")
            #expect(written.metadata["sha256"] == written.dataSHA256)
        }
    }

    @Test func checkpointsAreReadByAllVerbs() throws {
        try TemporaryFolder.with { folder in
            let path = try folder.write(Self.checkpoint(prefix: "_orig_mod.").archive().bytes(), "u.pth")
            let bare = try folder.write(PlainUNet.bytes(), "u.safetensors")
            let picture = try folder.write(.ball(), "ball.png")
            #expect(try Command.run(["weights", "check", path]).text == "\(path): usable, unet\n")
            #expect(try Command.run(["weights", "inspect", path]).text.contains("architecture  unet\n"))
            expectStatus(1, try Command.run(["weights", "diff", path, bare]))
            for weights in [path, bare] {
                expectStatus(
                    0, try Command.run(["cut", picture, "--weights", weights, "-o", folder("\(weights == bare).png")]))
            }
            #expect(try folder.bytes("true.png") == folder.bytes("false.png"))
        }
    }

    @Test(arguments: ["f32", "f16", "bf16", "i8"])
    func types(type: String) throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(PlainUNet.bytes(), "u.safetensors")
            let picture = try folder.write(.ball(), "ball.png")
            let output = folder("out.safetensors")
            let outcome = try Command.run([
                "weights", "convert", input, output, "--type", type, "--picture", picture, "--json",
            ])
            expectStatus(0, outcome)
            let object = try #require(try outcome.objects().first)
            #expect(object["architecture"] as? String == "unet" && object["type"] as? String == type)
            #expect(object["picture"] as? String == picture)
            #expect(object["compared"] as? Bool == true)
            let difference = try #require(object["largestDifference"] as? Double)
            #expect(type == "f32" ? difference == 0 : difference > 0 && difference < 0.2)
            let file = try WeightFile(contentsOf: output)
            for tensor in file.tensors where !tensor.name.hasSuffix(".scale") {
                #expect(tensor.type.rawValue == (tensor.shape.count > 1 ? type.uppercased() : "F32"), "\(tensor.name)")
            }
        }
    }

    /// A network that is sure of all or of nothing, or makes no difference, gives the same matte with any other weights.
    @Test(arguments: [-1e4, 1e4, nil] as [Float?]) func flatMattesAreNotCompared(bias: Float?) throws {
        try TemporaryFolder.with { folder in
            let sure = try PlainUNet.rewritten { name, values in
                guard name.hasPrefix("outc.conv.") else { return values }
                return values.map { value in name.hasSuffix("bias") ? bias ?? 0.5 : bias == nil ? 0 : value }
            }
            let input = try folder.write(sure.bytes(), "u.safetensors")
            let convert = ["weights", "convert", input, folder("o.safetensors"), "--type", "i8", "--overwrite"]
            let outcome = try Command.run(convert)
            expectStatus(0, outcome)
            #expect(outcome.text.contains("stored as I8: not compared") && outcome.text.contains("--picture"))
            #expect(!outcome.text.contains("the same matte"))
            let object = try #require(try Command.run(convert + ["--json"]).objects().first)
            #expect(object["compared"] as? Bool == false)
        }
    }

    @Test func bytesAndHalvesStayAsTheyAre() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(PlainUNet.rewritten(as: .i8).bytes(), "i8.safetensors")
            let output = folder("out.safetensors")
            expectStatus(0, try Command.run(["weights", "convert", input, output]))
            let difference = try WeightDifference(WeightFile(contentsOf: input), WeightFile(contentsOf: output))
            #expect(difference.forms.isEmpty && difference.values.isEmpty && difference.onlyInFirst.isEmpty)
            // And out of bytes again: the scales go with them.
            expectStatus(0, try Command.run(["weights", "convert", output, folder("f.safetensors"), "--type", "f32"]))
            let floats = try WeightFile(contentsOf: folder("f.safetensors"))
            #expect(floats.typeCounts.map(\.type) == [.f32] && floats.tensors.count < difference.comparedCount)
        }
    }

    @Test func whatIsSaidOfTheFile() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(
                PlainUNet.rewritten(metadata: ["license": "MIT", "note": "kept", "input.multiple": "32"]).bytes(),
                "u.safetensors")
            let output = folder("out.safetensors")
            expectStatus(
                0,
                try Command.run([
                    "weights", "convert", input, output, "--license", "CC0", "--source", "here", "--training", "own",
                    "--recipe", "input.size=320", "--recipe", "output.activation=sigmoid",
                ]))
            let metadata = try WeightFile(contentsOf: output).metadata
            #expect(metadata["license"] == "CC0" && metadata["source"] == "here" && metadata["training"] == "own")
            #expect(metadata["note"] == "kept" && metadata["input.multiple"] == "32" && metadata["input.size"] == "320")
        }
    }

    /// What is switched off, or left out by another rule, is so in the new file.
    @Test func recipesReplaceWhatTheFileSays() throws {
        try TemporaryFolder.with { folder in
            let looking = [
                "input.rule": "fit", "input.size": "64", "input.closer_look": "0.85", "input.larger_look": "128",
            ]
            let input = try folder.write(PlainUNet.rewritten(metadata: looking).bytes(), "u.safetensors")
            func recipe(_ words: [String]) throws -> InputRecipe {
                let output = folder("out.safetensors")
                let options = ["--overwrite"] + words.flatMap { ["--recipe", $0] }
                let outcome = try Command.run(["weights", "convert", input, output] + options)
                expectStatus(0, outcome)
                // Nothing is stored otherwise.
                #expect(outcome.text.contains("the same matte, bit for bit"))
                return try MattingPipeline(weights: output).recipe
            }
            let once = try recipe(["input.closer_look=0", "input.larger_look=0"])
            #expect(once.closerLook == 0 && once.largerLook == 0)
            #expect(try recipe(["input.rule=native"]).rule == .native)
            #expect(try recipe(["input.rule=short-side", "input.size=96"]).rule == .shortSide)
            #expect(try recipe(["input.size=96"]).closerLook == 0.85)
        }
    }

    @Test func oneOfSeveralStates() throws {
        try TemporaryFolder.with { folder in
            var pickle = PickleWriter()
            let writer = try Self.checkpoint(prefix: "")
            pickle.code("}(")
            for key in ["params", "params_ema"] {
                pickle.text(key)
                writer.write(into: &pickle)
            }
            pickle.code("u")
            var archive = writer.archive()
            archive.entries[0].bytes = pickle.finished()
            let input = try folder.write(archive.bytes(), "two.pth")
            let output = folder("out.safetensors")
            expectStatus(1, try Command.run(["weights", "convert", input, output]), says: "several sets", "--state")
            expectStatus(
                1, try Command.run(["weights", "convert", input, output, "--state", "ema"]), says: "'params_ema'")
            #expect(!folder.exists("out.safetensors"))
            expectStatus(0, try Command.run(["weights", "convert", input, output, "--state", "params_ema"]))
        }
    }

    @Test func tensorsBesideTheNetworkAreLeftOut() throws {
        try TemporaryFolder.with { folder in
            var writer = try Self.checkpoint(prefix: "net.")
            writer.add("loss.weight", shape: [1], values: [1])
            let input = try folder.write(writer.archive().bytes(), "u.pth")
            let checked = try Command.run(["weights", "check", input])
            expectStatus(1, checked)
            #expect(checked.text.contains("loss.weight: the network does not ask for it"))
            let outcome = try Command.run(["weights", "convert", input, folder("out.safetensors")])
            expectStatus(0, outcome)
            #expect(outcome.text.contains("left out: 1, the first 'loss.weight'"))
        }
    }

    @Test func ofSeveralNetworksNoneIsChosen() throws {
        try TemporaryFolder.with { folder in
            let manifest = try GoldenManifest(fixture: "Goldens/unet/tensors.json")
            var writer = manifest.checkpoint(prefix: "student.")
            for (name, shape) in manifest.tensors {
                writer.add("teacher.\(name)", shape: shape, values: try #require(manifest.values(name)))
            }
            let input = try folder.write(writer.archive().bytes(), "two.pth")
            expectStatus(
                1, try Command.run(["weights", "convert", input, folder("out.safetensors")]), says: "2 times",
                "'student', 'teacher'")
            #expect(try folder.names() == ["two.pth"])
        }
    }

    @Test func edgeNetwork() throws {
        try TemporaryFolder.with { folder in
            let edges = try WeightFile(contentsOf: Fixtures.path("../../Weights/edge.safetensors"))
            var writer = CheckpointWriter()
            for tensor in edges.tensors {
                writer.add("model.\(tensor.name)", shape: tensor.shape, values: try edges.floats(tensor.name))
            }
            let input = try folder.write(writer.archive().bytes(), "edge.pth")
            let picture = try folder.write(.ball(), "ball.png")
            let output = folder("edge.safetensors")
            let outcome = try Command.run([
                "weights", "convert", input, output, "--picture", picture, "--type", "f16", "--json",
            ])
            expectStatus(0, outcome)
            #expect(try outcome.objects().first?["architecture"] as? String == "edge-attention")
            #expect(try Command.run(["weights", "check", output]).text == "\(output): usable, edge-attention\n")
        }
    }

    // MARK: Refusals

    @Test func nothingIsReplacedUnasked() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(PlainUNet.bytes(), "u.safetensors")
            let output = try folder.write([1, 2, 3], "out.safetensors")
            expectStatus(64, try Command.run(["weights", "convert", input, output]), says: "--overwrite replaces it")
            #expect(try folder.bytes("out.safetensors") == [1, 2, 3])
            expectStatus(0, try Command.run(["weights", "convert", input, output, "--overwrite"]))
            expectStatus(64, try Command.run(["weights", "convert", input, input, "--overwrite"]))
            #expect(try folder.bytes("u.safetensors") == PlainUNet.bytes())
            expectStatus(64, try Command.run(["weights", "convert", input, folder("out.pth")]), says: ".safetensors")
            expectStatus(
                64, try Command.run(["weights", "convert", input, folder("no/out.safetensors")]), says: "mkdir")
        }
    }

    /// The values of a graph may lie in a file of any name.
    @Test func dataOfAGraphIsNotReplaced() throws {
        try TemporaryFolder.with { folder in
            var graph = ONNXBytes()
            graph.initializer(
                ONNXBytes.tensor("w", [1, 3, 1, 1], location: "data.safetensors", offset: 0, length: nil))
            graph.node("Conv", ["x", "w"], ["y"])
            graph.output("y")
            let input = try folder.write(graph.bytes, "u.onnx")
            let data = try folder.write([UInt8](repeating: 0, count: 12), "data.safetensors")
            let picture = try folder.write(.ball(), "ball.png")
            for arguments in [
                ["weights", "convert", input, data, "--overwrite"],
                ["cut", picture, "--weights", input, "-o", data, "--format", "png", "--overwrite"],
            ] {
                let outcome = try Command.run(arguments)
                expectStatus(64, outcome)
                #expect(outcome.messages.contains("inputs are never overwritten"), "\(outcome.messages)")
            }
            #expect(try folder.bytes("data.safetensors") == [UInt8](repeating: 0, count: 12))
        }
    }

    @Test func whatDoesNotFitIsToldBeforeAnythingIsWritten() throws {
        try TemporaryFolder.with { folder in
            let kept = try folder.write([1, 2, 3], "out.safetensors")
            func refused(_ input: String, _ arguments: String..., says parts: String...) throws {
                let outcome = try Command.run(["weights", "convert", input, kept, "--overwrite"] + arguments)
                expectStatus(1, outcome)
                for part in parts { #expect(outcome.messages.contains(part), "\(outcome.messages)") }
                #expect(try folder.bytes("out.safetensors") == [1, 2, 3] && folder.hiddenNames().isEmpty)
            }
            var unknown = CheckpointWriter()
            unknown.add("w", shape: [2], values: [1, 2])
            try refused(folder.write(unknown.archive().bytes(), "unknown.pth"), says: "no tensors of a known network")

            let large = try PlainUNet.rewritten { name, values in
                name == "outc.conv.weight" ? values.map { _ in 1e6 } : values
            }
            let path = try folder.write(large.bytes(), "large.safetensors")
            try refused(path, "--type", "f16", says: "cannot be stored as F16")
            try refused(path, "--picture", folder("none.png"), says: "none.png")

            let short = try PlainUNet.rewritten { name, values in name == "outc.conv.bias" ? nil : values }
            try refused(folder.write(short.bytes(), "short.safetensors"), says: "1 missing: 'outc.conv.bias'")

            var pickle = PickleWriter()
            pickle.global("os", "system")
            pickle.code("(")
            pickle.text("rm -rf /")
            pickle.code("tR")
            var archive = unknown.archive()
            archive.entries[0].bytes = pickle.finished()
            try refused(folder.write(archive.bytes(), "evil.pth"), says: "'os.system'", "is never done")
        }
    }

    @Test func usage() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(PlainUNet.bytes(), "u.safetensors")
            let output = folder("out.safetensors")
            expectStatus(64, try Command.run(["weights", "convert", input]))
            expectStatus(64, try Command.run(["weights", "convert", input, output, "--type", "f64"]), says: "f16")
            expectStatus(64, try Command.run(["weights", "convert", input, output, "--recipe", "input.size=0"]))
            expectStatus(64, try Command.run(["weights", "convert", input, output, "--recipe", "nonsense"]))
            let twice = ["--recipe", "input.size=64", "--recipe", "input.size=96"]
            expectStatus(
                64, try Command.run(["weights", "convert", input, output] + twice), says: "input.size is given twice")
            // What the network cannot do is found before anything is written.
            expectStatus(
                64, try Command.run(["weights", "convert", input, output, "--recipe", "output.channel=9"]),
                says: "output.channel")
            let edge = try Fixtures.path("../../Weights/edge.safetensors")
            expectStatus(
                64, try Command.run(["weights", "convert", edge, output, "--recipe", "input.size=256"]),
                says: "the edge network is fed in one way only")
            try #require(mkfifo(folder("pipe.safetensors"), 0o600) == 0)
            expectStatus(
                64, try Command.run(["weights", "convert", input, folder("pipe.safetensors"), "--overwrite"]),
                says: "is no file, but a pipe")
            try folder.makeFolder("folder.safetensors")
            for options in [[], ["--overwrite"]] {
                expectStatus(
                    64, try Command.run(["weights", "convert", input, folder("folder.safetensors")] + options),
                    says: "is a folder; name a file")
            }
            expectStatus(0, try Command.run(["weights", "convert", "--help"]))
            #expect(try folder.names() == ["folder.safetensors", "pipe.safetensors", "u.safetensors"])
        }
    }
}
