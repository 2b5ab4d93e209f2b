#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension BytePath {
    /// What the system says of what the path leads to; nil with `errno` set where there is nothing.
    package func status() -> stat? {
        var status = stat()
        return withCString { stat($0, &status) } == 0 ? status : nil
    }

    /// What the system says of the path itself, which may be a link; nil where there is nothing.
    package func linkStatus() -> stat? {
        var status = stat()
        return withCString { lstat($0, &status) } == 0 ? status : nil
    }

    /// Whether there is something of this name, if only a link to nothing.
    package var exists: Bool { linkStatus() != nil }

    package var isFolder: Bool { status()?.isFolder ?? false }

    /// The path without links and dots; nil with `errno` set where it leads to nothing.
    package func resolved() -> BytePath? {
        guard let real = withCString({ realpath($0, nil) }) else { return nil }
        defer { free(real) }
        return BytePath(cString: real)
    }

    /// `open`, repeated while signals interrupt it; negative with `errno` set where it failed.
    package func open(_ flags: Int32, mode: mode_t = 0) -> Int32 {
        withCString { path in
            #if canImport(Glibc)
            retryingInterrupts { Glibc.open(path, flags, mode) }
            #elseif canImport(Musl)
            retryingInterrupts { Musl.open(path, flags, mode) }
            #else
            retryingInterrupts { Darwin.open(path, flags, mode) }
            #endif
        }
    }

    /// The descriptor meant by `/dev/stdout` and the like: who writes to it goes on where it stands, as a shell's
    /// redirection expects, whereas opening the path again would start over.
    package var descriptorNumber: Int32? {
        switch self {
        case "/dev/stdin": return STDIN_FILENO
        case "/dev/stdout": return STDOUT_FILENO
        case "/dev/stderr": return STDERR_FILENO
        default:
            for prefix in ["/dev/fd/", "/proc/self/fd/"] where hasPrefix(prefix) {
                return String(validating: bytes.dropFirst(prefix.utf8.count), as: UTF8.self).flatMap { Int32($0) }
            }
            return nil
        }
    }

    /// Makes the folder, and those above it that are missing.
    package func makeFolder() throws(FileFailure) {
        let path = withoutTrailingSlashes
        if path.withCString({ mkdir($0, 0o777) }) == 0 { return }
        let code = errno
        // Some systems say of the root or the current folder that it is a folder, not that it is there.
        if path.isFolder { return }
        let parent = path.folderPrefix.withoutTrailingSlashes
        guard code == ENOENT, !parent.isEmpty, parent != path else { throw FileFailure(systemReason(code)) }
        try parent.makeFolder()
        guard path.withCString({ mkdir($0, 0o777) }) == 0 || path.isFolder else { throw FileFailure.system }
    }

    /// Whether this folder's file system takes two names for one, as some do that differ in case or in how an accent is
    /// composed. It is asked: a file is made under the one and looked for under the other. Where the folder is not there
    /// yet, the nearest above it is asked; where nothing can be made, nothing can be lost either.
    package func takesAsOne(_ a: BytePath, _ b: BytePath) -> Bool {
        var folder = self
        while !folder.isFolder {
            let parent = folder.withoutTrailingSlashes.folder
            guard parent != folder else { return false }
            folder = parent
        }
        let names = TemporaryName.next(for: [a, b])
        let (made, sought) = (folder.appending(names[0]), folder.appending(names[1]))
        // Names that are too long to be told apart by what a temporary name holds of them are taken for one.
        if made == sought { return true }
        let descriptor = made.open(O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode: 0o600)
        guard descriptor >= 0 else { return false }
        defer {
            close(descriptor)
            _ = made.withCString { unlink($0) }
        }
        return sought.exists
    }

    /// The names in a folder, in no order, without `.` and `..`.
    package func namesInFolder() throws(FileFailure) -> [BytePath] {
        guard let stream = withCString({ opendir($0) }) else { throw FileFailure.system }
        defer { closedir(stream) }
        var names: [BytePath] = []
        while true {
            // The end and a failure are both nil; only a failure sets `errno`.
            errno = 0
            guard let entry = readdir(stream) else { break }
            // The name is read where it lies: an entry is shorter than its type.
            guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { continue }
            let name = BytePath(cString: (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self))
            if name != "." && name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw FileFailure.system }
        return names
    }
}

extension BytePath {
    /// Removes a file's name.
    package func remove() throws(FileFailure) {
        guard withCString({ unlink($0) }) == 0 || errno == ENOENT else { throw FileFailure.system }
    }

    /// Removes a folder; false where it is not empty, or is none.
    package func removeEmptyFolder() -> Bool { withCString { rmdir($0) } == 0 }
}

extension stat {
    package var isFile: Bool { st_mode & S_IFMT == S_IFREG }
    package var isFolder: Bool { st_mode & S_IFMT == S_IFDIR }
    package var isLink: Bool { st_mode & S_IFMT == S_IFLNK }
}
