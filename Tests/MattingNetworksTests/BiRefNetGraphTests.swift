import Files
import Foundation
import TestSupport
import Testing

@testable import MattingNetworks
@testable import WeightFiles

/// Graphs of BiRefNet as exporters write them: linear layers as products, deformable convolutions taken apart, layer norms
/// in parts, position biases gathered already.
@Suite struct BiRefNetGraphTests {
    /// What an exporter makes of a network.
    struct Exporter: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// The operator of deformable convolutions, or a plain convolution over what was gathered.
        var hasDeformConv = true
        /// Layer norms as one operator, or in parts, as before operator set 17.
        var hasLayerNorm = true
        /// Position biases computed once and for all, and each time another tensor, or gathered from the table.
        var foldsBiases = true
        var keepsNorms = true
        var isHalf = false
        /// Whether tensors keep their names.
        var namesAll = true
    }

    static let exporters = [
        Exporter(testDescription: "operators"),
        Exporter(
            testDescription: "parts", hasDeformConv: false, hasLayerNorm: false, foldsBiases: false, namesAll: false),
        Exporter(testDescription: "half precision", keepsNorms: false, isHalf: true),
    ]

    private static let lite = Result { try NetworkLayers(.birefnetLite, like: [], file: "none") }

    /// Values of all tensors, each of which begins somewhere else in them: written for each they would be 180 MB.
    private static let bits = (0..<5_000_000).map { UInt16(0x3800 + $0 % 1021) }
    /// Where the values of the tensor number `index` are, in bytes.
    private static func offset(_ index: Int) -> Int { 4 * index }

    /// A value as one of these types would have it at a place in the bits.
    private static func value(_ place: Int, isHalf: Bool) -> Float {
        isHalf
            ? HalfPrecision.float(half: bits[place])
            : Float(bitPattern: UInt32(bits[place + 1]) << 16 | UInt32(bits[place]))
    }

    /// A graph in a folder, and which number each tensor has by the name that it should get.
    struct Graph {
        var bytes = ONNXBytes(producer: "exporter")
        var numbers: [String: Int] = [:]
    }

    /// Layers behind each other, those of the encoder twice. Who reads whom in a real graph decides their order, which is
    /// that of our own network.
    static func graph(
        _ layers: [NetworkLayers.Layer], _ exporter: Exporter, changingBiases change: (inout [Float]) -> Void = { _ in }
    ) -> Graph {
        var numbers: [String: Int] = [:]
        var graph = ONNXBytes(producer: "exporter")
        var last = "picture"
        var number = 0
        func tensor(_ name: String, _ shape: [Int], transposed: Bool = false) -> String {
            let stated = exporter.namesAll ? name : "onnx::\(FormulaWeights.fnv1a64(name))"
            guard numbers[name] == nil else { return stated }
            numbers[name] = numbers.count
            graph.initializer(
                ONNXBytes.tensor(
                    stated, transposed ? shape.reversed() : shape, type: exporter.isHalf ? 10 : 1, location: "values",
                    offset: offset(numbers.count - 1), length: nil))
            return stated
        }
        func node(_ operation: String, _ inputs: [String], floats: [String: Float] = [:], integers: [String: Int] = [:])
        {
            number += 1
            graph.node(operation, inputs, ["\(number)"], integers: integers, floats: floats)
            last = "\(number)"
        }
        func norm(_ path: String, _ channels: Int) -> [String] {
            ["weight", "bias", "running_mean", "running_var"].map { tensor("\(path).\($0)", [channels]) }
        }
        func add(_ layer: NetworkLayers.Layer, round: Int) {
            let (form, path) = (layer.form, layer.path)
            let bias = { tensor(path + ".bias", [form.channels]) }
            switch form.kind {
            case .layerNorm where exporter.hasLayerNorm:
                node("LayerNormalization", [last, tensor(path + ".weight", form.weight), bias()])
            case .layerNorm:
                let centred = last
                if number == 1 { graph.initializer("epsilon", [], [1e-5]) }
                node("Add", [last, "epsilon"])
                node("Sqrt", [last])
                node("Div", [centred, last])
                node("Mul", [last, tensor(path + ".weight", form.weight)])
                node("Add", [last, bias()])
            case .positionBias:
                let table = path + ".relative_position_bias_table"
                node("MatMul", [last, last])
                if exporter.foldsBiases {
                    let pairs = PairwiseBias(heads: form.weight[1], displacements: form.weight[0])
                    let name = "\(round) \(path)"
                    numbers[table] = numbers[table] ?? numbers.count
                    let first = offset(numbers[table] ?? 0) / 2
                    var values = pairs.values(
                        of: (0..<form.weight[0] * form.weight[1]).map { value(first + 2 * $0, isHalf: false) })
                    change(&values)
                    graph.initializer(name, [1] + pairs.shape, values)
                    node("Add", [last, name])
                } else {
                    let product = last
                    node("Gather", [tensor(table, form.weight), "index"])
                    node("Transpose", [last])
                    node("Add", [product, last])
                }
            case .convolution where form.weight.dropFirst(2) == [1, 1] && path.hasPrefix("bb."):
                // Linear layers of the encoder: matrices the other way round, the bias an addition.
                node("MatMul", [last, tensor(path + ".weight", Array(form.weight.prefix(2)), transposed: true)])
                if form.hasBias { node("Add", [bias(), last]) }
            default:
                let isDeformable = path.hasSuffix("regular_conv")
                var inputs = [last, tensor(path + ".weight", form.weight)]
                let hasNorm = form.norm != nil && exporter.keepsNorms
                if isDeformable && exporter.hasDeformConv { inputs.append("offset") }
                if form.hasBias || (form.norm != nil && !hasNorm) { inputs.append(bias()) }
                node(isDeformable && exporter.hasDeformConv ? "DeformConv" : "Conv", inputs)
                if hasNorm, let path = form.norm {
                    node("BatchNormalization", [last] + norm(path, form.channels), floats: ["epsilon": 1e-5])
                }
            }
        }
        let encoder = layers.filter { $0.path.hasPrefix("bb.") }
        for (round, part) in [encoder, encoder, layers.filter { !$0.path.hasPrefix("bb.") }].enumerated() {
            for layer in part { add(layer, round: round) }
        }
        graph.output(last)
        return Graph(bytes: graph, numbers: numbers)
    }

    private func bound(_ graph: Graph) throws -> WeightFile {
        let folder = try TemporaryFolder()
        try Data(graph.bytes.bytes).write(to: URL(fileURLWithPath: folder.path("graph")))
        try Self.bits.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: folder.path("values"))) }
        return try GraphBinding(ONNXModel(contentsOf: BytePath(folder.path("graph")))).weightFile()
    }

    @Test(arguments: exporters) func everyTensorGetsItsOwnName(exporter: Exporter) throws {
        let graph = try Self.graph(Self.lite.get().all, exporter)
        let file = try bound(graph)
        #expect(try Architecture(of: file) == .birefnetLite)
        #expect(Set(file.tensors.map(\.name)) == Set(graph.numbers.keys))
        for info in file.tensors {
            let first = Self.offset(try #require(graph.numbers[info.name])) / 2
            let isHalf = exporter.isHalf && !info.name.hasSuffix("table")
            #expect(info.type == (isHalf ? .f16 : .f32), "\(info.name)")
            try file.tensor(info.name).withValues { values in
                // Of a transposed matrix the ends stay where they are.
                let last = first + (values.count - 1) * (isHalf ? 1 : 2)
                #expect(values.first == Self.value(first, isHalf: isHalf), "\(info.name)")
                #expect(values.last == Self.value(last, isHalf: isHalf), "\(info.name)")
            }
        }
        let matrix = try file.tensor("bb.layers.0.blocks.0.mlp.fc1.weight")
        let first = Self.offset(try #require(graph.numbers["bb.layers.0.blocks.0.mlp.fc1.weight"])) / 2
        // Row 1, column 0 of [384, 96] is row 0, column 1 of what the graph has.
        #expect(matrix[96] == Self.value(first + (exporter.isHalf ? 1 : 2), isHalf: exporter.isHalf))
    }

    @Test func theLargeEncoderIsToldByItsWidth() throws {
        let large = try NetworkLayers(.birefnet, like: [], file: "none")
        let look = LayerLook(LayerForm(.convolution, weight: [192, 3, 4, 4], hasBias: true))
        #expect(large.maps[0].first.map { LayerLook($0.form) } == look)
        #expect(large.maps[0].filter { $0.form.kind == .positionBias }.count == 24)
        #expect(Set(large.all.map(\.path)) == Set(large.maps[0].map(\.path)), "no layer is without a part in the matte")
    }

    /// Laterals look like linear layers of the encoder: in graphs they come behind it.
    @Test func theEncoderComesFirst() throws {
        let isEncoder = try Self.lite.get().maps[0].map { $0.path.hasPrefix("bb.") }
        #expect(!isEncoder.drop { $0 }.contains(true))
    }

    // MARK: What does not fit

    @Test func positionBiasMustBeThere() throws {
        let layers = try Self.lite.get().all
        let graph = Self.graph(layers.filter { $0.form.kind != .positionBias }, Self.exporters[0])
        #expect {
            try bound(graph)
        } throws: { error in
            guard case WeightError.unknownGraph(_, "birefnet-lite", 4, 196, let expected, _) = error else {
                return false
            }
            return expected == "relative position bias [169, 3] of 'bb.layers.0.blocks.0.attn'"
        }
    }

    @Test func positionBiasMustComeFromATable() throws {
        let graph = Self.graph(try Self.lite.get().all, Self.exporters[0]) { $0[50] += 1 }
        #expect {
            try bound(graph)
        } throws: { error in
            guard case WeightError.unknownGraph(_, "birefnet-lite", _, 196, _, let found) = error else { return false }
            return found.hasSuffix("other ones at the same displacement")
        }
    }

    @Test func otherWindowsAreAnotherNetwork() {
        #expect(PairwiseBias(shape: [3, 49, 49])?.tableShape == [169, 3])
        #expect(PairwiseBias(shape: [6, 144, 144])?.tableShape == [529, 6])
        #expect(PairwiseBias(shape: [3, 48, 48]) == nil, "no square")
        #expect(PairwiseBias(shape: [3, 49, 48]) == nil)
        #expect(PairwiseBias(shape: [49, 49]) == nil)
        #expect(PairwiseBias(shape: [1, 1 << 40, 1 << 40]) == nil, "larger than any window")
    }

    @Test func epsilonOfALayerNormIsTheNetworks() throws {
        func matches(_ epsilon: Float) throws -> Bool {
            var graph = ONNXBytes()
            graph.initializer("gain", [4], [1, 2, 3, 4])
            graph.initializer("bias", [4], [0, 0, 0, 0])
            graph.node("LayerNormalization", ["x", "gain", "bias"], ["y"], floats: ["epsilon": epsilon])
            graph.output("y")
            let model = try graph.bytes.withUnsafeBytes { try ONNXModel(copying: $0, name: "graph") }
            let form = LayerForm(.layerNorm, weight: [4], hasBias: true, epsilon: 1e-5)
            let layers = try model.layers(behind: model.outputs[0])
            return (try? GraphAlignment([.init(path: "n", form: form)], layers)) != nil
        }
        #expect(try matches(1e-5))
        #expect(try matches(1.0014e-5), "as halves have it")
        #expect(try !matches(1e-6))
    }
}

extension PairwiseBias {
    fileprivate init(heads: Int, displacements: Int) {
        let side = (Int(Double(displacements).squareRoot()) + 1) / 2
        self.init(heads: heads, side: side)
    }

    fileprivate var shape: [Int] { [heads, side * side, side * side] }

    /// What is gathered from a table `[displacements, heads]`.
    fileprivate func values(of table: [Float]) -> [Float] {
        var values: [Float] = []
        for head in 0..<heads {
            for y in 0..<side {
                for x in 0..<side {
                    for v in 0..<side {
                        for u in 0..<side {
                            let row = (y - v + side - 1) * (2 * side - 1) + x - u + side - 1
                            values.append(table[row * heads + head])
                        }
                    }
                }
            }
        }
        return values
    }
}
