import PictureTestSupport
import Raster
import TensorCore
import Testing
import TestSupport
import Threads

@testable import Matting

/// Shrinking by area against its definition.
@Suite struct AreaAverageTests {
    @Test(arguments: PixelKind.all) func everySize(kind: PixelKind) throws {
        var random = SeededGenerator(seed: 31)
        for _ in 0..<12 {
            let (width, height) = (random.pick(sweptSizes), random.pick(sweptSizes))
            let image = try kind.noise(width: width, height: height, seed: random.next())
            for _ in 0..<3 {
                // Random sizes, with the own size and one pixel among them.
                let target = (
                    random.pick([1, width, Int.random(in: 1...width, using: &random)]),
                    random.pick([1, height, Int.random(in: 1...height, using: &random)])
                )
                try expectAverage(image, width: target.0, height: target.1, pool: random.pick(Pools.all))
            }
        }
    }

    @Test(arguments: [(1, 500, 1, 3), (500, 1, 7, 1), (641, 3, 320, 2), (1000, 2, 999, 1), (3, 997, 2, 31)])
    func longSides(width: Int, height: Int, outputWidth: Int, outputHeight: Int) throws {
        for depth in RasterImage.BitDepth.allCases {
            let image = try RasterImage.noise(width: width, height: height, bitDepth: depth, seed: 5)
            try expectAverage(image, width: outputWidth, height: outputHeight, pool: Pools.all[1])
        }
    }

    @Test(arguments: PixelKind.all) func ownSizeIsTheSamples(kind: PixelKind) throws {
        let image = try kind.noise(width: 19, height: 7)
        let average = try image.areaAveraged(width: 19, height: 7, pool: Pools.all[0])
        // One rounding for the sample's scale and one for alpha's.
        try expectClose(average, ReferenceMap(premultiplied: image), absolute: 0, relative: 3e-7)
    }

    @Test(arguments: PixelKind.all) func plainStaysPlain(kind: PixelKind) throws {
        let color = (0..<kind.colorModel.channelCount).map { _ in kind.bitDepth == .eight ? 255 : 65535 }
        let image = try RasterImage.plain(
            width: 101, height: 67, colorModel: kind.colorModel, bitDepth: kind.bitDepth, color)
        let values = try image.areaAveraged(width: 13, height: 10, pool: Pools.all[2]).values
        // White is 1 up to the sums' rounding; white that depends on the place would show in the network's input.
        #expect(values.allSatisfy { abs($0 - 1) < 2e-6 })
    }

    @Test func invisibleColoursWeighNothing() throws {
        let image = try RasterImage(
            width: 2, height: 1, colorModel: .rgba, samples: [255, 255, 255, 0, 100, 50, 0, 255])
        let values = try image.areaAveraged(width: 1, height: 1, pool: Pools.all[0]).values
        expectClose(values, [50.0 / 255, 25.0 / 255, 0, 0.5], absolute: 1e-7, relative: 0)
    }

    @Test func sameBitsOnAnyNumberOfThreads() throws {
        let image = try RasterImage.noise(width: 211, height: 97, colorModel: .rgba, seed: 8)
        let bits = try Pools.all.map {
            try image.areaAveraged(width: 50, height: 33, pool: $0).values.map(\.bitPattern)
        }
        #expect(bits.allSatisfy { $0 == bits[0] })
    }

    private func expectAverage(
        _ image: RasterImage, width: Int, height: Int, pool: ThreadPool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let average = try image.areaAveraged(width: width, height: height, pool: pool)
        // Sums of up to a thousand samples in floats, of values up to 1.
        try expectClose(
            average, ReferenceMap(premultiplied: image).areaAveraged(height: height, width: width), absolute: 4e-6,
            relative: 0, "\(image.width)×\(image.height) to \(width)×\(height), \(image.colorModel)",
            sourceLocation: sourceLocation)
    }
}
