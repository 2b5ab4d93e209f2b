import Files

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Waits until something changes in folders and those below them: by inotify where there is one, else by looking now and
/// then. What changed, the caller finds out.
package final class FolderWatch {
    /// A file as it was last seen.
    package struct State: Hashable, Sendable {
        let size: Int
        let seconds: Int
        let nanoseconds: Int
        let number: UInt64

        /// nil where there is no such file.
        package init?(_ path: BytePath) {
            guard let status = path.status(), status.isFile else { return nil }
            #if canImport(Darwin)
            let time = status.st_mtimespec
            #else
            let time = status.st_mtim
            #endif
            size = Int(status.st_size)
            seconds = Int(time.tv_sec)
            nanoseconds = Int(time.tv_nsec)
            number = UInt64(truncatingIfNeeded: status.st_ino)
        }
    }

    /// Between two looks, where nobody tells, in milliseconds.
    private static let lookInterval: Int32 = 2000

    private let folders: [BytePath]
    #if canImport(Glibc)
    /// −1 where there is none.
    private let descriptor: Int32
    private var watched: Set<BytePath> = []

    package init(_ folders: [BytePath]) {
        self.folders = folders
        descriptor = inotify_init1(O_NONBLOCK | O_CLOEXEC)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }
    #else
    package init(_ folders: [BytePath]) { self.folders = folders }
    #endif

    /// Begins to hear of changes, of folders that are new too; to be called before the caller looks.
    package func arm() {
        #if canImport(Glibc)
        guard descriptor >= 0 else { return }
        for folder in folders { add(folder, depth: 0) }
        #endif
    }

    #if canImport(Glibc)
    private func add(_ folder: BytePath, depth: Int) {
        // Links that lead in circles end here; what they lead to is watched under its own name.
        guard depth < 64, folder.isFolder, watched.count < 30_000 else { return }
        if watched.insert(folder).inserted {
            let events = UInt32(IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_MODIFY)
            _ = folder.withCString { inotify_add_watch(descriptor, $0, events) }
        }
        for name in (try? folder.namesInFolder()) ?? [] where !name.hasPrefix(".") {
            let path = folder.appending(name)
            guard let status = path.linkStatus(), status.st_mode & S_IFMT == S_IFDIR else { continue }
            add(path, depth: depth + 1)
        }
    }
    #endif

    /// Returns when something may have changed, at the latest after a while.
    package func wait() {
        #if canImport(Glibc)
        if descriptor >= 0 {
            var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            // Not for ever: limits on watches are met silently, and network folders tell of nothing.
            _ = poll(&request, 1, Self.lookInterval * 5)
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            let capacity = buffer.count
            while read(descriptor, &buffer, capacity) > 0 {}
            return
        }
        #endif
        _ = poll(nil, 0, Self.lookInterval)
    }

    /// Sleeps for so many milliseconds.
    package static func pause(_ milliseconds: Int32) { _ = poll(nil, 0, milliseconds) }
}
