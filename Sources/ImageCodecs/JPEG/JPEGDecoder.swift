import CImageCodecs
import Raster

/// JPEG to a picture: baseline and progressive, grey, YCbCr, RGB, CMYK and YCCK.
enum JPEGDecoder {
    static func decode(
        _ bytes: UnsafeRawBufferPointer, in session: DecodingSession
    ) throws(ImageCodecError) -> RasterImage {
        let segments = try JPEGSegments(bytes, limits: session.limits)
        let reader = cic_jpeg_reader_create(
            bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, Int32(clamping: session.limits.maxScans),
            session.lenient)
        guard let reader else { throw .outOfMemory(byteCount: 4096, purpose: "a JPEG decoder") }
        defer { cic_jpeg_reader_destroy(reader) }

        var info = cic_picture_info()
        let headerStatus = cic_jpeg_read_header(reader, &info)
        guard headerStatus == CIC_OK else {
            throw session.error(headerStatus, cic_jpeg_reader_report(reader).pointee, info)
        }
        let storage = try session.makeStorage(for: info)
        let status = cic_jpeg_read_pixels(reader, storage.base, storage.byteCount)
        let report = cic_jpeg_reader_report(reader).pointee
        let damage = try session.judge(status, report, info)
        // Inks are converted without a profile, whatever is wrong with the one that is there.
        let remarks = segments.warnings.filter { warning in
            if info.is_cmyk, case .iccProfileDropped = warning { false } else { true }
        }
        return try session.assemble(
            storage, info, segments.metadata, profile: segments.profile, report: report, warnings: damage + remarks)
    }
}
