import CZ
import Raster

/// A picture's rows in strips as a TIFF file has them: the pixel to the left subtracted from each, then compressed.
final class TIFFStrips {
    /// Bytes of a strip before compression; the specification asks for about 8 KB, and today's programs for more.
    private static let stripBytes = 1 << 18
    private static let deflateLevel: Int32 = 4

    let rowsPerStrip: Int
    let count: Int
    private let image: RasterImage
    private let compression: TIFFCompression

    init(of image: RasterImage, _ compression: TIFFCompression) {
        self.image = image
        self.compression = compression
        rowsPerStrip = min(max(Self.stripBytes / image.bytesPerRow, 1), image.height)
        count = (image.height + rowsPerStrip - 1) / rowsPerStrip
    }

    /// What one thread compresses with.
    final class Compressor {
        fileprivate var deflater: Deflater?
        fileprivate var lzw: LZWCompressor?
        fileprivate let rows = GrowingBytes()
    }

    /// A strip as it is in the file.
    ///
    /// - Throws: ``ImageCodecError/outOfMemory(byteCount:purpose:)``.
    func strip(_ index: Int, _ compressor: Compressor) throws(ImageCodecError) -> GrowingBytes {
        let rows = index * rowsPerStrip..<min((index + 1) * rowsPerStrip, image.height)
        compressor.rows.removeAll()
        try compressor.rows.append(room: rows.count * image.bytesPerRow) { room in
            write(rows, to: room)
            return rows.count * image.bytesPerRow
        }
        let bytes = compressor.rows.bytes
        let output = GrowingBytes()
        switch compression {
        case .none:
            try output.append(bytes)
        case .lzw:
            var lzw = compressor.lzw ?? LZWCompressor()
            compressor.lzw = nil
            try output.append(room: LZWCompressor.bound(bytes.count)) { room in
                guard let target = room.bindMemory(to: UInt8.self).baseAddress else { return 0 }
                return lzw.compress(bytes, to: target)
            }
            compressor.lzw = lzw
        case .deflate:
            let deflater: Deflater
            if let own = compressor.deflater {
                deflater = own
            } else {
                deflater = try Deflater(level: Self.deflateLevel, strategy: Z_DEFAULT_STRATEGY)
                compressor.deflater = deflater
            }
            deflater.begin(after: UnsafeRawBufferPointer(start: nil, count: 0))
            try output.append([0x78, 0x01])
            try deflater.append(bytes, ending: .closed, to: output)
            let checksum = adler32_z(adler32_z(0, nil, 0), bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
            try output.append((0..<4).map { UInt8(truncatingIfNeeded: checksum >> (24 - 8 * $0)) })
        }
        return output
    }

    /// The rows in the file's byte order, the lowest byte first, with differences where they are compressed.
    private func write(_ rows: Range<Int>, to target: UnsafeMutableRawBufferPointer) {
        let isPlain = compression == .none
        let (channels, perRow) = (image.colorModel.channelCount, image.width * image.colorModel.channelCount)
        image.withSamples { samples in
            switch samples {
            case .eight(let base):
                guard let out = target.bindMemory(to: UInt8.self).baseAddress else { return }
                for (index, row) in rows.enumerated() {
                    let (source, out) = (base + row * perRow, out + index * perRow)
                    out.update(from: source, count: isPlain ? perRow : channels)
                    if !isPlain {
                        for x in channels..<max(perRow, channels) { out[x] = source[x] &- source[x - channels] }
                    }
                }
            case .sixteen(let base):
                guard let out = target.bindMemory(to: UInt16.self).baseAddress else { return }
                for (index, row) in rows.enumerated() {
                    let (source, out) = (base + row * perRow, out + index * perRow)
                    for x in 0..<perRow {
                        let value = isPlain || x < channels ? source[x] : source[x] &- source[x - channels]
                        out[x] = value.littleEndian
                    }
                }
            }
        }
    }
}
