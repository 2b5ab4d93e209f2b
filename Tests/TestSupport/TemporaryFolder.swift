import Foundation

/// A folder of its own for one test, deleted with the last reference.
package final class TemporaryFolder: Sendable {
    package let root: String

    package init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("matting-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        root = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    package func path(_ name: String) -> String { "\(root)/\(name)" }

    /// Names of everything in the folder, hidden files too, in order.
    package var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).sorted() }

    package func bytes(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(fileURLWithPath: path(name))))
    }
}
