import TestSupport

/// Writes PNG files chunk by chunk, right or wrong on purpose, without the library under test.
///
/// Pixel data is stored, not compressed: a deflate stream of stored blocks.
struct PNGBuilder {
    /// Colour types by their number in the file.
    enum ColorType: UInt8, CaseIterable {
        case gray = 0
        case rgb = 2
        case palette = 3
        case grayAlpha = 4
        case rgba = 6

        var channelCount: Int {
            switch self {
            case .gray, .palette: 1
            case .grayAlpha: 2
            case .rgb: 3
            case .rgba: 4
            }
        }

        var legalBitDepths: [Int] {
            switch self {
            case .gray: [1, 2, 4, 8, 16]
            case .palette: [1, 2, 4, 8]
            case .rgb, .grayAlpha, .rgba: [8, 16]
            }
        }
    }

    var width: Int
    var height: Int
    var colorType: ColorType
    var bitDepth: Int
    var isInterlaced = false
    /// `[height, width, channel]`, each in `0 ..< 1 << bitDepth`.
    var samples: [Int]
    /// Chunks between the header and the pixels, such as a palette.
    var leading: [(type: String, data: [UInt8])] = []
    /// Chunks between the pixels and the end.
    var trailing: [(type: String, data: [UInt8])] = []

    func bytes() -> [UInt8] {
        var file: [UInt8] = Self.signature
        file += Self.chunk("IHDR", header)
        for chunk in leading { file += Self.chunk(chunk.type, chunk.data) }
        file += Self.chunk("IDAT", Self.zlibStored(rows()))
        for chunk in trailing { file += Self.chunk(chunk.type, chunk.data) }
        return file + Self.chunk("IEND", [])
    }

    /// A small opaque RGB file, to be broken.
    static func plain(width: Int = 5, height: Int = 4) -> PNGBuilder {
        PNGBuilder(
            width: width, height: height, colorType: .rgb, bitDepth: 8,
            samples: (0..<width * height * 3).map { $0 * 7 % 256 })
    }

    private var header: [UInt8] {
        bigEndian(width) + bigEndian(height)
            + [UInt8(bitDepth), colorType.rawValue, 0, 0, isInterlaced ? 1 : 0]
    }

    // MARK: Rows

    /// Start and step of Adam7's passes: x, y, dx, dy.
    private static let passes = [
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
    ]

    /// All rows, each with filter type 0 before it.
    private func rows() -> [UInt8] {
        guard isInterlaced else { return rows(startX: 0, startY: 0, stepX: 1, stepY: 1) }
        return Self.passes.flatMap { rows(startX: $0.0, startY: $0.1, stepX: $0.2, stepY: $0.3) }
    }

    private func rows(startX: Int, startY: Int, stepX: Int, stepY: Int) -> [UInt8] {
        guard startX < width else { return [] }
        return stride(from: startY, to: height, by: stepY).flatMap { y in
            let row = stride(from: startX, to: width, by: stepX).flatMap { x in
                let first = (y * width + x) * colorType.channelCount
                return samples[first..<first + colorType.channelCount]
            }
            return [0] + packed(row)
        }
    }

    private func packed(_ row: [Int]) -> [UInt8] {
        if bitDepth == 16 { return row.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } }
        var bytes = [UInt8](repeating: 0, count: (row.count * bitDepth + 7) / 8)
        for (index, sample) in row.enumerated() {
            let bit = index * bitDepth
            bytes[bit / 8] |= UInt8(sample << (8 - bitDepth - bit % 8))
        }
        return bytes
    }
}

// MARK: - Chunks

extension PNGBuilder {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + data
        return bigEndian(data.count) + body + bigEndian(Int(crc32(body)))
    }

    /// `iCCP` with the given profile, stored.
    static func profileChunk(_ profile: [UInt8]) -> (type: String, data: [UInt8]) {
        ("iCCP", Array("profile".utf8) + [0, 0] + zlibStored(profile))
    }

    static func zlibStored(_ bytes: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        var start = 0
        repeat {
            let count = min(bytes.count - start, 65_535)
            let isLast = start + count == bytes.count
            stream += [isLast ? 1 : 0] + storedLength(count) + bytes[start..<start + count]
            start += count
        } while start < bytes.count
        return stream + bigEndian(Int(adler32(bytes)))
    }

    /// The length of a stored block and its complement.
    private static func storedLength(_ count: Int) -> [UInt8] {
        [UInt8(count & 0xFF), UInt8(count >> 8), UInt8(~count & 0xFF), UInt8(~count >> 8 & 0xFF)]
    }

    private static func adler32(_ bytes: [UInt8]) -> UInt32 {
        var (low, high): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return high << 16 | low
    }

    static func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(~0) { crc, byte in crcTable[Int((crc ^ UInt32(byte)) & 0xFF)] ^ (crc >> 8) }
    }

    private static let crcTable: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    /// A zlib stream of `header`, then `zeroCount` zeros in about a 160th of the bytes; the checksum is left out.
    static func zlibBomb(after header: [UInt8] = [], zeroCount: Int) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        if !header.isEmpty {
            stream += [0] + storedLength(header.count) + header
        }
        var (bits, bitCount): (UInt64, Int) = (0, 0)
        func append(_ value: UInt64, _ count: Int) {
            bits |= value << UInt64(bitCount)
            bitCount += count
            while bitCount >= 8 {
                stream.append(UInt8(truncatingIfNeeded: bits))
                bits >>= 8
                bitCount -= 8
            }
        }
        append(0b011, 3)  // Last block, fixed codes.
        append(0b0000_1100, 8)  // Literal 0: code 00110000, first bit first.
        // Length 258, distance 1: code 11000101 with its first bit first, then 00000.
        for _ in 0..<zeroCount / 258 { append(0b1010_0011, 13) }
        append(0, 7)  // End of block.
        if bitCount > 0 { append(0, 8 - bitCount) }
        return stream
    }
}
