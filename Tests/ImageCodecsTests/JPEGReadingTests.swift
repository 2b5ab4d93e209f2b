import ImageCodecs
import Raster
import Testing

@Suite struct JPEGReadingTests {
    /// Pillow brings a newer libjpeg-turbo than the system's; its transforms and upsampling may round differently by 1,
    /// and colour conversion may double that.
    static let tolerance = 2

    static func largestDifference(_ image: RasterImage, _ expected: [UInt8]) -> Int {
        zip(image.samples, expected).map { abs($0 - Int($1)) }.max() ?? 0
    }

    @Test(arguments: Fixture.scenes) func pixelsMatchPillow(name: String) throws {
        let image = try RasterImage(contentsOf: Fixture.path("\(name).jpg"))
        let expected = try Fixture.bytes("\(name).raw")
        #expect(image.width == 45 && image.height == 35)
        #expect(image.colorModel == (name.hasSuffix("gray") ? .gray : .rgb))
        #expect(image.bitDepth == .eight)
        #expect(image.sampleCount == expected.count)
        let difference = Self.largestDifference(image, expected)
        #expect(difference <= Self.tolerance, "\(name) differs by \(difference)")
    }

    @Test(arguments: ["cmyk", "ycck"]) func inksAreConvertedWithAWarning(name: String) throws {
        let image = try RasterImage(decoding: Fixture.bytes("\(name).jpg"))
        #expect(image.warnings == [.cmykConvertedWithoutProfile])
        #expect(image.iccProfile == nil)
    }

    @Test(arguments: 1...8) func orientationMatchesPillow(orientation: Int) throws {
        let image = try RasterImage(decoding: Fixture.bytes("orientation-\(orientation).jpg"))
        let expected = try Fixture.bytes("orientation-\(orientation).raw")
        #expect(image.width == (orientation < 5 ? 24 : 16) && image.height == (orientation < 5 ? 16 : 24))
        let difference = Self.largestDifference(image, expected)
        #expect(difference <= Self.tolerance, "orientation \(orientation) differs by \(difference)")
        // Written again and read again, it must not turn a second time.
        for format in ImageFormat.bothWays {
            let again = try RasterImage(
                decoding: image.encoded(as: format, options: ExifTests.whole).bytes)
            #expect(again.width == image.width && again.height == image.height)
            // TIFF has the same fields among its own.
            if format != .tiff { #expect(again.exif == image.exif && again.exif != nil) }
        }
    }

    @Test func strayBytesBeforeTheEndAreOnlyRemarked() throws {
        var bytes = try Fixture.bytes("rgb-420.jpg")
        // More than the entropy decoder reads ahead, which it swallows without a word.
        bytes.insert(contentsOf: [UInt8](repeating: 0x11, count: 200), at: bytes.count - 2)
        let image = try RasterImage(decoding: bytes)
        #expect(image.warnings.count == 1)
        #expect(try image.samples == RasterImage(decoding: Fixture.bytes("rgb-420.jpg")).samples)
    }

    @Test func bytesAfterTheEndAreIgnored() throws {
        let bytes = try Fixture.bytes("rgb-420.jpg")
        let image = try RasterImage(decoding: bytes + [1, 2, 3])
        #expect(image.warnings.isEmpty)
        #expect(try image.samples == RasterImage(decoding: bytes).samples)
    }

    @Test func twelveBitsAreUnsupported() throws {
        var bytes = try Fixture.bytes("rgb-420.jpg")
        let frame = try #require(bytes.firstRange(of: [0xFF, 0xC0]))
        bytes[frame.lowerBound + 4] = 12
        #expect {
            try RasterImage(decoding: bytes)
        } throws: { error in
            if case .unsupported(.jpeg, _, nil) = error as? ImageCodecError { true } else { false }
        }
    }

    @Test func losslessIsUnsupported() throws {
        var bytes = try Fixture.bytes("rgb-420.jpg")
        let frame = try #require(bytes.firstRange(of: [0xFF, 0xC0]))
        bytes[frame.lowerBound + 1] = 0xC3
        #expect {
            try RasterImage(decoding: bytes)
        } throws: { error in
            if case .unsupported(.jpeg, _, nil) = error as? ImageCodecError { true } else { false }
        }
    }

    /// One component of three taken out of the headers.
    @Test func twoComponentsAreUnsupported() throws {
        var bytes = try Fixture.bytes("rgb-444.jpg")
        let frame = try #require(bytes.firstRange(of: [0xFF, 0xC0])).lowerBound
        bytes[frame + 3] -= 3
        bytes[frame + 9] = 2
        bytes.removeSubrange(frame + 16..<frame + 19)
        let scan = try #require(bytes.firstRange(of: [0xFF, 0xDA])).lowerBound
        bytes[scan + 3] -= 2
        bytes[scan + 4] = 2
        bytes.removeSubrange(scan + 9..<scan + 11)
        #expect(throws: ImageCodecError.unsupported(format: .jpeg, feature: "2 colour components")) {
            try RasterImage(decoding: bytes)
        }
    }
}
