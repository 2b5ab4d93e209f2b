#if TIFF
import CImageCodecs
import Raster

/// TIFF to a picture: grey, palette, RGB and CMYK of 1 to 16 bits, in strips or tiles, together or in planes.
///
/// Alpha that was multiplied into the colours is taken out of them; 1 to 7 bits become 8, 9 to 15 become 16. Pixels are
/// libtiff's work; what the file says beside them is read here.
enum TIFFDecoder {
    static func decode(
        _ bytes: UnsafeRawBufferPointer, in session: DecodingSession
    ) throws(ImageCodecError) -> RasterImage {
        let tags = TIFFTags(bytes, limits: session.limits)
        if let feature = tags.refusedFeature { throw .unsupported(format: .tiff, feature: feature) }
        let reader = cic_tiff_reader_create(
            bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, UInt64(max(session.limits.maxPixels, 1)),
            session.lenient)
        guard let reader else { throw .outOfMemory(byteCount: 4096, purpose: "a TIFF decoder") }
        defer { cic_tiff_reader_destroy(reader) }

        var info = cic_picture_info()
        let headerStatus = cic_tiff_read_header(reader, &info)
        guard headerStatus == CIC_OK else {
            throw session.error(headerStatus, cic_tiff_reader_report(reader).pointee, info)
        }
        let storage = try session.makeStorage(for: info)
        let status = cic_tiff_read_pixels(
            reader, storage.base.assumingMemoryBound(to: UInt8.self), storage.byteCount)
        let report = cic_tiff_reader_report(reader).pointee
        let damage = try session.judge(status, report, info)
        // Inks are converted without a profile, whatever is wrong with the one that is there.
        let remarks = tags.warnings.filter { warning in
            if info.is_cmyk, case .iccProfileDropped = warning { false } else { true }
        }
        return try session.assemble(
            storage, info, tags.metadata, profile: tags.profile, report: report, warnings: damage + remarks)
    }
}
#endif
