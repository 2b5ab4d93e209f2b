#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that grows piece by piece under a temporary name and appears, whole, under its own; pipes, devices and
/// descriptors (`/dev/stdout`, `/dev/fd/3`) are written directly.
package struct AtomicFileWriter: ~Copyable, Sendable {
    /// −1 once it is closed.
    private var descriptor: Int32
    /// Where the bytes are until the file is whole; nil where they go straight to what the path means.
    private let temporary: Temporary?
    private var isRenamed = false

    /// - Throws: a reason why nothing can be written to `path`.
    package init(_ path: String) throws(FileFailure) {
        guard !path.utf8.contains(0) else { throw FileFailure("the path contains a NUL") }
        guard !path.isEmpty else { throw FileFailure("the path is empty") }
        if let number = Self.descriptorNumber(path) {
            try self.init(direct: fcntl(number, F_DUPFD_CLOEXEC, 0))
            return
        }
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT else { throw FileFailure.system }
            var link = stat()
            if lstat(path, &link) == 0 { throw FileFailure("it is a symbolic link to nothing") }
            try self.init(replacing: path, permissions: nil)
            return
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            throw FileFailure("it is a folder")
        case S_IFREG:
            // Renaming would replace even a file that must not be written.
            guard access(path, W_OK) == 0 else { throw FileFailure.system }
            guard let real = realpath(path, nil) else { throw FileFailure.system }
            defer { free(real) }
            try self.init(replacing: String(cString: real), permissions: status.st_mode & 0o777)
        default:
            try self.init(direct: retryingInterrupts { open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY) })
        }
    }

    /// - Parameter descriptor: an open one, which is taken over, or −1 with `errno` set.
    private init(direct descriptor: Int32) throws(FileFailure) {
        guard descriptor >= 0 else { throw FileFailure.system }
        self.descriptor = descriptor
        temporary = nil
    }

    private init(replacing path: String, permissions: mode_t?) throws(FileFailure) {
        let (temporary, descriptor) = try Temporary.make(for: path)
        if let permissions { _ = fchmod(descriptor, permissions) }
        self.descriptor = descriptor
        self.temporary = temporary
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        guard let temporary else { return }
        if !isRenamed { unlink(temporary.path) }
        close(temporary.lock)
    }

    /// The temporary name, for whoever ends the process by force; nil where there is none.
    package var temporaryPath: String? { temporary?.path }

    package mutating func write(_ bytes: UnsafeRawBufferPointer) throws(FileFailure) {
        try Self.writeAll(bytes, to: descriptor)
    }

    private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(FileFailure) {
        guard let base = bytes.baseAddress else { return }
        var offset = 0
        while offset < bytes.count {
            let step = writeSome(descriptor, from: base + offset, count: bytes.count - offset)
            guard step >= 0 else { throw FileFailure.system }
            offset += step
        }
    }

    package mutating func write(_ bytes: [UInt8]) throws(FileFailure) {
        // A typed error does not come through `withUnsafeBytes`, so the result carries it.
        let descriptor = descriptor
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(FileFailure) in try Self.writeAll(bytes, to: descriptor) }
        }
        try result.get()
    }

    /// Puts the file in its place. Without this call there is none; after it nothing more is written.
    package mutating func finish() throws(FileFailure) {
        if temporary != nil, fsync(descriptor) != 0, errno != EINVAL, errno != ENOTSUP {
            throw FileFailure.system
        }
        // Some file systems report a full disk only here.
        let status = close(descriptor)
        descriptor = -1
        if status != 0, errno != EINTR { throw FileFailure.system }
        guard let temporary else { return }
        guard rename(temporary.path, temporary.destination) == 0 else { throw FileFailure.system }
        isRenamed = true
        try Self.syncFolder(temporary.folder)
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

    /// Makes the rename itself last; folders that cannot be opened or synced are left to the system.
    private static func syncFolder(_ folder: String) throws(FileFailure) {
        let descriptor = retryingInterrupts { open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        if fsync(descriptor) != 0, errno == EIO {
            throw FileFailure("it was written, but the folder could not be synced")
        }
    }
}

/// A new file under a temporary name, locked against ``StaleTemporaries``.
private struct Temporary: Sendable {
    let path: String
    /// Where it goes when it is whole.
    let destination: String
    /// The folder of both with its slash, or nothing for the current one.
    let folder: String
    /// The same open file, which keeps the lock between closing the descriptor and renaming.
    let lock: Int32

    /// The file, and the descriptor to write to it.
    static func make(for destination: String) throws(FileFailure) -> (Temporary, Int32) {
        let slash = destination.utf8.lastIndex(of: UInt8(ascii: "/"))
        let start = slash.map { destination.utf8.index(after: $0) } ?? destination.startIndex
        let (folder, name) = (String(destination[..<start]), String(destination[start...]))
        for _ in 0..<100 {
            let path = folder + TemporaryName.next(for: name)
            if let (descriptor, lock) = try create(path) {
                return (Temporary(path: path, destination: destination, folder: folder, lock: lock), descriptor)
            }
        }
        throw FileFailure("no temporary name is free")
    }

    /// Fails with a reason; the result is `nil` where the name was taken, or removed before the lock was held.
    private static func create(_ path: String) throws(FileFailure) -> (descriptor: Int32, lock: Int32)? {
        let descriptor = retryingInterrupts {
            open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
        }
        if descriptor < 0 {
            if errno == EEXIST { return nil }
            throw FileFailure.system
        }
        // Some file systems have no locks. Who holds this one took the file for an abandoned one and is about to remove it.
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
            unlink(path)
            close(descriptor)
            return nil
        }
        let lock = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard lock >= 0 else {
            let failure = FileFailure.system
            unlink(path)
            close(descriptor)
            throw failure
        }
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_nlink > 0 { return (descriptor, lock) }
        close(descriptor)
        close(lock)
        return nil
    }
}
