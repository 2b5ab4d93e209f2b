import PictureTestSupport
import TestSupport
import Testing

@testable import Raster

/// Colours of one profile as those of another.
@Suite struct ColorConversionTests {
    /// In 8 bits, of either space.
    static let colors = [
        [230, 40, 40], [17, 200, 90], [128, 128, 128], [250, 240, 10], [30, 60, 220], [255, 255, 255], [3, 5, 8],
    ]

    /// What LittleCMS 2 makes of ``colors`` from sRGB to the profile and the other way, relative colorimetric, without its
    /// 8-bit tables.
    struct Reference: Sendable {
        let name: String
        let profile: [UInt8]
        let fromSRGB: [[Int]]
        let toSRGB: [[Int]]
    }

    static let references = [
        Reference(
            name: "Display P3",
            profile: MatrixProfile(MatrixProfile.displayP3, curve: MatrixProfile.standardCurve).bytes(),
            fromSRGB: [
                [211, 61, 52], [92, 197, 103], [128, 128, 128], [248, 240, 81], [37, 59, 212], [255, 255, 255],
                [3, 5, 8],
            ],
            toSRGB: [
                [251, 0, 18], [0, 204, 73], [128, 128, 128], [252, 240, 0], [17, 61, 229], [255, 255, 255], [3, 5, 8],
            ]),
        Reference(
            name: "Display P3, function 4",
            profile: MatrixProfile(
                MatrixProfile.displayP3,
                curve: MatrixProfile.parameters(4, [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045, 0, 0])
            ).bytes(),
            fromSRGB: [
                [211, 61, 52], [92, 197, 103], [128, 128, 128], [248, 240, 81], [37, 59, 212], [255, 255, 255],
                [3, 5, 8],
            ],
            toSRGB: [
                [251, 0, 18], [0, 204, 73], [128, 128, 128], [252, 240, 0], [17, 61, 229], [255, 255, 255], [3, 5, 8],
            ]),
        Reference(
            name: "Adobe RGB, a power",
            profile: MatrixProfile(MatrixProfile.adobeRGB, curve: MatrixProfile.gamma(563.0 / 256)).bytes(),
            fromSRGB: [
                [198, 44, 44], [113, 199, 98], [127, 127, 127], [247, 240, 58], [45, 62, 215], [255, 255, 255],
                [11, 13, 16],
            ],
            toSRGB: [
                [255, 35, 35], [0, 201, 80], [129, 129, 129], [254, 240, 0], [0, 57, 225], [255, 255, 255], [0, 1, 2],
            ]),
        Reference(
            name: "ProPhoto, function 3",
            profile: MatrixProfile(
                MatrixProfile.proPhoto, curve: MatrixProfile.parameters(3, [1.8, 1, 0, 1.0 / 16, 1.0 / 32])
            ).bytes(),
            fromSRGB: [
                [159, 70, 39], [107, 175, 91], [109, 109, 109], [224, 234, 79], [79, 54, 196], [255, 255, 255],
                [5, 6, 9],
            ],
            toSRGB: [
                [255, 0, 47], [0, 230, 79], [146, 146, 146], [255, 241, 0], [0, 82, 241], [255, 255, 255], [0, 4, 7],
            ]),
        Reference(
            name: "a table",
            profile: MatrixProfile(
                MatrixProfile.sRGB, curve: MatrixProfile.table((0..<256).map { Int(tableLight(Double($0) / 255)) })
            ).bytes(),
            fromSRGB: [
                [224, 30, 30], [14, 188, 72], [109, 109, 109], [249, 236, 10], [23, 46, 212], [255, 255, 255],
                [5, 7, 9],
            ],
            toSRGB: [
                [235, 53, 53], [21, 210, 109], [146, 146, 146], [251, 243, 10], [40, 77, 227], [255, 255, 255],
                [1, 3, 6],
            ]),
        Reference(
            name: "function 0",
            profile: MatrixProfile(MatrixProfile.sRGB, curve: MatrixProfile.parameters(0, [1.5])).bytes(),
            fromSRGB: [
                [218, 20, 20], [8, 177, 56], [92, 92, 92], [247, 233, 5], [14, 32, 204], [255, 255, 255], [2, 3, 5],
            ],
            toSRGB: [
                [238, 70, 70], [35, 217, 126], [161, 161, 161], [252, 245, 22], [57, 95, 231], [255, 255, 255],
                [4, 9, 17],
            ]),
        Reference(
            name: "function 1",
            profile: MatrixProfile(MatrixProfile.sRGB, curve: MatrixProfile.parameters(1, [2, 0.9, 0.1])).bytes(),
            fromSRGB: [
                [224, 13, 13], [0, 187, 62], [103, 103, 103], [249, 236, 0], [4, 32, 211], [255, 255, 255], [0, 0, 0],
            ],
            toSRGB: [
                [235, 68, 68], [44, 211, 116], [150, 150, 150], [251, 243, 37], [58, 88, 227], [255, 255, 255],
                [29, 31, 35],
            ]),
        Reference(
            name: "function 2",
            profile: MatrixProfile(MatrixProfile.sRGB, curve: MatrixProfile.parameters(2, [2.2, 0.95, 0.02, 0.01]))
                .bytes(),
            fromSRGB: [
                [235, 30, 30], [0, 202, 85], [125, 125, 125], [255, 245, 0], [14, 53, 224], [255, 255, 255], [0, 0, 0],
            ],
            toSRGB: [
                [226, 48, 48], [32, 198, 94], [130, 130, 130], [244, 235, 28], [40, 66, 217], [249, 249, 249],
                [26, 27, 28],
            ]),
        Reference(
            name: "no curve",
            profile: MatrixProfile(MatrixProfile.sRGB, curve: MatrixProfile.table([])).bytes(),
            fromSRGB: [
                [202, 5, 5], [1, 147, 26], [55, 55, 55], [244, 222, 1], [3, 12, 183], [255, 255, 255], [0, 0, 1],
            ],
            toSRGB: [
                [244, 110, 110], [73, 229, 160], [188, 188, 188], [253, 248, 56], [96, 133, 239], [255, 255, 255],
                [28, 38, 50],
            ]),
    ]

