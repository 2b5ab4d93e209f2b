import Files
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@testable import WeightFiles

@Suite("Weight file")
struct WeightFileTests {
    private typealias Bytes = WeightFileBytes

    @Test("Names, metadata, shapes and values are read")
    func readsSmallFile() throws {
        let header = """
            {"__metadata__":{"architecture":"test","note":"a\\u00e9\\ud83d\\ude00\\n\\/"}, \
            "b.weight":{"data_offsets":[8,16],"shape":[2,1],"dtype":"F32"},\
            "a":{"dtype":"F16","shape":[],"data_offsets":[6,8]},\
            "c":{"dtype":"BF16","shape":[3],"data_offsets":[0,6]}}   
            """
        let data =
            Bytes.bytes([0x3f80, 0xc000, 0x0000] as [UInt16]) + Bytes.bytes([0x3c00] as [UInt16])
            + Bytes.bytes([1.5, -2.25] as [Float])
        let file = try WeightFile(header: header, data: data)
        #expect(file.name == "test")
        #expect(file.metadata == ["architecture": "test", "note": "aé😀\n/"])
        #expect(file.tensors.map(\.name) == ["c", "a", "b.weight"])
        #expect(file.tensors.map(\.type) == [.bf16, .f16, .f32])
        #expect(file.info("b.weight") == TensorInfo(name: "b.weight", type: .f32, shape: [2, 1], byteRange: 8..<16))
        #expect(try file.floats("c") == [1, -2, 0])
        #expect(try file.floats("a", shape: []) == [1])
        #expect(try file.floats("b.weight", shape: [2, 1]) == [1.5, -2.25])
        #expect(file.parameterCount == 6)
        #expect(file.dataByteCount == 16)
    }

