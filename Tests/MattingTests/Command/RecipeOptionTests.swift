import Foundation
import TestSupport
import Testing

@testable import Matting

/// `--recipe`, and the option of the library behind it.
@Suite struct RecipeOptionTests {
    private static let recipe = [
        "input.rule": "stretch", "input.size": "48x32", "input.multiple": "1", "input.mean": "0.5,0.5,0.5",
        "input.std": "0.25,0.25,0.25", "input.channels": "BGR", "output.rescale": "minmax",
    ]

    private static func pipeline(
        _ file: WeightFile, recipe: [String: String] = [:]
    ) throws(MattingError) -> MattingPipeline {
        let options = MattingOptions(refinement: .bilinear, threadCount: 1, subjectThreshold: 0, recipe: recipe)
        return try MattingPipeline(weightFile: file, options: options)
    }

    /// A bare file with options is the same file with metadata.
    @Test func overridesAreWhatMetadataWouldBe() throws {
        let bare = try PlainUNet.bytes().withUnsafeBytes { try WeightFile(copying: $0, name: "bare") }
        let stating = try PlainUNet.rewritten(metadata: Self.recipe).bytes()
            .withUnsafeBytes { try WeightFile(copying: $0, name: "stating") }
        let image = try RasterImage.ball()
        let overridden = try Self.pipeline(bare, recipe: Self.recipe)
        let stated = try Self.pipeline(stating)
        #expect(overridden.recipe == stated.recipe)
        let matte = try overridden.matte(image).alpha.bits
        #expect(try matte == stated.matte(image).alpha.bits)
        #expect(try matte != Self.pipeline(bare).matte(image).alpha.bits)
        // Over a file's own words too.
        #expect(try Self.pipeline(stating, recipe: ["input.size": "64"]).recipe.width == 64)
    }

    @Test func errorsAreTyped() throws {
        let bare = try PlainUNet.bytes().withUnsafeBytes { try WeightFile(copying: $0, name: "bare") }
        #expect(
            throws: MattingError.weights(
                .badOverride(key: "input.size", value: "0", expected: "one side or WxH, each in 1...16384"))
        ) { try Self.pipeline(bare, recipe: ["input.size": "0"]) }
    }

    @Test func onTheCommandLine() throws {
        try TemporaryFolder.with { folder in
            let image = try RasterImage.ball()
            let input = try folder.write(image, "in.png")
            let weights = try folder.write(PlainUNet.bytes(), "unet.safetensors")
            let options = Self.recipe.sorted { $0.key < $1.key }.flatMap { ["--recipe", "\($0.key)=\($0.value)"] }
            let cut = [input, "--mask", "--weights", weights, "--refinement", "bilinear"]
            expectStatus(0, try Command.run(cut + ["-o", folder("mask.png")] + options))
            let file = try WeightFile(contentsOf: weights)
            let pipeline = try MattingPipeline(
                weightFile: file, options: MattingOptions(refinement: .bilinear, recipe: Self.recipe))
            #expect(try folder.image("mask.png").samples == pipeline.matte(image).mask().samples)
        }
    }

    @Test func usage() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(.ball(), "in.png")
            func run(_ entries: String...) throws -> Command.Outcome {
                try Command.run([input, "-o", folder("out.png")] + entries.flatMap { ["--recipe", $0] })
            }
            expectStatus(64, try run("input.size"), says: "--recipe", "key=value")
            expectStatus(64, try run("=512"), says: "--recipe")
            expectStatus(64, try run("input.size=x"), says: "'input.size'", "'x'", "1...16384")
            expectStatus(64, try run("input.maen=0,0,0"), says: "'input.maen'", "input.mean")
            expectStatus(64, try run("input.size=64", "input.size=96"), says: "input.size", "twice")
            #expect(try folder.names() == ["in.png"])
            // What the file itself says wrong is no wrong usage.
            let metadata = ["input.size": "x"]
            let weights = try folder.write(PlainUNet.rewritten(metadata: metadata).bytes(), "bad.safetensors")
            expectStatus(
                1, try Command.run([input, "-o", folder("out.png"), "--weights", weights]), says: weights, "input.size")
        }
    }
}
