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
    private let replacing: Bool
    private var isRenamed = false

    /// - Parameter replacing: whether a file that is there may be replaced; else it is an error, even if it appears while
    ///   this one is being written.
    /// - Throws: a reason why nothing can be written to `path`.
    package init(_ path: BytePath, replacing: Bool = true) throws(FileFailure) {
        guard !path.containsNUL else { throw FileFailure("the path contains a NUL") }
        guard !path.isEmpty else { throw FileFailure("the path is empty") }
        if let number = path.descriptorNumber {
            try self.init(direct: fcntl(number, F_DUPFD_CLOEXEC, 0))
            return
        }
        guard let status = path.status() else {
            guard errno == ENOENT else { throw FileFailure.system }
            if path.exists { throw FileFailure("it is a symbolic link to nothing") }
            try self.init(temporaryFor: path, permissions: nil, replacing: replacing)
            return
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            throw FileFailure("it is a folder")
        case S_IFREG:
            guard replacing else { throw FileFailure.isThere }
            // Renaming would replace even a file that must not be written.
            guard path.withCString({ access($0, W_OK) }) == 0 else { throw FileFailure.system }
            guard let real = path.resolved() else { throw FileFailure.system }
            try self.init(temporaryFor: real, permissions: status.st_mode & 0o777, replacing: true)
        default:
            try self.init(direct: path.open(O_WRONLY | O_CLOEXEC | O_NOCTTY))
        }
    }

    /// - Parameter descriptor: an open one, which is taken over, or −1 with `errno` set.
    private init(direct descriptor: Int32) throws(FileFailure) {
        guard descriptor >= 0 else { throw FileFailure.system }
        self.descriptor = descriptor
        temporary = nil
        replacing = true
    }

    private init(temporaryFor path: BytePath, permissions: mode_t?, replacing: Bool) throws(FileFailure) {
        // What a file keeps from others they must not see in its successor either, for however short a time.
        let (temporary, descriptor) = try Temporary.make(for: path, isPrivate: permissions != nil)
        if let permissions { _ = fchmod(descriptor, permissions) }
        self.descriptor = descriptor
        self.temporary = temporary
        self.replacing = replacing
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        guard let temporary else { return }
        if !isRenamed { _ = temporary.path.withCString { unlink($0) } }
        close(temporary.lock)
    }

    /// The temporary name, for whoever ends the process by force; nil where there is none.
    package var temporaryPath: BytePath? { temporary?.path }

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
        let descriptor = descriptor
        try bytes.withBytes { (bytes) throws(FileFailure) in try Self.writeAll(bytes, to: descriptor) }
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
        try temporary.putInPlace(replacing: replacing)
        isRenamed = true
        try Self.syncFolder(temporary.folder)
    }

    /// Makes the rename itself last; folders that cannot be opened or synced are left to the system.
    private static func syncFolder(_ folder: BytePath) throws(FileFailure) {
        let descriptor = folder.open(O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        if fsync(descriptor) != 0, errno == EIO {
            throw FileFailure("it was written, but the folder could not be synced")
        }
    }
}

/// A new file under a temporary name, locked against ``StaleTemporaries``.
struct Temporary: Sendable {
    let path: BytePath
    /// Where it goes when it is whole.
    let destination: BytePath
    /// The folder of both.
    var folder: BytePath { destination.folder }
    /// The same open file, which keeps the lock between closing the descriptor and renaming.
    let lock: Int32

    /// The file, and the descriptor to write to it.
    ///
    /// - Parameter isPrivate: whether nobody but its owner may read it; otherwise as the process's mask has it.
    static func make(for destination: BytePath, isPrivate: Bool) throws(FileFailure) -> (Temporary, Int32) {
        for _ in 0..<100 {
            let path = destination.folderPrefix + TemporaryName.next(for: destination.name)
            if let (descriptor, lock) = try create(path, mode: isPrivate ? 0o600 : 0o666) {
                return (Temporary(path: path, destination: destination, lock: lock), descriptor)
            }
        }
        throw FileFailure("no temporary name is free")
    }

    /// Gives the file its own name; the temporary one is gone then.
    func putInPlace(replacing: Bool) throws(FileFailure) {
        let code: Int32 = path.withCString { path in
            destination.withCString { destination in
                // A link is refused where there is a file, whoever made it and when; a rename replaces it.
                if !replacing {
                    if link(path, destination) == 0 {
                        unlink(path)
                        return 0
                    }
                    // Some file systems know no links. Between the question and the rename a file could appear there.
                    guard [EPERM, ENOTSUP, EOPNOTSUPP, ENOSYS, EMLINK].contains(errno) else { return errno }
                    guard access(destination, F_OK) != 0 else { return EEXIST }
                }
                return rename(path, destination) == 0 ? 0 : errno
            }
        }
        if code == EEXIST && !replacing { throw FileFailure.isThere }
        if code != 0 { throw FileFailure(systemReason(code)) }
    }

    /// Fails with a reason; the result is `nil` where the name was taken, or removed before the lock was held.
    private static func create(
        _ path: BytePath, mode: mode_t
    ) throws(FileFailure) -> (descriptor: Int32, lock: Int32)? {
        let descriptor = path.open(O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode: mode)
        if descriptor < 0 {
            if errno == EEXIST { return nil }
            throw FileFailure.system
        }
        // Some file systems have no locks. Who holds this one took the file for an abandoned one and is about to remove it.
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
            _ = path.withCString { unlink($0) }
            close(descriptor)
            return nil
        }
        let lock = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard lock >= 0 else {
            let failure = FileFailure.system
            _ = path.withCString { unlink($0) }
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
