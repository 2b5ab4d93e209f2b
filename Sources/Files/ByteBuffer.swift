#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Bytes in memory of their own, read-only and freed with the last owner.
///
/// Swift's arrays abort the process when memory runs out; files and pictures can be large, so they live here.
package final class ByteBuffer: @unchecked Sendable {
    // Unchecked: nothing writes to the memory once the buffer exists.
    private let base: UnsafeMutableRawPointer
    package let count: Int

    /// Takes over memory that came from `malloc` and its relatives.
    package init(adopting base: UnsafeMutableRawPointer, count: Int) {
        self.base = base
        self.count = count
    }

    deinit { free(base) }

    /// Reads the bytes; the pointer is valid inside `body` only.
    package func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: base, count: count))
    }
}
