import Testing
import TestSupport

@testable import WeightFiles

/// Graphs as exporters write them, in small.
@Suite("ONNX graphs")
struct ONNXModelTests {
    private static let values: [Float] = [1, -2, 3, 0.5, 0, 7]

    private func layers(_ graph: ONNXBytes, output: Int = 0) throws -> [GraphLayer] {
        let model = try ONNXModel(graph.bytes)
        return try model.layers(behind: model.outputs[output])
    }

    // MARK: Values

    @Test("Values in every form that tensors have", arguments: ONNXBytes.Storage.allCases)
    func storages(storage: ONNXBytes.Storage) throws {
        var graph = ONNXBytes()
        graph.initializer("w", [2, 3], Self.values, as: storage)
        graph.node("Gemm", ["x", "w"], ["y"], integers: ["transB": 1])
        graph.output("y")
        let model = try ONNXModel(graph.bytes)
        let weight = try #require(try model.layers(behind: model.outputs[0]).first).weight
        #expect(try model.values(weight).values == Self.values)
        // Halves stay halves.
        let isHalf = storage == .rawHalves || storage == .bfloats
        #expect(model.storedType(weight) == (storage == .bfloats ? .bf16 : isHalf ? .f16 : .f32))
        let file = try WeightFile(
            model, tensors: [NamedGraphTensor(name: "a", shape: [2, 3, 1, 1], values: .stored(weight))], metadata: [:])
        #expect(try file.floats("a", shape: [2, 3, 1, 1]) == Self.values)
        #expect(file.dataByteCount == (isHalf ? 12 : 24))
    }

    @Test("A weight file of a graph's tensors, of computed ones and of zeros")
    func weightFile() throws {
        var graph = ONNXBytes()
        graph.initializer("w", [2, 3], Self.values)
        graph.node("MatMul", ["x", "w"], ["y"])
        graph.output("y")
        let model = try ONNXModel(graph.bytes)
        let weight = try #require(try model.layers(behind: model.outputs[0]).first).weight
        let file = try WeightFile(
            model,
            tensors: [
                NamedGraphTensor(name: "a", shape: [3, 2], values: .stored(weight)),
                NamedGraphTensor(name: "b", shape: [2], values: .zeros),
                NamedGraphTensor(name: "c", shape: [1], values: .computed(WeightTensor(shape: [1], values: [9]))),
            ], metadata: ["architecture": "test"])
        #expect(try file.floats("a") == [1, 0.5, -2, 0, 3, 7], "transposed: outputs first")
        #expect(try file.floats("b") == [0, 0])
        #expect(try file.floats("c") == [9])
        #expect(file.metadata == ["architecture": "test"] && file.name == "test")
    }

    @Test("Constants behind identities, casts, other dimensions and transpositions")
    func constants() throws {
        var graph = ONNXBytes()
        graph.node("Constant", [], ["flat"], tensors: ["value": ONNXBytes.tensor("", [6], Self.values)])
        graph.node("Constant", [], ["sizes"], lists: ["value_ints": [3, 2]])
        graph.initializer(ONNXBytes.tensor("raw sizes", integers: [1, 2, 3], isRaw: true))
        graph.node("Identity", ["flat"], ["same"])
        graph.node("Reshape", ["same", "sizes"], ["matrix"])
        graph.node("Transpose", ["matrix"], ["turned"], lists: ["perm": [1, 0]])
        graph.node("Cast", ["turned"], ["w"], integers: ["to": 1])
        graph.node("Gemm", ["x", "w"], ["y"], integers: ["transB": 1])
        graph.node("Reshape", ["flat", "raw sizes"], ["cube"])
        graph.node("Squeeze", ["cube"], ["v"])
        graph.node("MatMul", ["y", "v"], ["z"])
        graph.output("z")
        let model = try ONNXModel(graph.bytes)
        let layers = try model.layers(behind: model.outputs[0])
        #expect(layers.map(\.weight.shape) == [[2, 3], [3, 2]])
        #expect(try model.values(layers[0].weight).values == [1, 3, 0, -2, 0.5, 7])
        #expect(try model.values(layers[1].weight).values == [1, 0.5, -2, 0, 3, 7])
    }

