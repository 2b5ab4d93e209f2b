import ImageCodecs
import PictureTestSupport
import Raster
import TensorCore
import Testing
import TestSupport

@testable import Matting

/// Composites against `alpha · picture + (1 − alpha) · background` of light, or of encoded values, in double precision.
@Suite struct CompositeTests {
    static let colors: [RasterColor] = [
        .white, .black, .chromaGreen, RasterColor(red: 0.2, green: 0.2, blue: 0.2),
        RasterColor(red: 0.123456, green: 0.9, blue: 0.5),
    ]

    @Test(arguments: PixelKind.all, colors) func overColours(kind: PixelKind, color: RasterColor) throws {
        for (width, height) in [(1, 1), (17, 5), (8, 31)] {
            let image = try kind.noise(width: width, height: height, seed: 11)
            let alpha = try AlphaMatte.random(width: width, height: height, seed: 12)
            let isGray = kind.colorModel.colorChannelCount == 1 && color.red == color.blue && color.red == color.green
            let parts = isGray ? [color.red] : [color.red, color.green, color.blue]
            let ground = ReferenceMap(
                try TensorShape(height: height, width: width, channels: parts.count),
                values: Array(repeatElement(parts, count: width * height).joined()))
            for blending in [Blending.linearLight, .encoded] {
                try expectComposite(
                    of: image, alpha: alpha, over: .color(color), ground: ground, blending: blending)
            }
        }
    }

    /// Straight alpha of Porter and Duff's "over", in double precision.
    @Test(arguments: PixelKind.all, [Blending.linearLight, .encoded])
    func overTranslucentColours(kind: PixelKind, blending: Blending) throws {
        let (width, height) = (17, 5)
        let image = try kind.noise(width: width, height: height, seed: 11)
        let matte = try AlphaMatte.random(width: width, height: height, seed: 12)
        for color in [
            RasterColor(red: 0.2, green: 0.9, blue: 0.5, alpha: 0.3),
            RasterColor(red: 0.4, green: 0.4, blue: 0.4, alpha: 0.5),
            RasterColor(red: 1, green: 1, blue: 1, alpha: 0),
        ] {
            let composite = try MattingResult(image: image, alpha: matte).composite(
                over: .color(color), blending: blending)
            let isLinear = blending == .linearLight
            let mixed = NaiveLight(image, alpha: matte.values, isLinear: isLinear)
                .over(.plain(width: width, height: height, color, isLinear: isLinear)).encoded(isLinear: isLinear)
            let colors = composite.colorModel.colorChannelCount
            let isGray = kind.colorModel.colorChannelCount == 1 && color.red == color.green
            #expect(composite.colorModel == (isGray ? .grayAlpha : .rgba))
            #expect(composite.bitDepth == image.bitDepth)
            let (output, scale) = (composite.samples, Double(image.maximum))
            for (pixel, alpha) in matte.values.enumerated() {
                let a = Double(alpha)
                let all = a + (1 - a) * color.alpha
                let visible = output[pixel * (colors + 1) + colors]
                // Half a step is rounding; the rest is floats, 24 bits, against doubles.
                #expect(abs(Double(visible) - all * scale) <= 0.5 + 2e-7 * scale)
                for c in 0..<colors {
                    let expected = visible > 0 ? mixed[pixel * 3 + c] * scale : 0
                    // Tables of curves are within 2e-6 of the value.
                    #expect(abs(Double(output[pixel * (colors + 1) + c]) - expected) <= 0.5 + 4e-6 * scale)
                }
            }
        }
    }

    /// Nothing behind the subject: the cut-out, bit for bit.
    @Test(arguments: PixelKind.all) func overNothing(kind: PixelKind) throws {
        let image = try kind.noise(width: 33, height: 21, seed: 3)
        let result = try MattingResult(image: image, alpha: AlphaMatte.random(width: 33, height: 21, seed: 4))
        let nothing = RasterColor(red: 0, green: 0, blue: 0, alpha: 0)
        #expect(try result.composite(over: .color(nothing)).samples == result.cutout().samples)
        var impossible = nothing
        impossible.alpha = -3
        #expect(try result.composite(over: .color(impossible)).samples == result.cutout().samples)
    }

    @Test(arguments: PixelKind.all) func alphaOutsideItsRangeIsClamped(kind: PixelKind) throws {
        let values: [Float] = [.nan, -.infinity, -3, -0.0, 0.5, 1.0000001, 7, .infinity]
        let image = try kind.noise(width: values.count, height: 1)
        let ground = ReferenceMap(
            try TensorShape(height: 1, width: values.count, channels: 3),
            values: Array(repeatElement([1.0, 0, 0], count: values.count).joined()))
        try expectComposite(
            of: image, alpha: AlphaMatte(unchecked: values, width: values.count, height: 1),
            over: .color(RasterColor(red: 1, green: 0, blue: 0)), ground: ground)
    }

