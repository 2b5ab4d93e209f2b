import CImageCodecs
import Raster

/// JPEG to a picture: baseline and progressive, grey, YCbCr, RGB, CMYK and YCCK.
enum JPEGDecoder {
    /// - Parameter size: pixels that the upright picture has at least, where fewer than all of them are enough.
    static func decode(
        _ bytes: UnsafeRawBufferPointer, in session: DecodingSession, atLeast size: (width: Int, height: Int)? = nil
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
        // What the whole picture would take is refused all the same: the library goes through all of it.
        try session.checkSize(of: info)
        var metadata = segments.metadata
        if let size {
            let isTurned = Self.isTurned(metadata)
            let (fullWidth, fullHeight) = (Double(info.width), Double(info.height))
            cic_jpeg_reduce(
                reader, UInt32(clamping: isTurned ? size.height : size.width),
                UInt32(clamping: isTurned ? size.width : size.height), &info)
            metadata.resolution = metadata.resolution?.scaled(
                across: Double(info.width) / fullWidth, down: Double(info.height) / fullHeight)
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
            storage, info, metadata, profile: segments.profile, report: report, warnings: damage + remarks)
    }

    /// The size of the upright picture, from the header alone.
    static func size(
        _ bytes: UnsafeRawBufferPointer, in session: DecodingSession
    ) throws(ImageCodecError) -> (width: Int, height: Int) {
        let segments = try JPEGSegments(bytes, limits: session.limits)
        let reader = cic_jpeg_reader_create(
            bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, Int32(clamping: session.limits.maxScans), false)
        guard let reader else { throw .outOfMemory(byteCount: 4096, purpose: "a JPEG decoder") }
        defer { cic_jpeg_reader_destroy(reader) }
        var info = cic_picture_info()
        let status = cic_jpeg_read_header(reader, &info)
        guard status == CIC_OK else { throw session.error(status, cic_jpeg_reader_report(reader).pointee, info) }
        try session.checkSize(of: info)
        let (width, height) = (Int(info.width), Int(info.height))
        return isTurned(segments.metadata) ? (height, width) : (width, height)
    }

    private static func isTurned(_ metadata: ImageMetadata) -> Bool {
        guard let exif = metadata.exif, let block = try? ExifBlock(exif) else { return false }
        return block.orientation.swapsSides
    }
}
