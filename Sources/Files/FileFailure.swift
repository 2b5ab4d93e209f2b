#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Why a file could not be read or written, in the system's words or ours; who asked says which file.
package struct FileFailure: Error {
    package let reason: String

    init(_ reason: String) { self.reason = reason }

    /// The last system call's failure.
    static var system: FileFailure { FileFailure(systemReason(errno)) }
}
