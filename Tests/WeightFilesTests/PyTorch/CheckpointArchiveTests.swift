import TestSupport
import Testing

@testable import WeightFiles

/// Everything that can be wrong with the archive around a checkpoint.
@Suite("Checkpoint archives")
struct CheckpointArchiveTests {
    private let archive = CheckpointTests.writer().archive()

    private func problem(_ change: (inout ZipWriter) -> Void) -> CheckpointProblem? {
        var archive = archive
        change(&archive)
        return CheckpointTests.problem(archive.bytes())
    }

    /// The bytes with one of them, counted from the end, replaced.
    private func problem(fromEnd place: Int, _ byte: UInt8) -> CheckpointProblem? {
        var bytes = archive.bytes()
        bytes[bytes.count - place] = byte
        return CheckpointTests.problem(bytes)
    }

    @Test func archiveCutOff() {
        #expect(CheckpointTests.problem(archive.bytes().dropLast()) == .archiveCutOff)
        #expect(CheckpointTests.problem(Array(archive.bytes().prefix(40))) == .archiveCutOff)
    }

    @Test("malformedArchive: several parts, a wrong place or number, a table that is none")
    func malformedArchive() {
        let bytes = archive.bytes()
        let end = bytes.count - 22
        let part = CheckpointProblem.malformedArchive(byteOffset: end, expected: "an archive in one part")
        #expect(problem(fromEnd: 18, 1) == part)
        #expect(problem(fromEnd: 14, 6) == part)
        let place = CheckpointProblem.malformedArchive(byteOffset: end, expected: "a table of contents just before")
        #expect(problem(fromEnd: 6, bytes[bytes.count - 6] ^ 1) == place)
        #expect(problem(fromEnd: 10, bytes[bytes.count - 10] ^ 1) == place)
        var few = bytes
        few[end + 8] = 4
        few[end + 10] = 4
        guard case .malformedArchive(_, expected: "the end of the table") = CheckpointTests.problem(few) else {
            Issue.record("an entry too many")
            return
        }
        var broken = bytes
        let table = Int(bytes[end + 16]) + Int(bytes[end + 17]) << 8
        broken[table] = 0
        #expect(
            CheckpointTests.problem(broken)
                == .malformedArchive(byteOffset: table, expected: "an entry of the table"))
    }

    @Test("malformedArchive: the record for large files")
    func malformed64() {
        var archive = archive
        archive.is64 = true
        let bytes = archive.bytes()
        var place = bytes
        place[bytes.count - 22 - 20 + 15] = 1
        #expect(
            CheckpointTests.problem(place)
                == .malformedArchive(
                    byteOffset: bytes.count - 42, expected: "the place of the table's 64-bit record"))
        var record = bytes
        record[bytes.count - 22 - 20 - 56] = 0
        #expect(
            CheckpointTests.problem(record)
                == .malformedArchive(byteOffset: bytes.count - 98, expected: "the table's 64-bit record"))
    }

    @Test("contradictoryEntry: another name, length, CRC-32 or method before the bytes than in the table")
    func contradictoryEntry() {
        let name = "a/data/0"
        #expect(problem { $0.entries[2].nameInHeader = "a/data/9" } == .contradictoryEntry(name: name))
        #expect(problem { $0.entries[2].nameInHeader = "a/data/" } == .contradictoryEntry(name: name))
        let bytes = archive.bytes()
        let first = CheckpointProblem.contradictoryEntry(name: "a/data.pkl")
        for place in [0, 8, 14, 18, 22] {
            var bytes = bytes
            bytes[place] ^= 4
            #expect(place == 0 || CheckpointTests.problem(bytes) == first, "\(place)")
        }
        #expect(problem { $0.entries[4].extraInHeader = [] } == nil)
    }

    @Test func overlappingEntries() {
        // The table lists the first entry once more.
        let bytes = archive.bytes()
        let end = bytes.count - 22
        let table = Int(bytes[end + 16]) + Int(bytes[end + 17]) << 8
        let record = Array(bytes[table..<(table + 46 + "a/data.pkl".count)])
        var twice = Array(bytes[..<end]) + record + bytes[end...]
        for place in [8, 10] { twice[end + record.count + place] += 1 }
        let size = end - table + record.count
        twice[end + record.count + 12] = UInt8(size & 255)
        twice[end + record.count + 13] = UInt8(size >> 8)
        #expect(
            CheckpointTests.problem(twice) == .overlappingEntries(first: "a/data.pkl", second: "a/data.pkl"))
    }

    @Test func duplicateEntry() {
        #expect(problem { $0.entries.append($0.entries[2]) } == .duplicateEntry(name: "a/data/0"))
    }

    @Test func missingEntry() {
        #expect(problem { $0.entries.remove(at: 3) } == .missingEntry(name: "a/data/1"))
    }

    @Test("missingEntry: a storage that the older form does not have")
    func missingStorage() {
        var writer = CheckpointTests.writer()
        writer.storages.removeLast()
        #expect(CheckpointTests.problem(writer.stream()) == .missingEntry(name: "1"))
    }

    @Test("compressedEntry: deflated, or encrypted")
    func compressedEntry() {
        #expect(problem { $0.entries[0].method = 8 } == .compressedEntry(name: "a/data.pkl", method: 8))
        #expect(problem { $0.entries[2].method = 8 } == .compressedEntry(name: "a/data/0", method: 8))
        #expect(problem { $0.entries[2].flags = 1 } == .compressedEntry(name: "a/data/0", method: 99))
        // What is not needed may be.
        #expect(problem { $0.entries[4].method = 8 } == nil)
    }

    @Test("damagedEntry: a value changed, unless nobody asks")
    func damagedEntry() throws {
        var bytes = archive.bytes()
        let values = Array(archive.entries[3].bytes)
        let place = try #require(
            bytes.indices.dropLast(8).first { Array(bytes[$0..<($0 + values.count)]) == values })
        bytes[place] ^= 1
        #expect(CheckpointTests.problem(bytes) == .damagedEntry(name: "1"))
        #expect(CheckpointTests.problem(bytes, verifyingChecksum: false) == nil)
    }

    @Test func torchScript() {
        #expect(problem { $0.entries.append(.init("a/constants.pkl", [])) } == .torchScript)
        #expect(problem { $0.entries.append(.init("a/code/__torch__.py", [])) } == .torchScript)
    }

    @Test func notCheckpoint() {
        let keras = ZipWriter([.init("config.json", []), .init("metadata.json", []), .init("model.weights.h5", [1])])
        #expect(
            CheckpointTests.problem(keras.bytes())
                == .notCheckpoint(entries: ["config.json", "metadata.json", "model.weights.h5"]))
        #expect(CheckpointTests.problem(ZipWriter([]).bytes()) == .notCheckpoint(entries: []))
    }

    @Test func bigEndian() {
        #expect(problem { $0.entries[1].bytes = Array("big".utf8) } == .bigEndian)
        #expect(
            CheckpointTests.problem(CheckpointWriter.streamHead(isLittleEndian: false)) == .bigEndian)
    }

    @Test("tooLarge: entries, contents and pickles have limits")
    func tooLarge() {
        var limits = WeightLimits.default
        limits.tensorCount = 1
        #expect(
            CheckpointTests.problem(archive.bytes(), limits: limits)
                == .tooLarge(part: "entries", count: 5, limit: 4))
        limits = .default
        limits.headerByteCount = 100
        guard case .tooLarge("bytes of contents", _, 100) = CheckpointTests.problem(archive.bytes(), limits: limits)
        else {
            Issue.record("contents")
            return
        }
        limits.headerByteCount = 300
        guard case .tooLarge("bytes of 'a/data.pkl'", _, 300) = CheckpointTests.problem(archive.bytes(), limits: limits)
        else {
            Issue.record("pickle")
            return
        }
    }
}
