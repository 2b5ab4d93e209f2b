import Raster
import Testing

@testable import ImageCodecs

@Suite struct ExifTests {
    static func block(_ bytes: [UInt8]) -> ExifBlock? {
        bytes.withUnsafeBytes { buffer in
            do throws(ExifBlock.Defect) { return try ExifBlock(buffer) } catch { return nil }
        }
    }

    /// With everything that was read.
    static let whole = EncodingOptions(metadata: .all)

    static func upright(_ bytes: [UInt8]) -> [UInt8]? {
        var block = block(bytes)
        block?.makeUpright()
        return block?.bytes
    }

    @Test(arguments: 1...8, [false, true]) func orientationIsFoundAndReset(orientation: Int, isBigEndian: Bool) throws {
        let bytes = ExifBuilder.oriented(orientation, isBigEndian: isBigEndian).bytes()
        let block = try #require(Self.block(bytes))
        #expect(block.orientation.rawValue == orientation)
        #expect(Self.upright(bytes) == ExifBuilder.oriented(1, isBigEndian: isBigEndian).bytes())
        let prefixed = try #require(Self.block(Array("Exif".utf8) + [0, 0] + bytes))
        #expect(prefixed.bytes == bytes)
    }

    @Test(arguments: [0, 9, 255, 65_535]) func nonsenseCountsAsUpright(orientation: Int) {
        #expect(Self.block(ExifBuilder.oriented(orientation).bytes())?.orientation == .upright)
    }

    @Test func aLongOrientationIsUnderstood() {
        let bytes = ExifBuilder(entries: [(0x0112, 4, 6)]).bytes()
        #expect(Self.block(bytes)?.orientation == .turnedLeft)
        #expect(Self.upright(bytes) == ExifBuilder(entries: [(0x0112, 4, 1)]).bytes())
    }

    @Test func sidesChangePlacesWithThePicture() {
        let lying = ExifBuilder(
            entries: [(0x0100, 4, 4000), (0x0101, 4, 3000), (0x0112, 3, 6), (0x011A, 4, 7), (0x011B, 4, 9)],
            exifEntries: [(0xA002, 4, 4000), (0xA003, 4, 3000)])
        let standing = ExifBuilder(
            entries: [(0x0100, 4, 3000), (0x0101, 4, 4000), (0x0112, 3, 1), (0x011A, 4, 9), (0x011B, 4, 7)],
            exifEntries: [(0xA002, 4, 3000), (0xA003, 4, 4000)])
        #expect(Self.upright(lying.bytes()) == standing.bytes())
        var mirrored = lying
        mirrored.entries[2].value = 2
        var unmirrored = lying
        unmirrored.entries[2].value = 1
        #expect(Self.upright(mirrored.bytes()) == unmirrored.bytes())
    }

    /// A value that lies in the header or among the entries is not changed with them.
    @Test(arguments: [0, 2, 4, 7, 8, 10, 22, 30, 46, 55]) func changesSpareTheStructure(position: Int) throws {
        let elsewhere = TIFFBuilder.Entry(tag: 0x0112, type: 4, count: 2, value: TIFFBuilder.long(position))
        let oriented = TIFFBuilder(primary: [elsewhere], rest: [UInt8](repeating: 6, count: 80)).bytes()
        #expect(Self.block(oriented)?.orientation == .upright)
        #expect(Self.upright(oriented) == oriented)

        // Four entries end at 58, with the link to the next directory at 62.
        let densities = [(0x011A, position), (0x011B, 100), (0x0128, 2)].map { tag, value in
            TIFFBuilder.Entry(tag: tag, type: tag == 0x0128 ? 3 : 5, count: 1, value: TIFFBuilder.long(value))
        }
        let rest = (0..<80).map { UInt8($0) }
        let turned = TIFFBuilder(primary: [.short(0x0112, 6)] + densities, rest: rest).bytes()
        let reset = TIFFBuilder(primary: [.short(0x0112, 1)] + densities, rest: rest).bytes()
        #expect(Self.upright(turned) == reset)
    }

    /// Directories that point at themselves or at each other.
    @Test func loopsEnd() {
        var toItself = ExifBuilder(entries: [(0x8769, 4, 8), (0x0112, 3, 6)]).bytes()
        toItself.replaceSubrange(34..<38, with: [8, 0, 0, 0])
        #expect(Self.block(toItself)?.orientation == .turnedLeft)
        #expect(Self.upright(toItself) != nil)
    }

    @Test(
        arguments: [
            [], [0x49], Array("II*".utf8), [0x49, 0x49, 0x2A, 0], [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0],
            [0x49, 0x49, 0x2A, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0], [0x49, 0x49, 0x2A, 0, 0, 0, 0, 0, 0, 0],
            [0x4D, 0x4D, 0x2A, 0, 8, 0, 0, 0, 0, 0], Array("nonsense".utf8), Array("Exif".utf8) + [0, 0],
        ] as [[UInt8]]) func brokenBlocksCostOnlyThemselves(exif: [UInt8]) throws
    {
        #expect(Self.block(exif) == nil)
        let plain = try Fixture.bytes("rgb-420.jpg")
        let image = try RasterImage(decoding: JPEGEditor.inserting(exif: exif, into: plain))
        #expect(image.exif == nil)
        #expect(try image.samples == RasterImage(decoding: plain).samples)
        guard !exif.isEmpty else { return }
        #expect(image.warnings.count == 1)

        var written = image
        written.exif = exif
        for format in ImageFormat.bothWays {
            let file = try written.encoded(as: format)
            #expect(file.warnings.count == 1)
            #expect(try RasterImage(decoding: file.bytes).exif == nil)
        }
    }

