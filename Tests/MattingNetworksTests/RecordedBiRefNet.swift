import Foundation
import TestSupport
import Testing
import Threads
import WeightFiles

@testable import MattingNetworks
@testable import TensorCore

/// Layers of BiRefNet recorded from its reference implementation, a sample of each.
struct RecordedBiRefNet {
    private let manifest: GoldenManifest
    private let golden: GoldenFile
    private let runs: [String: Run]

    private struct Recording: Decodable {
        let runs: [String: Run]
    }

    private struct Run: Decodable {
        let layers: [String: Sample]
    }

    /// Every `stride`-th value of a tensor in the framework's order.
    private struct Sample: Decodable {
        let shape: [Int]
        let stride: Int
    }

    init(folder: String) throws {
        let exceptions = try GoldenManifest(fixture: "Goldens/birefnet-lite/tensors.json")
        self.manifest = try GoldenManifest(contentsOf: folder + "/tensors.json").excepting(as: exceptions)
        self.golden = try GoldenFile(contentsOf: folder + "/golden.safetensors")
        let json = try Data(contentsOf: URL(fileURLWithPath: folder + "/tensors.json"))
        self.runs = try JSONDecoder().decode(Recording.self, from: json).runs
    }

    /// The recorded sizes, `HxW`.
    var sizes: [String] { runs.keys.sorted() }

    func weightFile() throws -> WeightFile {
        try manifest.weightFileBytes().withUnsafeBytes { try WeightFile(copying: $0, name: "BiRefNet by formula") }
    }

    /// Runs a network once for its logits and all layers of a size that are maps of ours too, and compares.
    ///
    /// - Parameters:
    ///   - logits: what the logits are called in the recording.
    ///   - layers: which of the others are compared.
    func expectLayers(
        of network: BiRefNet, size: String, logits: String = "logits", layers: (String) -> Bool = { _ in true }
    ) throws {
        let picture = try picture(size)
        let graph = Graph()
        let output = network(graph.input(picture.shape))[0]
        let recorded = try #require(runs[size])
        let maps = recorded.layers.keys.filter(layers).sorted().compactMap { name in
            Self.map(name, in: graph).map { (name: name, map: $0) }
        }
        let plan = try Plan(outputs: [output] + maps.map(\.map))
        let values = try plan.run([picture], workspace: Workspace(), pool: ThreadPool(threadCount: 2))

        // After the sigmoid, the bound of all networks: sums of some thousand float products in another order differ by
        // some 1e-6, and errors of a hundred layers add up.
        try expectClose(values[0], logits, size: size, stride: recorded.layers[logits]?.stride ?? 1, absolute: 2e-5) {
            1 / (1 + exp(-$0))
        }
        for ((name, _), value) in zip(maps, values.dropFirst()) {
            let sample = try #require(recorded.layers[name])
            // Gates have their sigmoid on the way out here, behind them there. Values are up to 10.
            let isGate = name.hasPrefix("decoder.gdt_convs_attn")
            try expectClose(value, name, size: size, stride: sample.stride, absolute: 1e-4) {
                isGate ? 1 / (1 + exp(-$0)) : $0
            }
        }
    }

    private func expectClose(
        _ actual: Tensor, _ name: String, size: String, stride step: Int, absolute: Double,
        after activation: (Double) -> Double
    ) throws {
        let key = ["layer.\(name).\(size)", "\(name).\(size).sample", "\(name).\(size)"].first {
            golden.entries[$0] != nil
        }
        guard let key, let reference = golden.entries[key]?.values else {
            // Recorded at this size for its shape alone.
            return
        }
        let isWhole = reference.count == actual.shape.elementCount
        let (pixels, channels) = (actual.shape.height * actual.shape.width, actual.shape.channels)
        let values = actual.values
        let sampled = stride(from: 0, to: values.count, by: isWhole ? 1 : step).map { index in
            values[index % pixels * channels + index / pixels]
        }
        let isLogits = name.hasPrefix("logits")
        TestSupport.expectClose(
            sampled.map { isLogits ? Float(activation(Double($0))) : $0 },
            reference.map { activation(Double($0)) }, absolute: absolute, relative: 0, "\(name) at \(size)")
    }

    private func picture(_ size: String) throws -> Tensor {
        let sides = size.split(separator: "x").compactMap { Int($0) }
        let encoder = manifest.tensors["bb.norm0.weight"] == [96] ? "t" : "l"
        return try Tensor(
            nchw: [1, 3, sides[0], sides[1]],
            values: FormulaWeights.image(
                "birefnet_swin_\(encoder).\(size)", batch: 1, channels: 3, height: sides[0], width: sides[1],
                salt: manifest.salt))
    }

    /// The map of a recorded layer; nil where it is none of ours, because a norm or more is folded into it.
    private static func map(_ name: String, in graph: Graph) -> Value? {
        func node(_ label: String, _ occurrence: Int = 0) -> Int? {
            graph.nodes.indices.filter { graph.nodes[$0].label == label }.dropFirst(occurrence).first
        }
        func value(_ index: Int?, input: Bool = false) -> Value? {
            guard let index = input ? index.map({ graph.nodes[$0].inputs[0] }) : index else { return nil }
            return Value(graph: graph, index: index, shape: graph.nodes[index].shape)
        }
        // The encoder has a test of its own. The last step is folded together: its layers have other maps here.
        if ["bb.", "decoder.ipt_blk1", "decoder.conv_out1"].contains(where: name.hasPrefix) { return nil }
        // What the reference calls a module is the output of its last layer, or the input of its first.
        let base = name.hasSuffix(".in") ? String(name.dropLast(3)) : name
        let path = base == "squeeze_module" ? "squeeze_module.0" : base
        if name != base {
            return ["conv_in", "conv1"].lazy.compactMap { value(node("\(path).\($0)"), input: true) }.first
        }
        if path.hasSuffix(".dec_att") {
            return value(node(path.replacing(".dec_att", with: ".conv_out")), input: true)
        }
        let ends = [".conv_out", ".conv", ".0", ".1"]
        return ends.lazy.compactMap { value(node(path + $0)) }.first
    }
}
