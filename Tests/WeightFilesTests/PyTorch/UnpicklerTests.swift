import TestSupport
import Testing

@testable import WeightFiles

/// Everything that can be wrong with a pickle.
@Suite("Pickles")
struct UnpicklerTests {
    private func problem(
        _ pickle: [UInt8], limits: WeightLimits = .default
    ) -> CheckpointProblem? {
        var archive = CheckpointTests.writer().archive()
        archive.entries[0].bytes = pickle
        return CheckpointTests.problem(archive.bytes(), limits: limits)
    }

    private func problem(_ write: (inout PickleWriter) -> Void) -> CheckpointProblem? {
        var pickle = PickleWriter()
        write(&pickle)
        return problem(pickle.finished())
    }

    private static let refused: [(String, String)] = [
        ("os", "system"), ("posix", "system"), ("builtins", "eval"), ("builtins", "getattr"), ("subprocess", "Popen"),
        ("__main__", "Model"), ("torch.nn.modules.conv", "Conv2d"), ("torch.hub", "load"), ("torch", "load"),
        ("torch._utils", "_rebuild_qtensor"), ("collections", "OrderedDict.fromkeys"), ("numpy", "load"),
        ("pathlib", ""), ("datetime", ""), ("", ""),
    ]

    @Test("refusedObject: whatever is not known to be data, by its name, wherever it is", arguments: refused)
    func refusedObject(module: String, name: String) {
        let expected: CheckpointProblem = .refusedObject(name: "\(module).\(name)")
        let found = problem { pickle in
            pickle.code("}(")
            pickle.text("state_dict")
            CheckpointTests.writer().write(into: &pickle)
            pickle.text("x")
            pickle.global(module, name)
            pickle.code(")Ru")
        }
        #expect(found == expected)
        // Named on the stack, as protocol 4 does.
        #expect(
            problem { pickle in
                pickle.text(module)
                pickle.text(name)
                pickle.raw([0x93])
            } == expected)
    }

    /// What Python calls its own types depends on the protocol; `torch.save` writes 2.
    private static let builtins: [(String, String)] = {
        let common = [
            "bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "set", "slice", "str",
            "tuple",
        ]
        return (common + ["range"]).map { ("builtins", $0) }
            + (common + ["long", "unicode", "xrange"]).map { ("__builtin__", $0) }
    }()

    @Test("Python's own types are data: as values, called, and as what a defaultdict makes", arguments: builtins)
    func builtinTypes(module: String, name: String) {
        let found = problem { pickle in
            pickle.code("}(")
            pickle.text("state_dict")
            CheckpointTests.writer().write(into: &pickle)
            pickle.text("type")
            pickle.global(module, name)
            pickle.text("value")
            pickle.global(module, name)
            pickle.tuple([0, 3, 1])
            pickle.code("R")
            pickle.text("counts")
            pickle.global("collections", "defaultdict")
            pickle.global(module, name)
            pickle.raw([0x85])
            pickle.code("Ru")
        }
        #expect(found == nil)
    }

    @Test("noTensors: numbers, a list, data that holds tensors")
    func noTensors() {
        #expect(problem { $0.integer(1) } == .noTensors)
        #expect(problem { $0.code("}") } == .noTensors)
        let insideList = problem { pickle in
            pickle.code("]")
            CheckpointTests.writer().write(into: &pickle)
            pickle.code("a")
        }
        #expect(insideList == .noTensors)
        let insideNamespace = problem { pickle in
            pickle.global("argparse", "Namespace")
            pickle.code(")R")
            CheckpointTests.writer().write(into: &pickle)
            pickle.code("b")
        }
        #expect(insideNamespace == .noTensors)
    }

    @Test("severalDictionaries: two with tensors, but losses do not count")
    func severalDictionaries() {
        func two(_ second: CheckpointWriter) -> CheckpointProblem? {
            problem { pickle in
                pickle.code("}(")
                pickle.text("model")
                CheckpointTests.writer().write(into: &pickle)
                pickle.text("ema")
                second.write(into: &pickle)
                pickle.code("u")
            }
        }
        #expect(
            two(CheckpointTests.writer())
                == .severalDictionaries([.init(name: "model", tensorCount: 3), .init(name: "ema", tensorCount: 3)]))
        var losses = CheckpointWriter()
        losses.storages = CheckpointTests.writer().storages
        losses.add("train", of: "0", shape: [])
        #expect(two(losses) == nil)
    }

    @Test("Keys of any length used again and again cost no memory; sets of tensors have a limit")
    func manyDictionaries() {
        let long = problem { pickle in
            pickle.code("}(")
            pickle.text(String(repeating: "k", count: 65))
            CheckpointTests.writer().write(into: &pickle)
            pickle.code("u")
        }
        #expect(long == .noTensors)
        let many = problem { pickle in
            pickle.code("}(")
            for index in 0..<65 {
                pickle.text("\(index)")
                CheckpointTests.writer().write(into: &pickle)
            }
            pickle.code("u")
        }
        #expect(many == .tooLarge(part: "sets of tensors", count: 65, limit: 64))
    }

    @Test("One dictionary in two places is one; dictionaries in circles end")
    func circles() {
        let shared = problem { pickle in
            pickle.code("}(")
            pickle.text("a")
            CheckpointTests.writer().write(into: &pickle)
            pickle.remember(1)
            pickle.text("b")
            pickle.recall(1)
            pickle.code("u")
        }
        #expect(shared == nil)
        let circle = problem { pickle in
            pickle.code("}")
            pickle.remember(0)
            pickle.text("self")
            pickle.recall(0)
            pickle.code("s")
        }
        #expect(circle == .noTensors)
    }

    @Test("Values nested without end cost no stack")
    func nesting() {
        // Tuples of one in one another.
        let pickle = [0x80, 2] + Array(")".utf8) + [UInt8](repeating: 0x85, count: 50_000) + Array(".".utf8)
        #expect(problem(pickle) == .noTensors)
        var limits = WeightLimits.default
        limits.tensorCount = 1_000
        #expect(problem(pickle, limits: limits) == .tooLarge(part: "objects", count: 16_001, limit: 16_000))
    }

    @Test("tooLarge: the stack, open containers, values that are remembered, copies of entries")
    func tooLarge() {
        let many = 70_000
        #expect(
            problem([0x80, 2] + [UInt8](repeating: UInt8(ascii: "N"), count: many))
                == .tooLarge(part: "values on its stack", count: 65_537, limit: 65_536))
        #expect(
            problem([0x80, 2] + [UInt8](repeating: UInt8(ascii: "("), count: many))
                == .tooLarge(part: "open containers", count: 65_537, limit: 65_536))
        var limits = WeightLimits.default
        limits.tensorCount = 2
        #expect(
            problem([0x80, 2, UInt8(ascii: "N")] + [UInt8](repeating: 0x94, count: 40), limits: limits)
                == .tooLarge(part: "remembered values", count: 33, limit: 32))
        let copies = problem { pickle in
            pickle.code("}(")
            for index in 0..<100 {
                pickle.raw([UInt8(ascii: "K"), UInt8(index)])
                pickle.code("N")
            }
            pickle.code("u")
            pickle.remember(0)
            pickle.global("collections", "OrderedDict")
            pickle.remember(1)
            for _ in 0..<200 {
                pickle.recall(1)
                pickle.recall(0)
                pickle.raw([0x85, UInt8(ascii: "R"), UInt8(ascii: "0")])
            }
        }
        guard case .tooLarge("copied entries", _, _) = copies else {
            Issue.record("\(String(describing: copies))")
            return
        }
    }

    @Test("unknownInstruction", arguments: [UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "P"), 0x82, 0x97, 0xff])
    func unknownInstruction(code: UInt8) {
        #expect(problem([0x80, 2, code]) == .unknownInstruction(code: code, byteOffset: 2))
    }

    @Test("malformedPickle: each instruction without what it needs")
    func malformedPickle() {
        let cases: [(bytes: [UInt8], expected: String)] = [
            ([], "another instruction"), ([0x80, 6], "protocol 2 to 5"), ([0x80], "protocol 2 to 5"),
            (Array(".".utf8), "a value before it"), (Array("NN.".utf8), "one value at the end"),
            (Array("J12".utf8), "a number"), (Array("X\u{5}\0\0\0abc".utf8), "5 bytes of a value"),
            (Array("X".utf8) + [1, 0, 0, 0, 0xff], "text as UTF-8"), (Array("cos\nsystem".utf8), "a line of text"),
            ([0x8b, 0xff, 0xff, 0xff, 0xff], "-1 bytes of a value"), (Array("t".utf8), "a mark before it"),
            (Array("(0".utf8), "a value before it"), (Array("Na".utf8), "a value before it"),
            (Array("NNa".utf8), "a list"), (Array("NNNs".utf8), "a dictionary"),
            (Array("}(Nu".utf8), "a value for every key"),
            (Array("N(".utf8) + [0x90], "a set"), ([UInt8(ascii: "h"), 3], "a value that was remembered"),
            (Array("NN".utf8) + [0x93], "the name of a class"), (Array("NNR".utf8), "a function and its arguments"),
            (Array("ctorch\nfloat32\n)R".utf8), "a function"), (Array("ctorch\nSize\n)R".utf8), "a size"),
            (Array("ctorch._utils\n_rebuild_parameter\n)R".utf8), "a tensor"),
            (Array("ctorch._utils\n_rebuild_tensor_v2\n)R".utf8), "a tensor's storage, offset, shape and strides"),
            (Array("ctorch._utils\n_rebuild_tensor_v3\n)R".utf8), "a tensor's type"),
            (Array("ccollections\nOrderedDict\n].R".utf8), "one value at the end"),
            (Array("ccollections\nOrderedDict\n)".utf8) + [0x81], "a class of data"),
            (Array("NNb".utf8), "an object that can have attributes"), (Array("NQ".utf8), "a storage"),
            (Array(")Q".utf8), "a storage"),
            (Array("ccollections\nOrderedDict\n]Na".utf8) + [0x85] + Array("R".utf8), "a key and a value"),
        ]
        for (bytes, expected) in cases {
            let found = problem(bytes.first == 0x80 ? bytes : [0x80, 2] + bytes)
            guard case .malformedPickle(_, expected) = found else {
                Issue.record("\(String(decoding: bytes, as: UTF8.self)): \(String(describing: found)), not \(expected)")
                continue
            }
        }
    }

    @Test("malformedPickle: storages with two descriptions, parts of storages, tensors of many dimensions")
    func storages() {
        func storage(_ pickle: inout PickleWriter, count: Int, isPart: Bool = false) {
            pickle.code("(")
            pickle.text("storage")
            pickle.global("torch", "FloatStorage")
            pickle.text("0")
            pickle.text("cpu")
            pickle.integer(count)
            if isPart { pickle.tuple([1, 2, 3]) }
            pickle.code("tQ")
        }
        func expectation(_ found: CheckpointProblem?, _ expected: String) {
            guard case .malformedPickle(_, expected) = found else {
                Issue.record("\(String(describing: found)), not \(expected)")
                return
            }
        }
        let two = problem { pickle in
            storage(&pickle, count: 6)
            pickle.code("0")
            storage(&pickle, count: 5)
        }
        expectation(two, "one description of storage '0'")
        expectation(problem { storage(&$0, count: .max) }, "one description of storage '0'")
        expectation(problem { storage(&$0, count: -1) }, "a storage")
        expectation(problem { storage(&$0, count: 6, isPart: true) }, "a whole storage")
        var writer = CheckpointTests.writer()
        writer.tensors[0].shape = [Int](repeating: 1, count: 9)
        writer.tensors[0].strides = writer.tensors[0].shape
        expectation(problem(writer.pickle()), "at most 8 dimensions of a tensor")
        writer.tensors[0].shape = [-1]
        writer.tensors[0].strides = [1]
        expectation(problem(writer.pickle()), "a length")
        let conjugated = problem { pickle in
            pickle.global("torch._utils", "_rebuild_tensor_v2")
            pickle.code("(")
            storage(&pickle, count: 6)
            pickle.integer(0)
            pickle.tuple([6])
            pickle.tuple([1])
            pickle.code("NN}")
            pickle.text("conj")
            pickle.raw([0x88])
            pickle.code("stR")
        }
        #expect(conjugated == .unresolvedTensor)
    }

    @Test("notTorch: another pickle in the place of the older form")
    func notTorch() {
        #expect(CheckpointTests.problem([0x80, 4] + Array("}.".utf8)) == .notTorch)
        #expect(CheckpointTests.problem(CheckpointWriter.streamHead(version: 1000)) == .notTorch)
    }

    @Test("The older form names storages that there are, once")
    func storageKeys() {
        func stream(_ keys: [String], isList: Bool = true) -> [UInt8] {
            var pickle = PickleWriter()
            pickle.code(isList ? "](" : "(")
            for key in keys { pickle.text(key) }
            pickle.code(isList ? "e" : "t")
            var writer = CheckpointTests.writer()
            writer.tensors.removeAll { $0.storage == "1" }
            let count = withUnsafeBytes(of: UInt64(6).littleEndian) { [UInt8]($0) }
            let storage = count + writer.storages[0].bytes
            return CheckpointWriter.streamHead() + writer.pickle() + pickle.finished() + storage + storage
        }
        func expected(_ found: CheckpointProblem?) -> String? {
            guard case .malformedPickle(_, let expected) = found else { return nil }
            return expected
        }
        #expect(expected(CheckpointTests.problem(stream(["0"], isList: false))) == "the names of storages")
        #expect(expected(CheckpointTests.problem(stream(["7"]))) == "names of known storages")
        #expect(expected(CheckpointTests.problem(stream(["0", "0"]))) == "each storage once")
    }
}
