import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Files
@testable import ImageCodecs

@Suite struct AtomicFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    static func reason(_ body: () throws(ImageCodecError) -> Void) -> String? {
        do throws(ImageCodecError) {
            try body()
            return nil
        } catch {
            guard case .cannotWrite(_, let reason) = error else { return "\(error)" }
            return reason
        }
    }

    @Test func aNewFileAppearsWhole() throws {
        try AtomicFile.write([1, 2, 3], to: folder.path("new"))
        #expect(try folder.bytes("new") == [1, 2, 3])
        try AtomicFile.write([UInt8](), to: folder.path("empty"))
        #expect(try folder.bytes("empty") == [])
        #expect(folder.names == ["empty", "new"])
    }

    @Test func anOldFileIsReplacedAndKeepsItsPermissions() throws {
        let path = folder.path("old")
        try AtomicFile.write([1, 2, 3], to: path)
        #expect(chmod(path, 0o640) == 0)
        try AtomicFile.write([4], to: path)
        #expect(try folder.bytes("old") == [4])
        #expect(Self.mode(of: path) == 0o640)
        #expect(folder.names == ["old"])
    }

    /// Not even before it has the old one's permissions.
    @Test func thePrivateFilesSuccessorIsPrivateFromTheBeginning() throws {
        let path = BytePath(folder.path("private"))
        for (isPrivate, expected) in [(true, 0o600), (false, 0o666 & ~Self.mask)] as [(Bool, mode_t)] {
            let (temporary, descriptor) = try Temporary.make(for: path, isPrivate: isPrivate)
            #expect(Self.mode(of: temporary.path.description) == expected)
            close(descriptor)
            close(temporary.lock)
            unlink(temporary.path.description)
        }
    }

    /// What the process's mask takes away.
    private static let mask: mode_t = {
        let mask = umask(0o077)
        umask(mask)
        return mask
    }()

    static func mode(of path: String) -> mode_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    @Test func namesUpToTheSystemsLimitWork() throws {
        for name in [String(repeating: "n", count: 255), String(repeating: "ü", count: 127), ".hidden", "a b\nc", "-"] {
            try AtomicFile.write([1], to: folder.path(name))
            #expect(try folder.bytes(name) == [1])
        }
        let tooLong = String(repeating: "n", count: 256)
        #expect(
            Self.reason { () throws(ImageCodecError) in try AtomicFile.write([1], to: folder.path(tooLong)) } != nil)
        #expect(folder.names.count == 5)
    }

    @Test func impossiblePathsAreNamedInTheError() throws {
        try AtomicFile.write([1], to: folder.path("file"))
        let cases = [
            ("missing/new", "No such file or directory"), ("file/new", "Not a directory"), ("", "it is a folder"),
        ]
        for (name, expected) in cases {
            let path = folder.path(name)
            #expect(throws: ImageCodecError.cannotWrite(path: path, reason: expected)) {
                try AtomicFile.write([2], to: path)
            }
        }
        #expect(throws: ImageCodecError.cannotWrite(path: "", reason: "the path is empty")) {
            try AtomicFile.write([2], to: "")
        }
        let cut = folder.path("file\0.png")
        #expect(throws: ImageCodecError.cannotWrite(path: cut, reason: "the path contains a NUL")) {
            try AtomicFile.write([2], to: cut)
        }
        #expect(try folder.bytes("file") == [1])
        #expect(folder.names == ["file"])
    }

    /// Memory that the system cannot read stands in for a full disk: the first page is written, the second fails.
    @Test func afterAFailedWriteTheOldFileIsThereAndNoTemporary() throws {
        try AtomicFile.write([1, 2, 3], to: folder.path("old"))
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let mapping = mmap(nil, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        let memory = try #require(mapping == MAP_FAILED ? nil : mapping)
        defer { munmap(memory, 2 * page) }
        #expect(mprotect(memory + page, page, PROT_NONE) == 0)
        let bytes = UnsafeRawBufferPointer(start: memory, count: 2 * page)
        for name in ["old", "new"] {
            let path = folder.path(name)
            #expect(throws: ImageCodecError.cannotWrite(path: path, reason: "Bad address")) {
                try AtomicFile.write(bytes, to: path)
            }
        }
        #expect(try folder.bytes("old") == [1, 2, 3])
        #expect(folder.names == ["old"])
    }

    @Test func aFileThatMustNotBeWrittenIsKept() throws {
        // Everything is allowed to the superuser.
        guard geteuid() != 0 else { return }
        let path = folder.path("protected")
        try AtomicFile.write([1], to: path)
        chmod(path, 0o444)
        #expect(throws: ImageCodecError.cannotWrite(path: path, reason: "Permission denied")) {
            try AtomicFile.write([2], to: path)
        }
        #expect(try folder.bytes("protected") == [1])
    }

    @Test func linksAreFollowed() throws {
        try AtomicFile.write([1], to: folder.path("target"))
        #expect(symlink("target", folder.path("link")) == 0)
        try AtomicFile.write([2], to: folder.path("link"))
        #expect(try folder.bytes("target") == [2])
        var status = stat()
        #expect(lstat(folder.path("link"), &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)

        let dangling = folder.path("dangling")
        #expect(symlink("nowhere", dangling) == 0)
        #expect(throws: ImageCodecError.cannotWrite(path: dangling, reason: "it is a symbolic link to nothing")) {
            try AtomicFile.write([3], to: dangling)
        }
        #expect(folder.names == ["dangling", "link", "target"])
    }

    @Test func devicesAreWrittenDirectly() throws {
        try AtomicFile.write([1, 2, 3], to: "/dev/null")
        #if os(Linux)
        #expect(throws: ImageCodecError.cannotWrite(path: "/dev/full", reason: "No space left on device")) {
            try AtomicFile.write([1, 2, 3], to: "/dev/full")
        }
        #endif
    }

    @Test func pipesAreWrittenDirectly() throws {
        let path = folder.path("pipe")
        #expect(mkfifo(path, 0o600) == 0)
        // More than a pipe holds, so that reader and writer alternate.
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        let reader = Thread.detached { try? WholeFile.readAll(path: path).withBytes { Array($0) } }
        try AtomicFile.write(bytes, to: path)
        #expect(reader.value() == bytes)
        #expect(folder.names == ["pipe"])
    }

    @Test func descriptorsAreWrittenWhereTheyStand() throws {
        let path = folder.path("redirected")
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        #expect(descriptor >= 0)
        defer { close(descriptor) }
        try AtomicFile.write([1, 2], to: "/dev/fd/\(descriptor)")
        try AtomicFile.write([3], to: "/dev/fd/\(descriptor)")
        #expect(try folder.bytes("redirected") == [1, 2, 3])
        #expect(Self.reason { () throws(ImageCodecError) in try AtomicFile.write([1], to: "/dev/fd/9999") } != nil)
    }

    @Test func severalWritersLeaveOneWholeFile() async throws {
        let path = folder.path("shared")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer: UInt8 in 0..<8 {
                group.addTask {
                    for _ in 0..<5 {
                        // Cleaning by the others must not take what is being written.
                        try AtomicFile.write([UInt8](repeating: writer, count: 50_000), to: path)
                        AtomicFile.removeStaleTemporaries(in: self.folder.root)
                    }
                }
            }
            try await group.waitForAll()
        }
        let bytes = try folder.bytes("shared")
        #expect(bytes.count == 50_000 && Set(bytes).count == 1)
        #expect(folder.names == ["shared"])
    }

    // MARK: Cleaning

    @Test func onlyAbandonedTemporariesAreRemoved() throws {
        let stale = TemporaryName.next(for: "picture.png").description
        let busy = TemporaryName.next(for: "other.png").description
        let strangers = [
            "picture.png", ".hidden", ".matte-partial", "picture.abc-1.matte-partial", ".x.matte-partial",
            ".x.abc.matte-partial", ".x.a b-1.matte-partial", ".x.abc-1.partial", ".x.abc-1-2.matte-partial",
        ]
        for name in [stale, busy] + strangers { try Data([1]).write(to: URL(fileURLWithPath: folder.path(name))) }
        let descriptor = open(folder.path(busy), O_WRONLY)
        #expect(flock(descriptor, LOCK_EX) == 0)
        defer { close(descriptor) }
        // A pipe and a link with such a name are nobody's temporary.
        let pipe = TemporaryName.next(for: "pipe").description
        #expect(mkfifo(folder.path(pipe), 0o600) == 0)
        let link = TemporaryName.next(for: "link").description
        #expect(symlink("picture.png", folder.path(link)) == 0)

        #expect(AtomicFile.removeStaleTemporaries(in: folder.root) == 1)
        #expect(Set(folder.names) == Set([busy, pipe, link] + strangers))
        #expect(AtomicFile.removeStaleTemporaries(in: folder.path("missing")) == 0)
    }
}

/// A result computed on a thread of its own, since a blocked task would take one from the other tests.
final class ThreadResult<Value: Sendable>: @unchecked Sendable {
    // Unchecked: written before the signal, read after it.
    private var result: Value?
    private let done = DispatchSemaphore(value: 0)

    func finish(_ value: Value) {
        result = value
        done.signal()
    }

    func value() -> Value? {
        done.wait()
        return result
    }
}

extension Thread {
    static func detached<Value: Sendable>(_ body: @escaping @Sendable () -> Value) -> ThreadResult<Value> {
        let result = ThreadResult<Value>()
        detachNewThread { result.finish(body()) }
        return result
    }
}
