/// Compresses pieces of one deflate stream, each on its own, so that they can be strung together.
protocol PieceCompressor: AnyObject {
    /// Begins a piece.
    ///
    /// - Parameter past: the bytes before it, at most ``Deflater/reach`` of them, which it may repeat.
    func begin(after past: UnsafeRawBufferPointer)

    /// Compresses bytes of the piece.
    ///
    /// - Parameter ending: given with its last bytes.
    /// - Throws: ``ImageCodecError/outOfMemory(byteCount:purpose:)``.
    func append(
        _ bytes: UnsafeRawBufferPointer, ending: PieceEnding?, to output: GrowingBytes
    ) throws(ImageCodecError)
}

/// How a piece of a deflate stream ends.
enum PieceEnding {
    /// At a whole byte, open for another piece.
    case open
    /// With the stream.
    case closed
}
