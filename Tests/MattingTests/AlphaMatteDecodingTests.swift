import PictureTestSupport
import Raster
import Testing

@testable import Matting

/// Mattes from the bytes of files: layers, pictures, and what is neither.
@Suite struct AlphaMatteDecodingTests {
    private static func mask() throws -> RasterImage {
        try .drawn(width: 30, height: 20, colorModel: .gray) { x, y in [Double(x * y) / 600] }
    }

    /// What is delivered as layers is read as the matte that they were made of.
    @Test(arguments: [ImageFormat.psd, .psb]) func layers(format: ImageFormat) async throws {
        let mask = try Self.mask()
        let image = try RasterImage.noise(width: 30, height: 20, seed: 3)
        let result = try MattingResult(image: image, alpha: AlphaMatte(mask))
        let layers = try await Finish(background: .color(.white)).layers(of: result)
        let bytes = try await layers.encoded(as: format).withBytes { Array($0) }
        #expect(try matte(bytes).image().samples == mask.samples)
        #expect(try await AlphaMatte(decoding: bytes).image().samples == mask.samples)
    }

    @Test func pictures() throws {
        let mask = try Self.mask()
        #expect(try matte(mask.encoded(as: .png).withBytes { Array($0) }).image().samples == mask.samples)
    }

    @Test func filesWithoutAMatte() throws {
        let image = try RasterImage.noise(width: 30, height: 20, seed: 3)
        let layers = LayeredImage(like: image, layers: [.init(name: "Background", image: image)])
        let bytes = try layers.encoded().withBytes { Array($0) }
        #expect(
            throws: MattingError.image(
                .noMatte(
                    format: .psd, reason: "it has no layer \"Subject\", and no transparency when it is merged"))
        ) { try matte(bytes) }
        #expect(throws: MattingError.colored("matte")) { try matte(image.encoded(as: .png).withBytes { Array($0) }) }
        #expect(throws: MattingError.image(.unrecognizedFormat(leadingBytes: [1, 2]))) { try matte([1, 2]) }
        var limits = DecodingLimits()
        limits.maxPixels = 599
        let large = try Self.mask().encoded(as: .png).withBytes { Array($0) }
        #expect(
            throws: MattingError.image(.tooLarge(width: 30, height: 20, maxPixels: 599, maxSide: limits.maxSide))
        ) { try AlphaMatte(decoding: large, limits: limits) }
    }

    private func matte(_ bytes: [UInt8]) throws(MattingError) -> AlphaMatte { try AlphaMatte(decoding: bytes) }
}
