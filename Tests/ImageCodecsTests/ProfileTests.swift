import ImageCodecs
import Raster
import Testing
import TestSupport

@Suite struct ProfileTests {
    @Test(arguments: RasterImage.ColorModel.allCases) func pngCarriesTheProfile(
        colorModel: RasterImage.ColorModel
    ) throws {
        var image = try RasterImage.noise(width: 3, height: 3, colorModel: colorModel)
        let profile = ProfileBuilder.profile(space: colorModel.colorChannelCount == 1 ? "GRAY" : "RGB ")
        image.iccProfile = profile
        let file = try image.encoded(as: .png)
        #expect(file.warnings.isEmpty)
        let decoded = try RasterImage(decoding: file.bytes)
        #expect(decoded.iccProfile == profile)
        #expect(decoded.warnings.isEmpty)
    }

    /// 300,000 bytes take five JPEG segments.
    @Test(arguments: [400, 300_000], ["RGB ", "GRAY"]) func jpegCarriesTheProfile(
        byteCount: Int, space: String
    ) throws {
        let colorModel: RasterImage.ColorModel = space == "GRAY" ? .gray : .rgb
        var image = try RasterImage.noise(width: 3, height: 3, colorModel: colorModel)
        let profile = ProfileBuilder.profile(space: space, byteCount: byteCount)
        image.iccProfile = profile
        let file = try image.encoded(as: .jpeg)
        #expect(file.warnings.isEmpty)
        #expect(try RasterImage(decoding: file.bytes).iccProfile == profile)
    }

    @Test func aPNGFilesProfileIsRead() throws {
        var file = PNGBuilder.plain()
        let profile = ProfileBuilder.profile()
        file.leading = [PNGBuilder.profileChunk(profile)]
        let image = try RasterImage(decoding: file.bytes())
        #expect(image.iccProfile == profile)
        #expect(image.warnings.isEmpty)
        #expect(image.samples == file.samples)
    }

    /// Chunks about colours, and what is said of them.
    static let colorChunks: [(chunks: [(type: String, data: [UInt8])], reason: String?)] = {
        func numbers(_ values: Int...) -> [UInt8] { values.flatMap(bigEndian) }
        let gamma = (type: "gAMA", data: numbers(45_455))
        let linear = (type: "gAMA", data: numbers(100_000))
        let primaries = (
            type: "cHRM", data: numbers(31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000)
        )
        let wide = (type: "cHRM", data: numbers(31_270, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6_000))
        let standard = (type: "sRGB", data: [0] as [UInt8])
        return [
            ([], nil), ([gamma], nil), ([gamma, primaries], nil), ([standard, gamma, primaries], nil),
            ([linear], "gAMA 1.0"), ([gamma, wide], "cHRM with other primaries"), ([wide], "cHRM with other primaries"),
            ([standard, linear], nil),  // sRGB outranks it
            ([(type: "cICP", data: [1, 13, 0, 1])], nil), ([(type: "cICP", data: [9, 16, 0, 1])], "cICP 9 16 0 1"),
            ([(type: "cICP", data: [1, 13, 0, 1]), linear], nil), ([(type: "gAMA", data: [1])], nil),
            ([PNGBuilder.profileChunk(ProfileBuilder.profile()), linear], nil),
        ]
    }()

    @Test(arguments: colorChunks.indices) func coloursThatAreNotKeptAreSaid(index: Int) throws {
        var file = PNGBuilder.plain()
        file.leading = Self.colorChunks[index].chunks
        let image = try RasterImage(decoding: file.bytes())
        let reasons = image.warnings.compactMap { if case .colorSpaceDropped(let reason) = $0 { reason } else { nil } }
        #expect(reasons == [Self.colorChunks[index].reason].compactMap { $0 })
        #expect(image.samples == file.samples)
    }

    @Test func aPillowFilesProfileGoesBothWays() throws {
        let image = try RasterImage(contentsOf: Fixture.path("profile.jpg"))
        let profile = try #require(image.iccProfile)
        #expect(String(decoding: profile[36..<40], as: UTF8.self) == "acsp")
        for format in ImageFormat.bothWays {
            #expect(try RasterImage(decoding: image.encoded(as: format).bytes).iccProfile == profile)
        }
    }

    /// Each is a way to be wrong that must not cost the picture.
    static let defects: [(name: String, profile: [UInt8])] = {
        var all: [(String, [UInt8])] = []
        func add(_ name: String, _ change: (inout [UInt8]) -> Void) {
            var profile = ProfileBuilder.profile()
            change(&profile)
            all.append((name, profile))
        }
        add("no signature") { $0[36] = 0 }
        add("length too large") { $0[3] &+= 1 }
        add("length enormous") { $0[0] = 0xFF }
        add("length too small") { $0[3] &-= 4 }
        add("other colour space") { $0.replaceSubrange(16..<20, with: Array("GRAY".utf8)) }
        add("CMYK") { $0.replaceSubrange(16..<20, with: Array("CMYK".utf8)) }
        add("device link") { $0.replaceSubrange(12..<16, with: Array("link".utf8)) }
        add("tag count enormous") { $0.replaceSubrange(128..<132, with: [0xFF, 0xFF, 0xFF, 0xFF]) }
        add("tag outside") { $0.replaceSubrange(136..<140, with: [0x7F, 0xFF, 0xFF, 0xFF]) }
        add("tag too long") { $0.replaceSubrange(140..<144, with: [0xFF, 0xFF, 0xFF, 0xFF]) }
        add("version 4 of odd length") { profile in
            profile[8] = 4
            profile += [0]
            profile.replaceSubrange(0..<4, with: bigEndian(profile.count))
        }
        add("too short") { $0.removeLast($0.count - 100) }
        add("one byte") { $0.removeLast($0.count - 1) }
        return all
    }()

