import Foundation
import PictureTestSupport
import Raster
import Testing
import TestSupport
import WeightFiles

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

    /// Whatever a network answers, alpha is alpha: one value everywhere cannot be stretched.
    @Test(arguments: [Float(5), -3, 0.25]) func stretchedMattesAreInRange(value: Float) throws {
        let file = try PlainUNet.rewritten(metadata: ["output.rescale": "minmax", "output.activation": "none"]) {
            name, values in
            switch name {
            case "outc.conv.weight": values.map { _ in 0 }
            case "outc.conv.bias": values.map { _ in value }
            default: values
            }
        }
        let bytes = try file.bytes()
        let pipeline = try Self.pipeline(bytes.withUnsafeBytes { try WeightFile(copying: $0, name: "one value") })
        let alpha = try pipeline.matte(.ball()).alpha.values
        #expect(alpha.allSatisfy { $0 == min(max(value, 0), 1) }, "\(alpha.min() ?? 0)...\(alpha.max() ?? 0)")
    }

    @Test func errorsAreTyped() throws {
        let bare = try PlainUNet.bytes().withUnsafeBytes { try WeightFile(copying: $0, name: "bare") }
        #expect(
            throws: MattingError.weights(
                .badOverride(key: "input.size", value: "0", expected: "one side or WxH, each in 1...16384"))
        ) { try Self.pipeline(bare, recipe: ["input.size": "0"]) }
    }

    /// What a network cannot be fed by is refused when it is loaded, not when a picture comes.
    @Test func recipesThatANetworkCannotTake() throws {
        let file = try MattingPipeline.defaultWeights()
        for (recipe, key) in [
            (["input.multiple": "1"], "input.multiple"),
            (["input.rule": "native", "input.multiple": "48"], "input.multiple"),
            (["input.base_side": "99"], "input.base_side"),
            (["output.channel": "0"], "output.channel"),
            (["input.cell_order": "rows"], "input.cell_order"),
            (["input.rule": "native", "input.size": "64"], "input.size"),
            (["input.rule": "short-side", "input.size": "400x7"], "input.size"),
        ] {
            do throws(MattingError) {
                _ = try Self.pipeline(file, recipe: recipe)
                Issue.record("\(recipe) is taken")
            } catch .weights(.badOverride(let named, _, _)) {
                #expect(named == key)
            } catch {
                Issue.record("\(recipe): \(error)")
            }
        }
    }

    /// The smallest pictures at the smallest size.
    @Test(arguments: [(1, 1), (1, 3), (7, 5)]) func tinyPicturesAtTheirOwnSize(width: Int, height: Int) throws {
        let pipeline = try Self.pipeline(MattingPipeline.defaultWeights(), recipe: ["input.rule": "native"])
        let alpha = try pipeline.matte(.noise(width: width, height: height, seed: 1)).alpha
        #expect(alpha.width == width && alpha.height == height)
    }

    /// Who says that logits are a matte gets a matte all the same, and no doubt beyond measure.
    @Test func logitsTakenForAMatteStayInRange() throws {
        let pipeline = try Self.pipeline(MattingPipeline.defaultWeights(), recipe: ["output.activation": "none"])
        let result = try pipeline.matte(.ball())
        #expect(result.alpha.values.allSatisfy { (0...1).contains($0) })
        #expect(result.alpha.values.contains { $0 == 0 } && result.alpha.values.contains { $0 == 1 })
        let confidence = try #require(result.confidence)
        #expect((0...1).contains(confidence.expectedError))
        #expect(confidence.expectedErrors.allSatisfy { (0...1).contains($0) })
    }

    /// A strip of one row would become 512 rows of many thousands.
    @Test func stripsAreNotEnlargedWithoutEnd() throws {
        let pipeline = try Self.pipeline(
            MattingPipeline.defaultWeights(), recipe: ["input.rule": "short-side", "input.size": "512"])
        #expect(throws: MattingError.inputTooLarge(width: 32_768, height: 512, limit: 1 << 23)) {
            try pipeline.matte(.noise(width: 500, height: 1, seed: 1))
        }
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
            let channel = ["--output-channel", "1"]
            let twice = channel + ["--recipe", "output.channel=1"]
            let cut = [input, "-o", folder("out.png")]
            expectStatus(64, try Command.run(cut + channel), says: "'output.channel'", "predicts one matte")
            expectStatus(64, try Command.run(cut + twice), says: "--output-channel", "one of them")
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
