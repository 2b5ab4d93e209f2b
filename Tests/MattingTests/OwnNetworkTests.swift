import Foundation
import Matting
import MattingNetworks
import PictureTestSupport
import Testing

// The network of the article `OwnNetworks`, word for word.

struct TinyUNet: MattingNetwork {
    private let encoder, bottom, head: Convolution2D

    init(_ scope: WeightScope) throws(WeightError) {
        encoder = try Convolution2D(scope["encoder"], inputs: 3, outputs: 8, kernel: 3, activation: .relu)
        bottom = try Convolution2D(scope["bottom"], inputs: 8, outputs: 8, kernel: 3, activation: .relu)
        head = try Convolution2D(scope["head"], inputs: 16, outputs: 1, kernel: 1)
    }

    func callAsFunction(_ image: Value) -> [Value] {
        let skip = encoder(image)
        let deep = bottom(skip.halved())
        return [head(concatenate(skip, deep.upsampled(like: skip)))]
    }
}

func tinyUNet() throws -> Architecture {
    let recipe = try InputRecipe.native.overridden(by: [
        "input.rule": "fit", "input.size": "256", "input.multiple": "2", "output.activation": "sigmoid",
    ])
    return Architecture(
        name: "tiny-unet", paper: "Networks of your own", parameterCount: 825, defaultRecipe: recipe,
        isRecognized: { $0.shape("encoder.weight") == [8, 3, 3, 3] && $0.shape("head.weight") == [1, 16, 1, 1] },
        makeNetwork: { (scope, _) throws(WeightError) in try TinyUNet(scope) })
}

func matte(of image: RasterImage, byWeights path: String) throws -> MattingResult {
    let options = MattingOptions(networks: [try tinyUNet()])
    let pipeline = try MattingPipeline(weights: path, options: options)
    let result = try pipeline.matte(image)
    return result
}

/// A program runs networks that the package does not know.
struct OwnNetworkTests {
    /// Writes weights by which the logit is 20 times the red of a pixel less 10: the first channel goes through.
    private func write(
        to folder: TemporaryFolder, prefix: String = "", metadata: [String: String] = [:], leavingOut left: String = ""
    ) throws -> String {
        var writer = WeightFileWriter(metadata: metadata)
        func add(_ name: String, _ shape: [Int], _ set: [Int: Float] = [:]) throws {
            guard name != left else { return }
            var values = [Float](repeating: 0, count: shape.reduce(1, *))
            for (index, value) in set { values[index] = value }
            try writer.add(prefix + name, shape: shape, values: values)
        }
        try add("encoder.weight", [8, 3, 3, 3], [4: 1])
        try add("encoder.bias", [8])
        try add("bottom.weight", [8, 8, 3, 3])
        try add("bottom.bias", [8])
        try add("head.weight", [1, 16, 1, 1], [0: 20])
        try add("head.bias", [1], [0: -10])
        let path = folder("tiny.safetensors")
        try writer.write(to: path)
        return path
    }

    private func picture() throws -> RasterImage {
        try RasterImage.drawn(width: 64, height: 48) { x, _ in x < 32 ? [1, 0, 0] : [0, 1, 1] }
    }

    @Test(arguments: ["", "net.", "module.model."]) func bareFilesAreRecognised(prefix: String) throws {
        try TemporaryFolder.with { folder in
            let result = try matte(of: picture(), byWeights: write(to: folder, prefix: prefix))
            #expect(result.alpha[8, 24] ?? 0 > 0.99 && result.alpha[56, 24] ?? 1 < 0.01)
        }
    }

    @Test func filesMayNameIt() throws {
        try TemporaryFolder.with { folder in
            let path = try write(to: folder, metadata: ["architecture": "tiny-unet", "input.size": "128"])
            let pipeline = try MattingPipeline(weights: path, options: MattingOptions(networks: [tinyUNet()]))
            #expect(pipeline.architecture.name == "tiny-unet")
            #expect(pipeline.recipe.width == 128)
        }
    }

    @Test func withoutItTheFileIsUnknown() throws {
        try TemporaryFolder.with { folder in
            let path = try write(to: folder)
            let known = Architecture.allCases.map(\.name)
            #expect(throws: MattingError.weights(.unknownArchitecture(file: path, stated: nil, known: known))) {
                try MattingPipeline(weights: path)
            }
        }
    }

    @Test func whatDoesNotFitIsNamed() throws {
        try TemporaryFolder.with { folder in
            let path = try write(to: folder, leavingOut: "bottom.bias")
            #expect {
                try matte(of: picture(), byWeights: path)
            } throws: { error in
                guard case .weights(.unusable(_, let problems)) = error as? MattingError else { return false }
                return problems.missing.map(\.name) == ["bottom.bias"]
            }
        }
    }

    /// Every block of Swift in the article is in this file.
    @Test func theArticleIsCompiled() throws {
        let source = try String(contentsOfFile: #filePath, encoding: .utf8)
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appendingPathComponent("Sources/Matting/Documentation.docc/OwnNetworks.md")
        let article = try String(contentsOf: path, encoding: .utf8)
        let lines = Set(source.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
        var (isSwift, count) = (false, 0)
        for line in article.split(separator: "\n") {
            if line.hasPrefix("```") {
                isSwift = line == "```swift"
            } else if isSwift {
                #expect(lines.contains(line.trimmingCharacters(in: .whitespaces)), "\(line)")
                count += 1
            }
        }
        #expect(count >= 25)
    }
}
