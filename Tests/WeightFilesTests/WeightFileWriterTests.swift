import Foundation
import Testing

@testable import WeightFiles

@Suite("Weight file writer")
struct WeightFileWriterTests {
    /// -2 to 2 in eighths: exact in every type but I8.
    private let values: [Float] = (0..<24).map { Float($0 - 12) / 8 }

    @Test("Every float type comes back, with names, shapes and metadata", arguments: [WeightType.f32, .f16, .bf16])
    func roundTrip(type: WeightType) throws {
        var writer = WeightFileWriter(metadata: ["architecture": "test", "note": "\"\\\n\u{1}é😀"])
        try writer.add("a.weight", shape: [2, 3, 4], values: values, as: type)
        try writer.add("a.bias", shape: [], values: [0.5])
        let file = try WeightFile(writer.bytes())
        #expect(try file.floats("a.weight", shape: [2, 3, 4]) == values)
        #expect(try file.floats("a.bias", shape: []) == [0.5])
        #expect(file.info("a.weight")?.type == type)
        #expect(file.metadata["note"] == "\"\\\n\u{1}é😀")
        #expect(file.metadata["sha256"] == file.dataSHA256)
        #expect(file.parameterCount == 25)
    }

    @Test("I8 comes back to half a step, channel by channel")
    func int8RoundTrip() throws {
        var writer = WeightFileWriter()
        let channels: [Float] = [1, 100, 0.001, 0]
        let original = channels.flatMap { scale in values.map { $0 * scale } }
        try writer.add("w", shape: [4, 24], values: original, as: .i8)
        try writer.add("v", shape: [24], values: values, as: .i8)
        let file = try WeightFile(writer.bytes())
        #expect(file.info("w.scale")?.shape == [4])
        #expect(file.info("v.scale")?.shape == [1])
        #expect(file.parameterCount == 120)
        let scales = try file.floats("w.scale")
        let expected: [Float] = [1.5, 150, 1.5 * 0.001]
        #expect(scales == expected.map { $0 / 127 } + [1])
        let halfStep: Float = 0.5001
        for (index, value) in try file.floats("w", shape: [4, 24]).enumerated() {
            let difference: Float = abs(value - original[index])
            let bound: Float = scales[index / 24] * halfStep
            #expect(difference <= bound)
        }
        for (index, value) in try file.floats("v").enumerated() {
            let difference: Float = abs(value - values[index])
            let bound: Float = 1.5 / 127 * halfStep
            #expect(difference <= bound)
        }
    }

    @Test("Scales of the smallest numbers do not overflow their quotients")
    func tinyInt8() throws {
        var writer = WeightFileWriter()
        try writer.add("w", shape: [1, 2], values: [.leastNonzeroMagnitude, -0x1p-133], as: .i8)
        #expect(try WeightFile(writer.bytes()).floats("w").allSatisfy { abs($0) < 2e-38 })
    }

    @Test("The header ends at a multiple of eight and values are aligned to their size")
    func alignment() throws {
        for length in 1...9 {
            var writer = WeightFileWriter(metadata: ["k": String(repeating: "x", count: length)])
            try writer.add("i8", shape: [3], values: [1, 2, 3], as: .i8)
            try writer.add("f16", shape: [3], values: [1, 2, 3], as: .f16)
            try writer.add("batches", shape: [], type: .i64, bytes: [1, 0, 0, 0, 0, 0, 0, 0])
            try writer.add("f32", shape: [1], values: [1])
            let bytes = try writer.bytes()
            #expect(Int(bytes[0]) % 8 == 0)
            let file = try WeightFile(bytes)
            #expect(file.tensors.map(\.name) == ["batches", "i8.scale", "f32", "f16", "i8"])
            #expect(file.tensors.allSatisfy { $0.byteRange.lowerBound % $0.type.byteCount == 0 })
        }
    }

    @Test("The same calls give the same bytes")
    func deterministic() throws {
        func bytes() throws -> [UInt8] {
            var writer = WeightFileWriter(metadata: ["b": "1", "a": "2", "c": "3", "d": "4"])
            try writer.add("w", shape: [24], values: values)
            return try writer.bytes()
        }
        #expect(try bytes() == bytes())
    }

    @Test("No checksum where none is wanted")
    func withoutChecksum() throws {
        #expect(try WeightFileWriter().bytes(includingChecksum: false) == WeightFileBytes.make(header: "{}      "))
    }

