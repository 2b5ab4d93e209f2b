import PictureTestSupport
import Raster
import TensorCore
import Testing
import TestSupport

@testable import Matting

/// The alpha that a picture already has stays in play.
@Suite struct ImageAlphaTests {
    @Test(arguments: PixelKind.all.filter(\.colorModel.hasAlpha)) func isMultipliedIn(kind: PixelKind) throws {
        let image = try kind.noise(width: 31, height: 9, seed: 51)
        let matte = try AlphaMatte.random(width: 31, height: 9, seed: 52)
        var product = matte.tensor
        try image.multiplyAlpha(into: &product, pool: Pools.all[1])
        let channels = kind.colorModel.channelCount
        let samples = image.samples
        let reference = matte.values.enumerated().map { index, value in
            Double(value) * Double(samples[index * channels + channels - 1]) / Double(image.maximum)
        }
        expectClose(product.values, reference, absolute: 0, relative: 2e-7)
        #expect(matte.tensor.values != product.values)
    }

    @Test(arguments: PixelKind.all.filter(\.colorModel.hasAlpha)) func opaqueChangesNothing(kind: PixelKind) throws {
        let color = [Int](repeating: kind.bitDepth == .eight ? 255 : 65535, count: kind.colorModel.channelCount)
        let image = try RasterImage.plain(
            width: 64, height: 64, colorModel: kind.colorModel, bitDepth: kind.bitDepth, color)
        let matte = try AlphaMatte.random(width: 64, height: 64, seed: 53)
        var product = matte.tensor
        try image.multiplyAlpha(into: &product, pool: Pools.all[1])
        // Bit for bit: an opaque picture has the matte that it would have without an alpha channel.
        #expect(product.values == matte.values)
    }
}
