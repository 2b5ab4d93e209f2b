import TensorCore
import Testing
import TestSupport
import Threads
import WeightFiles

@testable import MattingNetworks

/// What files of the plain U-Net differ in, beside the parity of both its forms.
@Suite struct UNetTests {
    private static func file(
        _ folder: String, renaming rename: (String) -> String? = { $0 }
    ) throws -> WeightFile {
        try GoldenManifest(fixture: "Goldens/\(folder)/tensors.json").weightFileBytes(renaming: rename)
            .withUnsafeBytes { try WeightFile(copying: $0, name: folder) }
    }

    /// Sides that cannot be halved four times: the reference refuses them, a picture must not end the process.
    @Test(arguments: ["unet", "unet-transposed"]) func tinyPicturesGiveAMatteOfTheirOwnSize(folder: String) throws {
        let model = try NetworkModel(Self.file(folder))
        for (height, width) in [(1, 1), (1, 5), (3, 2), (7, 33)] {
            let shape = try TensorShape(height: height, width: width, channels: 3)
            let output = try model.predict(Tensor(zeros: shape), pool: ThreadPool(threadCount: 1))[0]
            #expect(output.shape == shape.with(channels: 1))
            #expect(output.values.allSatisfy { (0...1).contains($0) })
        }
    }

    @Test func convolutionsMayHaveBiases() throws {
        let bytes = try GoldenManifest(fixture: "Goldens/unet/tensors.json").weightFileBytes()
        let file = try bytes.withUnsafeBytes { try WeightFile(copying: $0, name: "unet") }
        var writer = WeightFileWriter()
        for tensor in file.tensors {
            try writer.add(tensor.name, shape: tensor.shape, values: file.floats(tensor.name))
        }
        try writer.add("inc.double_conv.0.bias", shape: [4], values: [100, 100, 100, 100])
        let biased = try writer.bytes().withUnsafeBytes { try WeightFile(copying: $0, name: "unet with a bias") }
        let picture = try Tensor(zeros: TensorShape(height: 32, width: 32, channels: 3))
        let pool = ThreadPool(threadCount: 1)
        let plain = try NetworkModel(file).predict(picture, pool: pool)[0]
        #expect(try NetworkModel(biased).predict(picture, pool: pool)[0].values != plain.values)
    }

    /// Two classes with the logits −z and 0, background and subject, are the one matte of the logit z.
    @Test func classesBecomeAMatte() throws {
        let one = try Self.file("unet")
        let weight = try one.floats("outc.conv.weight")
        let bias = try one.floats("outc.conv.bias")
        var writer = WeightFileWriter()
        for tensor in one.tensors where !tensor.name.hasPrefix("outc.") {
            try writer.add(tensor.name, shape: tensor.shape, values: one.floats(tensor.name))
        }
        let zeros = [Float](repeating: 0, count: weight.count)
        try writer.add(
            "outc.conv.weight", shape: [3, weight.count, 1, 1], values: weight.map { -$0 } + zeros + zeros)
        // A third class that is as good as impossible.
        try writer.add("outc.conv.bias", shape: [3], values: bias.map { -$0 } + [0, -60])
        let three = try writer.bytes().withUnsafeBytes { try WeightFile(copying: $0, name: "classes") }

        var random = SeededGenerator(seed: 3)
        let shape = try TensorShape(height: 32, width: 48, channels: 3)
        let picture = try Tensor(shape: shape, values: random.values(shape.elementCount))
        let pool = ThreadPool(threadCount: 2)
        func matte(_ channel: String?) throws -> [Float] {
            let overrides = channel.map { ["output.channel": $0] } ?? [:]
            return try NetworkModel(three, overriding: overrides).predict(picture, pool: pool)[0].values
        }
        let expected = try NetworkModel(one).predict(picture, pool: pool)[0].values
        #expect(Set(expected).count > 100)
        // Both ways round once a value: some units in the last place of numbers up to 1.
        let bound: Float = 2e-6
        #expect(zip(try matte(nil), expected).allSatisfy { abs($0 - $1) <= bound })
        #expect(zip(try matte("1"), expected).allSatisfy { abs($0 - $1) <= bound })
        #expect(zip(try matte("0,2"), expected).allSatisfy { abs($0 - (1 - $1)) <= bound })
        #expect(try matte("2").allSatisfy { $0 < 1e-20 })
        #expect(
            throws: WeightError.badOverride(
                key: "output.channel", value: "1,3", expected: "numbers in 0...2, the file's 3 classes")
        ) { try matte("1,3") }
        #expect(
            throws: WeightError.badOverride(
                key: "output.activation", value: "none",
                expected: "sigmoid, as the file has 3 classes and a matte is made of their logits")
        ) { try NetworkModel(three, overriding: ["output.activation": "none"]) }
    }

    @Test func classesThatAFileDoesNotHaveAreRefused() throws {
        let one = try Self.file("unet")
        #expect(
            throws: WeightError.badOverride(
                key: "output.channel", value: "0", expected: "no such key: 'unet' predicts one matte")
        ) { try NetworkModel(one, overriding: ["output.channel": "0"]) }
        var writer = WeightFileWriter(metadata: ["output.channel": "1,2"])
        for tensor in one.tensors {
            try writer.add(tensor.name, shape: tensor.shape, values: one.floats(tensor.name))
        }
        let stated = try writer.bytes().withUnsafeBytes { try WeightFile(copying: $0, name: "stated") }
        #expect(
            throws: WeightError.badMetadata(
                file: "stated", key: "output.channel", value: "1,2",
                expected: "no such key: 'unet' predicts one matte")
        ) { try NetworkModel(stated) }
    }

    @Test func moreThanThePapersWidthIsMisshaped() throws {
        var writer = WeightFileWriter()
        try writer.add(
            "inc.double_conv.0.weight", shape: [65, 3, 3, 3], values: [Float](repeating: 0, count: 65 * 27))
        try writer.add("outc.conv.weight", shape: [1, 65, 1, 1], values: [Float](repeating: 0, count: 65))
        let file = try writer.bytes().withUnsafeBytes { try WeightFile(copying: $0, name: "wide") }
        #expect {
            try NetworkModel(file)
        } throws: { error in
            guard case WeightError.unusable(_, let problems) = error else { return false }
            return problems.misshaped.map(\.name) == ["inc.double_conv.0.weight", "outc.conv.weight"]
                && problems.misshaped[0].expected == [64, 3, 3, 3]
        }
    }
}
