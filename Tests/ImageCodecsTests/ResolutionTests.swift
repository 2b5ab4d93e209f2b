import Raster
import TestSupport
import Testing

@testable import ImageCodecs

/// How densely pixels are printed: from every place that says it to every format.
@Suite struct ResolutionTests {
    private static func density(_ horizontal: Int, _ vertical: Int, _ unit: UInt8) -> (type: String, data: [UInt8]) {
        ("pHYs", bigEndian(horizontal) + bigEndian(vertical) + [unit])
    }

    private static func jfif(_ horizontal: Int, _ vertical: Int, _ unit: UInt8) throws -> [UInt8] {
        var file = try Fixture.bytes("rgb-420.jpg")
        let header = try #require(JPEGEditor.positions(of: 0xE0, in: file).first)
        file.replaceSubrange(
            header + 11..<header + 16,
            with: [unit] + [horizontal, vertical].flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] })
        return file
    }

    private static func exif(_ horizontal: Int, _ vertical: Int, _ unit: Int, orientation: Int = 1) -> [UInt8] {
        TIFFBuilder(primary: [
            .short(0x0112, orientation), .fraction(0x011A, horizontal, 1), .fraction(0x011B, vertical, 1),
            .short(0x0128, unit),
        ]).bytes()
    }

    @Test(arguments: [MetadataPolicy.all, .safe]) func pixelsAMetreSurvive(policy: MetadataPolicy) throws {
        var file = PNGBuilder.plain()
        file.leading = [Self.density(11_811, 5_906, 1)]
        let image = try RasterImage(decoding: file.bytes())
        let options = EncodingOptions(metadata: policy)
        let png = try image.encoded(as: .png, options: options).array
        #expect(png.firstRange(of: Self.density(11_811, 5_906, 1).data) != nil)
        let jpeg = try RasterImage(decoding: image.encoded(as: .jpeg, options: options).bytes)
        #expect(jpeg.resolution == RasterImage.Resolution(horizontal: 300, vertical: 150))
    }

    @Test(
        arguments: [(1, RasterImage.Resolution.Unit.inch), (2, .centimeter)] as [(UInt8, RasterImage.Resolution.Unit)])
    func jfifsDensitySurvives(number: UInt8, unit: RasterImage.Resolution.Unit) throws {
        let image = try RasterImage(decoding: Self.jfif(300, 118, number))
        #expect(image.resolution == RasterImage.Resolution(horizontal: 300, vertical: 118, unit: unit))
        #expect(try RasterImage(decoding: image.encoded(as: .jpeg).bytes).resolution == image.resolution)
        let png = try #require(RasterImage(decoding: image.encoded(as: .png).bytes).resolution?.pixelsPerInch)
        let expected = try #require(image.resolution?.pixelsPerInch)
        // To the nearest pixel a metre.
        #expect(abs(png.horizontal - expected.horizontal) <= 0.0127 && abs(png.vertical - expected.vertical) <= 0.0127)
    }

    @Test(arguments: [(2, RasterImage.Resolution.Unit.inch), (3, .centimeter)]) func exifsResolutionSurvives(
        number: Int, unit: RasterImage.Resolution.Unit
    ) throws {
        // The fixture's own header says a ratio of 1 alone.
        let plain = try Fixture.bytes("rgb-420.jpg")
        let file = JPEGEditor.inserting(exif: Self.exif(300, 200, number), into: plain)
        let image = try RasterImage(decoding: file)
        #expect(image.resolution == RasterImage.Resolution(horizontal: 300, vertical: 200, unit: unit))
        for format in ImageFormat.bothWays {
            let again = try RasterImage(decoding: image.encoded(as: format).bytes).resolution?.pixelsPerInch
            #expect(abs((again?.horizontal ?? 0) - 300 * (number == 3 ? 2.54 : 1)) <= 0.0127)
        }
    }

    /// A picture lying on its side: what was across is down now, in whichever place it is said.
    @Test func resolutionTurnsWithThePicture() throws {
        let plain = try Self.jfif(300, 150, 1)
        let file = JPEGEditor.inserting(exif: Self.exif(72, 71, 2, orientation: 6), into: plain)
        let image = try RasterImage(decoding: file)
        #expect(image.resolution == RasterImage.Resolution(horizontal: 150, vertical: 300))
        // The format's own field goes before EXIF's, and both say the same then.
        let written = try RasterImage(decoding: image.encoded(as: .jpeg).bytes)
        #expect(written.resolution == image.resolution)
        let onlyExif = try RasterImage(
            decoding: JPEGEditor.inserting(
                exif: Self.exif(72, 71, 2, orientation: 8), into: Fixture.bytes("rgb-420.jpg")))
        #expect(onlyExif.resolution == RasterImage.Resolution(horizontal: 71, vertical: 72))
    }

    @Test func proportionsOfPixelsSurvive() throws {
        let image = try RasterImage(decoding: Self.jfif(2, 1, 0))
        #expect(image.resolution == RasterImage.Resolution(horizontal: 2, vertical: 1, unit: .ratio))
        for format in ImageFormat.bothWays {
            let file = try image.encoded(as: format)
            let isHeld = format != .webp
            #expect(try RasterImage(decoding: file.bytes).resolution == (isHeld ? image.resolution : nil))
            #expect(
                file.warnings
                    == (isHeld ? [] : [.metadataNotRepresentable(kind: "resolution", format: format)]))
        }
        #expect(try RasterImage(decoding: Self.jfif(1, 1, 0)).resolution == nil)
    }

    @Test func noneIsNone() throws {
        var image = try RasterImage.noise(width: 4, height: 3, colorModel: .rgb)
        for format in ImageFormat.bothWays {
            #expect(try RasterImage(decoding: image.encoded(as: format).bytes).resolution == nil)
        }
        image.resolution = RasterImage.Resolution(horizontal: 300, vertical: 300)
        let options = EncodingOptions(metadata: .none)
        for format in ImageFormat.bothWays {
            #expect(try RasterImage(decoding: image.encoded(as: format, options: options).bytes).resolution == nil)
        }
    }

    @Test(arguments: [0, .nan, .infinity, -300, 1e7, 0.001]) func nonsenseIsNoResolution(value: Double) {
        #expect(RasterImage.Resolution(horizontal: value, vertical: 300) == nil)
        #expect(RasterImage.Resolution(horizontal: 300, vertical: value) == nil)
    }

    @Test(arguments: [(0, 0), (0, 300), (0xFFFF_FFFF, 0xFFFF_FFFF)]) func nonsenseInFilesIsPassedOver(
        horizontal: Int, vertical: Int
    ) throws {
        for unit: UInt8 in [0, 1, 2, 255] {
            var file = PNGBuilder.plain()
            file.leading = [Self.density(horizontal, vertical, unit)]
            #expect(try RasterImage(decoding: file.bytes()).resolution == nil)
        }
    }

    /// JPEG's numbers have 16 bits and no fraction.
    @Test func whatJPEGCannotHoldIsSaid() throws {
        var image = try RasterImage.noise(width: 4, height: 3, colorModel: .rgb)
        for value in [70_000, 0.2] {
            image.resolution = RasterImage.Resolution(horizontal: value, vertical: value)
            let file = try image.encoded(as: .jpeg)
            #expect(file.warnings == [.metadataNotRepresentable(kind: "resolution", format: .jpeg)])
            let png = try image.encoded(as: .png)
            #expect(png.warnings.isEmpty)
            #expect(abs((try RasterImage(decoding: png.bytes).resolution?.horizontal ?? 0) - value) <= 0.0127)
        }
    }
}
