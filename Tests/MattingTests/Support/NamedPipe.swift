import Foundation
import Testing

/// The tests' end of a pipe that has a name. Plain opening would wait for ever where the command has ended without it.
enum NamedPipe {
    /// The end to write to, once somebody reads.
    static func writer(_ path: String) throws -> FileHandle {
        var descriptor: Int32 = -1
        try waitUntil {
            descriptor = open(path, O_WRONLY | O_NONBLOCK)
            return descriptor >= 0
        }
        return blocking(descriptor)
    }

    /// The end to read from, once something is there.
    static func reader(_ path: String) throws -> FileHandle {
        let descriptor = open(path, O_RDONLY | O_NONBLOCK)
        try #require(descriptor >= 0)
        try waitUntil {
            var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            return poll(&request, 1, 0) == 1 && request.revents & Int16(POLLIN) != 0
        }
        return blocking(descriptor)
    }

    private static func blocking(_ descriptor: Int32) -> FileHandle {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }
}
