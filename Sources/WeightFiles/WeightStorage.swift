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