    /// The power 1.8 in 16 bits.
    private static func tableLight(_ x: Double) -> Double {
        // Newton's method for the fifth root: x^1.8 = x · (x^4)^(1/5).
        let fourth = x * x * x * x
        var root = 1.0
        for _ in 0..<60 { root -= (root - fourth / (root * root * root * root)) / 5 }
        return (65_535 * x * max(root, 0)).rounded()
    }

    static func space(_ profile: [UInt8]?, _ model: RasterImage.ColorModel = .rgb) throws -> ColorSpace {
        try ColorSpace(of: RasterImage(width: 1, height: 1, colorModel: model, iccProfile: profile))
    }

    private func converted(_ color: [Int], _ conversion: ColorConversion) -> [Int] {
        let result = conversion.converted(
            RasterColor(red: Double(color[0]) / 255, green: Double(color[1]) / 255, blue: Double(color[2]) / 255))
        return [result.red, result.green, result.blue].map { Int(($0 * 255).rounded()) }
    }

    @Test(arguments: references.indices) func agreesWithLittleCMS(index: Int) throws {
        let reference = Self.references[index]
        let space = try Self.space(reference.profile)
        let there = try #require(ColorConversion(from: .sRGB, to: space))
        let back = try #require(ColorConversion(from: space, to: .sRGB))
        for (color, expected) in zip(Self.colors, reference.fromSRGB) {
            let found = converted(color, there)
            #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1 }, "\(reference.name): \(color) → \(found)")
        }
        for (color, expected) in zip(Self.colors, reference.toSRGB) {
            let found = converted(color, back)
            #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1 }, "\(reference.name): \(found) ← \(color)")
        }
    }

    /// Rows of pixels are converted as single colours are.
    @Test func rowsAreColours() throws {
        let conversion = try #require(ColorConversion(from: .sRGB, to: Self.space(Self.references[0].profile)))
        var row = Self.colors.flatMap { $0.map { Float($0) / 255 } } + [-1, .nan, 7]
        row.withUnsafeMutableBufferPointer { row in
            guard let base = row.baseAddress else { return }
            conversion.convert(base, count: Self.colors.count + 1)
        }
        let bytes = row.map { Int(($0 * 255).rounded()) }
        #expect(bytes == Self.colors.flatMap { converted($0, conversion) } + converted([0, 0, 255], conversion))
    }

    /// Variants of sRGB: nothing is to be done, so that colours stay as they are to the bit.
    @Test func variantsOfSRGBAreTheSame() throws {
        #expect(ColorConversion(from: .sRGB, to: .sRGB) == nil)
        let table = (0..<1_024).map { Int((ToneCurve.sRGB.light(Double($0) / 1_023) * 65_535).rounded()) }
        for curve in [MatrixProfile.standardCurve, MatrixProfile.table(table)] {
            let space = try Self.space(MatrixProfile(MatrixProfile.sRGB, curve: curve).bytes())
            #expect(ColorConversion(from: .sRGB, to: space) == nil)
            #expect(try ColorConversion(from: space, to: Self.space(nil)) == nil)
        }
    }

