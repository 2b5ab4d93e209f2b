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

    /// A file that must not be replaced.
    static var isThere: FileFailure { FileFailure("there is a file of this name") }

    /// The last system call's failure.
    package static var system: FileFailure { FileFailure(systemReason(errno)) }
}
