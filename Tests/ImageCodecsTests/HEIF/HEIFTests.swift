#if HEIF
import Raster
import TestSupport
import Testing

@testable import ImageCodecs

/// HEIC and AVIF as libheif's and libavif's encoders wrote them (`Fixtures/generate-heif.py`), of 45 x 35 pixels.
@Suite struct HEIFTests {
    /// The scene that `Fixtures/generate-heif.py` encodes, with alpha: smooth colours, different in every corner.
    static func scene(_ x: Int, _ y: Int) -> [Int] {
        [x * 255 / 44, y * 255 / 34, (x + y) * 255 / 78, 255 - x * 5]
    }

    /// The mean difference from the scene in steps of 8 bits, channel by channel.
    static func difference(_ image: RasterImage, turned: Bool = false) -> [Double] {
        let channels = image.colorModel.channelCount
        var sums = [Double](repeating: 0, count: channels)
        let samples = image.samples
        for y in 0..<image.height {
            for x in 0..<image.width {
                // Turned by 90° anticlockwise, as irot says: the right edge has become the upper one.
                let expected = turned ? scene(44 - y, x) : scene(x, y)
                for channel in 0..<channels {
                    let value = Double(samples[(y * image.width + x) * channels + channel])
                    let scaled = image.bitDepth == .sixteen ? value / 257 : value
                    sums[channel] += abs(scaled - Double(expected[channel]))
                }
            }
        }
        return sums.map { $0 / Double(image.width * image.height) }
    }

    static let files: [(name: String, model: RasterImage.ColorModel, depth: RasterImage.BitDepth)] = [
        ("plain.heic", .rgb, .eight), ("alpha.heic", .rgba, .eight), ("ten.heic", .rgb, .sixteen),
        ("plain.avif", .rgb, .eight), ("alpha.avif", .rgba, .eight), ("ten.avif", .rgb, .sixteen),
        ("twelve.avif", .rgb, .sixteen), ("profile.heic", .rgb, .eight), ("p3.avif", .rgb, .eight),
    ]

    @Test(arguments: files.indices) func picturesAreRead(index: Int) throws {
        let (name, model, depth) = Self.files[index]
        let bytes = try Fixture.bytes(name)
        #expect(ImageFormat.detect(bytes) == .heif)
        let image = try RasterImage(decoding: bytes)
        #expect(image.width == 45 && image.height == 35)
        #expect(image.colorModel == model && image.bitDepth == depth && image.warnings.isEmpty, "\(image.warnings)")
        // Lossy, and with colours shared by four pixels.
        let difference = Self.difference(image)
        #expect(difference.allSatisfy { $0 < 4 }, "\(name): \(difference)")
        #expect(try RasterImage(contentsOf: Fixture.path(name)).isEqual(to: image))
    }

