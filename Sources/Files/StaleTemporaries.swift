#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What crashed writers left behind.
package enum StaleTemporaries {
    /// Deletes from `folder` what ``AtomicFileWriter`` made and nobody is writing now.
    ///
    /// A writer holds a lock on its temporary, which the system releases when the process dies, however it dies. On file
    /// systems without locks nothing is deleted.
    ///
    /// - Returns: How many were deleted; 0 if the folder cannot be read.
    package static func remove(in folder: String) -> Int {
        guard !folder.utf8.contains(0), let listing = opendir(folder.isEmpty ? "." : folder) else { return 0 }
        defer { closedir(listing) }
        let descriptor = dirfd(listing)
        var removed = 0
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
                    String(cString: $0)
                }
            }
            if TemporaryName.matches(name), removeIfAbandoned(name, in: descriptor) { removed += 1 }
        }
        return removed
    }

    private static func removeIfAbandoned(_ name: String, in folder: Int32) -> Bool {
        // Not blocking, in case somebody gave such a name to a pipe.
        let file = retryingInterrupts { openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) }
        guard file >= 0 else { return false }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
        return flock(file, LOCK_EX | LOCK_NB) == 0 && unlinkat(folder, name, 0) == 0
    }
}
