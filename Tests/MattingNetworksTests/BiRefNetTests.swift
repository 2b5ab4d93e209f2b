import Foundation
import TensorCore
import TestSupport
import Testing
import Threads
import WeightFiles

@testable import MattingNetworks

/// BiRefNet against its reference implementation, layer by layer, on weights and pictures made by formula.
@Suite struct BiRefNetTests {
    /// A folder of goldens with the large encoder and more and larger sizes, which are not part of the repository.
    private static let goldens = ProcessInfo.processInfo.environment["MATTING_BIREFNET_GOLDENS"]

    private static let golden = Result { try RecordedBiRefNet(folder: Fixtures.path("Goldens/birefnet-lite")) }
    // Formula weights are slow to make in a debug build: once for all tests.
    private static let file = Result { try golden.get().weightFile() }
    private static let network = Result {
        let binder = WeightBinder(try file.get())
        let network = try BiRefNet(binder.root)
        // Every tensor of the file is asked for, or known to serve training alone.
        try binder.finish()
        return network
    }

    @Test func aBareFileIsRecognised() throws {
        #expect(try Architecture(of: Self.file.get()) == .birefnetLite, "by its tensors alone")
    }

    /// The second size is one that windows, halvings and merged patches do not divide.
    @Test(arguments: ["256x256", "352x288"]) func liteAgreesWithTheReference(size: String) throws {
        try Self.golden.get().expectLayers(of: Self.network.get(), size: size)
    }

    /// Weights of before November 2024 may expect the cells of the picture in another order.
    @Test func cellsByColumnsAgreeWithTheReference() throws {
        let network = try BiRefNet(WeightBinder(Self.file.get()).root, order: .columns)
        try Self.golden.get().expectLayers(
            of: network, size: "256x256", logits: "logits_column_major", layers: { _ in false })
    }

    @Test(.enabled(if: goldens != nil, "MATTING_BIREFNET_GOLDENS names no folder"), arguments: ["t", "l"])
    func everyRecordedSizeAgreesWithTheReference(encoder: String) throws {
        let golden = try RecordedBiRefNet(folder: "\(Self.goldens ?? "")/birefnet_swin_\(encoder)")
        let file = try golden.weightFile()
        #expect(try Architecture(of: file) == (encoder == "t" ? .birefnetLite : .birefnet))
        let network = try BiRefNet(WeightBinder(file).root)
        for size in golden.sizes { try golden.expectLayers(of: network, size: size) }
    }

    /// The smallest size there is, and one whose halves are as small as maps get: the same bits on any number of threads.
    @Test(arguments: [(32, 32), (32, 96)]) func smallestSizes(height: Int, width: Int) throws {
        let shape = try TensorShape(height: height, width: width, channels: 3)
        let graph = Graph()
        let plan = try Plan(outputs: [Self.network.get()(graph.input(shape))[0].activated(.sigmoid)])
        var random = SeededGenerator(seed: 1)
        let picture = try Tensor(shape: shape, values: random.values(shape.elementCount))
        let outputs = try [1, 3].map { threadCount in
            try plan.run([picture], workspace: Workspace(), pool: ThreadPool(threadCount: threadCount))[0]
        }
        #expect(outputs[0].shape == shape.with(channels: 1))
        #expect(outputs[0].values.allSatisfy { (0...1).contains($0) })
        #expect(outputs[0].values == outputs[1].values)
    }

    /// The encoder sees two sizes by one set of weights: its layers are there twice, its tensors once.
    @Test func theEncoderRunsTwice() throws {
        let graph = Graph()
        let picture = try graph.input(TensorShape(height: 64, width: 64, channels: 3))
        let steps = try Plan(outputs: Self.network.get()(picture)).steps
        let heights = steps.filter { $0.label == "bb.layers.0.blocks.0.mlp.fc1" }.map(\.outputShape.height)
        #expect(heights == [16, 8])
    }

    /// Sides that its cells do not divide are refused when a recipe asks for them.
    @Test func otherSidesAreRefused() throws {
        let file = try Self.file.get()
        #expect {
            try Architecture.birefnetLite.recipe(of: file, overriding: ["input.multiple": "16"])
        } throws: { error in
            guard case WeightError.badOverride("input.multiple", "16", _) = error else { return false }
            return true
        }
        #expect(throws: WeightError.self) {
            try Architecture.birefnetLite.recipe(of: file, overriding: ["input.size": "1000"])
        }
        let large = try Architecture.birefnetLite.recipe(of: file, overriding: ["input.size": "2560x1440"])
        #expect(large.inputSize(forImageWidth: 100, height: 100) == (2560, 1440))
    }
}
