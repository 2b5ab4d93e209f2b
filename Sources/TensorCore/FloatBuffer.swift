#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Memory for floats, aligned to a cache line, freed with its last owner.
///
/// Swift's arrays abort the process when memory runs out; a matting library must not, so big buffers come from here.
package final class FloatBuffer: @unchecked Sendable {
    // Unchecked: the pointer is written while one owner prepares the buffer and only read once it is shared;
    // `Tensor` keeps that promise by copying before it writes to shared storage.
    package let base: UnsafeMutablePointer<Float>
    package let count: Int
    /// What is given back to the system, where the memory is straight from it.
    private let mapping: UnsafeMutableRawBufferPointer?
    private static let largePage = 2 << 20
    /// From here on the C library maps memory too, each time anew.
    private static let mappedByteCount = 32 << 20

    /// Room for `count` floats; contents are undefined unless `zeroed`.
    ///
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    package init(count: Int, zeroed: Bool = false, purpose: @autoclosure () -> String) throws(TensorError) {
        precondition(count >= 0, "a buffer of \(count) floats")
        let (byteCount, overflow) = max(count, 1).multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
        guard !overflow else { throw .outOfMemory(byteCount: .max, purpose: purpose()) }
        self.count = count
        if zeroed && byteCount >= Self.mappedByteCount {
            guard let mapping = Self.map(byteCount) else {
                throw .outOfMemory(byteCount: byteCount, purpose: purpose())
            }
            self.mapping = mapping.whole
            self.base = mapping.start.bindMemory(to: Float.self, capacity: count)
            return
        }
        self.mapping = nil
        // Large buffers in pages of two megabytes: the first touch of a page costs an eighth a byte, and maps are walked row
        // by row, each row in another small page. Advice only; where it is not taken nothing is lost.
        let isLarge = byteCount >= 2 * Self.largePage
        var raw: UnsafeMutableRawPointer?
        guard posix_memalign(&raw, isLarge ? Self.largePage : 64, byteCount) == 0, let raw else {
            throw .outOfMemory(byteCount: byteCount, purpose: purpose())
        }
        #if os(Linux)
        if isLarge { madvise(raw, byteCount, MADV_HUGEPAGE) }
        #endif
        if zeroed { memset(raw, 0, byteCount) }
        self.base = raw.bindMemory(to: Float.self, capacity: max(count, 1))
    }

    /// Zeros from the system, which makes each page when it is first touched: by the loop that fills the buffer, on all
    /// threads and until the task is cancelled. In one go here they would take 25 ms for the matte of 48 megapixels.
    private static func map(
        _ byteCount: Int
    ) -> (whole: UnsafeMutableRawBufferPointer, start: UnsafeMutableRawPointer)? {
        let (length, overflow) = byteCount.addingReportingOverflow(largePage)
        guard !overflow else { return nil }
        let mapping = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapping, mapping != MAP_FAILED else { return nil }
        let start = mapping.alignedUp(toMultipleOf: largePage)
        #if os(Linux)
        madvise(start, byteCount, MADV_HUGEPAGE)
        #endif
        return (UnsafeMutableRawBufferPointer(start: mapping, count: length), start)
    }

    deinit {
        if let mapping { munmap(mapping.baseAddress, mapping.count) } else { free(base) }
    }
}
