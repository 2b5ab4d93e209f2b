import CZ

/// zlib's decompressor, for a stream of which a piece is wanted at a time.
final class Inflater {
    // At an address of its own, since zlib keeps it.
    private let stream: UnsafeMutablePointer<z_stream>
    private var rest: UnsafeRawBufferPointer

    /// What came of asking for more.
    enum Outcome {
        case filled
        /// The compressed bytes, or the stream in them, end before.
        case ended
        /// They are no stream of zlib's.
        case damaged
    }

    /// - Parameter bytes: a whole stream with zlib's header; they have to stay while this is used.
    /// - Throws: ``ImageCodecError/outOfMemory(byteCount:purpose:)``.
    init(_ bytes: UnsafeRawBufferPointer) throws(ImageCodecError) {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = inflateInit_(stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            stream.deallocate()
            precondition(status == Z_MEM_ERROR, "zlib refused to begin: \(status)")
            throw .outOfMemory(byteCount: 1 << 15, purpose: "a decompressor")
        }
        self.stream = stream
        rest = bytes
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// The next `count` bytes of what was compressed.
    ///
    /// - Throws: ``ImageCodecError/outOfMemory(byteCount:purpose:)``.
    func fill(_ target: UnsafeMutablePointer<UInt8>, count: Int) throws(ImageCodecError) -> Outcome {
        var filled = 0
        while filled < count {
            // zlib counts in 32 bits; it reads through a pointer that is not const, but does not write there.
            let (offered, room) = (UInt32(clamping: rest.count), UInt32(clamping: count - filled))
            stream.pointee.next_in = UnsafeMutablePointer(mutating: rest.bindMemory(to: UInt8.self).baseAddress)
            stream.pointee.avail_in = offered
            stream.pointee.next_out = target + filled
            stream.pointee.avail_out = room
            let status = inflate(stream, Z_NO_FLUSH)
            rest = UnsafeRawBufferPointer(rebasing: rest[Int(offered - stream.pointee.avail_in)...])
            filled += Int(room - stream.pointee.avail_out)
            switch status {
            case Z_OK: continue
            case Z_STREAM_END, Z_BUF_ERROR: return filled == count ? .filled : .ended
            case Z_MEM_ERROR: throw .outOfMemory(byteCount: 1 << 15, purpose: "a decompressor")
            default: return .damaged
            }
        }
        return .filled
    }
}
