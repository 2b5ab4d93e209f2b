#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Which file a path leads to, whatever it is called.
struct FileIdentity: Hashable {
    private let device: UInt64
    private let number: UInt64

    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.device = UInt64(truncatingIfNeeded: status.st_dev)
        self.number = UInt64(truncatingIfNeeded: status.st_ino)
    }

    static func isFolder(_ path: String) -> Bool { mode(path) == S_IFDIR }

    /// Something that exists and is neither a file nor a folder, such as `/dev/null` or a pipe.
    static func device(_ path: String) -> Void? {
        guard let mode = mode(path), mode != S_IFREG, mode != S_IFDIR else { return nil }
        return ()
    }

    private static func mode(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}