    @Test(arguments: defects.indices) func aBadProfileIsNotWritten(index: Int) throws {
        var image = try RasterImage.noise(width: 3, height: 3, colorModel: .rgb)
        image.iccProfile = Self.defects[index].profile
        for format in ImageFormat.bothWays {
            let file = try image.encoded(as: format)
            guard case .iccProfileDropped = file.warnings.first else {
                Issue.record("\(Self.defects[index].name) in \(format): \(file.warnings)")
                continue
            }
            #expect(file.warnings.count == 1)
            #expect(try RasterImage(decoding: file.bytes).iccProfile == nil)
        }
    }

    @Test(arguments: defects.indices) func aBadProfileIsNotCarried(index: Int) throws {
        let (name, profile) = Self.defects[index]
        var png = PNGBuilder.plain()
        png.leading = [PNGBuilder.profileChunk(profile)]
        let fromPNG = try RasterImage(decoding: png.bytes())
        #expect(fromPNG.iccProfile == nil, "\(name)")
        #expect(fromPNG.warnings.count == 1, "\(name)")
        #expect(fromPNG.warnings.allSatisfy(Self.isProfileDropped), "\(name): \(fromPNG.warnings)")
        #expect(fromPNG.samples == png.samples)

        let plain = try Fixture.bytes("rgb-420.jpg")
        let jpeg = JPEGEditor.inserting(profilePart: profile, number: 1, of: 1, into: plain)
        let fromJPEG = try RasterImage(decoding: jpeg)
        #expect(fromJPEG.iccProfile == nil, "\(name)")
        #expect(fromJPEG.warnings.count == 1, "\(name)")
        #expect(fromJPEG.warnings.allSatisfy(Self.isProfileDropped), "\(name): \(fromJPEG.warnings)")
    }

    static func isProfileDropped(_ warning: DecodingWarning) -> Bool {
        if case .iccProfileDropped = warning { true } else { false }
    }

    /// Part numbers that repeat, are missing, or exceed the count.
    @Test(arguments: [(1, 2), (3, 2), (0, 1), (2, 1), (1, 0), (255, 255)])
    func brokenPartsOfAProfileAreIgnored(number: UInt8, count: UInt8) throws {
        let plain = try Fixture.bytes("rgb-420.jpg")
        let part = ProfileBuilder.profile()
        let jpeg = JPEGEditor.inserting(profilePart: part, number: number, of: count, into: plain)
        let image = try RasterImage(decoding: jpeg)
        #expect(image.iccProfile == nil)
        #expect(image.warnings.count == 1 && image.warnings.allSatisfy(Self.isProfileDropped))
    }

    /// Only some of a library's remarks are kept; that about the profile is always one of them.
    @Test func aDroppedProfileIsSaidBehindOtherRemarks() throws {
        let plain = try Fixture.bytes("rgb-420.jpg")
        var jpeg = JPEGEditor.inserting(
            profilePart: Array(ProfileBuilder.profile().prefix(100)), number: 1, of: 2, into: plain)
        for version in UInt8(2)...9 {
            let header = Array("JFIF\0".utf8) + [version, 1, 0, 0, 1, 0, 1, 0, 0]
            jpeg = JPEGEditor.inserting(0xE0, header, into: jpeg)
        }
        let image = try RasterImage(decoding: jpeg)
        #expect(image.iccProfile == nil)
        #expect(image.warnings.contains(where: Self.isProfileDropped), "\(image.warnings)")
        #expect(image.warnings.count > 2)
    }

    @Test func aGreyPictureDropsAnRGBProfile() throws {
        let plain = try Fixture.bytes("gray.jpg")
        let jpeg = JPEGEditor.inserting(profilePart: ProfileBuilder.profile(), number: 1, of: 1, into: plain)
        let image = try RasterImage(decoding: jpeg)
        #expect(image.iccProfile == nil)
        #expect(image.warnings == [.iccProfileDropped(reason: "it describes RGB, the pixels are grey")])
    }

    @Test func aCMYKProfileIsDroppedWithTheInks() throws {
        let plain = try Fixture.bytes("cmyk.jpg")
        let profile = ProfileBuilder.profile(space: "CMYK")
        let image = try RasterImage(
            decoding: JPEGEditor.inserting(profilePart: profile, number: 1, of: 1, into: plain))
        #expect(image.iccProfile == nil)
        #expect(image.warnings == [.cmykConvertedWithoutProfile])
    }

    @Test func aProfileBeyondTheLimitIsDropped() throws {
        var limits = DecodingLimits.default
        limits.maxAncillaryBytes = 1000
        var image = try RasterImage.noise(width: 3, height: 3, colorModel: .rgb)
        image.iccProfile = ProfileBuilder.profile(byteCount: 4000)
        let jpeg = try RasterImage(decoding: image.encoded(as: .jpeg).bytes, limits: limits)
        #expect(jpeg.iccProfile == nil)
        #expect(jpeg.warnings == [.iccProfileDropped(reason: "it is longer than 1000 bytes")])
    }

    /// 255 segments of 65,519 bytes are all there is in JPEG.
    @Test func aProfileTooLongForJPEGIsDroppedWithAWarning() throws {
        var image = try RasterImage.noise(width: 3, height: 3, colorModel: .rgb)
        image.iccProfile = ProfileBuilder.profile(byteCount: 255 * 65_519)
        #expect(try image.encoded(as: .jpeg).warnings.isEmpty)
        image.iccProfile = ProfileBuilder.profile(byteCount: 255 * 65_519 + 1)
        #expect(
            try image.encoded(as: .jpeg).warnings
                == [.iccProfileDropped(reason: "16707346 bytes are more than JPEG can hold")])
    }
}
