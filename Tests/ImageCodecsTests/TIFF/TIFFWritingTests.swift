import Raster
import TestSupport
import Testing

@testable import ImageCodecs

/// TIFF as every build writes it, taken apart without any library.
@Suite struct TIFFWritingTests {
    static let compressions: [TIFFCompression] = [.deflate, .lzw, .none]

    @Test(arguments: RasterImage.ColorModel.allCases, RasterImage.BitDepth.allCases)
    func pixelsAreExact(model: RasterImage.ColorModel, depth: RasterImage.BitDepth) throws {
        for (width, height) in [(1, 1), (7, 5), (64, 33), (131, 67)] {
            let images = [
                try RasterImage.noise(width: width, height: height, colorModel: model, bitDepth: depth),
                try RasterImage.waves(width: width, height: height, colorModel: model, bitDepth: depth),
            ]
            for image in images {
                for compression in Self.compressions {
                    let file = try image.encoded(as: .tiff, options: EncodingOptions(tiffCompression: compression))
                    #expect(file.warnings.isEmpty)
                    let parsed = try ParsedTIFF(file.array)
                    #expect(try parsed.samples() == image.samples)
                    #expect(
                        try parsed.values(0x0102)
                            == [Int](repeating: depth.rawValue, count: model.channelCount))
                    #expect(try parsed.value(0x0106) == (model.colorChannelCount == 1 ? 1 : 2))
                    #expect(try parsed.value(0x0112) == 1)
                    // Alpha is not multiplied into the colours.
                    #expect(try parsed.fields[0x0152] == nil ? !model.hasAlpha : parsed.values(0x0152) == [2])
                    #if TIFF
                    #expect(try RasterImage(decoding: file.array).isEqual(to: image))
                    #endif
                }
            }
        }
    }

    @Test func picturesOfSeveralStrips() throws {
        let image = try RasterImage.waves(width: 300, height: 400, colorModel: .rgba)
        let parsed = try ParsedTIFF(image.encoded(as: .tiff).array)
        #expect(try parsed.values(0x0111).count == 2 && parsed.samples() == image.samples)
    }

    @Test func compressionsDiffer() throws {
        let image = try RasterImage.waves(width: 300, height: 200, colorModel: .rgb)
        let sizes = try Self.compressions.map {
            try image.encoded(as: .tiff, options: EncodingOptions(tiffCompression: $0)).count
        }
        #expect(Set(sizes).count == 3 && sizes[2] > max(sizes[0], sizes[1]) && sizes[2] > 300 * 200 * 3, "\(sizes)")
    }

    @Test(arguments: [1, 2, 5]) func theSameBytesFromAnyNumberOfThreads(count: Int) throws {
        let image = try RasterImage.waves(width: 700, height: 900, colorModel: .rgba)
        for compression in Self.compressions {
            var options = EncodingOptions(tiffCompression: compression)
            let expected = try image.encoded(as: .tiff, options: options).array
            options.threadCount = count
            #expect(try image.encoded(as: .tiff, options: options).array == expected)
        }
    }

    @Test func metadataFollowsThePolicy() throws {
        let jpeg = JPEGEditor.inserting(exif: SafeMetadataTests.wanted.bytes(), into: try SafeMetadataTests.jpeg())
        var image = try RasterImage(decoding: jpeg)
        image.iccProfile = ProfileBuilder.profile()
        let safe = try image.encoded(as: .tiff)
        let parsed = try ParsedTIFF(safe.array)
        #expect(parsed.fields[0x8773]?.value == image.iccProfile)
        #expect(parsed.fields[0x8298]?.value == Array("(c) Ann\0".utf8))
        #expect(parsed.fields[0x0131] == nil && parsed.exif[0xA431] == nil && parsed.exif[0x8827]?.value == [144, 1])
        #expect(parsed.fields[0x011A]?.value == TIFFBuilder.long(200) + TIFFBuilder.long(1))
        #expect(parsed.fields[700] == nil && parsed.fields[0x8649] == nil && parsed.fields[0x8825] == nil)
        #expect(safe.warnings == [.metadataLeftOut(kinds: ["XMP", "IPTC and Photoshop's data", "texts (Comment)"])])
        let whole = try image.encoded(as: .tiff, options: ExifTests.whole)
        let all = try ParsedTIFF(whole.array)
        #expect(all.fields[700]?.value == SafeMetadataTests.xmp && all.fields[0x8649]?.value == SafeMetadataTests.iptc)
        #expect(all.fields[0x0131]?.value == Array("Editor\0".utf8) && all.fields[0x8825] != nil)
        #expect(all.exif[0xA431]?.value == Array("serial 12345\0".utf8))
        #expect(whole.warnings == [.metadataNotRepresentable(kind: "text (Comment)", format: .tiff)])
        let none = try ParsedTIFF(image.encoded(as: .tiff, options: EncodingOptions(metadata: .none)).array)
        #expect(none.fields[0x8298] == nil && none.fields[0x011A] == nil && none.exif.isEmpty)
    }

    /// Numbers of an EXIF block of the other byte order are turned.
    @Test func blocksOfTheOtherByteOrderAreTurned() throws {
        var image = try RasterImage.noise(width: 4, height: 3, colorModel: .rgb)
        image.exif =
            ExifBuilder(isBigEndian: true, entries: [(0x0112, 3, 1)], exifEntries: [(0x8827, 3, 400)]).bytes()
        let parsed = try ParsedTIFF(image.encoded(as: .tiff).array)
        #expect(parsed.exif[0x8827]?.value == [144, 1] && parsed.exif[0xA002]?.value == [4, 0, 0, 0])
    }

    @Test func proportionsAreKept() throws {
        var image = try RasterImage.noise(width: 4, height: 3, colorModel: .rgb)
        image.resolution = RasterImage.Resolution(horizontal: 2, vertical: 1, unit: .ratio)
        let parsed = try ParsedTIFF(image.encoded(as: .tiff).array)
        #expect(try parsed.value(0x0128) == 1)
        #expect(parsed.fields[0x011A]?.value == TIFFBuilder.long(2_000) + TIFFBuilder.long(1_000))
    }
}
