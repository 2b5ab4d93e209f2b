import ImageCodecs
import Raster
import Testing
import TestSupport

/// Small files made to take a lot of time or memory.
@Suite struct BombTests {
    /// A grey progressive JPEG of 8 x 8 pixels, all of them 128: one DC scan, then legal scans of single frequencies,
    /// refined bit by bit, in all 1 + 63 * 14 of them, and then the last one again and again.
    static func progressive(scanCount: Int) -> [UInt8] {
        var file: [UInt8] = [0xFF, 0xD8]
        file += JPEGEditor.segment(0xDB, [0] + [UInt8](repeating: 1, count: 64))
        file += JPEGEditor.segment(0xC2, [8, 0, 8, 0, 8, 1, 1, 0x11, 0])
        // One Huffman code, "0": a DC difference of 0, or the end of a block.
        let table: [UInt8] = [1] + [UInt8](repeating: 0, count: 15) + [0]
        file += JPEGEditor.segment(0xC4, [0x00] + table)
        file += JPEGEditor.segment(0xC4, [0x10] + table)
        var scans = [scan(0, 0, 0)]
        for low in (0...13).reversed() {
            for frequency: UInt8 in 1...63 {
                let high: UInt8 = low == 13 ? 0 : UInt8(low) + 1
                scans.append(scan(frequency, frequency, high << 4 | UInt8(low)))
            }
        }
        for index in 0..<scanCount { file += scans[min(index, scans.count - 1)] }
        return file + [0xFF, 0xD9]
    }

    private static func scan(_ first: UInt8, _ last: UInt8, _ approximation: UInt8) -> [UInt8] {
        // The single block's code, "0", and ones to fill the byte.
        JPEGEditor.segment(0xDA, [1, 1, 0x00, first, last, approximation]) + [0x7F]
    }

    #if DEBUG
    static let bombSize = 30_000_000
    #else
    static let bombSize = 300_000_000
    #endif

    @Test func scansUpToTheLimitAreDecoded() throws {
        for count in [1, 2, 100] {
            let image = try RasterImage(decoding: Self.progressive(scanCount: count))
            #expect(image.samples == [Int](repeating: 128, count: 64))
        }
        var limits = DecodingLimits()
        limits.maxScans = 883
        #expect(try RasterImage(decoding: Self.progressive(scanCount: 883), limits: limits).sampleCount == 64)
    }

    @Test(arguments: [101, 20_000], [false, true]) func moreScansAreRefused(count: Int, lenient: Bool) {
        let bytes = Self.progressive(scanCount: count)
        #expect(DecodingErrorTests.error(bytes, lenient: lenient) == .tooManyScans(limit: 100))
    }

