import ImageCodecs
import Raster
import Testing
import TestSupport

@Suite struct PNGReadingTests {
    struct Layout: Sendable, CustomTestStringConvertible {
        let colorType: PNGBuilder.ColorType
        let bitDepth: Int
        let isInterlaced: Bool

        var testDescription: String { "\(colorType) \(bitDepth) bits\(isInterlaced ? ", interlaced" : "")" }

        static let all = PNGBuilder.ColorType.allCases.flatMap { type in
            type.legalBitDepths.flatMap { depth in
                [false, true].map { Layout(colorType: type, bitDepth: depth, isInterlaced: $0) }
            }
        }

        func noise(width: Int, height: Int) -> PNGBuilder {
            var generator = SeededGenerator(seed: UInt64(width * 100 + height))
            let count = width * height * colorType.channelCount
            return PNGBuilder(
                width: width, height: height, colorType: colorType, bitDepth: bitDepth, isInterlaced: isInterlaced,
                samples: (0..<count).map { _ in Int.random(in: 0..<1 << bitDepth, using: &generator) })
        }
    }

    static func palette(count: Int) -> [[Int]] {
        (0..<count).map { [$0 * 37 % 256, 255 - $0, $0 * 91 % 256] }
    }

    static func paletteChunk(_ palette: [[Int]]) -> (type: String, data: [UInt8]) {
        ("PLTE", palette.flatMap { $0.map(UInt8.init) })
    }

    /// 1, 2 and 4 bits are spread over the whole range of 8: 255 / (2^n - 1) is whole.
    static func expanded(_ sample: Int, from bitDepth: Int) -> Int {
        bitDepth < 8 ? sample * 255 / ((1 << bitDepth) - 1) : sample
    }

    @Test(arguments: Layout.all) func everyLayoutIsExact(layout: Layout) throws {
        for (width, height) in [(1, 1), (3, 2), (5, 9), (8, 8), (17, 6)] {
            var file = layout.noise(width: width, height: height)
            let palette = Self.palette(count: 1 << min(layout.bitDepth, 8))
            if layout.colorType == .palette { file.leading = [Self.paletteChunk(palette)] }
            let image = try RasterImage(decoding: file.bytes())
            let expected =
                layout.colorType == .palette
                ? file.samples.flatMap { palette[$0] }
                : file.samples.map { Self.expanded($0, from: layout.bitDepth) }
            #expect(image.width == width && image.height == height)
            #expect(image.bitDepth == (layout.bitDepth == 16 ? .sixteen : .eight))
            #expect(image.samples == expected)
            #expect(image.warnings.isEmpty)
            switch layout.colorType {
            case .gray: #expect(image.colorModel == .gray)
            case .grayAlpha: #expect(image.colorModel == .grayAlpha)
            case .rgb, .palette: #expect(image.colorModel == .rgb)
            case .rgba: #expect(image.colorModel == .rgba)
            }
        }
    }

    @Test(arguments: Layout.all.filter { $0.colorType == .gray || $0.colorType == .rgb })
    func transparentColourBecomesAlpha(layout: Layout) throws {
        var file = layout.noise(width: 9, height: 5)
        let channels = layout.colorType.channelCount
        let key = Array(file.samples[channels * 4..<channels * 5])
        file.leading = [("tRNS", key.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] })]
        let image = try RasterImage(decoding: file.bytes())
        let opaque = layout.bitDepth == 16 ? 65_535 : 255
        let expected = (0..<45).flatMap { index in
            let pixel = file.samples[index * channels..<(index + 1) * channels]
            return pixel.map { Self.expanded($0, from: layout.bitDepth) } + [Array(pixel) == key ? 0 : opaque]
        }
        #expect(image.colorModel == (channels == 1 ? .grayAlpha : .rgba))
        #expect(image.samples == expected)
    }

    @Test(arguments: [1, 2, 4, 8]) func paletteWithTransparencyBecomesRGBA(bitDepth: Int) throws {
        var file = Layout(colorType: .palette, bitDepth: bitDepth, isInterlaced: false).noise(width: 11, height: 4)
        let palette = Self.palette(count: 1 << bitDepth)
        // Shorter than the palette: the rest is opaque.
        let alphas = [0, 128]
        file.leading = [Self.paletteChunk(palette), ("tRNS", alphas.map(UInt8.init))]
        let image = try RasterImage(decoding: file.bytes())
        #expect(image.colorModel == .rgba)
        #expect(image.samples == file.samples.flatMap { palette[$0] + [$0 < alphas.count ? alphas[$0] : 255] })
    }

    /// As browsers do.
    @Test func anIndexBeyondThePaletteIsBlack() throws {
        var file = PNGBuilder(width: 4, height: 1, colorType: .palette, bitDepth: 4, samples: [0, 1, 2, 9])
        file.leading = [("PLTE", [UInt8](repeating: 9, count: 3 * 3))]
        #expect(try RasterImage(decoding: file.bytes()).samples == [9, 9, 9, 9, 9, 9, 9, 9, 9, 0, 0, 0])
    }

    @Test func gammaAndChromaticityDoNotChangeValues() throws {
        var file = PNGBuilder.plain()
        file.leading = [
            ("gAMA", bigEndian(100_000)),
            ("cHRM", [31_270, 32_900, 20_000, 70_000, 30_000, 60_000, 15_000, 6_000].flatMap(bigEndian)),
            ("sBIT", [5, 5, 5]),
        ]
        #expect(try RasterImage(decoding: file.bytes()).samples == file.samples)
        file.leading = [("sRGB", [0])]
        #expect(try RasterImage(decoding: file.bytes()).samples == file.samples)
    }

    @Test func unknownAndTextChunksAreSkipped() throws {
        var file = PNGBuilder.plain()
        file.leading = [("tEXt", Array("Comment\0hello".utf8)), ("prIv", [1, 2, 3]), ("tIME", [0])]
        file.trailing = [("zTXt", [1]), ("iTXt", [])]
        let image = try RasterImage(decoding: file.bytes())
        #expect(image.samples == file.samples)
        #expect(image.warnings.isEmpty)
    }

    @Test func bytesAfterTheEndAreIgnored() throws {
        let file = PNGBuilder.plain()
        #expect(try RasterImage(decoding: file.bytes() + [1, 2, 3]).samples == file.samples)
    }

    @Test func splitPixelDataIsJoined() throws {
        let file = PNGBuilder.plain()
        let whole = file.bytes()
        let stream = Array(whole[41..<whole.count - 16])
        let header = Array(whole[..<33])
        let split = stream.flatMap { PNGBuilder.chunk("IDAT", [$0]) }
        #expect(try RasterImage(decoding: header + split + PNGBuilder.chunk("IEND", [])).samples == file.samples)
    }
}
