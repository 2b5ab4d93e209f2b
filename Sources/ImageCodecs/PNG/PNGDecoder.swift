import CImageCodecs
import Raster

/// PNG to a picture: every colour type and bit depth, interlaced or not.
///
/// 1, 2 and 4 bits become 8 by replication, 16 stay 16. A palette becomes RGB, or RGBA if it has transparency; a
/// transparent colour becomes alpha. Chunks about gamma and chromaticity do not change values;
/// where they say that the colours are not sRGB, and no profile does, a warning says so.
enum PNGDecoder {
    static func decode(
        _ bytes: UnsafeRawBufferPointer, in session: DecodingSession
    ) throws(ImageCodecError) -> RasterImage {
        let chunks = try PNGChunks(bytes, limits: session.limits)
        let reader = cic_png_reader_create(
            bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, max(session.limits.maxAncillaryBytes, 1),
            session.lenient)
        guard let reader else { throw .outOfMemory(byteCount: 4096, purpose: "a PNG decoder") }
        defer { cic_png_reader_destroy(reader) }

        var info = cic_picture_info()
        let headerStatus = cic_png_read_header(reader, &info)
        guard headerStatus == CIC_OK else {
            throw session.error(headerStatus, cic_png_reader_report(reader).pointee, info)
        }
        let storage = try session.makeStorage(for: info)
        let status = cic_png_read_pixels(reader, storage.base, storage.byteCount)
        let report = cic_png_reader_report(reader).pointee
        let damage = try session.judge(status, report, info)
        var profile = cic_profile()
        cic_png_read_profile(reader, &profile)
        let profileBytes = profile.size > 0 ? Array(UnsafeBufferPointer(start: profile.data, count: profile.size)) : nil
        return try session.assemble(
            storage, info, chunks.metadata, profile: profileBytes, report: report, warnings: damage + chunks.warnings,
            colorDeviation: PNGColorSpace.deviation(in: bytes))
    }
}
