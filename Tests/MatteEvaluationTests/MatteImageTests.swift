import PictureTestSupport
import Raster
import Testing
import TestSupport

@testable import Matting

/// Mattes that come from pictures, as truths do.
@Suite struct MatteImageTests {
    @Test(arguments: RasterImage.BitDepth.allCases) func greysAreAlphas(depth: RasterImage.BitDepth) throws {
        let image = try RasterImage.noise(width: 13, height: 7, colorModel: .gray, bitDepth: depth)
        let matte = try AlphaMatte(image)
        #expect(matte.width == 13 && matte.height == 7)
        #expect(matte.values == image.samples.map { Float($0) / Float(image.maximum) })
    }

    @Test func equalColoursAreGrey() throws {
        let grey = try RasterImage(
            width: 2, height: 1, colorModel: .rgb, samples: [0, 0, 0, 51, 51, 51])
        #expect(try AlphaMatte(grey).values == [0, 0.2])
        let opaque = try RasterImage(
            width: 2, height: 1, colorModel: .rgba, samples: [255, 255, 255, 255, 51, 51, 51, 255])
        #expect(try AlphaMatte(opaque).values == [1, 0.2])
        let opaqueGrey = try RasterImage(width: 2, height: 1, colorModel: .grayAlpha, samples: [0, 255, 102, 255])
        #expect(try AlphaMatte(opaqueGrey).values == [0, 0.4])
    }

    @Test func alphaOfACutout() throws {
        let cutout = try RasterImage(
            width: 2, height: 1, colorModel: .rgba, bitDepth: .sixteen, samples: [9, 8, 7, 0, 1, 2, 3, 65535])
        #expect(try AlphaMatte(cutout).values == [0, 1])
        let grey = try RasterImage(width: 2, height: 1, colorModel: .grayAlpha, samples: [9, 51, 8, 255])
        #expect(try AlphaMatte(grey).values == [0.2, 1])
    }

    @Test func coloursAreAnError() throws {
        for samples in [[1, 1, 2], [1, 2, 2]] {
            for model in [RasterImage.ColorModel.rgb, .rgba] {
                let pixel = model == .rgba ? samples + [255] : samples
                let image = try RasterImage.plain(width: 2, height: 2, colorModel: model, pixel)
                #expect(throws: MattingError.colored("matte")) { try AlphaMatte(image) }
            }
        }
    }

    @Test func emptyMatte() throws {
        let matte = try AlphaMatte(emptyOfWidth: 5, height: 3)
        #expect(matte.width == 5 && matte.height == 3 && matte.values.allSatisfy { $0 == 0 })
    }

    @Test func resizedMatteKeepsItsShare() throws {
        let matte = try AlphaMatte.rectangle(4..<12, 0..<8, width: 16, height: 8)
        let half = try matte.resized(width: 8, height: 4)
        #expect(half.width == 8 && half.height == 4)
        #expect(half.values.map { ($0 * 1000).rounded() / 1000 } == (0..<32).map { 2..<6 ~= $0 % 8 ? 1 : 0 })
        let large = try matte.resized(width: 160, height: 80)
        #expect(abs(large.coverage - matte.coverage) < 1e-3)
        #expect(large[80, 40] == 1 && large[5, 40] == 0)
    }

    @Test func resizedTrimapKeepsItsValues() throws {
        for kind in PixelKind.all {
            let image = try kind.noise(width: 4, height: 3)
            let large = try image.nearestResized(width: 8, height: 9)
            #expect(large.colorModel == image.colorModel && large.bitDepth == image.bitDepth)
            let channels = image.colorModel.channelCount
            for (index, sample) in large.samples.enumerated() {
                let (x, y, c) = (index / channels % 8, index / channels / 8, index % channels)
                #expect(sample == image.samples[((y / 3) * 4 + x / 2) * channels + c])
            }
            #expect(try large.nearestResized(width: 4, height: 3).samples == image.samples)
        }
    }
}