    /// Every truncation, and every byte set to extremes, of a block with everything in it.
    @Test func noBlockIsTooBroken() {
        var builder = ExifBuilder(
            entries: [(0x0100, 4, 40), (0x0101, 3, 30), (0x0112, 3, 6)],
            exifEntries: [(0xA002, 4, 40), (0xA003, 4, 30)])
        builder.thumbnail = [1, 2, 3, 4]
        for isBigEndian in [false, true] {
            builder.isBigEndian = isBigEndian
            let bytes = builder.bytes()
            for count in bytes.indices { _ = Self.upright(Array(bytes.prefix(count))) }
            for index in bytes.indices {
                for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
                    var changed = bytes
                    changed[index] = value
                    if let upright = Self.upright(changed) { #expect(upright.count == bytes.count) }
                    if let block = Self.block(changed) {
                        let selected = ExifSelection(of: block).bytes(width: 40, height: 30, resolution: nil)
                        #expect(Self.block(selected)?.orientation == .upright)
                    }
                }
            }
        }
    }

    @Test(arguments: [false, true]) func pngAppliesOrientationBeforeOrAfterThePixels(isTrailing: Bool) throws {
        var file = PNGBuilder.plain(width: 5, height: 4)
        let chunk = (type: "eXIf", data: ExifBuilder.oriented(6).bytes())
        if isTrailing { file.trailing = [chunk] } else { file.leading = [chunk] }
        let image = try RasterImage(decoding: file.bytes())
        #expect(image.width == 4 && image.height == 5)
        #expect(image.exif == ExifBuilder.oriented(1).bytes())
        // The bottom left corner comes to the top left.
        #expect(Array(image.samples[0..<3]) == Array(file.samples[3 * 5 * 3..<3 * 5 * 3 + 3]))
    }

    /// TIFF has no block, only fields, and what is read of them is put together anew: see `TIFFWritingTests`.
    @Test func formatsWithABlockCarryExif() throws {
        var image = try RasterImage.noise(width: 4, height: 3, colorModel: .rgb)
        image.exif = ExifBuilder.oriented(1).bytes()
        for format in ImageFormat.bothWays where format != .tiff {
            let file = try image.encoded(as: format, options: Self.whole)
            #expect(file.warnings.isEmpty)
            #expect(try RasterImage(decoding: file.bytes).exif == image.exif)
        }
    }

    @Test func exifTooLongForJPEGIsDroppedWithAWarning() throws {
        var image = try RasterImage.noise(width: 4, height: 3, colorModel: .rgb)
        var builder = ExifBuilder.oriented(1)
        let size = builder.bytes().count
        builder.rest = [UInt8](repeating: 5, count: 65_527 - size)
        image.exif = builder.bytes()
        #expect(try RasterImage(decoding: image.encoded(as: .jpeg, options: Self.whole).bytes).exif == image.exif)
        builder.rest.append(5)
        image.exif = builder.bytes()
        let file = try image.encoded(as: .jpeg, options: Self.whole)
        #expect(file.warnings == [.exifDropped(reason: "65528 bytes are more than the 65527 that JPEG can hold")])
        #expect(try RasterImage(decoding: file.bytes).exif == nil)
        #expect(try RasterImage(decoding: image.encoded(as: .png, options: Self.whole).bytes).exif == image.exif)
    }

    @Test func theFirstOfSeveralBlocksCounts() throws {
        var jpeg = try Fixture.bytes("rgb-420.jpg")
        jpeg = JPEGEditor.inserting(exif: ExifBuilder.oriented(6).bytes(), into: jpeg)
        jpeg = JPEGEditor.inserting(exif: ExifBuilder.oriented(1).bytes(), into: jpeg)
        jpeg = JPEGEditor.inserting(0xE1, Array("http://ns.adobe.com/xap/1.0/\0<x/>".utf8), into: jpeg)
        let image = try RasterImage(decoding: jpeg)
        #expect(image.width == 45 && image.height == 35)
    }

    @Test func exifBeyondTheLimitIsDropped() throws {
        var limits = DecodingLimits()
        limits.maxAncillaryBytes = 25
        let plain = try Fixture.bytes("rgb-420.jpg")
        let jpeg = JPEGEditor.inserting(exif: ExifBuilder.oriented(6).bytes(), into: plain)
        let image = try RasterImage(decoding: jpeg, limits: limits)
        #expect(image.exif == nil && image.width == 45)
        #expect(image.warnings == [.exifDropped(reason: "it is longer than 25 bytes")])
    }
}
