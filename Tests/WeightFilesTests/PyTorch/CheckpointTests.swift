import TestSupport
import Testing

@testable import WeightFiles

/// Checkpoints written by hand: what is read, and everything that is refused, by name.
@Suite("Checkpoints")
struct CheckpointTests {
    /// Two tensors of one storage and one of its own.
    static func writer() -> CheckpointWriter {
        var writer = CheckpointWriter()
        writer.addStorage("0", [1, 2, 3, 4, 5, 6])
        writer.add("a.weight", of: "0", shape: [2, 3])
        writer.add("a.turned", of: "0", shape: [3, 2], strides: [1, 3])
        writer.addStorage("1", [7, 8])
        writer.add("b", of: "1", shape: [2])
        return writer
    }

    static func expectValues(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) throws {
        let file = try WeightFile(bytes)
        #expect(file.tensors.map(\.name) == ["a.weight", "a.turned", "b"], sourceLocation: sourceLocation)
        #expect(try file.floats("a.weight", shape: [2, 3]) == [1, 2, 3, 4, 5, 6], sourceLocation: sourceLocation)
        #expect(try file.floats("a.turned", shape: [3, 2]) == [1, 4, 2, 5, 3, 6], sourceLocation: sourceLocation)
        #expect(try file.floats("b", shape: [2]) == [7, 8], sourceLocation: sourceLocation)
    }

    static func problem(
        _ bytes: [UInt8], limits: WeightLimits = .default, verifyingChecksum: Bool = true
    ) -> CheckpointProblem? {
        do throws(WeightError) {
            _ = try WeightFile(bytes, limits: limits, verifyingChecksum: verifyingChecksum)
        } catch .checkpoint(file: "test", let problem) {
            return problem
        } catch {
            Issue.record(error)
        }
        return nil
    }

    // MARK: What is read

    @Test("Archives of every kind", arguments: [false, true], [false, true])
    func archives(is64: Bool, hasDescriptors: Bool) throws {
        var archive = Self.writer().archive()
        archive.is64 = is64
        archive.hasDescriptors = hasDescriptors
        // What PyTorch fills up with, so that storages begin at multiples of 64.
        for index in archive.entries.indices { archive.entries[index].extraInHeader = [0x46, 0x42, 2, 0, 0x5a, 0x5a] }
        archive.comment = Array("a comment".utf8)
        try Self.expectValues(archive.bytes())
    }

    /// `torch.serialization.set_crc32_options(False)`.
    @Test("Archives without checksums; one that is missing alone is wrong")
    func withoutChecksums() throws {
        var archive = Self.writer().archive()
        archive.hasChecksums = false
        try Self.expectValues(archive.bytes())
        archive.hasChecksums = true
        let (bytes, crc) = (archive.bytes(), ZipWriter.crc32(archive.entries[3].bytes))
        let stated = withUnsafeBytes(of: crc.littleEndian) { [UInt8]($0) }
        var changed = bytes
        // Before the bytes of the entry, and in the table.
        for place in bytes.indices.dropLast(3) where Array(bytes[place..<(place + 4)]) == stated {
            changed.replaceSubrange(place..<(place + 4), with: [0, 0, 0, 0])
        }
        #expect(Self.problem(changed) == .damagedEntry(name: "1"))
    }

    @Test("The older form")
    func stream() throws {
        try Self.expectValues(Self.writer().stream())
    }

    @Test("Doubles, as a training on NumPy's arrays leaves them")
    func doubles() throws {
        var writer = CheckpointWriter()
        writer.addStorage("0", [0, 0])
        writer.storages[0].type = "DoubleStorage"
        writer.storages[0].bytes = WeightFileBytes.bytes([0.1, -2].map { (value: Double) in value.bitPattern })
        writer.add("a", of: "0", shape: [2])
        for bytes in [writer.archive().bytes(), writer.stream()] {
            let file = try WeightFile(bytes)
            #expect(file.info("a")?.type == .f64)
            #expect(try file.floats("a") == [0.1, -2])
        }
    }

