import Matting
import PictureTestSupport
import Raster
import TestSupport
import Testing

/// The asynchronous forms: the same results, and Swift's own error where a task is cancelled. That Swift's own threads go
/// on meanwhile is shown by `Tests/Embedding`, in a process of its own.
@Suite struct AsyncTests {
    @Test func theyGiveWhatTheSynchronousFormsGive() async throws {
        let pipeline = try SharedPipeline.standard.get()
        let image = try RasterImage.ball()
        let expected = try Self.synchronously(pipeline, image)
        let results = try await withThrowingTaskGroup(of: MattingResult.self) { group in
            for _ in 0..<6 { group.addTask { try await pipeline.matte(image) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for result in results {
            #expect(result.alpha.bits == expected.alpha)
            #expect(try await result.cutout().samples == expected.cutout)
            #expect(try await result.mask().samples == expected.mask)
            #expect(try await result.composite(over: .color(.white)).samples == expected.composite)
        }
        let loaded = try await MattingPipeline(options: MattingOptions(concurrentCalls: 1))
        #expect(try await loaded.matte(image).alpha.bits == expected.alpha)
    }

    private static func synchronously(
        _ pipeline: MattingPipeline, _ image: RasterImage
    ) throws -> (alpha: [UInt32], cutout: [Int], mask: [Int], composite: [Int]) {
        let result = try pipeline.matte(image)
        return (
            result.alpha.bits, try result.cutout().samples, try result.mask().samples,
            try result.composite(over: .color(.white)).samples
        )
    }

    @Test func filesComeAndGo() async throws {
        let folder = try TestSupport.TemporaryFolder()
        let image = try RasterImage.noise(width: 40, height: 30)
        try await image.write(to: folder.path("a.png"))
        #expect(try await RasterImage(contentsOf: folder.path("a.png")).samples == image.samples)
        let bytes = try await image.encoded(as: .png).withBytes { Array($0) }
        #expect(try await RasterImage(decoding: bytes).samples == image.samples)
        await #expect(throws: ImageCodecError.self) { try await RasterImage(contentsOf: folder.path("none.png")) }
    }

    @Test func aCancelledTaskThrowsSwiftsOwnError() async throws {
        let pipeline = try SharedPipeline.standard.get()
        let image = try RasterImage.ball()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await pipeline.matte(image)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        let writing = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await image.write(to: "/nonexistent/a.png")
        }
        await #expect(throws: CancellationError.self) { try await writing.value }
    }

    @Test func aStreamGivesWhatTheSynchronousFormGives() async throws {
        let pipeline = try SharedPipeline.standard.get()
        let frames = try (0..<4).map { try RasterImage.ball(radius: 0.2 + 0.04 * Double($0)) }
        let expected = try Self.mattes(of: frames, pipeline)
        let stream = AsyncStream<RasterImage> { continuation in
            for frame in frames { continuation.yield(frame) }
            continuation.finish()
        }
        var bits: [[UInt32]] = []
        for try await result in try pipeline.mattes(of: stream) { bits.append(result.alpha.bits) }
        #expect(bits == expected)
    }

    private static func mattes(of frames: [RasterImage], _ pipeline: MattingPipeline) throws -> [[UInt32]] {
        var video = try VideoMatting(pipeline)
        var bits: [[UInt32]] = []
        for frame in frames { bits.append(try video.matte(frame).alpha.bits) }
        return bits
    }

    @Test func framesOfAFilmComeOneByOne() async throws {
        let folder = try TestSupport.TemporaryFolder()
        let path = folder.path("film.y4m")
        let format = try PlanarFormat(width: 6, height: 4, sampling: .quarterLeft)
        let colors = VideoColors(matrix: .bt601, isFullRange: true)
        let frames = try (0..<3).map { seed in
            try PlanarFrame(.noise(width: 6, height: 4, seed: UInt64(seed)), format: format, colors: colors)
        }
        try Self.write(frames, to: path)
        let film = try Y4MFrames(path: path)
        #expect(film.header.format == format && film.expectedFrameCount == 3)
        var planes: [[[Double]]] = []
        for try await frame in film { planes.append(frame.planes) }
        #expect(planes == frames.map(\.planes))
        #expect(throws: VideoStreamError.self) { try Y4MFrames(path: folder.path("none.y4m")) }
    }

    private static func write(_ frames: [PlanarFrame], to path: String) throws {
        var writer = try Y4MWriter(Y4MHeader(format: frames[0].format), to: path)
        for frame in frames { try writer.write(frame) }
        try writer.finish()
    }
}
