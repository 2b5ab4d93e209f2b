import PictureTestSupport
import TestSupport
import Testing
import WeightFiles

@testable import Matting

/// A cancelled task ends a call where it is.
@Suite struct CancellationTests {
    /// Against the time of the whole call on the same machine under the same load. A network that ran to its end would take
    /// three tenths of it or more, one that ends its loops takes a few ten-thousandths on a quiet machine and, between the
    /// other tests, up to a seventieth, as threads wait for their turns; that loops end within a layer is tested with the
    /// pool, by counting.
    @Test func theNetworkEndsEarly() async throws {
        let file = try PlainUNet.bytes().withUnsafeBytes { try WeightFile(copying: $0, name: "plain U-Net") }
        let recipe = ["input.rule": "stretch", "input.size": "2048", "output.activation": "sigmoid"]
        let pipeline = try MattingPipeline(
            weightFile: file, options: MattingOptions(refinement: .bilinear, threadCount: 2, recipe: recipe))
        let image = try RasterImage.noise(width: 64, height: 64, seed: 3)
        let clock = ContinuousClock()
        let matte: @Sendable () throws -> MattingResult = { try pipeline.matte(image) }
        // The first call plans and finds its memory.
        _ = try matte()
        let whole = try clock.measure { _ = try matte() }
        var latencies: [Duration] = []
        for attempt in 0..<60 where latencies.count < 9 {
            let task = Task.detached { try matte() }
            try await Task.sleep(for: whole * (1 + attempt % 7) / 10)
            let start = clock.now
            task.cancel()
            // Where it was faster than before there is nothing to see.
            guard case .failure(let error) = await task.result else { continue }
            latencies.append(clock.now - start)
            #expect(error as? MattingError == .cancelled)
        }
        try #require(!latencies.isEmpty, "all calls ended before they were cancelled")
        // Another process's turn on the processor is in some.
        let lower = latencies.sorted()[latencies.count / 3]
        #expect(lower < whole / 20, "\(latencies.sorted()) of \(whole)")
    }
}