    @Test("Tensors of any number of dimensions, turned")
    func permutations() throws {
        var graph = ONNXBytes()
        graph.initializer("w", [2, 3, 1, 2], (0..<12).map(Float.init))
        graph.node("Transpose", ["w"], ["turned"], lists: ["perm": [3, 0, 2, 1]])
        graph.node("Conv", ["x", "turned"], ["y"])
        graph.output("y")
        let model = try ONNXModel(graph.bytes)
        let weight = try #require(try model.layers(behind: model.outputs[0]).first).weight
        #expect(weight.shape == [2, 2, 1, 3])
        #expect(try model.values(weight).values == [0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11])
    }

    // MARK: Layers

    /// Two branches, one of which is listed first but read second.
    private func branches(reversed: Bool = false) -> ONNXBytes {
        var graph = ONNXBytes()
        for (name, outputs) in [("a", 1), ("b", 2), ("c", 3)] {
            graph.initializer(name, [outputs, 1, 1, 1], [Float](repeating: 0, count: outputs))
        }
        graph.node("Conv", ["x", "b"], ["right"], name: "second", integers: ["group": 1])
        graph.node("Conv", ["x", "a"], ["left"], name: "first")
        graph.node("Concat", reversed ? ["right", "left"] : ["left", "right"], ["both"])
        graph.node("Conv", ["both", "c"], ["y"], name: "third")
        graph.output("y")
        graph.output("left")
        return graph
    }

    @Test("Layers stand in the order of the data, not of the file")
    func order() throws {
        #expect(try layers(branches()).map(\.node) == ["first", "second", "third"])
        #expect(try layers(branches(reversed: true)).map(\.node) == ["second", "first", "third"])
        #expect(try layers(branches(), output: 1).map(\.node) == ["first"])
    }

    @Test("Who asks for a size reads no data")
    func sizes() throws {
        var graph = ONNXBytes()
        graph.initializer("a", [1, 1, 1, 1], [1])
        graph.initializer("b", [2, 1, 1, 1], [1, 2])
        graph.node("Conv", ["x", "a"], ["large"])
        graph.node("Conv", ["x", "b"], ["small"])
        graph.node("Shape", ["large"], ["size"])
        graph.node("Resize", ["small", "", "", "size"], ["y"])
        graph.output("y")
        #expect(try layers(graph).map(\.weight.shape) == [[2, 1, 1, 1]])
    }

    @Test("A layer that is applied twice is there once")
    func repetition() throws {
        var graph = ONNXBytes()
        graph.initializer("a", [1, 1, 1, 1], [1])
        graph.node("Conv", ["x", "a"], ["once"])
        graph.node("Conv", ["once", "a"], ["y"])
        graph.output("y")
        #expect(try layers(graph).count == 1)
    }