    @Test(arguments: PixelKind.all) func endsOfAlphaAreExact(kind: PixelKind) throws {
        let (width, height) = (64, 64)
        let image = try kind.noise(width: width, height: height, seed: 5)
        let back = try RasterImage.noise(width: width, height: height, bitDepth: kind.bitDepth, seed: 6)
        let visible = try MattingResult(
            image: image,
            alpha: try AlphaMatte(width: width, height: height, values: [Float](repeating: 1, count: width * height)))
        let channels = kind.colorModel.channelCount
        let input = image.samples
        let expected = (0..<width * height * 3).map {
            input[$0 / 3 * channels + (kind.colorModel.colorChannelCount == 1 ? 0 : $0 % 3)]
        }
        #expect(try visible.composite(over: .image(back)).samples == expected)

        let hidden = try MattingResult(
            image: image,
            alpha: try AlphaMatte(width: width, height: height, values: [Float](repeating: 0, count: width * height)))
        #expect(try hidden.composite(over: .image(back)).samples == back.samples)
    }

    struct Profiled: Sendable {
        let model: RasterImage.ColorModel
        let color: RasterColor
        let keepsProfile: Bool
        let output: RasterImage.ColorModel
    }

    @Test(arguments: [
        Profiled(model: .gray, color: .white, keepsProfile: true, output: .gray),
        Profiled(model: .grayAlpha, color: .black, keepsProfile: true, output: .gray),
        Profiled(model: .gray, color: .chromaGreen, keepsProfile: false, output: .rgb),
        Profiled(model: .rgb, color: .white, keepsProfile: true, output: .rgb),
        Profiled(model: .rgba, color: .chromaGreen, keepsProfile: true, output: .rgb),
    ])
    func profileIsWrittenWithItsOwnColoursOnly(test: Profiled) throws {
        let image = try RasterImage.noise(
            width: 3, height: 2, colorModel: test.model, bitDepth: .sixteen,
            iccProfile: ProfileBuilder.profile(space: test.model.colorChannelCount == 1 ? "GRAY" : "RGB "),
            exif: [3, 4])
        let result = try MattingResult(image: image, alpha: try AlphaMatte.random(width: 3, height: 2, seed: 1))
        let composite = try result.composite(over: .color(test.color))
        #expect(composite.colorModel == test.output)
        #expect(composite.bitDepth == .sixteen)
        #expect(composite.exif == [3, 4])
        let file = try composite.encoded(as: .png)
        #expect(try RasterImage(decoding: file.bytes).iccProfile == (test.keepsProfile ? image.iccProfile : nil))
        let isDropped = file.warnings.contains { if case .iccProfileDropped = $0 { true } else { false } }
        #expect(isDropped == !test.keepsProfile)
    }

    @Test func greyOverAGreyPictureBecomesColour() throws {
        let image = try RasterImage.noise(width: 3, height: 2, colorModel: .gray)
        let result = try MattingResult(image: image, alpha: try AlphaMatte.random(width: 3, height: 2, seed: 1))
        let composite = try result.composite(over: .image(try .noise(width: 3, height: 2, colorModel: .gray)))
        #expect(composite.colorModel == .rgb)
    }
}

/// Expects a composite to be within rounding of the formula; `ground` is the background as fractions of full scale, encoded.
///
/// - Parameter slack: how far the background may be off before rounding, as a fraction of full scale. By default what tables
///   of curves may be off, 2e-6 of the value, and floats near black, whose encoded values rise by 13 times the light.
func expectComposite(
    of image: RasterImage, alpha: AlphaMatte, over background: Background, ground: ReferenceMap, slack: Double = 4e-6,
    blending: Blending = .linearLight, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let composite = try MattingResult(image: image, alpha: alpha).composite(over: background, blending: blending)
    let outputColors = ground.shape.channels
    #expect(composite.colorModel == (outputColors == 1 ? .gray : .rgb), sourceLocation: sourceLocation)
    #expect(composite.bitDepth == image.bitDepth, sourceLocation: sourceLocation)
    #expect(composite.width == image.width && composite.height == image.height, sourceLocation: sourceLocation)
    guard composite.samples.count == ground.values.count else { return }
    let isLinear = blending == .linearLight
    let under = NaiveLight(
        width: image.width, height: image.height,
        values: (0..<image.width * image.height).flatMap { pixel in
            (0..<3).map { c -> Double in
                let value = ground.values[pixel * outputColors + (outputColors == 1 ? 0 : c)]
                return isLinear ? NaiveCurve.light(value) : value
            } + [1]
        })
    let expected = NaiveLight(image, alpha: alpha.values, isLinear: isLinear).over(under)
        .encoded(colors: outputColors, isLinear: isLinear)
    let scale = Double(image.maximum)
    let worst = zip(composite.samples, expected).map { abs(Double($0) - $1 * scale) }.max() ?? 0
    // Half a step is rounding.
    #expect(worst <= 0.5 + slack * scale, "off by \(worst) steps", sourceLocation: sourceLocation)
}
