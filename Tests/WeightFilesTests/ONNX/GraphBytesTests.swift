import Files
import Testing
import TestSupport

@testable import WeightFiles

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Graphs that are larger than what of them is in memory at a time.
@Suite("Graphs in files")
struct GraphBytesTests {
    /// Twice a window, and nothing that its length is a multiple of.
    private static let count = 9_001
    private static let values = (0..<count).map { Float($0 % 251) - 125 }

    private func graph(_ storage: ONNXBytes.Storage) -> ONNXBytes {
        var graph = ONNXBytes()
        for layer in 0..<3 {
            graph.initializer("w\(layer)", [1, Self.count], Self.values.map { $0 * Float(layer + 1) }, as: storage)
            graph.node("Gemm", ["\(layer)", "w\(layer)"], ["\(layer + 1)"], integers: ["transB": 1])
        }
        graph.output("3")
        return graph
    }

    private func weights(_ model: ONNXModel) throws -> [[Float]] {
        try model.layers(behind: model.outputs[0]).map { try model.values($0.weight).values }
    }

    /// The first layer's values are whole numbers below 128, which every storage has exactly.
    @Test("Values beyond the window, in every form", arguments: ONNXBytes.Storage.allCases)
    func values(storage: ONNXBytes.Storage) throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let bytes = graph(storage).bytes
        #expect(bytes.count > 3 * GraphBytes.windowByteCount)
        let model = try ONNXModel(contentsOf: BytePath(folder.write(bytes, to: "m.onnx")))
        let found = try weights(model)
        #expect(found == (try weights(ONNXModel(bytes))), "the same from memory")
        #expect(found.count == 3 && found[0] == Self.values)
    }

    @Test("A file that was cut off within its values is told before these are read")
    func truncated() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let bytes = graph(.raw).bytes
        let path = try folder.write(Array(bytes.dropLast(bytes.count / 2)), to: "m.onnx")
        guard
            case .truncatedGraph(path, _, bytes.count - bytes.count / 2)? = #expect(
                throws: WeightError.self, performing: { try ONNXModel(contentsOf: BytePath(path)) })
        else {
            Issue.record("another error")
            return
        }
    }

    @Test("A file that somebody shortens meanwhile")
    func shortened() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let bytes = graph(.raw).bytes
        let path = try folder.write(bytes, to: "m.onnx")
        let model = try ONNXModel(contentsOf: BytePath(path))
        #expect(truncate(path, 100) == 0)
        #expect(
            throws: WeightError.changedWhileReading(
                file: path, expectedByteCount: bytes.count, actualByteCount: 100)
        ) { try weights(model) }
    }
}
