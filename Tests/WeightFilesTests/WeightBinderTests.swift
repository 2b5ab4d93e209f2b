import Testing

@testable import WeightFiles

@Suite("Weight binder")
struct WeightBinderTests {
    /// The file that `compose` writes.
    private func file(_ compose: (inout WeightFileWriter) throws -> Void) throws -> WeightFile {
        var writer = WeightFileWriter()
        try compose(&writer)
        return try WeightFile(writer.bytes())
    }

    /// The problems that `finish` throws; nil where there are none.
    private func problems(_ binder: WeightBinder) -> WeightProblems? {
        do throws(WeightError) {
            try binder.finish()
            return nil
        } catch {
            guard case .unusable(file: "test", let problems) = error else {
                Issue.record(error)
                return nil
            }
            return problems
        }
    }

    @Test("Tensors are found by their paths and a complete network is content")
    func complete() throws {
        let file = try file { writer in
            try writer.add("stage1.conv.weight", shape: [2, 1], values: [1, 2], as: .f16)
            try writer.add("stage1.conv.bias", shape: [2], values: [3, 4])
            try writer.add("head", shape: [2, 2], values: [1, 2, 3, 4], as: .i8)
        }
        let binder = WeightBinder(file)
        let conv = binder.root["stage1"]["conv"]
        #expect(conv.path == "stage1.conv")
        #expect(binder.root["stage1.conv"].path == "stage1.conv")
        #expect(binder.root.path == "")
        let weight = try conv.tensor("weight", shape: [2, 1])
        #expect(weight.shape == [2, 1])
        #expect(Array(weight) == [1, 2])
        #expect(Array(try binder.root.tensor("stage1.conv.bias", shape: [2])) == [3, 4])
        #expect(conv.has("weight") && !conv.has("weights") && !conv.has("running_mean"))
        #expect(conv.shape("weight") == [2, 1])
        #expect(conv.shape("none") == nil)
        _ = try binder.root.tensor("head", shape: [2, 2])
        #expect(problems(binder) == nil)
        #expect(binder.problems.fittingCount == 3)
    }

