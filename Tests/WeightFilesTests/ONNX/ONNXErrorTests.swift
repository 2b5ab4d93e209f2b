import Files
import Testing
import TestSupport

@testable import WeightFiles

/// What people have in place of a graph, and what is wrong with graphs: each has an error of its own.
@Suite("ONNX errors")
struct ONNXErrorTests {
    /// One linear layer whose weight is the given tensor called `w`.
    private func graph(_ weight: ProtobufBytes) -> ONNXBytes {
        var graph = ONNXBytes()
        graph.initializer(weight)
        graph.node("Gemm", ["x", "w"], ["y"], name: "linear", integers: ["transB": 1])
        graph.output("y")
        return graph
    }

    private var sound: ONNXBytes { graph(ONNXBytes.tensor("w", [2, 3], [1, 2, 3, 4, 5, 6])) }

    /// The error of reading a graph, its layers and their values.
    private func error(_ bytes: [UInt8], limits: WeightLimits = .default) -> WeightError? {
        do throws(WeightError) {
            let model = try ONNXModel(bytes, limits: limits)
            for output in model.outputs {
                for layer in try model.layers(behind: output) {
                    for tensor in [layer.weight, layer.bias, layer.mean, layer.variance] {
                        if let tensor { _ = try model.values(tensor) }
                    }
                }
            }
            return nil
        } catch {
            return error
        }
    }

    private func error(_ graph: ONNXBytes, limits: WeightLimits = .default) -> WeightError? {
        error(graph.bytes, limits: limits)
    }

    private func changed(_ change: (inout WeightLimits) -> Void) -> WeightLimits {
        var limits = WeightLimits.default
        change(&limits)
        return limits
    }

