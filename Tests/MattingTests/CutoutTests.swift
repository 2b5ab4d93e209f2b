import ImageCodecs
import PictureTestSupport
import Raster
import Testing
import TestSupport

@testable import Matting

/// Cut-outs keep the picture's own samples and show as much of them as the matte says.
@Suite struct CutoutTests {
    static let sizes = [(1, 1), (1, 7), (9, 1), (17, 5), (33, 31)]

    @Test(arguments: PixelKind.all, sizes)
    func keepsColoursWhereVisibleAndErasesTheRest(kind: PixelKind, size: (Int, Int)) throws {
        let image = try kind.noise(width: size.0, height: size.1, seed: 3)
        let alpha = try AlphaMatte.random(width: size.0, height: size.1, seed: 4)
        try expectCutout(of: image, alpha: alpha, keepsHiddenColors: false)
        try expectCutout(of: image, alpha: alpha, keepsHiddenColors: true)
    }

    @Test(arguments: PixelKind.all) func alphaOutsideItsRangeIsClamped(kind: PixelKind) throws {
        let values: [Float] = [
            .nan, -.infinity, -3, -0.0, .leastNonzeroMagnitude, 0.5, 1, 1.0000001, 2, .greatestFiniteMagnitude,
            .infinity,
        ]
        let image = try kind.noise(width: values.count, height: 1)
        try expectCutout(
            of: image, alpha: AlphaMatte(unchecked: values, width: values.count, height: 1), keepsHiddenColors: false)
        let clamped = try AlphaMatte(width: values.count, height: 1, values: values)
        #expect(clamped.values == [0, 0, 0, 0, .leastNonzeroMagnitude, 0.5, 1, 1, 1, 1, 1])
    }

    @Test(arguments: RasterImage.BitDepth.allCases) func everyStepOfAlphaIsKept(depth: RasterImage.BitDepth) throws {
        let count = depth == .eight ? 256 : 65536
        let values = (0..<count).map { Float(Double($0) / Double(count - 1)) }
        let image = try RasterImage.plain(width: count, height: 1, bitDepth: depth, [1, 2, 3])
        let result = try MattingResult(image: image, alpha: try AlphaMatte(width: count, height: 1, values: values))
        let samples = try result.cutout().samples
        #expect(stride(from: 3, to: samples.count, by: 4).map { samples[$0] } == Array(0..<count))
        #expect(try result.mask().samples == Array(0..<count))
    }

    @Test(arguments: PixelKind.all) func profileAndExifAreCarried(kind: PixelKind) throws {
        let image = try RasterImage.noise(
            width: 3, height: 2, colorModel: kind.colorModel, bitDepth: kind.bitDepth, iccProfile: [1, 2, 3],
            exif: [4, 5])
        let result = try MattingResult(image: image, alpha: try AlphaMatte.random(width: 3, height: 2, seed: 1))
        let cutout = try result.cutout()
        #expect(cutout.iccProfile == [1, 2, 3])
        #expect(cutout.exif == [4, 5])
    }

    @Test func matteMadeElsewhere() throws {
        func result(_ values: [Float]) throws -> MattingResult {
            try MattingResult(
                image: .noise(width: 2, height: 1), alpha: AlphaMatte(width: 2, height: 1, values: values))
        }
        #expect(try result([0, 0.1]).hasSubject && result([0, 0.1]).warnings.isEmpty)
        #expect(try !result([0, 0]).hasSubject && result([0, 0]).warnings == [.noSubject])
    }

    @Test func survivesPNG() throws {
        let image = try RasterImage.noise(width: 31, height: 17, bitDepth: .sixteen, seed: 5)
        let result = try MattingResult(image: image, alpha: try AlphaMatte.random(width: 31, height: 17, seed: 6))
        let cutout = try result.cutout()
        let read = try RasterImage(decoding: cutout.encoded(as: .png).bytes)
        #expect(read.colorModel == .rgba)
        #expect(read.bitDepth == .sixteen)
        #expect(read.samples == cutout.samples)
    }

    @Test func resultIsUntouched() throws {
        let image = try RasterImage.noise(width: 5, height: 4, colorModel: .rgba)
        let before = image.samples
        let result = try MattingResult(image: image, alpha: try AlphaMatte.random(width: 5, height: 4, seed: 1))
        _ = try result.cutout()
        _ = try result.composite(over: .color(.white))
        #expect(result.image.samples == before)
        #expect(result.warnings.isEmpty && result.hasSubject)
    }

    private func expectCutout(
        of image: RasterImage, alpha: AlphaMatte, keepsHiddenColors: Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let cutout = try MattingResult(image: image, alpha: alpha).cutout(keepsHiddenColors: keepsHiddenColors)
        let colors = image.colorModel.colorChannelCount
        #expect(cutout.colorModel == (colors == 1 ? .grayAlpha : .rgba), sourceLocation: sourceLocation)
        #expect(cutout.bitDepth == image.bitDepth, sourceLocation: sourceLocation)
        let (input, output) = (image.samples, cutout.samples)
        let channels = image.colorModel.channelCount
        var problems: [String] = []
        for (pixel, value) in alpha.values.enumerated() {
            let shown = output[pixel * (colors + 1) + colors]
            // Not a number counts as 0. A product of floats may fall on the other side of a half.
            let wanted = value > 0 ? Double(min(value, 1)) * Double(image.maximum) : 0
            if abs(Double(shown) - wanted) > 0.51 { problems.append("pixel \(pixel): alpha \(shown) for \(wanted)") }
            for c in 0..<colors {
                let kept = shown > 0 || keepsHiddenColors ? input[pixel * channels + c] : 0
                if output[pixel * (colors + 1) + c] != kept { problems.append("pixel \(pixel), channel \(c)") }
            }
        }
        #expect(problems.isEmpty, sourceLocation: sourceLocation)
    }
}
