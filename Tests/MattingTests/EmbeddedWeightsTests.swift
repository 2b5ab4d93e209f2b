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
        let matte = try model.predict(golden.tensor("input"), pool: ThreadPool(threadCount: 2))[0]
        // The bound of all networks: float sums in another order, after the sigmoid.
        expectClose(matte, try golden.tensor("alpha"), absolute: 2e-5, relative: 0, "embedded weights")
    }

    @Test func areTheFileTheyClaimToBe() throws {
        let file = try MattingPipeline.defaultWeights()
        #expect(file.metadata["sha256"] == file.dataSHA256)
        #expect(file.metadata["license"] == "Apache-2.0")
    }
}