    @Test("One error names everything that is wrong")
    func collects() throws {
        let file = try file { writer in
            try writer.add("fits", shape: [2], values: [1, 2])
            try writer.add("misshaped", shape: [3, 2], values: [Float](repeating: 1, count: 6))
            try writer.add("whole", shape: [1], type: .i64, bytes: [UInt8](repeating: 0, count: 8))
            try writer.add("unused", shape: [1], values: [1])
            try writer.add(
                "infinite", shape: [3], type: .f32,
                bytes: WeightFileBytes.bytes([1, .infinity, -.infinity] as [Float]))
            try writer.add("nan", shape: [1], type: .f16, bytes: [0x01, 0xfe])
            try writer.add("noscale", shape: [4, 2], type: .i8, bytes: [UInt8](repeating: 0, count: 8))
            try writer.add("badscale", shape: [2, 2], type: .i8, bytes: [0, 0, 0, 0])
            try writer.add("badscale.scale", shape: [3], values: [1, 1, 1])
            try writer.add("bn.num_batches_tracked", shape: [], type: .i64, bytes: [UInt8](repeating: 0, count: 8))
            try writer.add("num_batches_tracked", shape: [], type: .i64, bytes: [UInt8](repeating: 0, count: 8))
        }
        let binder = WeightBinder(file)
        let root = binder.root
        #expect(Array(try root.tensor("fits", shape: [2])) == [1, 2])
        #expect(Array(try root["deep"].tensor("missing", shape: [2, 2])) == [0, 0, 0, 0])
        #expect(Array(try root.tensor("misshaped", shape: [2, 3])) == [0, 0, 0, 0, 0, 0])
        #expect(Array(try root.tensor("whole", shape: [1])) == [0])
        #expect(Array(try root.tensor("noscale", shape: [4, 2])) == [Float](repeating: 0, count: 8))
        #expect(Array(try root.tensor("badscale", shape: [2, 2])) == [0, 0, 0, 0])
        #expect(try root.tensor("infinite", shape: [3]).count == 3)
        #expect(try root.tensor("nan", shape: [1]).count == 1)
        // Asked for again, told once.
        _ = try root["deep"].tensor("missing", shape: [2, 2])
        _ = try root.tensor("infinite", shape: [3])

        let found = try #require(problems(binder))
        #expect(
            found.missing == [
                .init(name: "deep.missing", expected: [2, 2]), .init(name: "noscale.scale", expected: [4]),
            ])
        #expect(
            found.misshaped == [
                .init(name: "misshaped", expected: [2, 3], actual: [3, 2]),
                .init(name: "badscale.scale", expected: [2], actual: [3]),
            ])
        #expect(found.unsupportedType == [.init(name: "whole", type: .i64)])
        #expect(
            found.nonFinite == [
                .init(name: "infinite", count: 2, firstIndex: 1), .init(name: "nan", count: 1, firstIndex: 0),
            ])
        #expect(found.unused == ["unused"])
        #expect(found.fittingCount == 1)
    }

    @Test("The message is bounded and says what to do")
    func message() throws {
        let file = try file { writer in
            for index in 0..<500 { try writer.add("layer\(index).weight", shape: [1], values: [0]) }
        }
        let binder = WeightBinder(file)
        for index in 0..<300 { _ = try binder.root.tensor("other\(index)", shape: [2, 3]) }
        let found = try #require(problems(binder))
        let message = WeightError.unusable(file: "test", problems: found).description
        #expect(message.hasPrefix("'test' does not fit the network: not one tensor fits"))
        #expect(message.contains("300 missing: 'other0' [2, 3], 'other1' [2, 3]"))
        #expect(message.contains("… (290 more)"))
        #expect(message.contains("500 not used by it: 'layer0.weight', "))
        #expect(message.hasSuffix("matte weights inspect --tensors'"))
        #expect(message.count < 1_000)
    }

    @Test("Scopes that serve training only may be ignored")
    func ignores() throws {
        let file = try file { writer in
            try writer.add("a", shape: [1], values: [1])
            try writer.add("side.weight", shape: [1], values: [1], as: .i8)
            try writer.add("side2", shape: [1], values: [1])
        }
        let binder = WeightBinder(file)
        _ = try binder.root.tensor("a", shape: [1])
        binder.root.ignore("side")
        #expect(problems(binder)?.unused == ["side2"])
        binder.root.ignore("side2")
        #expect(problems(binder) == nil)
    }

    @Test(
        "A network is found behind any prefix, the outermost of several",
        arguments: ["", "module", "_orig_mod", "model", "net.module", "_orig_mod.module.model.net"])
    func prefixes(prefix: String) throws {
        let start = prefix.isEmpty ? "" : prefix + "."
        let wrapped = try file { writer in
            try writer.add("\(start)a.a.weight", shape: [1], values: [0])
            try writer.add("\(start)a.weight", shape: [1], values: [1])
            try writer.add("\(start)b", shape: [1], values: [2])
        }
        let binder = WeightBinder(wrapped)
        let root = binder.root { $0.shape("a.weight") == [1] }
        #expect(root.path == prefix)
        #expect(Array(try root["a"].tensor("weight", shape: [1])) == [1])
        #expect(Array(try root.tensor("b", shape: [1])) == [2])
        #expect(problems(binder)?.unused == ["\(start)a.a.weight"])
    }

    @Test("Where nothing is recognised, or five components deep, the root is the file's own")
    func noPrefix() throws {
        let deep = try file { writer in try writer.add("a.b.c.d.e.weight", shape: [1], values: [1]) }
        #expect(WeightBinder(deep).root { $0.has("weight") }.path == "")
        #expect(WeightBinder(deep).scopes.map(\.path) == ["", "a", "a.b", "a.b.c", "a.b.c.d"])
    }

    @Test("A file without tensors lacks everything")
    func empty() throws {
        let binder = WeightBinder(try file { _ in })
        _ = try binder.root.tensor("a", shape: [2])
        #expect(problems(binder)?.missing == [.init(name: "a", expected: [2])])
    }

    @Test("Values are one buffer and a collection")
    func tensors() throws {
        let tensor = try WeightTensor(shape: [2, 2], values: [1, 2, 3, 4])
        #expect(tensor.count == 4 && tensor[3] == 4)
        #expect(tensor.withValues { $0.reduce(0, +) } == 10)
        #expect(tensor.withContiguousStorageIfAvailable { $0.count } == 4)
        #expect(tensor.map { $0 * 2 } == [2, 4, 6, 8])
    }
}
