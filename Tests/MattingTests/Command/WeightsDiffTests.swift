import Foundation
import PictureTestSupport
import Testing
import TestSupport
import WeightFiles

@testable import Matting

/// `matte weights diff`.
@Suite struct WeightsDiffTests {
    @Test func theSame() throws {
        try TemporaryFolder.with { folder in
            // Written in another order, which is no difference.
            let first = try folder.write(PlainUNet.bytes(), "a.safetensors")
            let file = try WeightFile(contentsOf: first)
            var writer = WeightFileWriter()
            for tensor in file.tensors.reversed() {
                try writer.add(tensor.name, shape: tensor.shape, values: file.floats(tensor.name))
            }
            let second = try folder.write(writer.bytes(includingChecksum: false), "b.safetensors")
            let outcome = try Command.run(["weights", "diff", first, second])
            expectStatus(0, outcome)
            #expect(outcome.text == "the same: metadata and \(file.tensors.count) tensors\n")
            let object = try #require(try Command.run(["weights", "diff", first, second, "--json"]).objects().first)
            #expect(object["same"] as? Bool == true)
            #expect(object["compared"] as? Int == file.tensors.count)
        }
    }

    /// One difference of each kind; the values' by hand.
    @Test func everyKindOfDifference() throws {
        try TemporaryFolder.with { folder in
            var first = WeightFileWriter(metadata: ["license": "MIT", "source": "here"])
            try first.add("values", shape: [4], values: [1, 2, 3, 4])
            try first.add("small", shape: [2], values: [1, 2])
            try first.add("same", shape: [2], values: [0, 5])
            try first.add("shape", shape: [2, 1], values: [1, 2])
            try first.add("type", shape: [2], values: [1, 0.5])
            try first.add("gone", shape: [1], values: [1])
            try first.add("steps", shape: [1], type: .i64, bytes: [1, 0, 0, 0, 0, 0, 0, 0])
            try first.add("counts", shape: [1], type: .i64, bytes: [9, 0, 0, 0, 0, 0, 0, 0])
            var second = WeightFileWriter(metadata: ["license": "BSD", "training": "long"])
            try second.add("values", shape: [4], values: [1, 2.5, 3, 3])
            try second.add("small", shape: [2], values: [1, 2.25])
            try second.add("same", shape: [2], values: [-0.0, 5])
            try second.add("shape", shape: [1, 2], values: [1, 2])
            try second.add("type", shape: [2], values: [1, 0.5], as: .f16)
            try second.add("new", shape: [1], values: [1])
            try second.add("steps", shape: [1], type: .i64, bytes: [2, 0, 0, 0, 0, 0, 0, 0])
            try second.add("counts", shape: [1], type: .i64, bytes: [9, 0, 0, 0, 0, 0, 0, 0])
            let a = try folder.write(first.bytes(includingChecksum: false), "a.safetensors")
            let b = try folder.write(second.bytes(includingChecksum: false), "b.safetensors")

            let difference = try WeightDifference(WeightFile(contentsOf: a), WeightFile(contentsOf: b))
            #expect(difference.metadata.map(\.key) == ["license", "source", "training"])
            #expect(difference.metadata.map(\.first) == ["MIT", "here", nil])
            #expect(difference.metadata.map(\.second) == ["BSD", nil, "long"])
            #expect(difference.onlyInFirst.map(\.name) == ["gone"])
            #expect(difference.onlyInSecond.map(\.name) == ["new"])
            #expect(Set(difference.forms.map(\.first.name)) == ["shape", "type"])
            #expect(difference.values.map(\.name) == ["steps", "values", "small"])
            #expect(difference.values.map(\.differingCount) == [1, 2, 1])
            #expect(difference.values.map(\.maximum) == [.infinity, 1, 0.25])
            #expect(difference.values.map(\.mean) == [.infinity, 0.375, 0.125])
            #expect(difference.comparedCount == 6)

            let outcome = try Command.run(["weights", "diff", a, b, "--json"])
            expectStatus(1, outcome)
            let object = try #require(try outcome.objects().first)
            #expect(object["same"] as? Bool == false)
            let values = try #require(object["values"] as? [[String: Any]])
            #expect(values.compactMap { $0["tensor"] as? String } == ["steps", "values", "small"])
            #expect(values[0]["maximum"] == nil, "no number stands for infinity in JSON")
            #expect(values[1]["mean"] as? Double == 0.375)
            #expect(object["onlyInFirst"] as? [String] == ["gone"])

            let text = try Command.run(["weights", "diff", a, b]).text
            for words in [
                "\"MIT\" → \"BSD\"", "\"here\" → not there", "Only in \(a)", "F32 [2, 1] → F32 [1, 2]",
                "F32 [2] → F16 [2]", "3 of 6 tensors differ", "2 of 4  largest     1.00  mean  3.75e-1",
            ] {
                #expect(text.contains(words), "\(words)")
            }
        }
    }

    @Test func infinitiesAndNaNs() throws {
        func file(_ second: [UInt8]) throws -> WeightFile {
            var writer = WeightFileWriter()
            try writer.add("t", shape: [2], type: .f32, bytes: [0, 0, 0xC0, 0x7F] + second)
            return try writer.bytes().withUnsafeBytes { try WeightFile(copying: $0, name: "t") }
        }
        let (zero, infinity): ([UInt8], [UInt8]) = ([0, 0, 0, 0], [0, 0, 0x80, 0x7F])
        #expect(try WeightDifference(file(zero), file(zero)).isEmpty, "a NaN of the same bits is the same")
        let values = try WeightDifference(file(zero), file(infinity)).values
        #expect(values.map(\.maximum) == [.infinity])
        #expect(values.map(\.differingCount) == [1])
    }

    @Test func theFirstTenOfAKind() throws {
        try TemporaryFolder.with { folder in
            let first = try folder.write(PlainUNet.bytes(), "a.safetensors")
            let half = try PlainUNet.rewritten { _, values in values.map { $0 / 2 } }
            let second = try folder.write(half.bytes(includingChecksum: false), "b.safetensors")
            let count = try WeightFile(contentsOf: first).tensors.count
            let short = try Command.run(["weights", "diff", first, second]).text.split(separator: "\n")
            #expect(short.count == 12)
            #expect(short.last == "  … and \(count - 10) more (--all)")
            let long = try Command.run(["weights", "diff", first, second, "--all"]).text.split(separator: "\n")
            #expect(long.count == count + 1)
        }
    }

    @Test func filesThatCannotBeRead() throws {
        try TemporaryFolder.with { folder in
            let good = try folder.write(PlainUNet.bytes(), "good.safetensors")
            let missing = folder("missing.safetensors")
            expectStatus(2, try Command.run(["weights", "diff", good, missing]), says: missing, "No such file")
            expectStatus(2, try Command.run(["weights", "diff", missing, good, "--json"]), says: missing)
            expectStatus(64, try Command.run(["weights", "diff", good]), says: "b")
        }
    }
}
