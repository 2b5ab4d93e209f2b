#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Writes files that appear whole or not at all.
///
/// The bytes go to a temporary name in the same folder, are synced to the disk and renamed, so a crash at any moment
/// leaves the old file, or none, and at worst a temporary that ``removeStaleTemporaries(in:)`` recognises.
public enum AtomicFile {
    /// Writes all of `bytes`, replacing a file at `path` and keeping that file's permissions.
    ///
    /// A symbolic link is followed, and what it points to is replaced. Devices, pipes and descriptors
    /// (`/dev/stdout`, `/dev/fd/3`) are written directly.
    ///
    /// - Throws: ``ImageCodecError/cannotWrite(path:reason:)``.
    public static func write(_ bytes: UnsafeRawBufferPointer, to path: String) throws(ImageCodecError) {
        do throws(Failure) {
            try writeAnywhere(bytes, to: path)
        } catch {
            throw .cannotWrite(path: path, reason: error.reason)
        }
    }

    /// Writes all of `bytes`; see ``write(_:to:)-(UnsafeRawBufferPointer,_)``.
    public static func write(_ bytes: [UInt8], to path: String) throws(ImageCodecError) {
        // The closure cannot throw a typed error through `withUnsafeBytes`, so the result carries it.
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(ImageCodecError) in try write(buffer, to: path) }
        }
        try result.get()
    }

    struct Failure: Error {
        let reason: String

        init(_ reason: String) { self.reason = reason }

        /// The last system call's failure.
        static var system: Failure { Failure(systemReason(errno)) }
    }

    private static func writeAnywhere(_ bytes: UnsafeRawBufferPointer, to path: String) throws(Failure) {
        guard !path.utf8.contains(0) else { throw Failure("the path contains a NUL") }
        guard !path.isEmpty else { throw Failure("the path is empty") }
        if let number = descriptorNumber(path) {
            let descriptor = fcntl(number, F_DUPFD_CLOEXEC, 0)
            guard descriptor >= 0 else { throw Failure.system }
            return try writeAndClose(bytes, to: descriptor)
        }
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT else { throw Failure.system }
            var link = stat()
            if lstat(path, &link) == 0 { throw Failure("it is a symbolic link to nothing") }
            return try replace(path, with: bytes, permissions: nil)
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            throw Failure("it is a folder")
        case S_IFREG:
            // Renaming would replace even a file that must not be written.
            guard access(path, W_OK) == 0 else { throw Failure.system }
            guard let real = realpath(path, nil) else { throw Failure.system }
            defer { free(real) }
            try replace(String(cString: real), with: bytes, permissions: status.st_mode & 0o777)
        default:
            let descriptor = retryingInterrupts { open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY) }
            guard descriptor >= 0 else { throw Failure.system }
            try writeAndClose(bytes, to: descriptor)
        }
    }

    /// The descriptor meant by `/dev/stdout` and the like: writing continues where it stands, as a shell redirection
    /// expects, whereas opening the path again would start over.
    private static func descriptorNumber(_ path: String) -> Int32? {
        switch path {
        case "/dev/stdout": return 1
        case "/dev/stderr": return 2
        default:
            for prefix in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(prefix) {
                return Int32(path.dropFirst(prefix.count))
            }
            return nil
        }
    }

    private static func replace(
        _ path: String, with bytes: UnsafeRawBufferPointer, permissions: mode_t?
    ) throws(Failure) {
        let (folder, name) = split(path)
        let temporary = try makeTemporary(for: name, in: folder)
        defer { close(temporary.lock) }
        var isRenamed = false
        defer { if !isRenamed { unlink(temporary.path) } }
        if let permissions { _ = fchmod(temporary.descriptor, permissions) }
        try writeAndClose(bytes, to: temporary.descriptor, synced: true)
        guard rename(temporary.path, path) == 0 else { throw Failure.system }
        isRenamed = true
        try syncFolder(folder)
    }

    /// A new file under a temporary name, locked against ``removeStaleTemporaries(in:)``.
    private struct Temporary {
        let path: String
        let descriptor: Int32
        /// The same open file, which keeps the lock between closing `descriptor` and renaming.
        let lock: Int32

        /// Fails with a reason; the result is `nil` where the name was taken, or removed before the lock was held.
        static func create(at path: String) throws(Failure) -> Temporary? {
            let descriptor = retryingInterrupts {
                open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
            }
            if descriptor < 0 {
                if errno == EEXIST { return nil }
                throw Failure.system
            }
            _ = flock(descriptor, LOCK_EX | LOCK_NB)  // Some file systems have no locks.
            let lock = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
            guard lock >= 0 else {
                let failure = Failure.system
                unlink(path)
                close(descriptor)
                throw failure
            }
            var status = stat()
            if fstat(descriptor, &status) == 0, status.st_nlink > 0 {
                return Temporary(path: path, descriptor: descriptor, lock: lock)
            }
            close(descriptor)
            close(lock)
            return nil
        }
    }

    private static func makeTemporary(for name: String, in folder: String) throws(Failure) -> Temporary {
        for _ in 0..<100 {
            if let temporary = try Temporary.create(at: folder + TemporaryName.next(for: name)) { return temporary }
        }
        throw Failure("no temporary name is free")
    }

    private static func writeAndClose(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, synced: Bool = false
    ) throws(Failure) {
        var failure: Failure?
        do throws(Failure) {
            try writeAll(bytes, to: descriptor)
            if synced, fsync(descriptor) != 0, errno != EINVAL, errno != ENOTSUP { throw Failure.system }
        } catch {
            failure = error
        }
        // Some file systems report a full disk only here.
        if close(descriptor) != 0, failure == nil, errno != EINTR { failure = Failure.system }
        if let failure { throw failure }
    }

    private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(Failure) {
        guard let base = bytes.baseAddress else { return }
        var offset = 0
        while offset < bytes.count {
            let step = writeSome(descriptor, from: base + offset, count: bytes.count - offset)
            guard step >= 0 else { throw Failure.system }
            offset += step
        }
    }

    /// Makes the rename itself last; folders that cannot be opened or synced are left to the system.
    private static func syncFolder(_ folder: String) throws(Failure) {
        let descriptor = retryingInterrupts { open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        if fsync(descriptor) != 0, errno == EIO { throw Failure("it was written, but the folder could not be synced") }
    }

    /// The folder with its slash, or nothing for the current one, and the name in it.
    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", path) }
        let start = path.utf8.index(after: slash)
        return (String(path[..<start]), String(path[start...]))
    }
}
