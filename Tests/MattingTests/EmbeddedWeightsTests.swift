import MattingNetworks
import TensorCore
import Testing
import TestSupport
import Threads

@testable import Matting

/// The weights in the program against the same weights in PyTorch, where they were trained.
@Suite struct EmbeddedWeightsTests {
    @Test func agreeWithTheFrameworkTheyWereTrainedIn() throws {
        let golden = try GoldenFile(fixture: "Goldens/mobilenetv2-unet/default.safetensors")
        let model = try NetworkModel(MattingPipeline.defaultWeights())
        let maps = try model.predict(golden.tensor("input"), outputCount: 2, pool: ThreadPool(threadCount: 2))
        // The bound of all networks: float sums in another order, after the sigmoid.
        expectClose(maps[0], try golden.tensor("alpha"), absolute: 2e-5, relative: 0, "embedded weights, alpha")
        expectClose(maps[1], try golden.tensor("doubt"), absolute: 2e-5, relative: 0, "embedded weights, doubt")
    }

    @Test func edgeWeightsAgreeToo() throws {
        let golden = try GoldenFile(fixture: "Goldens/edge-attention/default.safetensors")
        let model = try EdgeModel(MattingPipeline.defaultEdgeWeights())
        let alpha = try model.predict(golden.tensor("input"), pool: ThreadPool(threadCount: 2))
        expectClose(alpha, try golden.tensor("alpha"), absolute: 2e-5, relative: 0, "embedded edge weights")
    }

    @Test func areTheFilesTheyClaimToBe() throws {
        for file in [try MattingPipeline.defaultWeights(), try MattingPipeline.defaultEdgeWeights()] {
            #expect(file.metadata["sha256"] == file.dataSHA256)
            #expect(file.metadata["license"] == "Apache-2.0")
        }
    }

    /// The cost that the documentation states.
    @Test func defaultNetworkIsSmall() throws {
        let model = try NetworkModel(MattingPipeline.defaultWeights())
        let plan = try model.plan(
            TensorShape(height: model.recipe.height, width: model.recipe.width, channels: 3), outputCount: 2)
        #expect(plan.multiplyAccumulates <= 3_000_000_000)
    }
}
