import TestSupport
import Testing

@testable import Matting

/// What a matte says of itself.
@Suite struct AlphaMatteTests {
    @Test func valuesAreWhereTheyBelong() throws {
        let matte = try AlphaMatte(width: 3, height: 2, values: [0, 0.1, 0.2, 0.3, 0.4, 0.5])
        #expect(matte.width == 3 && matte.height == 2)
        #expect(matte[0, 0] == 0 && matte[2, 0] == 0.2 && matte[0, 1] == 0.3 && matte[2, 1] == 0.5)
        #expect(abs(matte.coverage - 0.25) < 1e-7)
    }

    @Test func coverageOfManyPixelsIsExact() throws {
        // A sum of floats would stop growing at 2²⁴ and lose small values long before.
        let (width, height) = (4099, 257)
        let matte = try AlphaMatte(
            width: width, height: height, values: [Float](repeating: 0.1, count: width * height))
        #expect(abs(matte.coverage - Double(Float(0.1))) < 1e-12)
    }

    @Test(arguments: RasterImage.BitDepth.allCases) func pictureRoundsToNearest(depth: RasterImage.BitDepth) throws {
        let matte = try AlphaMatte.random(width: 37, height: 11, seed: 9)
        let picture = try matte.image(bitDepth: depth)
        #expect(picture.width == 37 && picture.height == 11)
        #expect(picture.colorModel == .gray && picture.bitDepth == depth)
        let errors = zip(picture.samples, matte.values).map { abs(Double($0) - Double($1) * Double(picture.maximum)) }
        // A product of floats may fall on the other side of a half.
        #expect(errors.allSatisfy { $0 <= 0.51 })
    }

    @Test func maskHasThePicturesDepth() throws {
        for kind in PixelKind.all {
            let result = MattingResult(
                image: try kind.noise(width: 4, height: 3), alpha: try AlphaMatte.random(width: 4, height: 3, seed: 1))
            let mask = try result.mask()
            #expect(mask.bitDepth == kind.bitDepth && mask.colorModel == .gray)
        }
    }
}
