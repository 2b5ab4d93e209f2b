import Files
import Raster

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Reads files and streams whole, into memory of their own.
///
/// Not by mapping: a mapped file that shrinks meanwhile kills the process.
package enum WholeFile {
    /// The contents of a file, pipe or device.
    ///
    /// - Throws: ``ImageCodecError/unreadableFile(path:reason:)``, ``ImageCodecError/fileTooLarge(limit:path:)`` or
    ///   ``ImageCodecError/outOfMemory(byteCount:purpose:)``.
    package static func readAll(
        path: String, limit: Int = DecodingLimits.default.maxFileBytes
    ) throws(ImageCodecError) -> ByteBuffer {
        try readAll(path: BytePath(path), limit: limit)
    }

    /// The contents of a file, pipe or device; see ``readAll(path:limit:)-(String,_)``.
    package static func readAll(
        path: BytePath, limit: Int = DecodingLimits.default.maxFileBytes
    ) throws(ImageCodecError) -> ByteBuffer {
        func unreadable(_ reason: String) -> ImageCodecError {
            .unreadableFile(path: path.description, reason: reason)
        }
        guard !path.containsNUL else { throw unreadable("the path contains a NUL") }
        let descriptor = path.open(O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(systemReason(errno)) }
        defer { close(descriptor) }
        do throws(ImageCodecError) {
            return try readAll(fileDescriptor: descriptor, limit: limit)
        } catch {
            throw error.about(path: path.description)
        }
    }

    /// What is left to read from an open descriptor, such as standard input.
    ///
    /// - Throws: ``ImageCodecError/unreadableFile(path:reason:)``, ``ImageCodecError/fileTooLarge(limit:path:)`` or
    ///   ``ImageCodecError/outOfMemory(byteCount:purpose:)``.
    package static func readAll(
        fileDescriptor: Int32, limit: Int = DecodingLimits.default.maxFileBytes
    ) throws(ImageCodecError) -> ByteBuffer {
        var status = stat()
        guard fstat(fileDescriptor, &status) == 0 else {
            throw .unreadableFile(path: nil, reason: systemReason(errno))
        }
        var capacity = 1 << 16
        if status.st_mode & S_IFMT == S_IFREG {
            guard Int(status.st_size) <= limit else { throw .fileTooLarge(limit: limit) }
            // One more than the size, so that the end shows without another allocation.
            capacity = min(Int(status.st_size), .max - 1) + 1
        }
        return try read(fileDescriptor, capacity: capacity, limit: limit)
    }

    private static func read(
        _ descriptor: Int32, capacity firstCapacity: Int, limit: Int
    ) throws(ImageCodecError) -> ByteBuffer {
        var capacity = firstCapacity
        var count = 0
        guard var base = malloc(capacity) else { throw .outOfMemory(byteCount: capacity, purpose: "a file") }
        var isFinished = false
        defer { if !isFinished { free(base) } }
        while true {
            if count == capacity {
                let larger = capacity * 2
                guard let moved = realloc(base, larger) else {
                    throw .outOfMemory(byteCount: larger, purpose: "a file")
                }
                (base, capacity) = (moved, larger)
            }
            let step = readSome(descriptor, into: base + count, count: capacity - count)
            guard step >= 0 else { throw .unreadableFile(path: nil, reason: systemReason(errno)) }
            if step == 0 { break }
            count += step
            guard count <= limit else { throw .fileTooLarge(limit: limit) }
        }
        isFinished = true
        return ByteBuffer(adopting: base, count: count)
    }
}
