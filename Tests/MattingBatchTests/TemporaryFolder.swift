import Files
import Foundation

/// A folder of its own for a test, gone afterwards.
struct TemporaryFolder {
    let path: BytePath

    /// Calls `body` with a new empty folder and removes it with all that is in it.
    static func with<Result>(_ body: (TemporaryFolder) throws -> Result) throws -> Result {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("batch-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: url) }
        return try body(TemporaryFolder(path: BytePath(url.path)))
    }

    /// The path of something in the folder.
    func callAsFunction(_ name: BytePath) -> BytePath { path.appending(name) }

    /// Makes a file of a few bytes and returns its path.
    @discardableResult
    func make(_ name: BytePath) throws -> BytePath {
        let path = self(name)
        var writer = try AtomicFileWriter(path)
        try writer.write([1, 2, 3])
        try writer.finish()
        return path
    }
}

/// The same for tests that wait.
struct HeldFolder {
    let folder: TemporaryFolder

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("batch-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        folder = TemporaryFolder(path: BytePath(url.path))
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder.path.description) }
}
