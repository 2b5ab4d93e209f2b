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