    @Test("Zeros that the graph makes are no bias, and prepare no picture; a bias that it computes makes another layer")
    func biasesThatAreMade() throws {
        for (filler, operation) in [(0, "CastLike"), (0, "Identity"), (3, "CastLike")] as [(Float, String)] {
            var graph = ONNXBytes()
            graph.initializer("w", [1, 1, 1, 1], [2])
            graph.initializer("filler", [], [filler])
            graph.initializer(ONNXBytes.tensor("count", integers: [1]))
            graph.node(operation, operation == "Identity" ? ["filler"] : ["filler", "w"], ["like"])
            graph.node("Expand", ["like", "count"], ["made"])
            graph.node("Conv", ["x", "w", "made"], ["y"])
            graph.output("y")
            let model = try ONNXModel(graph.bytes)
            let layers = try model.layers(behind: model.outputs[0])
            #expect(layers.map { $0.bias == nil } == (filler == 0 ? [true] : []), "\(operation) of \(filler)")
            if filler == 0 { #expect(try model.preparation(before: model.outputs[0]).isEmpty) }
        }
        var graph = ONNXBytes()
        graph.initializer("w", [1, 1, 1, 1], [2])
        graph.node("ConstantOfShape", ["count"], ["zeros"])
        graph.node("Conv", ["x", "w", "zeros"], ["y"])
        graph.output("y")
        graph.node("Mul", ["w", "w"], ["square"])
        graph.node("Conv", ["x", "w", "square"], ["z"])
        graph.output("z")
        #expect(try self.layers(graph).count == 1)
        #expect(try self.layers(graph, output: 1).isEmpty)
    }

    /// Where a convolution's padding has unequal sides, as the default network's first, exporters write it as a node.
    @Test("Zeros around the input of one convolution prepare no picture; other padding does")
    func padding() throws {
        func preparation(
            _ inputs: [String] = [], mode: String? = "constant", value: Float? = nil, reader: String = "Conv",
            others: Bool = false
        ) throws -> [String] {
            var graph = ONNXBytes()
            graph.initializer("w", [1, 1, 1, 1], [2])
            graph.initializer("one", [1], [1])
            graph.initializer("zero", [], [0])
            graph.initializer(ONNXBytes.tensor("count", integers: [1]))
            graph.node("Expand", ["zero", "count"], ["zeros"])
            graph.node(
                "Pad", ["x", "sizes"] + inputs, ["padded"], floats: value.map { ["value": $0] } ?? [:],
                texts: mode.map { ["mode": $0] } ?? [:])
            graph.node(reader, ["padded", "w"], ["y"])
            if others { graph.node("Conv", ["padded", "w"], ["z"]) }
            graph.output("y")
            let model = try ONNXModel(graph.bytes)
            return try model.preparation(before: model.outputs[0])
        }
        for inputs in [[], [""], ["zero"], ["zeros"]] { #expect(try preparation(inputs).isEmpty, "\(inputs)") }
        #expect(try preparation(mode: nil).isEmpty && preparation(value: 0).isEmpty)
        #expect(try preparation(["one"]) == ["Pad"] && preparation(["unknown"]) == ["Pad"])
        #expect(try preparation(mode: "reflect") == ["Pad"] && preparation(value: 1) == ["Pad"])
        #expect(try preparation(reader: "Mul") == ["Pad", "Mul"] && preparation(others: true) == ["Pad"])
    }

    @Test("Kinds, biases, groups and norms; what depends on the picture is no weight")
    func kinds() throws {
        var graph = ONNXBytes()
        graph.initializer("conv", [4, 1, 1, 1], [1, 2, 3, 4])
        graph.initializer("up", [4, 2, 1, 1], [Float](repeating: 1, count: 8))
        for name in ["gain", "bias", "mean", "variance"] { graph.initializer(name, [2], [1, 2]) }
        graph.node("Conv", ["x", "conv"], ["a"], integers: ["group": 4])
        graph.node("ConvTranspose", ["a", "up", "bias"], ["b"])
        graph.node(
            "BatchNormalization", ["b", "gain", "bias", "mean", "variance"], ["c"], floats: ["epsilon": 0.25])
        graph.node("MatMul", ["c", "b"], ["d"])
        graph.node("Gemm", ["d", "up"], ["y"])
        graph.output("y")
        let layers = try layers(graph)
        #expect(layers.map(\.kind) == [.convolution, .transposedConvolution, .batchNorm])
        #expect(layers.map(\.groups) == [4, 1, 1])
        #expect(layers.map { $0.bias?.name } == [nil, "bias", "bias"])
        #expect(layers[2].epsilon == 0.25 && layers[2].mean?.name == "mean" && layers[2].variance?.name == "variance")
    }

    @Test("Nodes that read each other end, as does a constant behind itself")
    func circles() throws {
        var graph = ONNXBytes()
        graph.node("Identity", ["w2"], ["w1"])
        graph.node("Identity", ["w1"], ["w2"])
        graph.node("Conv", ["y", "w2"], ["y"])
        graph.output("y")
        graph.output("nowhere")
        #expect(try layers(graph).isEmpty)
        #expect(try layers(graph, output: 1).isEmpty)
    }

    // MARK: Recognition

    @Test("An ONNX file is told by its first bytes")
    func recognition() throws {
        func isONNX(_ bytes: [UInt8]) -> Bool { bytes.withUnsafeBytes { WeightContainer.isONNX($0) } }
        #expect(isONNX(branches().bytes))
        #expect(isONNX(ONNXBytes(producer: "").bytes))
        // A safetensors file whose header has 0x120808 bytes.
        #expect(!isONNX([0x08, 0x08, 0x12, 0, 0, 0, 0, 0, UInt8(ascii: "{")]))
        #expect(!isONNX(Array("PK\u{3}\u{4}........".utf8)) && !isONNX([0x08, 0x08, 0x12]) && !isONNX([]))
    }
}

extension ONNXModel {
    /// The model that `bytes` are, called "test".
    init(_ bytes: [UInt8], limits: WeightLimits = .default) throws(WeightError) {
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(WeightError) in try ONNXModel(copying: buffer, name: "test", limits: limits) }
        }
        self = try result.get()
    }
}
