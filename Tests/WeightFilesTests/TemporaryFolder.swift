#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A folder of its own for one test, which must `defer` its removal: a `deinit` could come before the files' last use.
struct TemporaryFolder {
    private let root: String

    struct Failure: Error {}

    init() throws {
        var template = Array("/tmp/weights.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure() }
        root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Removes the folder with its files.
    func remove() {
        for name in names { unlink(path(name)) }
        rmdir(root)
    }

    func path(_ name: String) -> String { "\(root)/\(name)" }

    /// The names of the files in it, sorted.
    var names: [String] {
        guard let folder = opendir(root) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Writes `bytes` to a file called `name`; its path.
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        guard let file = fopen(path(name), "w") else { throw Failure() }
        defer { fclose(file) }
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw Failure() }
        return path(name)
    }
}
