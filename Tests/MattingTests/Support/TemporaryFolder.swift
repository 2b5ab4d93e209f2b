import Foundation
import ImageCodecs
import Matting
import Raster

/// A folder of its own for a test, gone afterwards.
struct TemporaryFolder {
    /// Without a slash at the end.
    let path: String

    /// Calls `body` with a new empty folder and removes it with all that is in it.
    static func with<Result>(_ body: (TemporaryFolder) throws -> Result) throws -> Result {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("matting-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        defer {
            // Tests may have taken permissions away.
            try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: url.path)
            try? FileManager.default.removeItem(at: url)
        }
        return try body(TemporaryFolder(path: url.path))
    }

    /// The path of something in the folder.
    func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    /// Names in the folder or one below it, hidden ones too, in order.
    func names(_ folder: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? path : self(folder)).sorted()
    }

    /// Names that begin with a dot in the folder and all below it: temporary files are called so.
    func hiddenNames() -> [String] {
        let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return names.filter { $0.split(separator: "/").last?.hasPrefix(".") ?? false }.sorted()
    }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: self(name)) }

    func bytes(_ name: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(fileURLWithPath: self(name)))) }

    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: self(name), withIntermediateDirectories: true)
    }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ bytes: [UInt8], _ name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: self(name)))
        return self(name)
    }

    /// Writes a picture in the format of the name's extension and returns its path.
    @discardableResult
    func write(_ image: RasterImage, _ name: String) throws -> String {
        try image.write(to: self(name))
        return self(name)
    }

    func image(_ name: String) throws -> RasterImage { try RasterImage(contentsOf: self(name)) }

    /// Makes `name` lead to `target`.
    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: self(name), withDestinationPath: target)
    }
}