    @Test("valueNotRepresentable: infinities, NaNs and what rounds to infinity")
    func valueNotRepresentable() {
        var writer = WeightFileWriter()
        for (value, type) in [
            (.infinity, .f32), (.nan, .f32), (-.infinity, .i8), (65520, .f16), (-1e6, .f16),
            (.greatestFiniteMagnitude, .bf16),
        ] as [(Float, WeightType)] {
            #expect(throws: WeightError.valueNotRepresentable(tensor: "a", index: 1, type: type)) {
                try writer.add("a", shape: [2], values: [0, value], as: type)
            }
        }
        #expect(throws: Never.self) { try writer.add("a", shape: [1], values: [65519], as: .f16) }
    }

    @Test("What a reader would refuse is not written")
    func refusals() throws {
        var writer = WeightFileWriter()
        #expect(throws: WeightError.valueCountMismatch(tensor: "a", shape: [3], count: 2)) {
            try writer.add("a", shape: [3], values: [1, 2])
        }
        #expect(throws: WeightError.valueCountMismatch(tensor: "a", shape: [0], count: 0)) {
            try writer.add("a", shape: [0], values: [])
        }
        #expect(throws: WeightError.valueCountMismatch(tensor: "a", shape: [-1, -1], count: 1)) {
            try writer.add("a", shape: [-1, -1], values: [1])
        }
        #expect(throws: WeightError.valueCountMismatch(tensor: "a", shape: [.max, 2], count: 1)) {
            try writer.add("a", shape: [.max, 2], type: .i64, bytes: [UInt8](repeating: 0, count: 8))
        }
        #expect(throws: WeightError.sizeMismatch(file: "the new file", tensor: "a", expected: 8, actual: 1)) {
            try writer.add("a", shape: [], type: .i64, bytes: [0])
        }
        #expect(throws: WeightError.unsupportedType(file: "the new file", tensor: "a", type: .f64)) {
            try writer.add("a", shape: [1], values: [1], as: .f64)
        }
        #expect(throws: WeightError.rankTooHigh(file: "the new file", tensor: "a", rank: 9, limit: 8)) {
            try writer.add("a", shape: [1, 1, 1, 1, 1, 1, 1, 1, 1], values: [1])
        }
        let name = String(repeating: "n", count: 257)
        #expect(
            throws: WeightError.nameTooLong(file: "the new file", byteCount: 257, limit: 256, byteOffset: 0)
        ) { try writer.add(name, shape: [1], values: [1]) }
        try writer.add("a", shape: [1], values: [1])
        for repeated in ["a", "__metadata__"] {
            #expect(throws: WeightError.duplicateKey(file: "the new file", key: repeated, byteOffset: 0)) {
                try writer.add(repeated, shape: [1], values: [1], as: .i8)
            }
        }
        #expect(try WeightFile(writer.bytes()).tensors.map(\.name) == ["a"])
    }

    @Test("No metadata is written that a reader would refuse")
    func metadataRefusals() throws {
        func refusal(_ metadata: [String: String], includingChecksum: Bool = true) -> WeightError? {
            do throws(WeightError) {
                let writer = WeightFileWriter(metadata: metadata)
                let bytes = try writer.bytes(includingChecksum: includingChecksum)
                _ = try WeightFile(bytes)
                return nil
            } catch {
                return error
            }
        }
        let label = "the new file"
        let key = String(repeating: "k", count: 256)
        #expect(refusal([key: "v"]) == nil)
        guard case .nameTooLong(label, 257, 256, _)? = refusal([key + "k": "v"]) else {
            Issue.record("a key of 257 bytes: \(String(describing: refusal([key + "k": "v"])))")
            return
        }
        // With the digest 1,024, and one more.
        let keys = (0..<1_023).map { ("\($0)", "v") }
        #expect(refusal(Dictionary(uniqueKeysWithValues: keys)) == nil)
        let more = Dictionary(uniqueKeysWithValues: keys + [("more", "v")])
        #expect(refusal(more) == .tooMuchMetadata(file: label, limit: 1_024))
        #expect(refusal(more, includingChecksum: false) == nil)
        guard case .headerTooLarge(label, _, 8_000_000)? = refusal(["k": String(repeating: "v", count: 8_000_000)])
        else {
            Issue.record("a value of eight megabytes was written")
            return
        }
        // Control characters and quotes are escaped, whatever they are.
        let odd = String(String.UnicodeScalarView((0...0x7F).compactMap { Unicode.Scalar($0) })) + "é\u{2028}😀"
        #expect(refusal([odd: odd]) == nil)
    }

    @Test("A digest of the caller's own is replaced, or must be right")
    func statedChecksum() throws {
        var writer = WeightFileWriter(metadata: ["sha256": "none"])
        try writer.add("a", shape: [2], values: [1, 2])
        let digest = try WeightFile(writer.bytes()).metadata["sha256"]
        #expect(digest?.count == 64)
        #expect(
            throws: WeightError.badMetadata(
                file: "the new file", key: "sha256", value: "none", expected: "64 hexadecimal digits")
        ) { try writer.bytes(includingChecksum: false) }
        let wrong = String(repeating: "0", count: 64)
        writer.metadata["sha256"] = wrong
        #expect(
            throws: WeightError.checksumMismatch(file: "the new file", expected: wrong, actual: digest ?? "")
        ) { try writer.bytes(includingChecksum: false) }
        writer.metadata["sha256"] = digest?.uppercased()
        #expect(try WeightFile(writer.bytes(includingChecksum: false)).tensors.count == 1)
    }

    @Test("An I8 tensor and its scale come together or not at all")
    func scalesNeverComeAlone() throws {
        var writer = WeightFileWriter()
        #expect(throws: WeightError.self) {
            try writer.add("a", shape: [1, 1, 1, 1, 1, 1, 1, 1, 1], values: [1], as: .i8)
        }
        // The name of the scale is longer than that of the tensor.
        #expect(throws: WeightError.self) {
            try writer.add(String(repeating: "n", count: 256), shape: [1], values: [1], as: .i8)
        }
        #expect(try WeightFile(writer.bytes()).tensors.isEmpty)
        for index in 0..<65_535 { try writer.add("\(index)", shape: [], type: .u8, bytes: [0]) }
        #expect(throws: WeightError.tooManyTensors(file: "the new file", limit: 65_536)) {
            try writer.add("a", shape: [1], values: [1], as: .i8)
        }
        try writer.add("a.scale", shape: [1], values: [1])
    }

    @Test("No more tensors than a reader takes")
    func tooManyTensors() throws {
        var writer = WeightFileWriter()
        for index in 0..<65_536 { try writer.add("\(index)", shape: [], type: .u8, bytes: [0]) }
        #expect(throws: WeightError.tooManyTensors(file: "the new file", limit: 65_536)) {
            try writer.add("a", shape: [], type: .u8, bytes: [0])
        }
    }

    @Test("Writing replaces a file whole and leaves no temporary")
    func writes() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let path = folder.path("w.safetensors")
        var writer = WeightFileWriter()
        try writer.add("a", shape: [1], values: [1])
        try writer.write(to: path)
        try writer.add("b", shape: [1], values: [2])
        try writer.write(to: path)
        #expect(try WeightFile(contentsOf: path).tensors.map(\.name) == ["a", "b"])
        #expect(folder.names == ["w.safetensors"])
    }

    @Test("A link stays one, and what it leads to keeps its permissions")
    func throughALink() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try WeightFileWriter().write(to: folder.path("w.safetensors"))
        #expect(chmod(folder.path("w.safetensors"), 0o600) == 0)
        #expect(symlink("w.safetensors", folder.path("link")) == 0)
        var writer = WeightFileWriter()
        try writer.add("a", shape: [1], values: [1])
        try writer.write(to: folder.path("link"))
        var status = stat()
        #expect(lstat(folder.path("link"), &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
        #expect(stat(folder.path("w.safetensors"), &status) == 0 && status.st_mode & 0o777 == 0o600)
        #expect(try WeightFile(contentsOf: folder.path("w.safetensors")).tensors.map(\.name) == ["a"])
        #expect(folder.names == ["link", "w.safetensors"])
    }

    @Test("unwritable: a missing folder, a folder in the way, an impossible name")
    func unwritable() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        for path in [folder.path("none/w"), folder.path(""), "a\0b", ""] {
            do throws(WeightError) {
                try WeightFileWriter().write(to: path)
                Issue.record("wrote \(path)")
            } catch {
                guard case .unwritable(let file, let reason) = error else {
                    Issue.record(error)
                    continue
                }
                #expect(file == path && !reason.isEmpty)
            }
        }
        #expect(folder.names == [])
    }
}
