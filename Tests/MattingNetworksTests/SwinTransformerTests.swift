import Foundation
import TensorCore
import TestSupport
import Testing
import Threads
import WeightFiles

@testable import MattingNetworks

/// Swin Transformer against the reference implementation of BiRefNet, layer by layer, on weights and pictures by formula.
@Suite struct SwinTransformerTests {
    /// At this size windows are filled with zeros at every stage, and a map of odd sides is merged.
    @Test(arguments: ["256x256", "352x288"]) func tinyAgreesWithTheReference(size: String) throws {
        // Float noise of the reference itself is 1e-5 at values up to 10, half of it from its picture of half the size, which
        // is made in double here; sums in another order are off by as much.
        try Self.tiny.get().expectLayers(size: size, absolute: 1e-5)
    }

    private static let hasMemory = ProcessInfo.processInfo.environment["MATTING_LARGE_NETWORKS"] != nil

    /// 195 million weights by formula take some seconds and 3 GB.
    @Test(.enabled(if: hasMemory, "MATTING_LARGE_NETWORKS is not set")) func largeAgreesWithTheReference() throws {
        let large = try RecordedSwinTransformer("swin-large")
        // Twice the depth and width, values up to 20.
        for size in ["256x256", "352x288"] { try large.expectLayers(size: size, absolute: 2.5e-5) }
    }

    /// Any size, down to one pixel, has four maps, each half as large rounded up.
    @Test(arguments: [(1, 1), (5, 9), (33, 50)]) func anySize(height: Int, width: Int) throws {
        let shape = try TensorShape(height: height, width: width, channels: 3)
        let graph = Graph()
        let maps = try Self.tiny.get().network(graph.input(shape))
        let plan = try Plan(outputs: maps)
        let outputs = try plan.run([Tensor(zeros: shape)], workspace: Workspace(), pool: ThreadPool(threadCount: 2))
        for (level, output) in outputs.enumerated() {
            let stride = 4 << level
            #expect(output.shape.height == (height + stride - 1) / stride, "level \(level)")
            #expect(output.shape.width == (width + stride - 1) / stride, "level \(level)")
            #expect(output.shape.channels == 96 << level && output.isFinite, "level \(level)")
        }
    }

    // Formula weights are slow to make in a debug build: once for all tests.
    private static let tiny = Result { try RecordedSwinTransformer("swin-tiny") }
}

/// Layers recorded from the reference implementation, a sample of each, and the network with the same weights.
private struct RecordedSwinTransformer {
    let network: SwinTransformer
    private let name: String
    private let salt: UInt64
    private let golden: GoldenFile
    private let layers: [String: Sample]

    private struct Recording: Decodable {
        let layers: [String: Sample]
    }

    /// Every `stride`-th value of a tensor in the framework's order.
    private struct Sample: Decodable {
        let shape: [Int]
        let stride: Int
    }

    init(_ folder: String) throws {
        let manifest = try GoldenManifest(fixture: "Goldens/\(folder)/tensors.json")
        self.name = manifest.architecture
        self.salt = manifest.salt
        self.golden = try GoldenFile(fixture: "Goldens/\(folder)/golden.safetensors")
        let json = try Data(Fixtures.bytes("Goldens/\(folder)/tensors.json"))
        self.layers = try JSONDecoder().decode(Recording.self, from: json).layers
        let file = try manifest.weightFileBytes().withUnsafeBytes {
            try WeightFile(copying: $0, name: "\(folder) by formula")
        }
        let binder = WeightBinder(file)
        self.network = try SwinTransformer(binder.root["bb"])
        try binder.finish()
    }

    /// Runs the network on the picture of a size and on its copy of half the size, and compares every recorded layer.
    func expectLayers(size: String, absolute: Double) throws {
        let sides = size.split(separator: "x").compactMap { Int($0) }
        let picture = try ReferenceMap(
            Tensor(
                nchw: [1, 3, sides[0], sides[1]],
                values: FormulaWeights.image(
                    "\(name).\(size)", batch: 1, channels: 3, height: sides[0], width: sides[1], salt: salt)))
        let half = picture.resized(height: sides[0] / 2, width: sides[1] / 2, alignsCorners: true)
        var compared = 0
        for (run, input) in [picture, half].enumerated() {
            let graph = Graph()
            let maps = trace(graph.input(input.shape))
            let plan = try Plan(outputs: maps.map(\.map))
            let outputs = try plan.run(
                [Tensor(shape: input.shape, values: input.values.map { Float($0) })], workspace: Workspace(),
                pool: ThreadPool(threadCount: 2))
            for ((layer, _), output) in zip(maps, outputs) {
                let key = "\(layer)/\(run).\(size)"
                guard let sample = layers[key], let reference = golden.entries[key]?.values else { continue }
                compared += 1
                let values = output.values
                let places = stride(from: 0, to: sample.shape.reduce(1, *), by: sample.stride)
                let pairs = zip(places, reference).compactMap { (index, value) -> (Float, Float)? in
                    place(index, of: sample.shape, in: output.shape).map { (values[$0], value) }
                }
                #expect(pairs.count > reference.count / 4, "\(key)")
                expectClose(
                    pairs.map(\.0), pairs.map(\.1), absolute: absolute, relative: 1e-6, "\(name) \(key)")
            }
        }
        #expect(compared == layers.keys.count { $0.hasSuffix(size) }, "every recorded layer was compared")
    }

    /// The network's own steps, under the names of the reference.
    private func trace(_ image: Value) -> [(name: String, map: Value)] {
        var x = network.embedding(image)
        var maps = [("bb.patch_embed", x)]
        for (index, stage) in network.stages.enumerated() {
            if let merging = stage.merging {
                x = merging(x)
                maps.append(("bb.layers.\(index - 1).downsample", x))
            }
            for (number, block) in stage.blocks.enumerated() {
                let path = "bb.layers.\(index).blocks.\(number)"
                if path == "bb.layers.0.blocks.0" {
                    let normalized = block.norm1(x)
                    maps.append(("\(path).norm1", normalized))
                    maps.append(("\(path).attn", block.attention(normalized)))
                }
                x = block(x)
                maps.append((path, x))
            }
            maps.append(("bb.x\(index + 1)", stage.norm(x)))
        }
        return maps
    }

    /// Where our map has the value at an index of the reference's tensor; nil where the map does not reach.
    private func place(_ index: Int, of shape: [Int], in map: TensorShape) -> Int? {
        if shape.count == 4 {
            // `[1, C, H, W]`
            let (channel, pixel) = index.quotientAndRemainder(dividingBy: map.height * map.width)
            return pixel * map.channels + channel
        }
        // `[1, H · W, C]`, as here
        guard shape[0] > 1 || shape[1] < map.pixelCount else { return index }
        // `[windows, tokens, C]`, not shifted
        let (token, channel) = index.quotientAndRemainder(dividingBy: shape[2])
        let (window, place) = token.quotientAndRemainder(dividingBy: shape[1])
        let side = Int(Double(shape[1]).squareRoot())
        let columns = (map.width + side - 1) / side
        let (y, x) = (window / columns * side + place / side, window % columns * side + place % side)
        return y < map.height && x < map.width ? (y * map.width + x) * map.channels + channel : nil
    }
}
