import Foundation
import TensorCore
import Testing
import TestSupport
import Threads
import WeightFiles

@testable import MattingNetworks

/// Every network against its reference implementation, on weights and pictures made by formula.
@Suite struct NetworkParityTests {
    /// Largest absolute error after the sigmoid. Sums of some thousand float products in another order differ by some
    /// 1e-6; the reference itself is float, and errors of a hundred layers add up. Onnxruntime is off by 4e-6.
    private static let tolerance = 2e-5

    @Test(arguments: ["64x64", "75x101", "96x80"], [Architecture.u2netp, .u2net, .isnet])
    func agreesWithTheReference(size: String, architecture: Architecture) throws {
        let golden = try GoldenFile(fixture: "Goldens/\(architecture)/golden.safetensors")
        let model = try Self.models.get(architecture)
        let input = try golden.tensor("input.\(size)")
        let count = architecture == .isnet ? 6 : 7
        let outputs = try model.predict(input, outputCount: count, pool: ThreadPool(threadCount: 2))
        #expect(outputs.count == count)
        for (index, output) in outputs.enumerated() {
            expectClose(
                output, try golden.tensor("d\(index).\(size)"), absolute: Self.tolerance, relative: 0,
                "\(architecture) d\(index) at \(size)")
        }
    }

    @Test(arguments: ["64x64", "96x160"]) func modnetAgreesWithTheReference(size: String) throws {
        let golden = try GoldenFile(fixture: "Goldens/modnet/golden.safetensors")
        let model = try Self.models.get(.modnet)
        let input = try golden.tensor("input.\(size)")
        let outputs = try model.predict(input, outputCount: 3, pool: ThreadPool(threadCount: 2))
        #expect(outputs.count == 3)
        for (name, output) in zip(["matte", "semantic", "detail"], outputs) {
            expectClose(
                output, try golden.tensor("\(name).\(size)"), absolute: Self.tolerance, relative: 0,
                "\(name) at \(size)")
        }
    }

    /// By interpolation and by transposed convolutions, at a size that has to be padded on the way up too.
    @Test(arguments: ["32x48", "37x53"], ["unet", "unet-transposed"])
    func plainUNetAgreesWithTheReference(size: String, folder: String) throws {
        let golden = try GoldenFile(fixture: "Goldens/\(folder)/golden.safetensors")
        let file = try GoldenManifest(fixture: "Goldens/\(folder)/tensors.json").weightFileBytes()
            .withUnsafeBytes { try WeightFile(copying: $0, name: "\(folder) by formula") }
        let model = try NetworkModel(file)
        #expect(model.architecture == .unet, "recognised by its tensors alone")
        let output = try model.predict(try golden.tensor("input.\(size)"), pool: ThreadPool(threadCount: 2))
        expectClose(
            output[0], try golden.tensor("matte.\(size)"), absolute: Self.tolerance, relative: 0,
            "\(folder) at \(size)")
    }

    @Test(arguments: ["64x64", "96x160"]) func defaultNetworkAgreesWithTheReference(size: String) throws {
        let golden = try GoldenFile(fixture: "Goldens/mobilenetv2-unet/golden.safetensors")
        let model = try Self.models.get(.mobileNetV2UNet)
        #expect(model.predictsDoubt)
        let input = try golden.tensor("input.\(size)")
        let outputs = try model.predict(input, outputCount: 2, pool: ThreadPool(threadCount: 2))
        #expect(outputs.count == 2)
        for (name, output) in zip(["alpha", "doubt"], outputs) {
            expectClose(
                output, try golden.tensor("\(name).\(size)"), absolute: Self.tolerance, relative: 0,
                "\(name) at \(size)")
        }
    }

    @Test(arguments: ["64x64", "96x128"]) func edgeNetworkAgreesWithTheReference(size: String) throws {
        let golden = try GoldenFile(fixture: "Goldens/edge-attention/golden.safetensors")
        let file = try GoldenManifest(fixture: "Goldens/edge-attention/tensors.json").weightFileBytes()
            .withUnsafeBytes { try WeightFile(copying: $0, name: "edge network by formula") }
        let model = try EdgeModel(file)
        for threadCount in [1, 2] {
            let output = try model.predict(
                try golden.tensor("input.\(size)"), pool: ThreadPool(threadCount: threadCount))
            expectClose(
                output, try golden.tensor("alpha.\(size)"), absolute: Self.tolerance, relative: 0,
                "alpha at \(size)")
        }
    }

    /// Other algorithms for the layers of many weights; the same bound.
    @Test func smallMemoryAgreesWithTheReference() throws {
        let golden = try GoldenFile(fixture: "Goldens/u2netp/golden.safetensors")
        let file = try Models.file(.u2netp)
        let input = try golden.tensor("input.75x101")
        let model = try NetworkModel(file, preferring: .small)
        let output = try model.predict(input, pool: ThreadPool(threadCount: 2))
        expectClose(output[0], try golden.tensor("d0.75x101"), absolute: Self.tolerance, relative: 0, "small memory")
    }

    /// Formula weights are slow to make in a debug build, so each network is built once for all its tests.
    private static let models = Models()
}

/// Networks with formula weights, each built on first use.
private final class Models: @unchecked Sendable {
    // Unchecked: `built` is touched under `lock` only.
    private let lock = NSLock()
    private var built: [Architecture: NetworkModel] = [:]

    func get(_ architecture: Architecture) throws -> NetworkModel {
        lock.lock()
        defer { lock.unlock() }
        if let model = built[architecture] { return model }
        let model = try NetworkModel(Self.file(architecture))
        #expect(model.architecture == architecture, "recognised by its tensors alone")
        built[architecture] = model
        return model
    }

    static func file(_ architecture: Architecture) throws -> WeightFile {
        let manifest = try GoldenManifest(fixture: "Goldens/\(architecture)/tensors.json")
        return try manifest.weightFileBytes().withUnsafeBytes {
            try WeightFile(copying: $0, name: "\(architecture) by formula")
        }
    }
}
