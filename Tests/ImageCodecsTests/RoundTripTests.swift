import ImageCodecs
import Raster
import Testing

@Suite struct RoundTripTests {
    @Test(arguments: RasterImage.ColorModel.allCases, RasterImage.BitDepth.allCases)
    func pngIsExact(colorModel: RasterImage.ColorModel, bitDepth: RasterImage.BitDepth) throws {
        for (width, height) in [(1, 1), (7, 5), (64, 33)] {
            let image = try RasterImage.noise(width: width, height: height, colorModel: colorModel, bitDepth: bitDepth)
            for compression in [PNGCompression.fast, .balanced, .smallest, .level(0), .level(9)] {
                let file = try image.encoded(as: .png, options: EncodingOptions(compression: compression))
                #expect(file.warnings.isEmpty)
                let decoded = try RasterImage(decoding: file.bytes)
                #expect(decoded.width == width && decoded.height == height)
                #expect(decoded.colorModel == colorModel && decoded.bitDepth == bitDepth)
                #expect(decoded.samples == image.samples)
                #expect(decoded.warnings.isEmpty)
            }
        }
    }

    @Test(arguments: [RasterImage.ColorModel.gray, .rgb]) func jpegIsClose(colorModel: RasterImage.ColorModel) throws {
        var image = try RasterImage(width: 31, height: 17, colorModel: colorModel)
        let channels = colorModel.channelCount
        try image.withMutableSamples8 { pixels in
            for index in pixels.indices { pixels[index] = UInt8(index / channels % 31 * 8 % 256) }
        }
        let file = try image.encoded(as: .jpeg, options: EncodingOptions(jpegQuality: 100))
        let decoded = try RasterImage(decoding: file.array)
        #expect(decoded.colorModel == colorModel && decoded.bitDepth == .eight)
        // Quality 100 quantises by 1, so what is left is rounding in the transforms.
        #expect(zip(decoded.samples, image.samples).allSatisfy { abs($0 - $1) <= 3 })
    }
}