    @Test("From a path, and from memory that lasts")
    func sources() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let bytes = Self.writer().archive().bytes()
        let path = try folder.write(bytes, to: "w.bin")
        #expect(try WeightFile(contentsOf: path).floats("b") == [7, 8])
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        memory.copyBytes(from: bytes)
        #expect(try WeightFile(staticBytes: UnsafeRawBufferPointer(memory), name: "static").floats("b") == [7, 8])
    }

    @Test("A storage is kept only where a tensor lies in it as it is")
    func memory() throws {
        var writer = CheckpointWriter()
        writer.addStorage("0", [1, 2, 3, 4, 5, 6])
        writer.add("turned", of: "0", shape: [3, 2], strides: [1, 3])
        #expect(try WeightFile(writer.archive().bytes()).dataByteCount == 24)
        #expect(try WeightFile(Self.writer().archive().bytes()).dataByteCount == 24 + 24 + 8)
    }

    @Test("Strides of any kind, against the definition")
    func strides() throws {
        let values = (0..<240).map(Float.init)
        let views: [(offset: Int, shape: [Int], strides: [Int])] = [
            (0, [4, 5, 6], [60, 12, 2]), (7, [3, 1, 2], [11, 1 << 62, 5]), (239, [], []), (3, [5], [4]),
            (0, [2, 3, 4, 5], [60, 1, 15, 3]), (10, [2, 2, 2], [0, 1, 0]), (5, [1, 1], [Int.max, Int.max]),
            (100, [4, 4], [1, 1]),
        ]
        for view in views {
            var writer = CheckpointWriter()
            writer.addStorage("0", values)
            writer.add("w", of: "0", offset: view.offset, shape: view.shape, strides: view.strides)
            let file = try WeightFile(writer.archive().bytes())
            var expected = [view.offset]
            for (length, stride) in zip(view.shape, view.strides) {
                expected = expected.flatMap { start in (0..<length).map { start + (length > 1 ? $0 * stride : 0) } }
            }
            #expect(try file.floats("w", shape: view.shape) == expected.map { values[$0] }, "\(view)")
        }
    }

    @Test("Dictionaries are found four keys deep", arguments: 0...5)
    func depth(depth: Int) throws {
        var writer = Self.writer()
        writer.wrappers = (0..<depth).map { "key\($0)" }
        if depth <= 4 {
            try Self.expectValues(writer.archive().bytes())
            try Self.expectValues(writer.stream())
        } else {
            #expect(Self.problem(writer.archive().bytes()) == .noTensors)
        }
    }

    @Test("What trainings keep beside a network is passed over")
    func plainData() throws {
        var pickle = PickleWriter(version: 4)
        pickle.code("}(")
        pickle.text("args")
        pickle.global("argparse", "Namespace")
        pickle.code(")")
        pickle.newObject()
        pickle.code("}")
        pickle.text("lr")
        pickle.raw([UInt8(ascii: "G"), 0x3f, 0xb9, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a])
        pickle.code("sb")
        pickle.text("state_dict")
        Self.writer().write(into: &pickle)
        pickle.code("u")
        var archive = Self.writer().archive()
        archive.entries[0].bytes = pickle.finished()
        try Self.expectValues(archive.bytes())
    }

    // MARK: The tensors

    @Test("outOfStorage: beyond the end in one dimension or several, with numbers of any size")
    func outOfStorage() {
        let views: [(offset: Int, shape: [Int], strides: [Int])] = [
            (1, [6], [1]), (6, [], []), (0, [2, 3], [4, 1]), (0, [2], [.max]), (.max, [2], [1]),
            (0, [3, 3], [.max / 2, 1]),
        ]
        for view in views {
            var writer = CheckpointWriter()
            writer.addStorage("0", [1, 2, 3, 4, 5, 6])
            writer.add("w", of: "0", offset: view.offset, shape: view.shape, strides: view.strides)
            #expect(Self.problem(writer.archive().bytes()) == .outOfStorage(tensor: "w"), "\(view)")
            #expect(Self.problem(writer.stream()) == .outOfStorage(tensor: "w"), "\(view)")
        }
    }

    @Test("storageSizeMismatch: fewer or more bytes than claimed")
    func storageSizeMismatch() {
        var writer = Self.writer()
        writer.storages[1].bytes.removeLast()
        #expect(
            Self.problem(writer.archive().bytes()) == .storageSizeMismatch(key: "1", expected: 8, actual: 7))
        var stream = Self.writer().stream()
        stream[stream.count - 16] = 3
        #expect(Self.problem(stream) == .storageSizeMismatch(key: "1", expected: 2, actual: 3))
    }

    @Test("repeatedValues: a small file cannot ask for much memory")
    func repeatedValues() {
        var writer = CheckpointWriter()
        writer.addStorage("0", [1, 2])
        writer.add("w", of: "0", shape: [1 << 20, 2], strides: [0, 1])
        #expect(Self.problem(writer.archive().bytes()) == .repeatedValues(byteCount: 8 << 20, limit: 8))
        writer.tensors[0].shape = [1 << 58, 2]
        #expect(Self.problem(writer.archive().bytes()) == .repeatedValues(byteCount: 1 << 61, limit: 8))
    }

    @Test("Names, shapes and numbers of tensors have the limits of all weight files")
    func limits() {
        func error(_ change: (inout CheckpointWriter) -> Void) -> WeightError? {
            var writer = Self.writer()
            change(&writer)
            do throws(WeightError) {
                _ = try WeightFile(writer.archive().bytes())
                return nil
            } catch {
                return error
            }
        }
        let long = String(repeating: "x", count: 257)
        #expect(
            error { $0.tensors[0].name = long }
                == .nameTooLong(file: "test", byteCount: 257, limit: 256, byteOffset: 0))
        #expect(
            error { $0.tensors[0].name = "b" } == .duplicateKey(file: "test", key: "b", byteOffset: 0))
        #expect(
            error { $0.tensors[0].shape = [2, 0] } == .emptyTensor(file: "test", tensor: "a.weight", shape: [2, 0]))
        #expect(
            error { $0.tensors[0].shape = [.max, 2] }
                == .shapeOverflow(file: "test", tensor: "a.weight", shape: [.max, 2]))
        var limits = WeightLimits.default
        limits.tensorCount = 2
        #expect(throws: WeightError.tooManyTensors(file: "test", limit: 2)) {
            try WeightFile(Self.writer().archive().bytes(), limits: limits)
        }
    }

    @Test("dataSizeMismatch: the older form cut off, or with something behind it")
    func streamSize() {
        let stream = Self.writer().stream()
        #expect(throws: WeightError.dataSizeMismatch(file: "test", expected: stream.count, actual: stream.count - 1)) {
            try WeightFile(Array(stream.dropLast()))
        }
        #expect(throws: WeightError.dataSizeMismatch(file: "test", expected: stream.count, actual: stream.count + 1)) {
            try WeightFile(stream + [0])
        }
    }

    @Test("Cut off at every length", arguments: [true, false])
    func truncation(isArchive: Bool) {
        let bytes = isArchive ? Self.writer().archive().bytes() : Self.writer().stream()
        for length in 0..<bytes.count {
            #expect(throws: WeightError.self, "\(length) bytes") { try WeightFile(Array(bytes[..<length])) }
        }
    }

    @Test("Every byte changed: an error, or the same tensors or others, but never a crash", arguments: [true, false])
    func flips(isArchive: Bool) {
        let bytes = isArchive ? Self.writer().archive().bytes() : Self.writer().stream()
        var readCount = 0
        for index in bytes.indices {
            for change: UInt8 in [1 << UInt8(index % 8), 0xff] {
                var damaged = bytes
                damaged[index] ^= change
                guard let file = try? WeightFile(damaged) else { continue }
                for tensor in file.tensors { _ = try? file.floats(tensor.name) }
                readCount += 1
            }
        }
        // Names, times and values of the older form, which has no checksum, may change.
        #expect(readCount > 0)
    }
}
