import PictureTestSupport
import TestSupport
import Testing

@testable import Matting

/// A bound on what a recipe or a weight file can make of a small picture.
@Suite struct MemoryLimitTests {
    private static func pipeline(limit: Int?, _ recipe: [String: String] = [:]) throws -> MattingPipeline {
        try MattingPipeline(options: MattingOptions(threadCount: 1, memoryLimit: limit, recipe: recipe))
    }

    private static func expectRefusal(_ pipeline: MattingPipeline, _ image: RasterImage, limit: Int) {
        #expect {
            try pipeline.matte(image)
        } throws: { error in
            guard case .memoryLimitExceeded(let byteCount, limit)? = error as? MattingError else { return false }
            return byteCount > limit && "\(error)".contains("\(byteCount)") && "\(error)".contains("input.size")
        }
    }

    /// Two gigabytes for 64 × 48 pixels, and for a weight file that says so of itself.
    @Test func aLargeInputOfASmallPicture() throws {
        let image = try RasterImage.noise(width: 64, height: 48, seed: 5)
        let limit = 100_000_000
        for size in ["2816", "1600"] {
            Self.expectRefusal(try Self.pipeline(limit: limit, ["input.size": size]), image, limit: limit)
        }
        let metadata = ["input.rule": "stretch", "input.size": "2048"]
        let file = try PlainUNet.rewritten(metadata: metadata).bytes()
            .withUnsafeBytes { try WeightFile(copying: $0, name: "large") }
        let pipeline = try MattingPipeline(weightFile: file, options: MattingOptions(memoryLimit: limit))
        Self.expectRefusal(pipeline, image, limit: limit)
    }

    /// The picture's own size.
    @Test func aLargePicture() throws {
        let pipeline = try Self.pipeline(limit: 4_000_000, ["input.rule": "native"])
        #expect(try pipeline.matte(.noise(width: 64, height: 64, seed: 1)).alpha.width == 64)
        Self.expectRefusal(pipeline, try .noise(width: 400, height: 300, seed: 1), limit: 4_000_000)
    }

    /// The limit is of what is asked for: one byte less is too little, and the matte does not know of it.
    @Test func exactlyWhatIsNeeded() throws {
        let image = try RasterImage.ball()
        let unlimited = try Self.pipeline(limit: nil).matte(image)
        var needed = 0
        do throws(MattingError) {
            // Enough for the input.
            _ = try Self.refusing(limit: 384 * 384 * 3 * 4).matte(image)
        } catch {
            if case .memoryLimitExceeded(let byteCount, _) = error { needed = byteCount }
        }
        #expect(needed > 384 * 384 * 3 * 4)
        Self.expectRefusal(try Self.pipeline(limit: needed - 1), image, limit: needed - 1)
        #expect(try Self.pipeline(limit: needed).matte(image).alpha.bits == unlimited.alpha.bits)
    }

    /// A picture that deserves a larger look is not refused for want of memory, and is the same as without one.
    @Test func looksThatNeedTooMuch() throws {
        let image = try RasterImage(contentsOf: Fixtures.path("../Scenes/plush.jpg")).fromAfar(step: 8, times: 8)
        // Enough for looks of the usual size, too little for one of four times as many pixels.
        let limited = try Self.pipeline(limit: 45_000_000).matte(image)
        let without = try Self.pipeline(limit: nil, ["input.larger_look": "0"]).matte(image)
        #expect(limited.alpha.values == without.alpha.values)
        #expect(try limited.alpha.values != Self.pipeline(limit: nil).matte(image).alpha.values)
    }

    private static func refusing(limit: Int) throws(MattingError) -> MattingPipeline {
        try MattingPipeline(options: MattingOptions(threadCount: 1, memoryLimit: limit))
    }

    @Test func onTheCommandLine() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(.noise(width: 64, height: 48, seed: 5), "in.png")
            let cut = [input, "-o", folder("out.png")]
            let outcome = try Command.run(cut + ["--recipe", "input.size=2816", "--max-memory", "100"])
            expectStatus(1, outcome, says: "in.png", "100000000", "input.size", "--max-memory")
            #expect(try folder.names() == ["in.png"])
            expectStatus(0, try Command.run(cut + ["--max-memory", "100"]))
            for wrong in ["0", "-1", "1000001", "lots"] {
                expectStatus(64, try Command.run(cut + ["--max-memory", wrong]), says: "--max-memory")
            }
        }
    }
}