    /// Grey with a curve of its own on either side: neutral colours stay neutral.
    @Test func greyIsConvertedByItsCurve() throws {
        let linear = try Self.space(MatrixProfile(grayCurve: MatrixProfile.gamma(1)).bytes(), .gray)
        let there = try #require(ColorConversion(from: .sRGB, to: linear))
        #expect(converted([188, 188, 188], there) == [128, 128, 128])
        let back = try #require(ColorConversion(from: linear, to: .sRGB))
        #expect(converted([128, 128, 128], back) == [188, 188, 188])
        let wide = try #require(ColorConversion(from: linear, to: Self.space(Self.references[0].profile)))
        #expect(converted([128, 128, 128], wide) == [188, 188, 188])
    }

    /// Each pixel as the conversion has it, alpha as it is; what is in sRGB stays the same picture.
    @Test func wholePictures() throws {
        let profile = Self.references[0].profile
        let conversion = try #require(ColorConversion(from: Self.space(profile), to: .sRGB))
        for (model, depth) in [
            (RasterImage.ColorModel.rgb, RasterImage.BitDepth.eight), (.rgba, .eight), (.rgba, .sixteen),
        ] {
            let image = try RasterImage.noise(
                width: 5, height: 3, colorModel: model, bitDepth: depth, iccProfile: profile)
            let made = try image.converted(toSRGBFrom: Self.space(profile))
            #expect(made.iccProfile == nil && made.width == 5 && made.height == 3 && made.bitDepth == depth)
            let (most, channels) = (depth == .eight ? 255.0 : 65_535, model.channelCount)
            for first in stride(from: 0, to: image.samples.count, by: channels) {
                let values = image.samples[first..<first + channels].map { Double($0) / most }
                let color = conversion.converted(RasterColor(red: values[0], green: values[1], blue: values[2]))
                let expected = [color.red, color.green, color.blue] + values.dropFirst(3)
                let levels = expected.map { Int((min(max($0, 0), 1) * most).rounded()) }
                #expect(Array(made.samples[first..<first + channels]) == levels)
            }
        }
        let plain = try RasterImage.noise(width: 3, height: 2)
        #expect(try plain.converted(toSRGBFrom: .sRGB).samples == plain.samples)
    }

    // MARK: What cannot be converted

    private static func changed(_ change: (inout MatrixProfile) -> Void) -> [UInt8] {
        var profile = MatrixProfile(MatrixProfile.displayP3, curve: MatrixProfile.standardCurve)
        change(&profile)
        return profile.bytes()
    }

    static let defects: [(name: String, profile: [UInt8])] = {
        func curve(_ data: [UInt8]) -> [UInt8] { changed { profile in profile.tags[3].data = data } }
        return [
            ("tables", changed { $0.tags.append(("A2B0", Array("mft2".utf8) + [UInt8](repeating: 0, count: 60))) }),
            ("no primaries", changed { $0.tags.removeFirst() }), ("no curve", changed { $0.tags.removeLast() }),
            ("primaries of another type", changed { $0.tags[0].data[0] = 0 }),
            ("primaries cut", changed { $0.tags[1].data.removeLast(4) }),
            ("primaries all the same", changed { $0.tags[1].data = $0.tags[0].data }),
            ("curve of another type", curve(Array("mAB ".utf8) + [UInt8](repeating: 0, count: 40))),
            ("curve cut", curve(Array(MatrixProfile.standardCurve.dropLast(4)))),
            ("curve empty", curve([])), ("curve that falls", curve(MatrixProfile.table([0, 60_000, 30_000, 65_535]))),
            ("curve that is flat", curve(MatrixProfile.table([7, 7]))),
            ("table longer than its tag", curve(Array("curv".utf8) + [0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF])),
            ("power of nothing", curve(MatrixProfile.gamma(0))),
            ("power below nothing", curve(MatrixProfile.parameters(0, [-1]))),
            ("slope of nothing", curve(MatrixProfile.parameters(1, [2, 0, 0.5]))),
            ("function that there is not", curve(MatrixProfile.parameters(5, [1, 1, 1, 1, 1, 1, 1]))),
        ]
    }()

    @Test(arguments: defects.indices) func whatCannotBeConvertedIsRefused(index: Int) {
        #expect(throws: ColorSpace.Defect.self, "\(Self.defects[index].name)") {
            try Self.space(Self.defects[index].profile)
        }
    }

    /// Every byte set to extremes: a space or a defect, and conversions that stay in range.
    @Test func noProfileIsTooBroken() throws {
        for profile in [Self.references[0].profile, Self.references[4].profile] {
            for index in profile.indices.prefix(420) {
                for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] where profile[index] != value {
                    var changed = profile
                    changed[index] = value
                    guard let space = try? Self.space(changed) else { continue }
                    guard index % 7 == 0, let conversion = ColorConversion(from: space, to: .sRGB) else { continue }
                    let color = conversion.converted(RasterColor(red: 0.9, green: 0.2, blue: 0.1))
                    #expect(color.red >= 0 && color.red <= 1 && color.blue >= 0 && color.blue <= 1)
                }
            }
        }
    }
}
