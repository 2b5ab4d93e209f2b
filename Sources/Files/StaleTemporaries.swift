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
    package static func remove(in folder: BytePath) -> Int {
        let folder = folder.isEmpty ? "." : folder
        let descriptor = folder.open(O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        let names = (try? folder.namesInFolder()) ?? []
        return names.count { TemporaryName.matches($0) && removeIfAbandoned($0, in: descriptor) }
    }

    private static func removeIfAbandoned(_ name: BytePath, in folder: Int32) -> Bool {
        name.withCString { name in
            // Not blocking, in case somebody gave such a name to a pipe.
            let file = retryingInterrupts { openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) }
            guard file >= 0 else { return false }
            defer { close(file) }
            var status = stat()
            guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
            return flock(file, LOCK_EX | LOCK_NB) == 0 && unlinkat(folder, name, 0) == 0
        }
    }
}
