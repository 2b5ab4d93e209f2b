#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Memory for samples, zeroed, freed with its last owner.
final class PixelStorage: @unchecked Sendable {
    // Unchecked: written while one picture owns it alone, only read once shared; `RasterImage` copies before writing.
    let base: UnsafeMutableRawPointer
    let byteCount: Int

    /// - Throws: ``ImageCodecError/outOfMemory(byteCount:purpose:)``.
    init(byteCount: Int, purpose: @autoclosure () -> String) throws(ImageCodecError) {
        precondition(byteCount >= 0, "a buffer of \(byteCount) bytes")
        guard let base = calloc(max(byteCount, 1), 1) else {
            throw .outOfMemory(byteCount: byteCount, purpose: purpose())
        }
        self.base = base
        self.byteCount = byteCount
    }

    deinit { free(base) }

    func copy() throws(ImageCodecError) -> PixelStorage {
        let copy = try PixelStorage(byteCount: byteCount, purpose: "a copy of a picture")
        copy.base.copyMemory(from: base, byteCount: byteCount)
        return copy
    }
}