    @Test("A sound graph has none")
    func soundGraph() { #expect(error(sound) == nil) }

    /// A scalar has no first dimension, and becomes a matrix of one value.
    @Test("Scalars that are flattened", arguments: ["MatMul", "Conv", "Gemm"])
    func flattenedScalars(operation: String) {
        var graph = ONNXBytes()
        graph.initializer("s", [], [1])
        graph.node("Flatten", ["s"], ["f"], integers: ["axis": 0])
        graph.node(operation, ["x", "f"], ["y"])
        graph.output("y")
        #expect(error(graph) == nil)
    }

    // MARK: No graph at all

    @Test("The pointer that Git keeps in place of a large file, under any name")
    func gitLFSPointer() {
        let pointer = Array("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 4610672\n".utf8)
        #expect(error(pointer) == .gitLFSPointer(file: "test"))
        #expect(throws: WeightError.gitLFSPointer(file: "test")) { try WeightFile(pointer) }
    }

    @Test(
        "A web page that was saved as a weight file, under any name",
        arguments: ["<!DOCTYPE html>\n<html>", "\u{feff}\r\n  <html lang=en>", "<?xml version=\"1.0\"?><Error>"])
    func webPage(text: String) {
        #expect(error(Array(text.utf8)) == .webPage(file: "test"))
        #expect(throws: WeightError.webPage(file: "test")) { try WeightFile(Array(text.utf8)) }
    }

    @Test("A graph where names are needed")
    func unnamedGraph() {
        #expect(throws: WeightError.unnamedGraph(file: "test")) { try WeightFile(sound.bytes) }
    }

    @Test("A download that was cut off: every length is an error, and most say so")
    func truncatedGraph() {
        let bytes = sound.bytes
        var truncated = 0
        for count in 0..<bytes.count {
            let found = error(Array(bytes[..<count]))
            // What ends before the operator sets is whole as far as it goes.
            if found == nil { #expect(count > bytes.count - 10, "\(count) bytes") }
            if case .truncatedGraph(_, let expected, count)? = found, expected > UInt64(count) { truncated += 1 }
        }
        #expect(truncated > bytes.count * 3 / 4)
    }

    @Test("A file without a graph")
    func malformedGraph() {
        let expected = WeightError.malformedGraph(file: "test", byteOffset: 0, expected: "a graph with nodes")
        #expect(error(ONNXBytes()) == expected)
        #expect(error([]) == .fileTooSmall(file: "test", byteCount: 0))
    }

    // MARK: Graphs of other kinds

    @Test("Graphs that compute with whole numbers name their operators")
    func quantizedGraph() {
        var graph = sound
        graph.node("QuantizeLinear", ["y"], ["q"])
        graph.node("QLinearConv", ["q"], ["r"])
        graph.node("DequantizeLinear", ["r"], ["s"])
        let expected = ["DequantizeLinear", "QLinearConv", "QuantizeLinear"]
        #expect(error(graph) == .quantizedGraph(file: "test", operators: expected))
        var integers = sound
        integers.node("ConvInteger", ["y"], ["q"])
        #expect(error(integers) == .quantizedGraph(file: "test", operators: ["ConvInteger"]))
        for operation in ["MatMulNBits", "QGemm", "QLinearAdd", "MatMulIntegerToFloat", "DynamicQuantizeMatMul"] {
            var own = sound
            own.node(operation, ["y"], ["q"], domain: "com.microsoft")
            #expect(error(own) == .quantizedGraph(file: "test", operators: ["com.microsoft.\(operation)"]))
        }
    }

    @Test("Operators of no network here, with their domain")
    func unknownOperator() {
        var graph = sound
        graph.node("LSTM", ["y"], ["z"], name: "memory")
        #expect(error(graph) == .unknownOperator(file: "test", operation: "LSTM", node: "memory"))
        var fused = sound
        fused.node("Gemm", ["y", "w"], ["z"], name: "fused", domain: "com.microsoft")
        #expect(error(fused) == .unknownOperator(file: "test", operation: "com.microsoft.Gemm", node: "fused"))
        var own = sound
        own.node("Relu", ["y"], ["z"], domain: "ai.onnx")
        #expect(error(own) == nil)
    }

    @Test("Batch norms that take each picture's statistics")
    func trainingGraph() {
        var graph = sound
        graph.node(
            "BatchNormalization", ["y", "w", "w", "w", "w"], ["z"], name: "norm", integers: ["training_mode": 1])
        graph.output("z")
        #expect(error(graph) == .trainingGraph(file: "test", node: "norm"))
    }

    // MARK: Limits

    @Test("More nodes, links or names than the limits allow")
    func graphTooLarge() {
        var graph = sound
        graph.node("Relu", ["y"], ["z"])
        let expected = WeightError.graphTooLarge(file: "test", part: "nodes", limit: 1)
        #expect(error(graph, limits: changed { $0.tensorCount = 1 }) == expected)
        var links = sound
        links.node("Concat", [String](repeating: "y", count: 1 << 20), ["z"])
        guard case .graphTooLarge(_, "inputs and outputs of nodes", 1_048_576)? = error(links) else {
            Issue.record("too many links")
            return
        }
    }

    /// What is behind each output is looked at by itself, so few bytes could ask for much memory.
    @Test("Outputs and the layers behind them have limits; an output that is named again is the same")
    func outputs() throws {
        var again = sound
        for _ in 0..<100 { again.output("y") }
        #expect(try ONNXModel(again.bytes).outputs.count == 1)
        var many = sound
        for index in 1..<32 { many.output("\(index)") }
        #expect(error(many) == nil)
        many.output("32")
        #expect(error(many) == .graphTooLarge(file: "test", part: "outputs", limit: 32))

        var deep = ONNXBytes()
        deep.node("Constant", [], ["w"], tensors: ["value": ONNXBytes.tensor("", [1, 1, 1, 1], [0])])
        for index in 0..<4_096 { deep.node("Conv", ["\(index)", "w"], ["\(index + 1)"]) }
        deep.output("4096")
        #expect(error(deep) == nil)
        deep.node("Conv", ["4096", "w"], ["y"])
        deep.output("y")
        #expect(error(deep) == .graphTooLarge(file: "test", part: "layers behind an output", limit: 4_096))
    }

    /// Layers times links takes hours, layers and links a second.
    @Test("A long chain before a weight is walked once, however many layers read from it", .timeLimit(.minutes(1)))
    func longChains() throws {
        var graph = sound
        let count = 10_000
        graph.node("Identity", ["w"], ["i0"])
        for index in 1..<count { graph.node("Identity", ["i\(index - 1)"], ["i\(index)"]) }
        for index in 0..<count { graph.node("Gemm", ["y", "i\(count - 1)"], ["z\(index)"], integers: ["transB": 1]) }
        graph.node("Sum", (0..<count).map { "z\($0)" }, ["sum"])
        graph.output("sum")
        let model = try ONNXModel(graph.bytes)
        #expect(try model.layers(behind: #require(model.outputs.last)).map(\.weight.shape) == [[2, 3]])
    }

    @Test("A file, tensors and dimensions beyond their limits")
    func limits() {
        let bytes = sound.bytes
        let size = WeightError.fileTooLarge(file: "test", byteCount: bytes.count, limit: 20)
        #expect(error(bytes, limits: changed { $0.fileByteCount = 20 }) == size)
        #expect(error(bytes, limits: changed { $0.tensorCount = 0 }) != nil)
        let rank = WeightError.rankTooHigh(file: "test", tensor: "", rank: 2, limit: 1)
        #expect(error(bytes, limits: changed { $0.rank = 1 }) == rank)
        var more = sound
        more.initializer("v", [1], [1])
        #expect(error(more, limits: changed { $0.tensorCount = 1 }) == .tooManyTensors(file: "test", limit: 1))
    }

    // MARK: Tensors

    @Test("Tensors that cannot be what they say")
    func tensors() {
        func error(_ shape: [Int], _ values: [Float] = [1], _ storage: ONNXBytes.Storage = .raw) -> WeightError? {
            self.error(graph(ONNXBytes.tensor("w", shape, values, as: storage)))
        }
        #expect(error([0, 3]) == .emptyTensor(file: "test", tensor: "w", shape: [0, 3]))
        #expect(error([-1, 3]) == .emptyTensor(file: "test", tensor: "w", shape: [-1, 3]))
        let large = [Int.max / 4, 2]
        #expect(error(large) == .shapeOverflow(file: "test", tensor: "w", shape: large))
        #expect(error([2, 1]) == .sizeMismatch(file: "test", tensor: "w", expected: 8, actual: 4))
        #expect(error([2, 1], [1], .floats) == .sizeMismatch(file: "test", tensor: "w", expected: 8, actual: 4))
        #expect(error([2, 1], [1, 2, 3], .halves) == .sizeMismatch(file: "test", tensor: "w", expected: 4, actual: 6))
        guard case .sizeMismatch(_, "w", 4_000_000_000, _)? = error([1_000_000, 1_000], [1], .floats) else {
            Issue.record("a gigabyte of nothing")
            return
        }
        let integers = ONNXBytes.tensor("w", integers: [1, 2])
        var norm = ONNXBytes()
        norm.initializer(integers)
        norm.node("BatchNormalization", ["x", "w", "w", "w", "w"], ["y"])
        norm.output("y")
        #expect(self.error(norm) == .unknownType(file: "test", tensor: "w", type: "int64"))
        var unknown = ProtobufBytes()
        unknown.add(1, 1)
        unknown.add(1, 1)
        unknown.add(2, 99)
        unknown.add(8, "w")
        let number = WeightError.unknownType(file: "test", tensor: "w", type: "number 99 of ONNX")
        #expect(self.error(self.graph(unknown)) == number)
    }

    @Test("Two tensors, or two nodes' outputs, of one name")
    func duplicateKey() {
        var tensors = sound
        tensors.initializer("w", [1], [1])
        guard case .duplicateKey(_, "w", _)? = error(tensors) else {
            Issue.record("two tensors")
            return
        }
        var outputs = sound
        outputs.node("Relu", ["x"], ["y"])
        guard case .duplicateKey(_, "y", _)? = error(outputs) else {
            Issue.record("two outputs")
            return
        }
    }

    // MARK: Data beside the graph

    @Test(
        "Data that is said to lie anywhere but in the graph's folder is not read",
        arguments: [
            "/etc/hostname", "../w.data", "a/../../w.data", "", "w\u{0}.data",
        ])
    func externalDataElsewhere(location: String) throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let model = try external(location, in: folder)
        let expected = WeightError.externalDataElsewhere(
            file: folder.path("m.onnx"), tensor: "w", location: location)
        #expect(throws: expected) { try value(of: model) }
    }

    @Test("Data beside the graph is read, from its offset on")
    func externalData() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        _ = try folder.write([9, 9, 9, 9] + WeightFileBytes.bytes([1, 2, 3, 4, 5, 6] as [Float]), to: "w.data")
        #expect(try value(of: external("w.data", in: folder, offset: 4)) == [1, 2, 3, 4, 5, 6])
        #expect(try value(of: external("w.data", in: folder, offset: 4, length: 24)) == [1, 2, 3, 4, 5, 6])
        #expect(throws: WeightError.sizeMismatch(file: folder.path("m.onnx"), tensor: "w", expected: 24, actual: 20)) {
            try value(of: external("w.data", in: folder, offset: 4, length: 20))
        }
    }

    @Test("Data beside the graph that ends too early, or is not there")
    func externalDataTooShort() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        _ = try folder.write([1, 2, 3, 4], to: "w.data")
        func tooShort(_ expected: Int) -> WeightError {
            .externalDataTooShort(
                file: folder.path("m.onnx"), tensor: "w", location: "w.data", expectedByteCount: expected,
                actualByteCount: 4)
        }
        #expect(throws: tooShort(26)) { try value(of: external("w.data", in: folder, offset: 2)) }
        #expect(throws: tooShort(.max)) { try value(of: external("w.data", in: folder, offset: .max)) }
        func unreadable(_ location: String, _ code: Int32?) -> WeightError {
            .externalDataUnreadable(file: folder.path("m.onnx"), tensor: "w", location: location, code: code)
        }
        #expect(throws: unreadable("none.data", 2)) { try value(of: external("none.data", in: folder)) }
        #expect(throws: unreadable(".", nil)) { try value(of: external(".", in: folder)) }
        #expect(throws: WeightError.self) { try external("w.data", in: folder, offset: -1) }
    }

    @Test("Files beside the graph are its own: those of weights and of constants, in its folder, each once")
    func externalFiles() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var graph = ONNXBytes()
        func tensor(_ name: String, _ location: String) -> ProtobufBytes {
            ONNXBytes.tensor(name, [1], location: location, offset: 0, length: nil)
        }
        for (name, location) in [("a", "w.data"), ("b", "w.data"), ("c", "/etc/passwd"), ("d", "../up")] {
            graph.initializer(tensor(name, location))
        }
        graph.node("Constant", [], ["e"], tensors: ["value": tensor("", "sub/c.data")])
        let path = try folder.write(graph.bytes, to: "m.onnx")
        let expected = ["m.onnx", "sub/c.data", "w.data"].map { BytePath(folder.path($0)) }
        #expect(WeightFile.files(of: BytePath(path)) == expected)
        #expect(try ONNXModel(graph.bytes).externalFiles.isEmpty, "in no folder")
        for name in ["stump.onnx", "w.safetensors"] {
            let other = BytePath(try folder.write([1, 2, 3], to: name))
            #expect(WeightFile.files(of: other) == [other])
        }
    }

    /// More than any machine has: memory that is asked for first would be refused, and that be the error.
    @Test("A tensor that claims what is not there costs no memory")
    func absentTerabytes() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        _ = try folder.write([1, 2, 3, 4], to: "w.data")
        let model = try external(
            "w.data", in: folder, shape: [1 << 30, 1 << 20], limits: changed { $0.fileByteCount = .max })
        let expected = WeightError.externalDataTooShort(
            file: folder.path("m.onnx"), tensor: "w", location: "w.data", expectedByteCount: 1 << 52,
            actualByteCount: 4)
        let weight = try #require(try model.layers(behind: model.outputs[0]).first).weight
        #expect(throws: expected) { try model.values(weight) }
        let named = NamedGraphTensor(name: "linear.weight", shape: weight.shape, values: .stored(weight))
        #expect(throws: expected) { try WeightFile(model, tensors: [named], metadata: [:]) }
    }

    @Test("A weight file of a graph has the graph's shapes")
    func otherShape() throws {
        let model = try ONNXModel(sound.bytes)
        let weight = try #require(try model.layers(behind: model.outputs[0]).first).weight
        let named = NamedGraphTensor(name: "linear.weight", shape: [2, 4], values: .stored(weight))
        #expect(throws: WeightError.sizeMismatch(file: model.file, tensor: "w", expected: 32, actual: 24)) {
            try WeightFile(model, tensors: [named], metadata: [:])
        }
    }

    /// The model in a file, whose weight lies at `location`.
    private func external(
        _ location: String, in folder: TemporaryFolder, shape: [Int] = [2, 3], offset: Int = 0, length: Int? = nil,
        limits: WeightLimits = .default
    ) throws -> ONNXModel {
        let tensor = ONNXBytes.tensor("w", shape, location: location, offset: offset, length: length)
        return try ONNXModel(contentsOf: BytePath(folder.write(graph(tensor).bytes, to: "m.onnx")), limits: limits)
    }

    private func value(of model: ONNXModel) throws -> [Float] {
        let layer = try #require(try model.layers(behind: model.outputs[0]).first)
        return try model.values(layer.weight).values
    }

    // MARK: Damage

    @Test("Every bit flipped: a typed error or a graph, never a crash")
    func bitFlips() {
        let bytes = sound.bytes
        for index in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= 1 << bit
                if let error = error(damaged) { #expect(!"\(error)".isEmpty) }
            }
        }
    }
}
