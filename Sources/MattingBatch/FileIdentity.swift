import Files

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Which file something leads to, whatever it is called: the file system is asked, names are not compared.
package struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let number: UInt64

    /// nil where the path leads to nothing.
    package init?(_ path: BytePath) {
        if let descriptor = path.descriptorNumber {
            self.init(descriptor: descriptor)
        } else {
            guard let status = path.status() else { return nil }
            self.init(status)
        }
    }

    /// nil where the descriptor is closed.
    package init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        self.device = UInt64(truncatingIfNeeded: status.st_dev)
        self.number = UInt64(truncatingIfNeeded: status.st_ino)
    }
}
