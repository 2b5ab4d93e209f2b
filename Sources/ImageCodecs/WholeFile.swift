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
    /// Bytes that are read before anything is said of the rest.
    private static let firstPiece = 1 << 16

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
    ///
    /// - Parameter check: sees the first bytes, 64 KiB or all that there are, and throws where the rest is not wanted.
    package static func readAll(
        path: BytePath, limit: Int = DecodingLimits.default.maxFileBytes,
        checking check: (UnsafeRawBufferPointer) throws(ImageCodecError) -> Void = { (_) throws(ImageCodecError) in }
    ) throws(ImageCodecError) -> ByteBuffer {
        func unreadable(_ reason: String) -> ImageCodecError {
            .unreadableFile(path: path.description, reason: reason)
        }
        guard !path.containsNUL else { throw unreadable("the path contains a NUL") }
        let descriptor = path.open(O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(systemReason(errno)) }
        defer { close(descriptor) }
        do throws(ImageCodecError) {
            return try readAll(fileDescriptor: descriptor, limit: limit, checking: check)
        } catch {
            throw error.about(path: path.description)
        }
    }

    /// What a body makes of a file of a known format.
    ///
    /// - Parameter format: of a file that begins with some bytes; throws where nobody wants the rest.
    /// - Throws: ``ImageCodecError`` with `path`.
    package static func read<Value>(
        _ path: BytePath, limits: DecodingLimits,
        as format: (UnsafeRawBufferPointer) throws(ImageCodecError) -> ImageFormat = ImageFormat.required(of:),
        _ body: (UnsafeRawBufferPointer) throws(ImageCodecError) -> Value
    ) throws(ImageCodecError) -> Value {
        let file = try readAll(path: path, limit: limits.maxFileBytes) { (start) throws(ImageCodecError) in
            _ = try format(start)
        }
        do throws(ImageCodecError) {
            return try file.withBytes(body)
        } catch {
            throw error.about(path: path.description)
        }
    }

    /// What is left to read from an open descriptor, such as standard input.
    ///
    /// - Parameter check: sees the first bytes, 64 KiB or all that there are, and throws where the rest is not wanted: a
    ///   stream without an end would else be read up to the limit.
    /// - Throws: ``ImageCodecError/unreadableFile(path:reason:)``, ``ImageCodecError/fileTooLarge(limit:path:)`` or
    ///   ``ImageCodecError/outOfMemory(byteCount:purpose:)``.
    package static func readAll(
        fileDescriptor: Int32, limit: Int = DecodingLimits.default.maxFileBytes,
        checking check: (UnsafeRawBufferPointer) throws(ImageCodecError) -> Void = { (_) throws(ImageCodecError) in }
    ) throws(ImageCodecError) -> ByteBuffer {
        var status = stat()
        guard fstat(fileDescriptor, &status) == 0 else {
            throw .unreadableFile(path: nil, reason: systemReason(errno))
        }
        var size = firstPiece
        if status.st_mode & S_IFMT == S_IFREG {
            guard Int(status.st_size) <= limit else { throw .fileTooLarge(limit: limit) }
            // One more than the size, so that the end shows without another allocation.
            size = min(Int(status.st_size), .max - 1) + 1
        }
        return try read(fileDescriptor, size: size, limit: limit, check)
    }

    /// - Parameter size: what is allocated once the first bytes are in order; more where that turns out to be too little.
    private static func read(
        _ descriptor: Int32, size: Int, limit: Int,
        _ check: (UnsafeRawBufferPointer) throws(ImageCodecError) -> Void
    ) throws(ImageCodecError) -> ByteBuffer {
        // Some files of the system say that they are empty, and are not.
        var capacity = min(max(size, 4_096), firstPiece)
        var (count, isChecked) = (0, false)
        guard var base = malloc(capacity) else { throw .outOfMemory(byteCount: capacity, purpose: "a file") }
        var isFinished = false
        defer { if !isFinished { free(base) } }
        while true {
            if count == capacity {
                if !isChecked { try check(UnsafeRawBufferPointer(start: base, count: count)) }
                isChecked = true
                // One beyond the limit is enough to know that there is more.
                let doubled = min(capacity * 2, limit < .max ? limit + 1 : .max)
                let larger = max(size, doubled)
                guard larger > capacity, let moved = realloc(base, larger) else {
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
        if !isChecked { try check(UnsafeRawBufferPointer(start: base, count: count)) }
        isFinished = true
        return ByteBuffer(adopting: base, count: count)
    }
}