    /// 10 bits lie between those of 8.
    @Test(arguments: ["ten.heic", "ten.avif", "twelve.avif"]) func moreBitsAreKept(name: String) throws {
        let image = try RasterImage(decoding: Fixture.bytes(name))
        let bits = name == "twelve.avif" ? 12 : 10
        let largest = Double((1 << bits) - 1)
        #expect(
            image.samples.allSatisfy { value in
                let step = (Double(value) / 65_535 * largest).rounded()
                return Int((step / largest * 65_535).rounded()) == value
            })
        #expect(image.samples.contains { $0 % 257 != 0 })
    }

    /// irot turns the picture; EXIF, which says the same, does not turn it again.
    @Test func theOrientationIsAppliedOnce() throws {
        let image = try RasterImage(decoding: Fixture.bytes("turned.avif"))
        #expect(image.width == 35 && image.height == 45)
        let difference = Self.difference(image, turned: true)
        #expect(difference.allSatisfy { $0 < 4 }, "\(difference)")
        let exif = try #require(image.exif.flatMap(ExifTests.block))
        #expect(exif.orientation == .upright)
        #expect(exif.entries(of: .primary)[0x010F].flatMap(exif.value) == Array("Maker\0".utf8))
        let again = try RasterImage(decoding: image.encoded(as: .png, options: ExifTests.whole).array)
        #expect(again.width == 35 && again.isEqual(to: image))
    }

    @Test func profilesAreKept() throws {
        let image = try RasterImage(decoding: Fixture.bytes("profile.heic"))
        let profile = try #require(image.iccProfile)
        #expect(ICCProfile.defect(in: profile, for: .rgb) == nil && profile.count > 400)
        #expect(try RasterImage(decoding: image.encoded(as: .png).array).iccProfile == profile)
    }

    /// Colours by numbers become a profile that means the same as the usual one of Display P3.
    @Test func codedColoursBecomeAProfile() throws {
        let image = try RasterImage(decoding: Fixture.bytes("p3.avif"))
        let profile = try #require(image.iccProfile)
        #expect(ICCProfile.defect(in: profile, for: .rgb) == nil)
        var usual = image
        usual.iccProfile = MatrixProfile(MatrixProfile.displayP3, curve: MatrixProfile.standardCurve).bytes()
        #expect(try ColorConversion(from: ColorSpace(of: image), to: ColorSpace(of: usual)) == nil)
        #expect(try ColorConversion(from: ColorSpace(of: image), to: .sRGB) != nil)
        // In files of sRGB they say nothing new.
        #expect(try RasterImage(decoding: Fixture.bytes("plain.avif")).iccProfile == nil)
    }

    @Test func whatIsNotSRGBAndHasNoProfileIsSaid() {
        func result(_ primaries: Int32, _ transfer: Int32) -> (profile: [UInt8]?, deviation: String?) {
            CodedColors.profile(of: .init(is_known: true, primaries: primaries, transfer: transfer))
        }
        #expect(result(9, 16).deviation == "a picture of high dynamic range, PQ" && result(9, 16).profile == nil)
        #expect(result(9, 18).deviation == "a picture of high dynamic range, HLG")
        #expect(result(5, 13).deviation == "colour primaries of number 5")
        #expect(result(1, 12).deviation == "a tone curve of number 12")
        #expect(result(1, 13).profile == nil && result(1, 13).deviation == nil && result(2, 2).profile == nil)
        #expect(result(9, 13).profile != nil && result(1, 8).profile != nil)
        #expect(CodedColors.profile(of: .init(is_known: false, primaries: 9, transfer: 16)).deviation == nil)
    }

    @Test func furtherPicturesAreCounted() throws {
        let image = try RasterImage(decoding: Fixture.bytes("two.heic"))
        #expect(image.warnings == [.furtherPicturesIgnored(count: 2)] && image.width == 45)
    }

    @Test func sizesBeyondTheLimits() throws {
        var limits = DecodingLimits.default
        limits.maxPixels = 45 * 35 - 1
        for (name, _, _) in Self.files {
            guard case .tooLarge(_, _, _, _, nil) = DecodingErrorTests.error(try Fixture.bytes(name), limits: limits)
            else {
                Issue.record("\(name)")
                continue
            }
        }
        limits = .default
        limits.maxSide = 20
        #expect(DecodingErrorTests.error(try Fixture.bytes("plain.heic"), limits: limits) != nil)
    }

    @Test(arguments: files.indices) func cutFilesAreRefused(index: Int) throws {
        let whole = try Fixture.bytes(Self.files[index].name)
        for count in stride(from: 16, to: whole.count, by: 11) {
            for lenient in [false, true] {
                let error = DecodingErrorTests.error(Array(whole.prefix(count)), lenient: lenient)
                if !lenient { #expect(error != nil, "\(count) of \(whole.count) bytes are a picture") }
            }
        }
    }

    @Test(arguments: [0, 3, 4]) func everyByteChanged(index: Int) throws {
        var generator = SeededGenerator(seed: UInt64(index))
        let whole = try Fixture.bytes(Self.files[index].name)
        for position in whole.indices where position < 500 || position % 5 == 0 {
            var bytes = whole
            bytes[position] ^= UInt8.random(in: 1...255, using: &generator)
            _ = DecodingErrorTests.error(bytes)
        }
    }

    @Test func anotherFileInItsClothes() {
        guard case .some(let error) = DecodingErrorTests.error(ForeignFormatTests.media("heic", "mif1")) else {
            Issue.record("a picture without pixels was read")
            return
        }
        #expect(!error.description.isEmpty)
    }
}
#endif