    @Test("A file without tensors is one")
    func readsEmptyFile() throws {
        let file = try WeightFile(header: "{}")
        #expect(file.tensors.isEmpty)
        #expect(file.metadata.isEmpty)
        #expect(file.dataSHA256 == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    // MARK: Files

    @Test("A file, a copy and static bytes are read alike")
    func sources() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var writer = WeightFileWriter()
        try writer.add("a", shape: [3], values: [1, 2, 3])
        let bytes = try writer.bytes()
        let path = try folder.write(bytes, to: "a.safetensors")
        let read = try WeightFile(contentsOf: path)
        #expect(read.name == path)
        #expect(try read.floats("a") == [1, 2, 3])
        #expect(read.tensors == (try WeightFile(bytes)).tensors)

        // Static memory never goes away, so this test gives it up.
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count + 1, alignment: 8)
        let shifted = UnsafeMutableRawBufferPointer(rebasing: memory[1...])
        shifted.copyBytes(from: bytes)
        let embedded = try WeightFile(staticBytes: UnsafeRawBufferPointer(shifted), name: "embedded")
        #expect(try embedded.floats("a") == [1, 2, 3])
        #expect(embedded.dataSHA256 == read.dataSHA256)
    }

    @Test("Values at any address", arguments: 0..<4)
    func unaligned(offset: Int) throws {
        let header =
            "{" + Bytes.entry("a", "I8", shape: "[\(offset + 1)]", offsets: "[0,\(offset + 1)]") + ","
            + Bytes.entry("b", "F32", shape: "[2]", offsets: "[\(offset + 1),\(offset + 9)]") + ","
            + Bytes.entry("c", "F16", shape: "[1]", offsets: "[\(offset + 9),\(offset + 11)]") + "}"
        let data =
            [UInt8](repeating: 0, count: offset + 1) + Bytes.bytes([1.5, -2] as [Float])
            + Bytes.bytes([0xbc00] as [UInt16])
        let file = try WeightFile(header: header, data: data)
        #expect(try file.floats("b") == [1.5, -2])
        #expect(try file.floats("c") == [-1])
    }

    @Test("unreadable, notRegularFile")
    func unreadable() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        #expect(throws: WeightError.unreadable(file: folder.path("none"), code: 2)) {
            try WeightFile(contentsOf: folder.path("none"))
        }
        // A name that C would cut short.
        let path = try folder.write(Bytes.make(header: "{}"), to: "cut")
        #expect(throws: WeightError.unreadable(file: path + "\0x", code: 2)) {
            try WeightFile(contentsOf: path + "\0x")
        }
        for path in ["/", "/dev/null", "/dev/zero"] {
            #expect(throws: WeightError.notRegularFile(file: path)) { try WeightFile(contentsOf: path) }
        }
    }

    @Test("Files are refused like bytes, before their data is read")
    func refusedFiles() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let empty = try folder.write([], to: "empty")
        #expect(throws: WeightError.fileTooSmall(file: empty, byteCount: 0)) { try WeightFile(contentsOf: empty) }
        let lying = try folder.write(Bytes.make(header: "{}", length: 3), to: "lying")
        #expect(
            throws: WeightError.headerTruncated(file: lying, headerByteCount: 3, availableByteCount: 2)
        ) { try WeightFile(contentsOf: lying) }
        let cut = try folder.write(Bytes.make(header: "{\(Bytes.entry("a"))}", data: [0]), to: "cut")
        #expect(throws: WeightError.dataSizeMismatch(file: cut, expected: 4, actual: 1)) {
            try WeightFile(contentsOf: cut)
        }
        var limits = WeightLimits.default
        limits.fileByteCount = 9
        #expect(throws: WeightError.fileTooLarge(file: lying, byteCount: 10, limit: 9)) {
            try WeightFile(contentsOf: lying, limits: limits)
        }
    }

    /// A sparse file of 8 GB whose header is in order: the limit keeps its memory from being asked for.
    @Test("fileTooLarge")
    func fileTooLarge() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let size = 1 << 33
        let header = "{\(Bytes.entry("a", "I8", shape: "[\(size)]", offsets: "[0,\(size)]"))}"
        let path = try folder.write(Bytes.make(header: header), to: "huge")
        let fileSize = 8 + header.utf8.count + size
        // A file system without sparse files cannot run this.
        guard truncate(path, fileSize) == 0 else { return }
        #expect(throws: WeightError.fileTooLarge(file: path, byteCount: fileSize, limit: 4 << 30)) {
            try WeightFile(contentsOf: path)
        }
    }

    @Test("outOfMemory instead of an abort")
    func outOfMemory() throws {
        #expect(throws: WeightError.outOfMemory(file: "test", byteCount: 1 << 62)) {
            try WeightStorage(byteCount: 1 << 62, file: "test") { _ in }
        }
        let file = try WeightFile(header: "{}")
        #expect(throws: WeightError.outOfMemory(file: "test", byteCount: 1 << 62)) {
            try file.buffer(count: 1 << 60)
        }
    }

    @Test("changedWhileReading")
    func changedWhileReading() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let path = try folder.write([UInt8](repeating: 0, count: 100), to: "shrinks")
        let source = try WeightSource(path: BytePath(path))
        #expect(truncate(path, 60) == 0)
        // A noncopyable value cannot enter the closure of an expectation.
        do throws(WeightError) {
            _ = try source.read(92, from: 8)
            Issue.record("no error")
        } catch {
            #expect(error == .changedWhileReading(file: path, expectedByteCount: 100, actualByteCount: 60))
        }
    }

    // MARK: Checksum

    @Test("checksumMismatch, unless opted out")
    func checksumMismatch() throws {
        let digest = "df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119"
        func bytes(_ digest: String, _ data: [UInt8]) -> [UInt8] {
            Bytes.make(header: "{\"__metadata__\":{\"sha256\":\"\(digest)\"},\(Bytes.entry("a"))}", data: data)
        }
        #expect(try WeightFile(bytes(digest, [0, 0, 0, 0])).floats("a") == [0])
        #expect(try WeightFile(bytes(digest.uppercased(), [0, 0, 0, 0])).floats("a") == [0])
        let damaged = bytes(digest, [0, 0, 0, 1])
        do throws(WeightError) {
            _ = try WeightFile(damaged)
            Issue.record("no error")
        } catch {
            guard case .checksumMismatch("test", digest, let actual) = error else {
                Issue.record(error)
                return
            }
            #expect(actual != digest && actual.count == 64)
        }
        #expect(try WeightFile(damaged, verifyingChecksum: false).tensors.count == 1)
    }

    @Test("A checksum that is none", arguments: ["", "0", String(repeating: "g", count: 64)])
    func badChecksum(value: String) {
        #expect(
            throws: WeightError.badMetadata(
                file: "test", key: "sha256", value: value, expected: "64 hexadecimal digits")
        ) { try WeightFile(header: "{\"__metadata__\":{\"sha256\":\"\(value)\"}}") }
    }

    // MARK: Values

    @Test("missingTensor, shapeMismatch")
    func wrongTensor() throws {
        let file = try WeightFile(header: "{\(Bytes.entry("a"))}", data: [0, 0, 0, 0])
        #expect(throws: WeightError.missingTensor(file: "test", tensor: "b")) { try file.floats("b") }
        for shape in [[], [1, 1], [2]] {
            #expect(
                throws: WeightError.shapeMismatch(file: "test", tensor: "a", expected: shape, actual: [1])
            ) { try file.floats("a", shape: shape) }
        }
    }

    /// 1 + 2⁻²⁴ lies between two floats, ties to even; 10³⁰⁰ beyond all.
    @Test("F64 values are rounded to floats")
    func doubles() throws {
        let values: [Double] = [1.5, 1 + 0x1p-24, 1 + 0x1.8p-24, -0.1, 1e300, 1e-300]
        let file = try WeightFile(
            header: "{\(Bytes.entry("a", "F64", shape: "[6]", offsets: "[0,48]"))}",
            data: Bytes.bytes(values.map(\.bitPattern)))
        #expect(try file.floats("a") == [1.5, 1, 1 + 0x1p-23, -0.1, .infinity, 0])
    }

    @Test("I8 values are multiplied by one scale or one a channel")
    func int8() throws {
        func file(scale: String, _ scaleData: [UInt8]) throws -> WeightFile {
            try WeightFile(
                header: "{\(Bytes.entry("a", "I8", shape: "[2,2]", offsets: "[0,4]")),\(scale)}",
                data: [1, 0x80, 0x7f, 0xff] + scaleData)
        }
        func entry(_ type: String, _ shape: String, _ end: Int) -> String {
            Bytes.entry("a.scale", type, shape: shape, offsets: "[4,\(end)]")
        }
        let each = try file(scale: entry("F32", "[2]", 12), Bytes.bytes([0.5, 2] as [Float]))
        #expect(try each.floats("a") == [0.5, -64, 254, -2])
        #expect(each.parameterCount == 4)
        for shape in ["[]", "[1]", "[1,1]"] {
            let one = try file(scale: entry("F32", shape, 8), Bytes.bytes([0.5] as [Float]))
            #expect(try one.floats("a") == [0.5, -64, 63.5, -0.5])
        }
        let half = try file(scale: entry("F16", "[2]", 8), Bytes.bytes([0x3800, 0x4000] as [UInt16]))
        #expect(try half.floats("a") == each.floats("a"))
        let bytes = try file(scale: entry("I8", "[2]", 6), [1, 1])
        #expect(throws: WeightError.unsupportedType(file: "test", tensor: "a.scale", type: .i8)) {
            try bytes.floats("a")
        }
        let three = try file(scale: entry("F32", "[4]", 20), [UInt8](repeating: 0, count: 16))
        #expect(
            throws: WeightError.shapeMismatch(file: "test", tensor: "a.scale", expected: [2], actual: [4])
        ) { try three.floats("a") }
        let none = try WeightFile(header: "{\(Bytes.entry("a", "I8", shape: "[4]"))}", data: [0, 0, 0, 0])
        #expect(throws: WeightError.missingTensor(file: "test", tensor: "a.scale")) { try none.floats("a") }
    }

    @Test("Parameters are what was trained; types are counted")
    func inspection() throws {
        var writer = WeightFileWriter()
        try writer.add("conv.weight", shape: [4, 2], values: [Float](repeating: 1, count: 8), as: .i8)
        for name in ["weight", "bias", "running_mean", "running_var"] {
            try writer.add("bn.\(name)", shape: [4], values: [1, 1, 1, 1], as: .f16)
        }
        try writer.add("bn.num_batches_tracked", shape: [], type: .i64, bytes: [1, 0, 0, 0, 0, 0, 0, 0])
        // A layer may be called so.
        try writer.add("own.scale", shape: [2], values: [1, 1])
        let file = try WeightFile(writer.bytes())
        #expect(file.parameterCount == 8 + 4 + 4 + 2)
        #expect(file.typeCounts.map(\.type) == [.f16, .f32, .i8, .i64])
        #expect(file.typeCounts.map(\.count) == [4, 2, 1, 1])
        #expect(file.dataByteCount == 8 + 16 + 32 + 8 + 8)
    }
}
