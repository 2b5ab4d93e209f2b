import Files

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What a weight file is read from: a regular file open for reading, or bytes in memory.
///
/// Files are read with `pread` rather than mapped: where a mapped file is cut off by somebody else, touching it kills the
/// process.
struct WeightSource: ~Copyable {
    let file: String
    let byteCount: Int
    private let place: Place

    private enum Place {
        case descriptor(Int32)
        case memory(UnsafeRawBufferPointer, isStatic: Bool)
    }

    /// - Throws: ``WeightError/unreadable(file:code:)``, ``WeightError/notRegularFile(file:)``.
    init(path: BytePath) throws(WeightError) {
        let file = path.description
        guard !path.containsNUL else { throw .unreadable(file: file, code: ENOENT) }
        // Non-blocking, since opening a pipe that nobody writes to would wait for ever; regular files do not mind.
        let descriptor = path.open(O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .unreadable(file: file, code: errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            close(descriptor)
            throw .unreadable(file: file, code: code)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .notRegularFile(file: file)
        }
        self.file = file
        self.byteCount = Int(status.st_size)
        self.place = .descriptor(descriptor)
    }

    /// - Parameters:
    ///   - bytes: outlive this value.
    ///   - isStatic: whether they outlive everything, so that nothing has to be copied.
    init(_ bytes: UnsafeRawBufferPointer, isStatic: Bool, file: String) {
        self.file = file
        self.byteCount = bytes.count
        self.place = .memory(bytes, isStatic: isStatic)
    }

    deinit {
        if case .descriptor(let descriptor) = place { close(descriptor) }
    }

    /// Fills `buffer` with the bytes from `offset`, which callers have compared with ``byteCount``.
    func read(into buffer: UnsafeMutableRawBufferPointer, from offset: Int) throws(WeightError) {
        switch place {
        case .memory(let bytes, _):
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + buffer.count)]))
        case .descriptor(let descriptor):
            var done = 0
            while done < buffer.count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
                let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
                if count < 0 {
                    if errno == EINTR { continue }
                    throw .unreadable(file: file, code: errno)
                }
                guard count > 0 else {
                    throw .changedWhileReading(
                        file: file, expectedByteCount: byteCount, actualByteCount: offset + done)
                }
                done += count
            }
        }
    }

    /// The SHA-256 of all bytes as 64 lower-case hexadecimal digits, in pieces of a megabyte.
    ///
    /// - Complexity: O(bytes).
    func sha256() throws(WeightError) -> String {
        var (hash, offset) = (SHA256(), 0)
        while offset < byteCount {
            let piece = try read(min(byteCount - offset, 1 << 20), from: offset)
            hash.update(piece.bytes)
            offset += piece.bytes.count
        }
        return hash.finish()
    }

    /// The `byteCount` bytes from `offset`: where they lie for ever, or in memory of their own.
    func read(_ byteCount: Int, from offset: Int) throws(WeightError) -> WeightStorage {
        if case .memory(let bytes, isStatic: true) = place {
            return WeightStorage(static: UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + byteCount)]))
        }
        return try WeightStorage(byteCount: byteCount, file: file) { (buffer) throws(WeightError) in
            try read(into: buffer, from: offset)
        }
    }
}
