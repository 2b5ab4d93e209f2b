import TensorCore
import Testing
import TestSupport
import Threads
import WeightFiles

@testable import MattingNetworks

/// What is particular to MODNet: heads that serve training, an encoder under two names, sizes that halve badly.
@Suite struct MODNetTests {
    /// The name of the encoder's tensors inside the branch that was given it; the golden's values are under this one.
    private static let second = "lr_branch.backbone."

    /// As the authors publish it: wrapped by `DataParallel`; and with one copy of the encoder, as files are saved that
    /// keep a shared tensor once. Made once, for formula weights are slow to make in a debug build.
    private static let wrapped = Result {
        let manifest = try GoldenManifest(fixture: "Goldens/modnet/tensors.json")
        let bytes = manifest.weightFileBytes { name in
            if name.hasPrefix("backbone.") { return nil }
            return "module." + (name.hasPrefix(second) ? String(name.dropFirst("lr_branch.".count)) : name)
        }
        return try NetworkModel(
            bytes.withUnsafeBytes { try WeightFile(copying: $0, name: "modnet by formula") })
    }

    @Test func wrappedCheckpointWithOneEncoderAgreesWithTheReference() throws {
        let model = try Self.wrapped.get()
        #expect(model.architecture == .modnet, "recognised behind the prefix")
        let golden = try GoldenFile(fixture: "Goldens/modnet/golden.safetensors")
        let outputs = try model.predict(try golden.tensor("input.64x64"), pool: ThreadPool(threadCount: 1))
        // The bound of the parity tests.
        expectClose(outputs[0], try golden.tensor("matte.64x64"), absolute: 2e-5, relative: 0, "one encoder")

        // The heads that serve training cost nothing where the matte alone is wanted.
        func labels(_ outputCount: Int) throws -> Set<String> {
            let shape = try TensorShape(height: 64, width: 64, channels: 3)
            return Set(try model.plan(shape, outputCount: outputCount).steps.map(\.label))
        }
        let heads = [
            "lr_branch.conv_lr.layers.0", "hr_branch.conv_hr.0.layers.0", "hr_branch.conv_hr.0.layers.1.bnorm",
            "hr_branch.conv_hr.1.layers.0",
        ]
        #expect(try labels(3).subtracting(labels(1)) == Set(heads.map { "module." + $0 }))
    }

    /// The reference needs multiples of 32; recipes may ask for others, and then maps are brought to the skips' sizes.
    @Test func sizesThatHalveBadlyGiveAMatteOfTheirOwnSize() throws {
        let model = try Self.wrapped.get()
        for (height, width) in [(1, 1), (33, 50)] {
            let shape = try TensorShape(height: height, width: width, channels: 3)
            let outputs = try model.predict(Tensor(zeros: shape), outputCount: 3, pool: ThreadPool(threadCount: 2))
            #expect(outputs[0].shape == shape.with(channels: 1))
            #expect(outputs.allSatisfy { $0.values.allSatisfy { (0...1).contains($0) } })
        }
    }
}
