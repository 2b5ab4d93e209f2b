#if HEIF
import CImageCodecs
import Raster

/// HEIC and AVIF to a picture: the primary picture of the file, RGB with or without alpha; 10 and 12 bits become 16.
///
/// Cropping, turning and mirroring are properties of the file and are applied by libheif; the orientation in EXIF says the
/// same once more and is not applied again. Colours that are given by numbers instead of a profile get the profile that
/// those numbers describe.
enum HEIFDecoder {
    static func decode(
        _ bytes: UnsafeRawBufferPointer, in session: DecodingSession
    ) throws(ImageCodecError) -> RasterImage {
        let reader = cic_heif_reader_create(
            bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, session.lenient)
        guard let reader else { throw .outOfMemory(byteCount: 4096, purpose: "a decoder of HEIC and AVIF") }
        defer { cic_heif_reader_destroy(reader) }

        var info = cic_picture_info()
        let maxSide = min(max(session.limits.maxSide, 1), 1 << 20)
        let headerStatus = cic_heif_read_header(reader, Int32(clamping: maxSide), &info)
        guard headerStatus == CIC_OK else {
            throw session.error(headerStatus, cic_heif_reader_report(reader).pointee, info)
        }
        try session.checkSize(of: info)
        var warnings: [DecodingWarning] = []
        let count = Int(cic_heif_picture_count(reader))
        if count > 1 { warnings.append(.furtherPicturesIgnored(count: count)) }
        var profile = data(cic_heif_profile_size(reader), session.limits.maxAncillaryBytes) {
            cic_heif_copy_profile(reader, $0)
        }
        if profile == nil, cic_heif_profile_size(reader) > 0 {
            warnings.append(.iccProfileDropped(reason: "it is longer than \(session.limits.maxAncillaryBytes) bytes"))
        }
        var deviation: String?
        if profile == nil { (profile, deviation) = CodedColors.profile(of: cic_heif_read_colors(reader)) }
        let metadata = metadata(of: reader, session.limits, &warnings)

        let status = cic_heif_decode(reader, &info)
        guard status == CIC_OK else { throw session.error(status, cic_heif_reader_report(reader).pointee, info) }
        let storage = try session.makeStorage(for: info)
        let copyStatus = cic_heif_copy_pixels(
            reader, storage.base.assumingMemoryBound(to: UInt8.self), storage.byteCount)
        let report = cic_heif_reader_report(reader).pointee
        let damage = try session.judge(copyStatus, report, info)
        return try session.assemble(
            storage, info, metadata, profile: profile, report: report, warnings: damage + warnings,
            colorDeviation: deviation)
    }

    /// As many bytes as are there, unless they are too many or cannot be had.
    private static func data(
        _ count: Int, _ limit: Int, _ copy: (UnsafeMutablePointer<UInt8>) -> Bool
    ) -> [UInt8]? {
        guard count > 0, count <= limit else { return nil }
        var isCopied = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            isCopied = buffer.baseAddress.map(copy) ?? false
            filled = isCopied ? count : 0
        }
        return isCopied ? bytes : nil
    }

    private static func metadata(
        of reader: OpaquePointer, _ limits: DecodingLimits, _ warnings: inout [DecodingWarning]
    ) -> ImageMetadata {
        var metadata = ImageMetadata()
        let exifSize = cic_heif_metadata_size(reader, false)
        if exifSize > limits.maxAncillaryBytes {
            warnings.append(.exifDropped(reason: "it is longer than \(limits.maxAncillaryBytes) bytes"))
        }
        if let block = data(exifSize, limits.maxAncillaryBytes, { cic_heif_copy_metadata(reader, false, $0) }) {
            metadata.exif = upright(block)
        }
        let xmpSize = cic_heif_metadata_size(reader, true)
        if xmpSize > MetadataLimits.xmpBytes {
            warnings.append(.metadataDropped(reason: "XMP of more than \(MetadataLimits.xmpBytes) bytes"))
        }
        metadata.xmp = data(xmpSize, MetadataLimits.xmpBytes) { cic_heif_copy_metadata(reader, true, $0) }
        return metadata
    }

    /// The TIFF block behind the number that says where it begins, with an orientation that is already applied.
    private static func upright(_ block: [UInt8]) -> [UInt8] {
        let offset = block.withUnsafeBytes { ByteReader($0).number32(0) } ?? 0
        let exif = Array(block.dropFirst(4).dropFirst(offset))
        guard var parsed = try? ExifBlock(exif) else { return exif }
        parsed.makeUpright()
        return parsed.bytes
    }
}
#endif
