import PictureTestSupport
import TestSupport
import Testing

@testable import Matting
@testable import Raster

/// Backgrounds behind photographs of other colour spaces: what shows is the colour that was asked for.
@Suite struct CompositeColorTests {
    static let wide = MatrixProfile(MatrixProfile.displayP3, curve: MatrixProfile.standardCurve).bytes()
    static let standard = MatrixProfile(MatrixProfile.sRGB, curve: MatrixProfile.standardCurve).bytes()
    /// A profile that is more than curves and primaries.
    static let tables: [UInt8] = {
        var profile = MatrixProfile(MatrixProfile.displayP3, curve: MatrixProfile.standardCurve)
        profile.tags.append(("A2B0", Array("mft2".utf8) + [UInt8](repeating: 0, count: 60)))
        return profile.bytes()
    }()

    /// `#e62828` in sRGB and in Display P3, by LittleCMS.
    static let (red, wideRed) = ([230, 40, 40], [211, 61, 52])

    /// The background alone, behind a picture with a profile.
    private func ground(
        _ background: Background, behind profile: [UInt8]?, model: RasterImage.ColorModel = .rgb,
        depth: RasterImage.BitDepth = .eight
    ) throws -> RasterImage {
        let image = try RasterImage(
            width: 6, height: 4, colorModel: model, bitDepth: depth, iccProfile: profile)
        let empty = try AlphaMatte(width: 6, height: 4, values: [Float](repeating: 0, count: 24))
        return try MattingResult(image: image, alpha: empty).composite(over: background)
    }

    private func picture(_ color: [Int], _ profile: [UInt8]?) throws -> Background {
        var image = try RasterImage.plain(width: 3, height: 3, color)
        image.iccProfile = profile
        return .image(image)
    }

    private func expect(_ image: RasterImage, _ color: [Int], within tolerance: Int = 1, scale: Int = 1) {
        #expect(image.warnings.isEmpty)
        let samples = image.samples
        #expect(samples.indices.allSatisfy { abs(samples[$0] - color[$0 % color.count] * scale) <= tolerance * scale })
    }

    @Test func aColourBehindAWidePhotograph() throws {
        let color = try RasterColor("#e62828")
        try expect(ground(.color(color), behind: Self.wide), Self.wideRed)
        try expect(ground(.color(color), behind: Self.wide, depth: .sixteen), Self.wideRed, scale: 257)
        try expect(ground(.color(color), behind: nil), Self.red, within: 0)
        try expect(ground(.color(color), behind: Self.standard), Self.red, within: 0)
    }

    /// A colour through which something shows is converted, and its trouble said, like any other.
    @Test func aTranslucentColour() throws {
        var color = try RasterColor("#e62828")
        color.alpha = 0.2
        try expect(ground(.color(color), behind: Self.wide), Self.wideRed + [51])
        try expect(ground(.color(color), behind: nil), Self.red + [51], within: 0)
        let composite = try ground(.color(color), behind: Self.tables)
        #expect(composite.warnings == [.backgroundNotConverted(reason: "its profile is made of tables")])
        #expect(composite.iccProfile == Self.tables)
    }

    @Test(arguments: [nil, standard]) func aPictureBehindAWidePhotograph(profile: [UInt8]?) throws {
        try expect(ground(picture(Self.red, profile), behind: Self.wide), Self.wideRed)
    }

    @Test(arguments: [nil, standard]) func aWidePictureBehindAPhotograph(profile: [UInt8]?) throws {
        try expect(ground(picture(Self.wideRed, Self.wide), behind: profile), Self.red)
        try expect(ground(picture(Self.wideRed, Self.wide), behind: Self.wide), Self.wideRed, within: 0)
    }

    /// Whatever the profile, black is black and white is white.
    @Test(arguments: [wide, tables]) func theEndsNeedNoConversion(profile: [UInt8]) throws {
        for (color, sample) in [(RasterColor.white, 255), (.black, 0)] {
            let composite = try ground(.color(color), behind: profile)
            #expect(composite.samples.allSatisfy { $0 == sample })
            // Edges before it cannot be mixed as light where nobody knows the curve.
            let reason = "its profile is made of tables"
            #expect(composite.warnings == (profile == Self.tables ? [.blendedAsEncoded(reason: reason)] : []))
            let result = try MattingResult(
                image: RasterImage(width: 1, height: 1, colorModel: .rgb, iccProfile: profile),
                alpha: AlphaMatte(width: 1, height: 1, values: [1]))
            #expect(try result.composite(over: .color(color), blending: .encoded).warnings.isEmpty)
        }
    }

    @Test func aGreyPhotographStaysGrey() throws {
        let linear = MatrixProfile(grayCurve: MatrixProfile.gamma(1)).bytes()
        let gray = RasterColor(red: 188 / 255, green: 188 / 255, blue: 188 / 255)
        let composite = try ground(.color(gray), behind: linear, model: .gray)
        #expect(composite.colorModel == .gray && composite.iccProfile == linear)
        expect(composite, [128])
        try expect(ground(.color(gray), behind: nil, model: .gray), [188], within: 0)
    }

    /// Files cannot hold the profile of a grey photograph that got colours, nor one that is broken: what shows is sRGB.
    @Test func profilesThatAreNotWrittenDoNotCount() throws {
        let color = try RasterColor("#e62828")
        let gray = MatrixProfile(grayCurve: MatrixProfile.gamma(1)).bytes()
        try expect(ground(.color(color), behind: gray, model: .gray), Self.red, within: 0)
        try expect(ground(.color(color), behind: [1, 2, 3]), Self.red, within: 0)
        try expect(ground(picture(Self.red, [1, 2, 3]), behind: nil), Self.red, within: 0)
    }

    @Test func aGreyPictureHasACurve() throws {
        var gray = try RasterImage.plain(width: 3, height: 3, colorModel: .gray, [128])
        gray.iccProfile = MatrixProfile(grayCurve: MatrixProfile.gamma(1)).bytes()
        try expect(ground(.image(gray), behind: Self.wide), [188])
        try expect(ground(.image(gray), behind: nil), [188])
    }

    @Test func whatCannotBeConvertedIsSaid() throws {
        let color = try RasterColor("#e62828")
        for (background, profile) in [
            (.color(color), Self.tables), (try picture(Self.red, nil), Self.tables),
            (try picture(Self.red, Self.tables), Self.wide), (try picture(Self.red, Self.tables), nil),
        ] as [(Background, [UInt8]?)] {
            let composite = try ground(background, behind: profile)
            #expect(composite.warnings == [.backgroundNotConverted(reason: "its profile is made of tables")])
            #expect(Array(composite.samples.prefix(3)) == Self.red)
        }
        // Both the same: there is nothing to convert, but the mixing is as encoded.
        let same = try ground(picture(Self.red, Self.tables), behind: Self.tables)
        #expect(same.warnings == [.blendedAsEncoded(reason: "its profile is made of tables")])
        #expect(Array(same.samples.prefix(3)) == Self.red)
    }
}
