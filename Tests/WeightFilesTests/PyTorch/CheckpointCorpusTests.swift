import TestSupport
import Testing

@testable import WeightFiles

/// Checkpoints that PyTorch wrote (`Tests/Conversion/checkpoints.py`), against the same tensors as safetensors.
@Suite("Checkpoints of PyTorch itself")
struct CheckpointCorpusTests {
    private static func file(_ name: String, dictionary: String? = nil) throws -> WeightFile {
        try WeightFile(contentsOf: .init(Fixtures.path("Checkpoints/\(name)")), dictionary: dictionary)
    }

    private func problem(_ name: String, dictionary: String? = nil) throws -> CheckpointProblem? {
        do throws(WeightError) {
            let path = try Result { try Fixtures.path("Checkpoints/\(name)") }
                .mapError { _ in WeightError.unreadable(file: name, code: 2) }.get()
            _ = try WeightFile(contentsOf: .init(path), dictionary: dictionary)
            return nil
        } catch .checkpoint(_, let problem) {
            return problem
        }
    }

    @Test(
        "All tensors, bit for bit: types, shared storages, strided views",
        arguments: [
            ("archive.pth", "expected"), ("protocol4.pth", "expected"), ("stream.pth", "expected"),
            ("untyped.pth", "untyped"), ("training.pth", "training"), ("training-stream.pth", "training"),
        ])
    func tensors(name: String, expected: String) throws {
        let (file, expected) = (try Self.file(name), try Self.file("\(expected).safetensors"))
        #expect(Set(file.tensors.map(\.name)) == Set(expected.tensors.map(\.name)))
        for tensor in expected.tensors {
            let found = try #require(file.info(tensor.name), "\(tensor.name)")
            #expect(found.type == tensor.type && found.shape == tensor.shape, "\(tensor.name)")
            let bytes = expected.withBytes(of: tensor) { Array($0) }
            #expect(file.withBytes(of: found) { Array($0) } == bytes, "\(tensor.name)")
        }
        #expect(file.metadata.isEmpty)
    }

    @Test("A shared storage is read once; what the dictionary does not need is not read")
    func memory() throws {
        let file = try Self.file("archive.pth")
        let (whole, part) = (try #require(file.info("shared.whole")), try #require(file.info("shared.part")))
        #expect(
            whole.byteRange.contains(part.byteRange.lowerBound)
                && part.byteRange.upperBound <= whole.byteRange.upperBound)
        let training = try Self.file("training.pth")
        #expect(training.dataByteCount == training.tensors.reduce(0) { $0 + $1.byteRange.count })
    }

    @Test("The order is that of the dictionary")
    func order() throws {
        let names = try Self.file("training.pth").tensors.map(\.name)
        #expect(names.prefix(3) == ["module.0.weight", "module.0.bias", "module.1.weight"])
    }

    @Test("Of several dictionaries one has to be chosen")
    func severalDictionaries() throws {
        let sets = ["params", "params_ema"].map { CheckpointProblem.Dictionary(name: $0, tensorCount: 1) }
        #expect(try problem("several.pth") == .severalDictionaries(sets))
        #expect(try Self.file("several.pth", dictionary: "params_ema").floats("w") == [-4, -3, -2, -1])
        #expect(try problem("several.pth", dictionary: "net") == .unknownDictionary(name: "net", known: sets))
        #expect(try problem("expected.safetensors", dictionary: "net") == .unknownDictionary(name: "net", known: []))
        #expect(try Self.file("training.pth", dictionary: "losses").tensors.map(\.name) == ["train"])
    }

    @Test("A whole network is a Python object, and is refused by its name")
    func wholeNetwork() throws {
        #expect(try problem("module.pth") == .refusedObject(name: "torch.nn.modules.linear.Linear"))
    }

    @Test("So is a tensor that is no array")
    func sparseTensor() throws {
        #expect(try problem("sparse.pth") == .refusedObject(name: "torch._utils._rebuild_sparse_tensor"))
    }

    @Test("TorchScript is a program")
    func torchScript() throws {
        #expect(try problem("script.pt") == .torchScript)
    }

    @Test("A type that weight files do not have")
    func unknownType() throws {
        let path = try Fixtures.path("Checkpoints/complex.pth")
        #expect(throws: WeightError.unknownType(file: path, tensor: "w", type: "ComplexDoubleStorage")) {
            try WeightFile(contentsOf: path)
        }
    }
}
