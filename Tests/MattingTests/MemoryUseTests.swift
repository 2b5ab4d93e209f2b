import PictureTestSupport
import Raster
import Testing
import TestSupport

@testable import Matting

/// Small memory instead of speed: other algorithms, the same matte.
@Suite struct MemoryUseTests {
    private let small: MattingPipeline
    private let fastest: MattingPipeline

    init() throws {
        fastest = try SharedPipeline.coarse.get()
        var options = fastest.options
        options.memoryUse = .small
        small = try MattingPipeline(options: options)
    }

    /// Winograd's transforms round differently from plain products, by some 1e-6 a layer; the bound is that of the
    /// comparison with the reference implementations.
    @Test(arguments: [(96, 80), (33, 61)]) func sameMatte(width: Int, height: Int) throws {
        for image in try [RasterImage.ball(width: width, height: height), .noise(width: width, height: height)] {
            try expectClose(
                small.matte(image).alpha.values, fastest.matte(image).alpha.values.map(Double.init), absolute: 2e-5,
                relative: 0)
        }
    }

    @Test func noLargeTransformedWeights() throws {
        let image = try RasterImage.ball()
        let layers = try small.profile(image).layers
        for layer in layers { #expect(transformedWeightCount(layer) <= 262_144, "\(layer.name)") }
        let fast = try fastest.profile(image).layers
        try #require(fast.count == layers.count)
        // Where the processor's kernels take Winograd at all, the embedded network has a layer above that.
        if fast.contains(where: { transformedWeightCount($0) > 0 }) {
            #expect(fast.contains { transformedWeightCount($0) > 262_144 })
        }
    }

    @Test func sameBitsOnAnyNumberOfThreads() throws {
        let image = try RasterImage.ball(width: 203, height: 147)
        let expected = try small.matte(image).alpha.bits
        for count in [1, 2, 3] {
            #expect(try small.with(threadCount: count).matte(image).alpha.bits == expected, "\(count) threads")
        }
    }

    /// Floats of a layer's weights in Winograd's form; 0 for other algorithms.
    private func transformedWeightCount(_ layer: LayerProfile) -> Int {
        guard let algorithm = layer.algorithm, let tile = algorithm.wholeMatch(of: /winograd F\((\d+)\)/)?.output.1,
            let channels = layer.work.firstMatch(of: /(\d+)→(\d+)/)?.output,
            let size = Int(tile), let inputs = Int(channels.1), let outputs = Int(channels.2)
        else { return 0 }
        return (size + 2) * (size + 2) * inputs * outputs
    }
}
