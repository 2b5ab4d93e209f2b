#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Which file a path leads to, whatever it is called.
package struct FileIdentity: Hashable {
    private let device: UInt64
    private let number: UInt64

    package init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.device = UInt64(truncatingIfNeeded: status.st_dev)
        self.number = UInt64(truncatingIfNeeded: status.st_ino)
    }

    /// The folder of what a path names, with its slash.
    package static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    }

    package static func isFolder(_ path: String) -> Bool { mode(path) == S_IFDIR }

    /// Something that exists and is neither a file nor a folder, such as `/dev/null` or a pipe.
    package static func device(_ path: String) -> Void? {
        guard let mode = mode(path), mode != S_IFREG, mode != S_IFDIR else { return nil }
        return ()
    }

    /// Whether an output means standard output, by any of its names: a pipe, or the file that it is redirected to.
    package static func isStandardOutput(_ path: String) -> Bool {
        ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].contains(path)
    }

    /// The one name of what a path leads to, or would lead to if it were made.
    package static func canonicalPath(_ path: String) -> String {
        func resolved(_ path: String) -> String? {
            guard let real = realpath(path, nil) else { return nil }
            defer { free(real) }
            return String(cString: real)
        }
        if let real = resolved(path) { return real }
        guard let slash = path.lastIndex(of: "/") else { return (resolved(".") ?? ".") + "/" + path }
        return (resolved(String(path[...slash])) ?? String(path[..<slash])) + path[slash...]
    }

    private static func mode(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}
