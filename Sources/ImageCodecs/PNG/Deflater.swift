import CZ

/// zlib's compressor, for pieces of one deflate stream that are compressed on their own and strung together.
final class Deflater {
    /// How far back a repeat may lie, in bytes: what a piece may know of those before it.
    static let reach = 32_768

    // At an address of its own, since zlib keeps it.
    private let stream: UnsafeMutablePointer<z_stream>

    /// - Parameters:
    ///   - level: 0 (stored) to 9.
    ///   - strategy: one of zlib's, such as `Z_RLE`.
    /// - Throws: ``ImageCodecError/outOfMemory(byteCount:purpose:)``.
    init(level: Int32, strategy: Int32) throws(ImageCodecError) {
        let (windowBits, memoryLevel): (Int32, Int32) = (15, 8)
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = deflateInit2_(
            stream, level, Z_DEFLATED, -windowBits, memoryLevel, strategy, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            stream.deallocate()
            precondition(status == Z_MEM_ERROR, "zlib refused level \(level), strategy \(strategy): \(status)")
            throw .outOfMemory(byteCount: 1 << (windowBits + 3), purpose: "a compressor")
        }
        self.stream = stream
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Begins a piece.
    ///
    /// - Parameter past: the bytes before it, at most ``reach`` of them, which it may repeat.
    func begin(after past: UnsafeRawBufferPointer) {
        deflateReset(stream)
        if let base = past.bindMemory(to: UInt8.self).baseAddress, !past.isEmpty {
            deflateSetDictionary(stream, base, UInt32(past.count))
        }
    }

    /// Compresses bytes of the piece.
    ///
    /// - Parameter ending: given with its last bytes.
    /// - Throws: ``ImageCodecError/outOfMemory(byteCount:purpose:)``.
    func append(
        _ bytes: UnsafeRawBufferPointer, ending: PieceEnding?, to output: GrowingBytes
    ) throws(ImageCodecError) {
        // zlib counts what it is given in 32 bits.
        let limit = 1 << 30
        var rest = bytes
        while rest.count > limit {
            try run(UnsafeRawBufferPointer(rebasing: rest[..<limit]), Z_NO_FLUSH, output)
            rest = UnsafeRawBufferPointer(rebasing: rest[limit...])
        }
        let flush =
            switch ending {
            case nil: Z_NO_FLUSH
            case .open: Z_SYNC_FLUSH
            case .closed: Z_FINISH
            }
        try run(rest, flush, output)
    }

    private func run(
        _ bytes: UnsafeRawBufferPointer, _ flush: Int32, _ output: GrowingBytes
    ) throws(ImageCodecError) {
        // zlib reads through a pointer that is not const, but does not write there.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.bindMemory(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = UInt32(bytes.count)
        var isDone = false
        while !isDone {
            try output.append(room: 16_384) { room in
                let offered = UInt32(clamping: room.count)
                stream.pointee.next_out = room.bindMemory(to: UInt8.self).baseAddress
                stream.pointee.avail_out = offered
                // Without room left there may be more to come; asking once too often does no harm.
                let status = deflate(stream, flush)
                precondition(status != Z_STREAM_ERROR, "zlib's state is broken")
                isDone = stream.pointee.avail_out > 0
                return Int(offered - stream.pointee.avail_out)
            }
        }
    }
}

/// How a piece of a deflate stream ends.
enum PieceEnding {
    /// At a whole byte, open for another piece.
    case open
    /// With the stream.
    case closed
}
