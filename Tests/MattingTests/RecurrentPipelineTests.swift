import MatteRefinement
import MattingNetworks
import PictureTestSupport
import Raster
import TensorCore
import Testing
import TestSupport
import WeightFiles

@testable import Matting

/// A pipeline on a network that carries state from frame to frame, with weights made by formula.
@Suite struct RecurrentPipelineTests {
    /// Sees 64 pixels of a larger picture and finds subjects in formulas.
    private static let pipeline = Result { try makePipeline() }

    private static func weightBytes(baseSide: Int = 64) throws -> [UInt8] {
        let manifest = try GoldenManifest(fixture: "Goldens/rvm-mobilenetv3/tensors.json")
        var writer = WeightFileWriter(
            metadata: ["architecture": "rvm-mobilenetv3", "input.base_side": "\(baseSide)"])
        for (name, shape) in manifest.tensors {
            try writer.add(name, shape: shape, values: try #require(manifest.values(name)))
        }
        return try writer.bytes()
    }

    private static func makePipeline(
        refinement: MattingOptions.Refinement = .guided(GuidedUpsampling())
    ) throws -> MattingPipeline {
        let file = try weightBytes().withUnsafeBytes { try WeightFile(copying: $0, name: "by formula") }
        return try MattingPipeline(
            weightFile: file, options: MattingOptions(refinement: refinement, subjectThreshold: 0))
    }

    @Test func aVideoCarriesItsStateAndNeedsNoFilter() throws {
        let pipeline = try Self.pipeline.get()
        var video = try VideoMatting(pipeline)
        let hasFilter = video.filter != nil
        #expect(!hasFilter)
        var state = NetworkState()
        for frame in [try RasterImage.ball(), try RasterImage.noise(width: 96, height: 80)] {
            let expected = try pipeline.matte(frame, state: &state).alpha.bits
            #expect(try video.matte(frame).alpha.bits == expected)
        }
    }

    @Test func stillIsAFirstFrame() throws {
        let pipeline = try Self.pipeline.get()
        #expect(pipeline.isRecurrent)
        let image = try RasterImage.ball()
        var state = NetworkState()
        let first = try pipeline.matte(image, state: &state)
        #expect(first.alpha.bits == (try pipeline.matte(image).alpha.bits))
        #expect(first.alpha.values.contains { $0 > 0.01 }, "an empty matte would prove nothing")
        var profile = MattingProfile()
        #expect(first.alpha.bits == (try pipeline.matte(image, profile: &profile).alpha.bits))
    }

    @Test func frameRemembersTheOnesBefore() throws {
        let pipeline = try Self.pipeline.get()
        let images = try [RasterImage.ball(), .noise(width: 96, height: 80)]
        var state = NetworkState()
        let frames = try [0, 1, 0].map { try pipeline.matte(images[$0], state: &state).alpha.bits }
        #expect(frames[0] != frames[2], "the same picture with another past")
        // The state is a value: another video from the same frame on.
        var fork = NetworkState()
        _ = try pipeline.matte(images[0], state: &fork)
        var copy = fork
        #expect(try pipeline.matte(images[1], state: &copy).alpha.bits == frames[1])
        #expect(try pipeline.matte(images[1], state: &fork).alpha.bits == frames[1])
    }

    /// 96×80 and 192×160 are both shrunk to 64×53: state of one shape, of two videos.
    @Test(arguments: [(60, 60), (192, 160)]) func anotherSizeBeginsAnew(width: Int, height: Int) throws {
        let pipeline = try Self.pipeline.get()
        let (small, other) = (try RasterImage.ball(), try RasterImage.ball(width: width, height: height))
        var state = NetworkState()
        _ = try pipeline.matte(small, state: &state)
        #expect(try pipeline.matte(other, state: &state).alpha.bits == pipeline.matte(other).alpha.bits)
        // And from there on.
        #expect(try pipeline.matte(small, state: &state).alpha.bits == pipeline.matte(small).alpha.bits)
    }

    @Test func cancelledFrameLeavesTheState() async throws {
        let pipeline = try Self.pipeline.get()
        let image = try RasterImage.ball()
        var state = NetworkState()
        _ = try pipeline.matte(image, state: &state)
        var kept = await Task { [state] in
            withUnsafeCurrentTask { $0?.cancel() }
            var state = state
            #expect(throws: MattingError.cancelled) { try pipeline.matte(image, state: &state) }
            return state
        }.value
        #expect(try pipeline.matte(image, state: &kept).alpha.bits == pipeline.matte(image, state: &state).alpha.bits)
    }

    /// The network's matte has the picture's own size: no refinement has anything to bring up.
    @Test func matteOfThePicturesSizeIsNotFiltered() throws {
        let image = try RasterImage.noise(width: 96, height: 80)
        let guided = try Self.pipeline.get().matte(image)
        let plain = try Self.makePipeline(refinement: .bilinear).matte(image)
        #expect(guided.alpha.bits == plain.alpha.bits)
    }

    /// Pictures smaller than any map that the network halves, and very long ones.
    @Test(arguments: [(1, 1), (2, 3), (5, 1), (17, 9), (300, 2)]) func anySize(width: Int, height: Int) throws {
        let pipeline = try Self.pipeline.get()
        var state = NetworkState()
        for seed: UInt64 in 1...2 {
            let image = try RasterImage.noise(width: width, height: height, colorModel: .rgba, seed: seed)
            let alpha = try pipeline.matte(image, state: &state).alpha
            #expect(alpha.width == width && alpha.height == height)
            #expect(alpha.values.allSatisfy { (0...1).contains($0) })
        }
    }

    @Test func networkOfStillsRemembersNothing() throws {
        let pipeline = try SharedPipeline.certain.get()
        #expect(!pipeline.isRecurrent)
        let image = try RasterImage.ball()
        let expected = try pipeline.matte(image).alpha.bits
        var state = NetworkState()
        for _ in 0..<2 { #expect(try pipeline.matte(image, state: &state).alpha.bits == expected) }
    }

    @Test func commandCutsByIt() throws {
        try TemporaryFolder.with { folder in
            let weights = try folder.write(Self.weightBytes(), "rvm.safetensors")
            let input = try folder.write(RasterImage.ball(), "in.png")
            expectStatus(
                0, try Command.run([input, "--weights", weights, "-o", folder("out.png"), "--mask"]))
            let mask = try folder.image("out.png")
            #expect(mask.width == 96 && mask.height == 80)
            let inspected = try Command.run(["weights", "inspect", weights])
            expectStatus(0, inspected)
            #expect(inspected.text.contains("rvm-mobilenetv3") && inspected.text.contains("shrunk to 64 inside"))
        }
    }
}
