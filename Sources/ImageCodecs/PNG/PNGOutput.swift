import CImageCodecs
import CZ
import Raster
import Threads

/// A PNG file being written. Bands come from any thread in any order and are put into their own; none is held longer
/// than until those before it are there.
final class PNGOutput: @unchecked Sendable {
    // Unchecked: the writer is used by one call at a time, under the lock.
    private let writer: OpaquePointer
    private let bandCount: Int
    private var session: EncodingSession
    private let byteCount: Int
    private let state = Guarded(State())

    private struct State {
        /// The band to be written next.
        var next = 0
        /// Adler-32 of everything before it.
        var checksum: UInt = 1
        var waiting: [Int: CompressedBand] = [:]
        var failure: ImageCodecError?
    }

    /// Writes what comes before the pixels.
    ///
    /// - Throws: ``ImageCodecError/outOfMemory(byteCount:purpose:)``,
    ///   ``ImageCodecError/encodingFailed(format:reason:)``.
    init(
        of image: RasterImage, profile: [UInt8], chunks: [PNGChunkWriter.Chunk], bandCount: Int,
        in session: EncodingSession
    ) throws(ImageCodecError) {
        guard let writer = cic_png_writer_create() else {
            throw .outOfMemory(byteCount: 4096, purpose: "a PNG encoder")
        }
        self.writer = writer
        self.bandCount = bandCount
        self.session = session
        self.byteCount = image.storage.byteCount
        let status = EncodingSession.withArguments(image, profile: profile) { pixels, profile in
            cic_png_write_header(writer, &pixels, &profile)
        }
        try check(status)
        for chunk in chunks { try check(cic_png_write_chunk(writer, chunk.name, chunk.data, chunk.data.count)) }
        self.session.takeRemarks(cic_png_writer_report(writer).pointee)
    }

    deinit { cic_png_writer_destroy(writer) }

    /// Whether nothing has failed so far; if something has, further bands are in vain.
    var isSound: Bool { state.withLock { $0.failure == nil } }

    func fail(_ error: ImageCodecError) {
        state.withLock { $0.failure = $0.failure ?? error }
    }

    /// Takes band number `index`, and writes it once those before it are written.
    func write(_ band: CompressedBand, at index: Int) {
        state.withLock { state in
            state.waiting[index] = band
            do throws(ImageCodecError) {
                while state.failure == nil, let next = state.waiting.removeValue(forKey: state.next) {
                    try write(next, &state)
                }
            } catch {
                state.failure = error
            }
        }
    }

    private func write(_ band: CompressedBand, _ state: inout State) throws(ImageCodecError) {
        state.checksum = adler32_combine(state.checksum, band.checksum, band.byteCount)
        state.next += 1
        if state.next == bandCount {
            try band.output.append((0..<4).map { UInt8(truncatingIfNeeded: state.checksum >> (24 - 8 * $0)) })
        }
        let bytes = band.output.bytes
        try check(cic_png_write_data(writer, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count))
    }

    /// Ends the file, after all bands.
    ///
    /// - Throws: ``ImageCodecError/outOfMemory(byteCount:purpose:)``,
    ///   ``ImageCodecError/encodingFailed(format:reason:)``.
    func end() throws(ImageCodecError) -> EncodedImage {
        let (failure, written) = state.withLock { ($0.failure, $0.next) }
        if let failure { throw failure }
        precondition(written == bandCount, "\(written) of \(bandCount) bands were written")
        var bytes = cic_bytes()
        try check(cic_png_write_end(writer, &bytes))
        return try session.finish(bytes)
    }

    private func check(_ status: cic_status) throws(ImageCodecError) {
        try session.check(status, cic_png_writer_report(writer).pointee, byteCount: byteCount)
    }
}
