import Foundation
import MattingNetworks
import Testing
import TestSupport

@testable import Matting

/// `matte weights list`.
@Suite struct WeightsListTests {
    @Test func textNamesEveryNetworkAndTheEmbeddedFiles() throws {
        let outcome = try Command.run(["weights", "list"])
        expectStatus(0, outcome)
        #expect(outcome.messages.isEmpty)
        let embedded = [try MattingPipeline.defaultWeights(), try MattingPipeline.defaultEdgeWeights()]
        for file in embedded {
            #expect(outcome.text.contains(file.dataSHA256))
            #expect(outcome.text.contains(try #require(file.license)))
        }
        for architecture in Architecture.allCases {
            #expect(outcome.text.contains(architecture.name))
            #expect(outcome.text.contains(architecture.paper))
        }
        #expect(outcome.text.contains("short-side 512×512, multiples of 32"))
    }

    @Test func json() throws {
        let object = try #require(try Command.run(["weights", "list", "--json"]).objects().first)
        let embedded = try #require(object["embedded"] as? [[String: Any]])
        #expect(embedded.compactMap { $0["architecture"] as? String } == ["mobilenetv2-unet", "edge-attention"])
        #expect(embedded[0]["bytes"] as? Int == (try MattingPipeline.defaultWeights().dataByteCount))
        let networks = try #require(object["networks"] as? [[String: Any]])
        #expect(networks.compactMap { $0["name"] as? String } == Architecture.allCases.map(\.name))
        for key in ["paper", "parameters", "input", "output"] {
            #expect(networks.allSatisfy { $0[key] != nil }, "\(key)")
        }
    }

    /// What is listed is what the reference implementations have.
    @Test(arguments: Architecture.allCases) func parametersAreThoseOfTheReference(architecture: Architecture) throws {
        // The golden of the plain U-Net is narrow; PyTorch counts 31037633 at the paper's width.
        guard architecture != .unet else { return #expect(architecture.parameterCount == 31_037_633) }
        // That for garments is U²-Net but for the maps of its four classes.
        let tellsClothes = architecture == .u2netClothes
        let manifest = try GoldenManifest(
            fixture: "Goldens/\(tellsClothes ? .u2net : architecture)/tensors.json")
        let trained = manifest.tensors.filter { name, _ in
            // Statistics are not trained; MODNet's encoder goes by two names.
            !name.hasSuffix(".running_mean") && !name.hasSuffix(".running_var")
                && !name.hasPrefix("lr_branch.backbone.")
        }
        let count = trained.reduce(0) { sum, tensor in
            let isHead = tensor.key.hasPrefix("side") || tensor.key.hasPrefix("outconv")
            let classes = tellsClothes && isHead ? (tensor.key == "outconv.weight" ? 16 : 4) : 1
            return sum + classes * tensor.value.reduce(1, *)
        }
        #expect(architecture.parameterCount == count)
    }
}
