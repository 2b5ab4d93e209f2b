import Files

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Bytes that grow at their end, in memory of their own: unlike an array, it can be refused without ending the process.
final class GrowingBytes {
    private var base: UnsafeMutableRawPointer?
    private var capacity = 0
    private(set) var count = 0

    deinit { free(base) }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Offers all the free room there is, at least `room` bytes; `body` returns how many it filled.
    ///
    /// - Throws: ``ImageCodecError/outOfMemory(byteCount:purpose:)``.
    func append(
        room: Int, filledBy body: (UnsafeMutableRawBufferPointer) -> Int
    ) throws(ImageCodecError) {
        try reserve(room)
        guard let base else { return }
        let filled = body(UnsafeMutableRawBufferPointer(start: base + count, count: capacity - count))
        precondition(filled <= capacity - count, "\(filled) bytes in room for \(capacity - count)")
        count += filled
    }

    /// - Throws: ``ImageCodecError/outOfMemory(byteCount:purpose:)``.
    func append(_ bytes: [UInt8]) throws(ImageCodecError) {
        try append(room: bytes.count) { room in
            room.copyBytes(from: bytes)
            return bytes.count
        }
    }

    /// - Throws: ``ImageCodecError/outOfMemory(byteCount:purpose:)``.
    func append(_ bytes: UnsafeRawBufferPointer) throws(ImageCodecError) {
        try append(room: bytes.count) { room in
            room.copyMemory(from: bytes)
            return bytes.count
        }
    }

    /// Begins anew, in the same memory.
    func removeAll() { count = 0 }

    /// Replaces bytes that are there.
    func replace(at position: Int, with bytes: [UInt8]) {
        precondition(position >= 0 && bytes.count <= count - position, "bytes beyond the end")
        base.map { ($0 + position).copyMemory(from: bytes, byteCount: bytes.count) }
    }

    /// Hands over the bytes; nothing is left here.
    ///
    /// - Throws: ``ImageCodecError/outOfMemory(byteCount:purpose:)``.
    func finish() throws(ImageCodecError) -> ByteBuffer {
        // The memory grew by doubling; give back what is not used.
        guard let owned = realloc(base, max(count, 1)) else {
            throw .outOfMemory(byteCount: max(count, 1), purpose: "a file")
        }
        let buffer = ByteBuffer(adopting: owned, count: count)
        (base, capacity, count) = (nil, 0, 0)
        return buffer
    }

    private func reserve(_ room: Int) throws(ImageCodecError) {
        guard room > capacity - count else { return }
        let (larger, overflow) = count.addingReportingOverflow(max(room, count))
        guard !overflow, let moved = realloc(base, larger) else {
            throw .outOfMemory(byteCount: overflow ? .max : larger, purpose: "compressed pixels")
        }
        (base, capacity) = (moved, larger)
    }
}
