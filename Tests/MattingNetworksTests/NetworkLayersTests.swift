import Foundation
import Testing
import TestSupport
import WeightFiles

@testable import MattingNetworks

/// What our networks say of their own layers, against what their reference implementations do.
@Suite struct NetworkLayersTests {
    /// The shape that tells the plain U-Net which way it goes up.
    private static func assumed(_ folder: String) throws -> [GraphLayer] {
        guard folder == "unet-transposed" else { return [] }
        var graph = ONNXBytes()
        graph.initializer("w", [1024, 512, 2, 2], [])
        graph.node("ConvTranspose", ["x", "w"], ["y"])
        graph.output("y")
        let model = try graph.bytes.withUnsafeBytes { try ONNXModel(copying: $0, name: "shapes") }
        return try model.layers(behind: model.outputs[0])
    }

    @Test(arguments: [
        "u2net", "u2netp", "isnet", "modnet", "rvm-mobilenetv3", "mobilenetv2-unet", "unet", "unet-transposed",
    ])
    func standInTheOrderOfTheReference(folder: String) throws {
        let path = try Fixtures.path("Goldens/\(folder)/layers.json")
        let reference = try JSONDecoder().decode([String].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        let name = folder == "unet-transposed" ? "unet" : folder
        let architecture = try #require(Architecture(name: name))
        let layers = try NetworkLayers(architecture, like: Self.assumed(folder), file: "none")
        // The default network's norms are folded when its training ends; its reference has none.
        let hasNorms = architecture != .mobileNetV2UNet
        let own = layers.maps[0].flatMap { [$0.path] + [$0.form.norm].compactMap { hasNorms ? $0 : nil } }
        #expect(own == reference)
        // What serves training is there too, in some order.
        #expect(layers.all.count >= layers.maps[0].count)
        #expect(Set(layers.all.map(\.path)).count == layers.all.count)
    }

    /// A network that could not be built without values would end the process when an unknown graph is opened.
    @Test(arguments: Architecture.allCases) func areKnownWithoutValues(
        architecture: Architecture
    ) throws {
        let layers = try NetworkLayers(architecture, like: [], file: "none")
        #expect(layers.maps.count >= layers.neededMapCount && layers.maps.allSatisfy { !$0.isEmpty })
    }

    @Test func neededMapsAreThoseThatAPipelineAsksFor() throws {
        #expect(try NetworkLayers(.mobileNetV2UNet, like: [], file: "none").neededMapCount == 2)
        #expect(try NetworkLayers(.u2netp, like: [], file: "none").neededMapCount == 1)
    }
}
