import Files
import Raster
import Threads

/// A picture to TIFF, exact in all colour models and depths, without any library: baseline TIFF in strips, the lowest byte
/// first, alpha straight.
///
/// Source: TIFF revision 6.0 (1992); Adobe Photoshop TIFF Technical Notes (2002) for deflate.
enum TIFFEncoder {
    /// What 32 bits can point to.
    private static let maxBytes = Int(UInt32.max)

    static func encode(_ image: RasterImage, _ options: EncodingOptions) throws(ImageCodecError) -> EncodedImage {
        let strips = TIFFStrips(of: image, options.tiffCompression)
        var session = EncodingSession(format: .tiff)
        let profile = session.profile(of: image, options.metadata)
        let metadata = OutgoingMetadata(of: image, options.metadata, as: .tiff, &session)
        let fields = TIFFMetadataWriter.fields(of: metadata, profile: profile, &session)

        let file = GrowingBytes()
        try file.append([0x49, 0x49, 0x2A, 0, 0, 0, 0, 0])
        let parts = try append(strips, to: file, try options.pool(for: strips.count))
        try file.append([UInt8](repeating: 0, count: file.count % 2))
        let start = file.count
        let directory = TIFFMetadataWriter.directories(
            pixelFields(of: image, options.tiffCompression, strips, parts) + fields.primary, exif: fields.exif,
            gps: fields.gps, at: start)
        try file.append(directory)
        guard file.count <= maxBytes else {
            throw .encodingFailed(format: .tiff, reason: "it takes \(file.count) bytes, and the format holds 4 GiB")
        }
        file.replace(at: 4, with: TIFFField.number(start, 4, isBigEndian: false))
        return EncodedImage(format: .tiff, warnings: session.warnings, bytes: try file.finish())
    }

    /// Compresses the strips on all threads and appends them in order.
    ///
    /// - Returns: Offset and length of each, in bytes.
    private static func append(
        _ strips: TIFFStrips, to file: GrowingBytes, _ pool: ThreadPool
    ) throws(ImageCodecError) -> [(offset: Int, count: Int)] {
        let compressors = (0..<pool.threadCount).map { _ in TIFFStrips.Compressor() }
        let atOnce = 4 * pool.threadCount
        var parts: [(offset: Int, count: Int)] = []
        for start in stride(from: 0, to: strips.count, by: atOnce) {
            let count = min(strips.count - start, atOnce)
            let results = Guarded([Result<GrowingBytes, ImageCodecError>?](repeating: nil, count: count))
            pool.forEach(count) { index, slot in
                let result = Result { () throws(ImageCodecError) in
                    try strips.strip(start + index, compressors[slot])
                }
                results.withLock { $0[index] = result }
            }
            for result in results.withLock({ $0 }) {
                guard let strip = try result?.get() else { throw .encodingFailed(format: .tiff, reason: "cancelled") }
                parts.append((file.count, strip.count))
                try file.append(strip.bytes)
            }
        }
        return parts
    }

    private static func pixelFields(
        of image: RasterImage, _ compression: TIFFCompression, _ strips: TIFFStrips,
        _ parts: [(offset: Int, count: Int)]
    ) -> [TIFFField] {
        let channels = image.colorModel.channelCount
        func field(_ tag: Int, _ type: Int, _ values: [Int]) -> TIFFField {
            let size = type == 3 ? 2 : 4
            return TIFFField(
                tag: tag, type: type, count: values.count,
                value: values.flatMap { TIFFField.number($0, size, isBigEndian: false) })
        }
        let (short, long) = (3, 4)
        let method =
            switch compression {
            case .none: 1
            case .lzw: 5
            case .deflate: 8
            }
        var fields = [
            field(0x0100, long, [image.width]), field(0x0101, long, [image.height]),
            field(0x0102, short, [Int](repeating: image.bitDepth.rawValue, count: channels)),
            field(0x0103, short, [method]), field(0x0106, short, [image.colorModel.colorChannelCount == 1 ? 1 : 2]),
            field(0x0111, long, parts.map(\.offset)), field(ExifTag.orientation, short, [1]),
            field(0x0115, short, [channels]), field(0x0116, long, [strips.rowsPerStrip]),
            field(0x0117, long, parts.map(\.count)), field(0x011C, short, [1]),
        ]
        if compression != .none { fields.append(field(0x013D, short, [2])) }
        if image.colorModel.hasAlpha { fields.append(field(0x0152, short, [2])) }
        return fields
    }
}