    /// Text that inflates to a hundred times its size is skipped, not inflated.
    @Test(arguments: ["zTXt", "iTXt"]) func compressedText(type: String) throws {
        var file = PNGBuilder.plain()
        let prefix: [UInt8] = Array("key".utf8) + (type == "zTXt" ? [0, 0] : [0, 1, 0, 0, 0])
        let bomb = PNGBuilder.zlibBomb(zeroCount: Self.bombSize)
        file.leading = [(type, prefix + bomb)]
        let start = ContinuousClock.now
        #expect(try RasterImage(decoding: file.bytes()).samples == file.samples)
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    /// A profile that inflates to a hundred times its size, with an honest header and with lying ones.
    @Test(arguments: [30_000_000, 400, 7_900_000, 0x7FFF_FFFF, 0xFFFF_FFFF]) func compressedProfile(
        statedLength: Int
    ) throws {
        var header = Array(ProfileBuilder.profile(byteCount: 400).prefix(144))
        header.replaceSubrange(0..<4, with: bigEndian(statedLength))
        let bomb = PNGBuilder.zlibBomb(after: header, zeroCount: Self.bombSize)
        var file = PNGBuilder.plain()
        file.leading = [("iCCP", Array("profile".utf8) + [0, 0] + bomb)]
        let image = try RasterImage(decoding: file.bytes())
        #expect(image.samples == file.samples)
        #expect(image.warnings.count <= 1)
        #expect((image.iccProfile?.count ?? 0) <= 8_000_000)
    }

    /// Pixel data that goes on for long after the picture is complete.
    @Test func pixelsAfterTheEnd() throws {
        let rows = [UInt8](repeating: 0, count: 4 * (1 + 5 * 3))
        let header = DecodingErrorTests.header(5, 4)
        // Adler-32 of zeros alone: their number above a 1.
        let checksum = ((rows.count + 1 + Self.bombSize / 258 * 258) % 65521) << 16 | 1
        let bytes =
            PNGBuilder.signature + PNGBuilder.chunk("IHDR", header)
            + PNGBuilder.chunk(
                "IDAT", PNGBuilder.zlibBomb(after: rows, zeroCount: Self.bombSize) + bigEndian(checksum))
            + PNGBuilder.chunk("eXIf", ExifBuilder.oriented(6).bytes()) + PNGBuilder.chunk("IEND", [])
        let image = try RasterImage(decoding: bytes)
        #expect(image.samples.allSatisfy { $0 == 0 })
        #expect(image.warnings == [.remark("there is more pixel data than pixels; what follows them was left unread")])
        // What follows is known all the same.
        #expect(image.width == 4 && image.height == 5)
    }

    /// 20,000 empty chunks, and a hundred profiles.
    @Test func manyChunks() throws {
        var file = PNGBuilder.plain()
        let whole = file.bytes()
        let empty = PNGBuilder.chunk("tEXt", [])
        let many = Array(repeatElement(empty, count: 20_000).joined())
        #expect(try RasterImage(decoding: Array(whole.prefix(33)) + many + whole.dropFirst(33)).samples == file.samples)
        file.leading = [(type: String, data: [UInt8])](
            repeating: PNGBuilder.profileChunk(ProfileBuilder.profile()), count: 100)
        let image = try RasterImage(decoding: file.bytes())
        #expect(image.samples == file.samples)
        #expect(image.warnings.count <= 4)
    }

    /// Segments in which metadata lies, each as short as it can be; libjpeg would keep them all in a list, and walk to its
    /// end for each.
    @Test(arguments: [0xE0, 0xE1, 0xE2, 0xED, 0xFE] as [UInt8], [false, true])
    func manySegments(marker: UInt8, lenient: Bool) throws {
        let plain = try Fixture.bytes("rgb-420.jpg")
        func many(_ count: Int) -> [UInt8] {
            plain.prefix(2) + Array(repeatElement(JPEGEditor.segment(marker, []), count: count).joined())
                + plain.dropFirst(2)
        }
        // One of them is the picture's own.
        let image = try RasterImage(decoding: many(999), lenient: lenient)
        #expect(try image.samples == RasterImage(decoding: plain).samples)
        for count in [1_000, 100_000] {
            #expect(DecodingErrorTests.error(many(count), lenient: lenient) == .tooManySegments(limit: 1_000))
        }
    }

    /// Segments that nobody looks at, before and between the scans.
    @Test func manySegmentsOfNoInterest() throws {
        let plain = try Fixture.bytes("progressive.jpg")
        let complete = try RasterImage(decoding: plain)
        let many = Array(repeatElement(JPEGEditor.segment(0xE5, []), count: 100_000).joined())
        let image = try RasterImage(decoding: plain.prefix(2) + many + plain.dropFirst(2))
        #expect(image.samples == complete.samples && image.warnings.isEmpty)
        let scan = try #require(JPEGEditor.positions(of: 0xDA, in: plain).dropFirst().first)
        let kept = Array(repeatElement(JPEGEditor.segment(0xE1, []), count: 100_000).joined())
        let between = try RasterImage(decoding: plain.prefix(scan) + kept + plain.dropFirst(scan))
        #expect(between.samples == complete.samples)
    }

    /// Segments beyond the limit are not kept; what came before them is.
    @Test func segmentsBeyondTheLimit() throws {
        let plain = try Fixture.bytes("rgb-420.jpg")
        let exif = JPEGEditor.segment(0xE1, Array("Exif\0\0".utf8) + ExifBuilder.oriented(3).bytes())
        let text = Array("http://ns.adobe.com/xap/1.0/\0".utf8) + [UInt8](repeating: 32, count: 60_000)
        let many = Array(repeatElement(JPEGEditor.segment(0xE1, text), count: 20).joined())
        var limits = DecodingLimits()
        for (limit, isLeftOut) in [(2_000_000, false), (200_000, true), (0, true)] {
            limits.maxAncillaryBytes = limit
            let image = try RasterImage(decoding: plain.prefix(2) + exif + many + plain.dropFirst(2), limits: limits)
            #expect(image.samples.count == (try RasterImage(decoding: plain).samples.count))
            #expect((image.exif != nil) == (limit > 0))
            #expect(image.warnings.contains { "\($0)".contains("too much of it") } == isLeftOut)
        }
    }
}
