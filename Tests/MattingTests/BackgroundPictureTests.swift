import PictureTestSupport
import Raster
import TensorCore
import Testing
import TestSupport

@testable import Matting

/// Pictures as backgrounds: scaled to cover, cut in the middle, transparency over white.
@Suite struct BackgroundPictureTests {
    static let sizes = [(1, 1), (16, 9), (33, 20), (64, 48), (7, 61), (90, 5)]

    @Test(arguments: PixelKind.all, sizes) func everyKindAndSize(kind: PixelKind, size: (Int, Int)) throws {
        let back = try kind.noise(width: size.0, height: size.1, seed: 21)
        for (width, height, depth) in [(33, 20, RasterImage.BitDepth.eight), (12, 40, .sixteen)] {
            let image = try RasterImage.noise(width: width, height: height, bitDepth: depth, seed: 22)
            let alpha = try AlphaMatte.random(width: width, height: height, seed: 23)
            // A backdrop is kept in 16 bits, and black rises steeply.
            try expectComposite(
                of: image, alpha: alpha, over: .image(back), ground: cover(back, width: width, height: height),
                slack: 2.5e-5)
        }
    }

    @Test func sameSizeIsUnchanged() throws {
        for depth in RasterImage.BitDepth.allCases {
            let back = try RasterImage.noise(width: 41, height: 23, bitDepth: depth, seed: 1)
            #expect(try bare(back, width: 41, height: 23).samples == back.samples)
        }
    }

    @Test func depthIsThePictures() throws {
        let deep = try RasterImage.plain(width: 5, height: 5, bitDepth: .sixteen, [257 * 7, 257 * 8 + 100, 65535])
        #expect(try bare(deep, width: 2, height: 2).samples == [7, 8, 255, 7, 8, 255, 7, 8, 255, 7, 8, 255])
        let shallow = try RasterImage.plain(width: 5, height: 5, [7, 8, 255])
        #expect(
            try bare(shallow, width: 1, height: 1, depth: .sixteen).samples == [257 * 7, 257 * 8, 65535])
    }

    /// Means of thousands of rows are not exact in floats; what is a little beyond white must not become black.
    @Test(arguments: [600, 1000]) func whiteStaysWhiteHoweverMuchItShrinks(side: Int) throws {
        let white = try RasterImage.plain(width: side, height: side, bitDepth: .sixteen, [65535, 65535, 65535])
        // Each of as many additions as there are rows may be off by 2^-24 of the sum.
        #expect(try bare(white, width: 1, height: 1, depth: .sixteen).samples.allSatisfy { $0 > 65530 })
    }

    @Test func wideIsCutAtTheSides() throws {
        // Three squares side by side; only the middle one shows.
        let back = try RasterImage.drawn(width: 30, height: 10) { x, _ in
            x < 10 ? [1, 0, 0] : x < 20 ? [0, 1, 0] : [0, 0, 1]
        }
        // Enlarged, three pixels of the picture beside the cut have a part in what is next to it.
        let enlarged = try bare(back, width: 20, height: 20)
        let inner = try enlarged.part(columns: 6..<14, rows: 0..<20)
        #expect(inner.samples == Array(repeatElement([0, 255, 0], count: 160).joined()))
        #expect(
            try bare(back, width: 10, height: 10).samples == Array(repeatElement([0, 255, 0], count: 100).joined()))
        #expect(try bare(back, width: 5, height: 5).samples == Array(repeatElement([0, 255, 0], count: 25).joined()))
    }

    @Test func tallIsCutAboveAndBelow() throws {
        let back = try RasterImage.drawn(width: 10, height: 30) { _, y in
            y < 10 ? [1, 0, 0] : y < 20 ? [0, 1, 0] : [0, 0, 1]
        }
        let inner = try bare(back, width: 20, height: 20).part(columns: 0..<20, rows: 6..<14)
        #expect(inner.samples == Array(repeatElement([0, 255, 0], count: 160).joined()))
        #expect(
            try bare(back, width: 10, height: 10).samples == Array(repeatElement([0, 255, 0], count: 100).joined()))
    }

    @Test func transparencyIsOverWhite() throws {
        let back = try RasterImage.plain(width: 4, height: 4, colorModel: .rgba, [255, 0, 51, 51])
        #expect(try bare(back, width: 4, height: 4).samples.prefix(3) == [255, 231, 232])
        let clear = try RasterImage.plain(width: 4, height: 4, colorModel: .grayAlpha, [77, 0])
        #expect(try bare(clear, width: 9, height: 9).samples.allSatisfy { $0 == 255 })
    }

    @Test func extremeProportionsNeedNoExtremeMemory() throws {
        // Covering 400 × 2 with all of a line of 20,000 pixels would take 9.6 GB.
        let back = try RasterImage.plain(width: 1, height: 20_000, [10, 20, 30])
        let samples = try bare(back, width: 400, height: 2).samples
        #expect(samples == Array(repeatElement([10, 20, 30], count: 800).joined()))
    }

    /// The background alone, as a composite shows it under a matte of zeros.
    private func bare(
        _ back: RasterImage, width: Int, height: Int, depth: RasterImage.BitDepth = .eight
    ) throws -> RasterImage {
        let depth = back.width == width && back.height == height ? back.bitDepth : depth
        let image = try RasterImage.noise(width: width, height: height, bitDepth: depth)
        let alpha = try AlphaMatte(
            width: width, height: height, values: [Float](repeating: 0, count: width * height))
        return try MattingResult(image: image, alpha: alpha).composite(over: .image(back))
    }

    /// The largest part in the middle that has the target's proportions, in whole pixels, at the target's size, in light.
    private func cover(_ back: RasterImage, width: Int, height: Int) throws -> ReferenceMap {
        let cropWidth = min(
            back.width, max(1, Int((Double(back.height) * Double(width) / Double(height)).rounded())))
        let cropHeight = min(
            back.height, max(1, Int((Double(back.width) * Double(height) / Double(width)).rounded())))
        let scaled = NaiveLight(back).resampled(
            width: width, height: height,
            x: (Double((back.width - cropWidth) / 2), Double(cropWidth) / Double(width)),
            y: (Double((back.height - cropHeight) / 2), Double(cropHeight) / Double(height)))
        let flat = scaled.over(.plain(width: width, height: height, .white))
        return ReferenceMap(try TensorShape(height: height, width: width, channels: 3), values: flat.encoded())
    }
}
