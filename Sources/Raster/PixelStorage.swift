#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Memory for samples, zeroed, freed with its last owner.
///
/// Straight from the system, in large pages where it has them, and back to it at once when freed. Page by page, first
/// touching the memory is a good part of decoding: a JPEG of 50 megapixels takes 165 ms then and 101 ms so.
package final class PixelStorage: @unchecked Sendable {
    // Unchecked: written while one picture owns it alone, only read once shared; `RasterImage` copies before writing.
    package let base: UnsafeMutableRawPointer
    package let byteCount: Int
    /// Memory that was taken over, and what gives it back.
    private let adopted:
        (bytes: UnsafeMutableRawBufferPointer, release: @Sendable (UnsafeMutableRawBufferPointer) -> Void)?

    /// - Throws: ``RasterError/outOfMemory(byteCount:purpose:)``.
    package init(byteCount: Int, purpose: @autoclosure () -> String) throws(RasterError) {
        precondition(byteCount >= 0, "a buffer of \(byteCount) bytes")
        let mapping = mmap(nil, max(byteCount, 1), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapping, mapping != MAP_FAILED else {
            throw .outOfMemory(byteCount: byteCount, purpose: purpose())
        }
        #if os(Linux)
        if byteCount >= 4 << 20 { madvise(mapping, byteCount, MADV_HUGEPAGE) }
        #endif
        self.base = mapping
        self.byteCount = byteCount
        self.adopted = nil
    }

    /// Takes over memory that `release` gives back.
    init(
        adopting bytes: UnsafeMutableRawBufferPointer, at base: UnsafeMutableRawPointer, byteCount: Int,
        release: @escaping @Sendable (UnsafeMutableRawBufferPointer) -> Void
    ) {
        self.base = base
        self.byteCount = byteCount
        self.adopted = (bytes, release)
    }

    deinit {
        if let adopted { adopted.release(adopted.bytes) } else { munmap(base, max(byteCount, 1)) }
    }

    package func copy() throws(RasterError) -> PixelStorage {
        let copy = try PixelStorage(byteCount: byteCount, purpose: "a copy of a picture")
        copy.base.copyMemory(from: base, byteCount: byteCount)
        return copy
    }
}
