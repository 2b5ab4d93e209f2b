import PictureTestSupport
import Raster
import Testing
import TestSupport

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
            let result = try MattingResult(
                image: try kind.noise(width: 4, height: 3), alpha: try AlphaMatte.random(width: 4, height: 3, seed: 1))
            let mask = try result.mask()
            #expect(mask.bitDepth == kind.bitDepth && mask.colorModel == .gray)
        }
    }

    /// What a caller with a network of its own does: the coarse matte of a disc becomes that of the picture.
    @Test func aCoarseMatteIsBroughtToItsPicture() throws {
        let side = 240
        func coverage(_ x: Int, _ y: Int, _ scale: Int) -> Float {
            let (dx, dy) = (Float(x * scale + scale / 2 - side / 2), Float(y * scale + scale / 2 - side / 2))
            return min(max((70 - (dx * dx + dy * dy).squareRoot()) / Float(scale) + 0.5, 0), 1)
        }
        let truth = (0..<side * side).map { coverage($0 % side, $0 / side, 1) }
        let picture = try RasterImage(
            width: side, height: side, colorModel: .rgb,
            samples: truth.flatMap { [Int(40 + 160 * $0), 90, Int(200 - 120 * $0)] })
        let coarse = try AlphaMatte(
            width: 30, height: 30, values: (0..<900).map { coverage($0 % 30, $0 / 30, 8) })
        func error(_ matte: AlphaMatte) -> Float { zip(matte.values, truth).reduce(0) { $0 + abs($1.0 - $1.1) } }
        let upsampled = try coarse.upsampled(to: picture)
        #expect(upsampled.width == side && upsampled.height == side)
        // Two colours and no texture: the guided filter finds nearly all of the edge that interpolation blurs.
        #expect(error(upsampled) < error(try coarse.resized(width: side, height: side)) / 4)
        #expect(try upsampled.upsampled(to: picture).values == upsampled.values)
    }

    @Test func upsamplingEndsWithItsTask() async throws {
        let matte = try AlphaMatte.random(width: 3, height: 3, seed: 1)
        let picture = try RasterImage.noise(width: 50, height: 40)
        await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            #expect(throws: MattingError.cancelled) { try matte.upsampled(to: picture) }
        }.value
    }
}
