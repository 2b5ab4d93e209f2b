import Foundation
import Testing

@testable import Files

/// A folder of its own for a test, gone with it.
final class TestFolder {
    let path: BytePath

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("files-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = BytePath(url.path)
    }

    deinit { if let text = path.text { try? FileManager.default.removeItem(atPath: text) } }

    func names() throws -> [BytePath] { try path.namesInFolder().sorted() }

    func bytes(_ name: BytePath) -> [UInt8] {
        let descriptor = path.appending(name).open(O_RDONLY)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = read(descriptor, &bytes, 100)
        return Array(bytes.prefix(max(count, 0)))
    }
}

@Suite struct AtomicFileWriterTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func write(_ bytes: [UInt8], _ name: BytePath, replacing: Bool = true) throws(FileFailure) {
        var writer = try AtomicFileWriter(folder.path.appending(name), replacing: replacing)
        try writer.write(bytes)
        try writer.finish()
    }

    /// Names on which text and bytes part ways: those that are no text, and those that are equal as text.
    @Test func namesAreBytes() throws {
        let names = [BytePath(bytes: [0xE9]), BytePath(bytes: [0xE8]), "é", "e\u{301}"]
        for (index, name) in names.enumerated() { try write([UInt8(index)], name) }
        #expect(try folder.names() == names.sorted())
        for (index, name) in names.enumerated() { #expect(folder.bytes(name) == [UInt8(index)]) }
        // Names that a cut within a character would repair.
        let long = BytePath(String(repeating: "a", count: 179) + "é")
        try write([9], long)
        #expect(folder.bytes(long) == [9])
    }

    @Test func whatIsThereIsReplacedOnlyOnRequest() throws {
        try write([1], "a")
        #expect(throws: FileFailure.self) { try write([2], "a", replacing: false) }
        #expect(folder.bytes("a") == [1])
        try write([3], "b", replacing: false)
        #expect(try folder.names() == ["a", "b"])
        #expect(folder.bytes("b") == [3])
    }

    @Test func aFileThatAppearsMeanwhileStays() throws {
        var writer = try AtomicFileWriter(folder.path.appending("a"), replacing: false)
        try writer.write([2])
        try write([1], "a")
        // A noncopyable value cannot enter the closure of an expectation.
        do throws(FileFailure) {
            try writer.finish()
            Issue.record("the file was replaced")
        } catch {
            #expect(error.reason.contains("there is a file"))
        }
        _ = consume writer
        #expect(folder.bytes("a") == [1])
        #expect(try folder.names() == ["a"])
    }

    @Test func abandonedTemporariesOfAllNames() throws {
        let name = TemporaryName.next(for: BytePath(bytes: [0xE9, 0x2E, 0xFF]))
        try write([1], name)
        try write([1], BytePath(bytes: [0x2E, 0xE9]))
        #expect(StaleTemporaries.remove(in: folder.path) == 1)
        #expect(try folder.names() == [BytePath(bytes: [0x2E, 0xE9])])
    }

    @Test func foldersAreMade() throws {
        let deep = folder.path.appending("a").appending(BytePath(bytes: [0xE9])).appending("b//")
        try deep.makeFolder()
        #expect(deep.isFolder)
        try deep.makeFolder()
        try BytePath(".").makeFolder()
        try BytePath("/").makeFolder()
        try write([1], "file")
        for name: BytePath in ["file", "file/a", "file/a/b"] {
            #expect(throws: FileFailure.self) { try folder.path.appending(name).makeFolder() }
        }
        #expect(throws: FileFailure.self) { try BytePath("").makeFolder() }
    }
}
