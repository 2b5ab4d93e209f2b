import Files

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The bytes of a weight file's data section.
final class WeightStorage: @unchecked Sendable {
    // Unchecked: the bytes are written before the object is handed out and only read afterwards.
    let bytes: UnsafeRawBufferPointer
    private let owned: UnsafeMutableRawPointer?

    /// Bytes that live for ever, such as those embedded in the program.
    init(static bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        self.owned = nil
    }

    /// `byteCount` bytes that `fill` writes, aligned to a cache line.
    init(
        byteCount: Int, file: String, fill: (UnsafeMutableRawBufferPointer) throws(WeightError) -> Void
    ) throws(WeightError) {
        var memory: UnsafeMutableRawPointer?
        guard posix_memalign(&memory, 64, max(byteCount, 1)) == 0, let memory else {
            throw .outOfMemory(file: file, byteCount: byteCount)
        }
        do throws(WeightError) {
            try fill(UnsafeMutableRawBufferPointer(start: memory, count: byteCount))
        } catch {
            free(memory)
            throw error
        }
        self.bytes = UnsafeRawBufferPointer(start: memory, count: byteCount)
        self.owned = memory
    }

    deinit { free(owned) }
}

/// A regular file open for reading.
///
/// Read with `pread` rather than mapped: where a mapped file is cut off by somebody else, touching it kills the process.
struct WeightSource: ~Copyable {
    let file: String
    let byteCount: Int
    private let descriptor: Int32

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
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Fills `buffer` with the file's bytes from `offset`.
    func read(into buffer: UnsafeMutableRawBufferPointer, from offset: Int) throws(WeightError) {
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

    /// The `byteCount` bytes from `offset` in memory of their own.
    func read(_ byteCount: Int, from offset: Int) throws(WeightError) -> WeightStorage {
        try WeightStorage(byteCount: byteCount, file: file) { (buffer) throws(WeightError) in
            try read(into: buffer, from: offset)
        }
    }
}
