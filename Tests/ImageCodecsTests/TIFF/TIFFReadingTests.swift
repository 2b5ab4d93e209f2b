#if TIFF
import Raster
import TestSupport
import Testing

@testable import ImageCodecs

@Suite struct TIFFReadingTests {
    /// Seeded numbers of so many bits.
    static func values(_ count: Int, bits: Int, seed: UInt64 = 3) -> [Int] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in Int.random(in: 0..<(1 << bits), using: &generator) }
    }

    /// As many bits as a picture has, rounded to the nearest.
    static func scaled(_ value: Int, from bits: Int) -> Int {
        let (largest, full) = ((1 << bits) - 1, bits > 8 ? 65_535 : 255)
        return Int((Double(value) / Double(largest) * Double(full)).rounded())
    }

    @Test(arguments: 1...16) func everyDepthOfGreyAndColours(bits: Int) throws {
        for (photometric, channels) in [(0, 1), (1, 1), (2, 3)] {
            var file = TIFFFile(width: 11, height: 3)
            file.bits = [Int](repeating: bits, count: channels)
            file.photometric = photometric
            let values = Self.values(11 * 3 * channels, bits: bits)
            file.chunks = [TIFFFile.packed(values, perRow: 11 * channels, bits: bits)]
            let image = try RasterImage(decoding: file.bytes())
            #expect(image.colorModel == (channels == 1 ? .gray : .rgb) && image.warnings.isEmpty)
            #expect(image.bitDepth == (bits > 8 ? .sixteen : .eight))
            let largest = (1 << bits) - 1
            #expect(image.samples == values.map { Self.scaled(photometric == 0 ? largest - $0 : $0, from: bits) })
        }
    }

    @Test(arguments: [1, 2, 4, 8]) func palettes(bits: Int) throws {
        let size = 1 << bits
        let table = Self.values(3 * size, bits: 8)
        let values = Self.values(20, bits: bits)
        for scale in [1, 256, 257] {
            // A table in 8 bits needs a value below 256 only; those of 16 bits have larger ones.
            var file = TIFFFile()
            (file.bits, file.photometric) = ([bits], 3)
            file.chunks = [TIFFFile.packed(values, perRow: 5, bits: bits)]
            file.fields = [TIFFFile.shorts(0x0140, table.map { $0 * scale })]
            let image = try RasterImage(decoding: file.bytes())
            #expect(image.colorModel == .rgb && image.bitDepth == .eight)
            #expect(image.samples == values.flatMap { value in (0..<3).map { table[$0 * size + value] } })
        }
    }

    @Test(arguments: [8, 16]) func inksWithoutTheirProfile(bits: Int) throws {
        var file = TIFFFile()
        (file.bits, file.photometric) = ([Int](repeating: bits, count: 4), 5)
        let values = Self.values(80, bits: bits)
        file.chunks = [TIFFFile.packed(values, perRow: 20, bits: bits)]
        file.fields = [.bytes(0x8773, ProfileBuilder.profile(space: "CMYK"))]
        let image = try RasterImage(decoding: file.bytes())
        #expect(image.warnings == [.cmykConvertedWithoutProfile] && image.iccProfile == nil)
        let full = Double((1 << bits) - 1)
        let expected = (0..<20).flatMap { pixel in
            (0..<3).map { channel in
                let (ink, black) = (Double(values[4 * pixel + channel]), Double(values[4 * pixel + 3]))
                return Int(((full - ink) * (full - black) / full).rounded())
            }
        }
        #expect(zip(image.samples, expected).allSatisfy { abs($0 - $1) <= 1 })
        #expect(zip(image.samples, expected).filter { $0 != $1 }.count < 3)
    }

    @Test(arguments: [8, 16], [false, true]) func alphaIsStraightInTheEnd(bits: Int, isPremultiplied: Bool) throws {
        for channels in [1, 3] {
            var file = TIFFFile(width: 9, height: 7)
            (file.bits, file.photometric) = ([Int](repeating: bits, count: channels + 1), channels == 1 ? 1 : 2)
            let full = (1 << bits) - 1
            var values = Self.values(63 * (channels + 1), bits: bits)
            var expected = values
            for pixel in 0..<63 where isPremultiplied {
                let start = pixel * (channels + 1)
                // Transparent, opaque, and what no multiplication makes: more colour than alpha.
                let alpha = pixel < 3 ? [0, full, 5][pixel] : values[start + channels]
                values[start + channels] = alpha
                expected[start + channels] = alpha
                for channel in start..<start + channels {
                    if pixel > 2 { values[channel] = values[channel] * alpha / full }
                    let straight =
                        alpha == 0 ? 0 : Int((Double(values[channel]) * Double(full) / Double(alpha)).rounded())
                    expected[channel] = min(straight, full)
                }
            }
            file.chunks = [TIFFFile.packed(values, perRow: 9 * (channels + 1), bits: bits)]
            file.fields = [.short(0x0152, isPremultiplied ? 1 : 2)]
            let image = try RasterImage(decoding: file.bytes())
            #expect(image.colorModel == (channels == 1 ? .grayAlpha : .rgba) && image.warnings.isEmpty)
            #expect(image.samples == expected)
        }
    }

    @Test func otherChannelsAreNoAlpha() throws {
        for kinds in [[0], [0, 2], []] {
            var file = TIFFFile()
            let channels = 3 + max(kinds.count, 1)
            (file.bits, file.photometric) = ([Int](repeating: 8, count: channels), 2)
            let values = Self.values(20 * channels, bits: 8)
            file.chunks = [values.map { UInt8($0) }]
            if !kinds.isEmpty { file.fields = [TIFFFile.shorts(0x0152, kinds)] }
            let image = try RasterImage(decoding: file.bytes())
            let wanted = kinds == [0, 2] ? [0, 1, 2, 4] : [0, 1, 2]
            #expect(image.samples == (0..<20).flatMap { pixel in wanted.map { values[pixel * channels + $0] } })
            #expect(image.warnings.contains(.remark("1 further channels, which are no transparency, were left out")))
        }
    }

    @Test(arguments: [8, 12, 16], [false, true]) func stripsTilesAndPlanes(bits: Int, isPlanar: Bool) throws {
        let (width, height, channels) = (37, 21, 4)
        let values = Self.values(width * height * channels, bits: bits)
        func value(_ x: Int, _ y: Int, _ channel: Int) -> Int {
            x < width && y < height ? values[(y * width + x) * channels + channel] : 0
        }
        for tile in [nil, (width: 16, height: 16)] {
            var file = TIFFFile(width: width, height: height)
            (file.bits, file.photometric, file.tile) = ([Int](repeating: bits, count: channels), 2, tile)
            file.rowsPerStrip = 4
            file.fields = [.short(0x0152, 2), .short(0x011C, isPlanar ? 2 : 1)]
            let (chunkWidth, chunkHeight) = tile ?? (width, 4)
            for plane in isPlanar ? Array(0..<channels) : [-1] {
                for top in stride(from: 0, to: height, by: chunkHeight) {
                    let bottom = tile == nil ? min(top + chunkHeight, height) : top + chunkHeight
                    for left in stride(from: 0, to: width, by: chunkWidth) {
                        let planes = isPlanar ? [plane] : Array(0..<channels)
                        let samples = (top..<bottom).flatMap { y in
                            (left..<left + chunkWidth).flatMap { x in planes.map { value(x, y, $0) } }
                        }
                        file.chunks.append(
                            TIFFFile.packed(samples, perRow: chunkWidth * planes.count, bits: bits))
                    }
                }
            }
            let image = try RasterImage(decoding: file.bytes())
            #expect(image.samples == values.map { Self.scaled($0, from: bits) } && image.warnings.isEmpty)
        }
    }

    @Test(arguments: 1...8) func orientationIsAppliedOnce(orientation: Int) throws {
        var file = TIFFFile(width: 3, height: 2)
        file.chunks = [[1, 2, 3, 4, 5, 6]]
        file.fields = [
            .short(0x0112, orientation), .fraction(0x011A, 300, 1), .fraction(0x011B, 150, 1), .short(0x0128, 2),
        ]
        let upright: [Int: [Int]] = [
            1: [1, 2, 3, 4, 5, 6], 2: [3, 2, 1, 6, 5, 4], 3: [6, 5, 4, 3, 2, 1], 4: [4, 5, 6, 1, 2, 3],
            5: [1, 4, 2, 5, 3, 6], 6: [4, 1, 5, 2, 6, 3], 7: [6, 3, 5, 2, 4, 1], 8: [3, 6, 2, 5, 1, 4],
        ]
        let image = try RasterImage(decoding: file.bytes())
        #expect(image.samples == upright[orientation] && image.width == (orientation > 4 ? 2 : 3))
        let (across, down) = orientation > 4 ? (150.0, 300.0) : (300, 150)
        #expect(image.resolution == RasterImage.Resolution(horizontal: across, vertical: down))
        let again = try RasterImage(decoding: image.encoded(as: .tiff, options: ExifTests.whole).array)
        #expect(again.samples == image.samples && again.resolution == image.resolution)
    }

    @Test func furtherPagesAreCounted() throws {
        var file = TIFFFile()
        file.chunks = [[UInt8](repeating: 7, count: 20)]
        file.next = [[.long(0x00FE, 0), .long(0x0100, 5)], [.long(0x00FE, 1), .long(0x0100, 5)], [.long(0x00FE, 2)]]
        // One of them is a preview.
        #expect(try RasterImage(decoding: file.bytes()).warnings == [.furtherPicturesIgnored(count: 3)])
        var bytes = try RasterImage.noise(width: 4, height: 3, colorModel: .gray).encoded(as: .tiff).array
        // A directory that is its own successor.
        let start = try ParsedTIFF(bytes).fields.count
        let directory = (4..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * ($1 - 4)) }
        bytes.replaceSubrange(
            directory + 2 + 12 * start..<directory + 6 + 12 * start, with: TIFFBuilder.long(directory))
        #expect(try RasterImage(decoding: bytes).width == 4)
    }

    static let refused: [(feature: String, change: @Sendable (inout TIFFFile) -> Void)] = [
        ("floating-point samples", { ($0.bits, $0.fields) = ([32], [.short(0x0153, 3)]) }),
        ("samples with a sign", { $0.fields = [.short(0x0153, 2)] }),
        ("complex samples", { ($0.bits, $0.fields) = ([32], [.short(0x0153, 5)]) }),
        ("33 channels", { ($0.bits, $0.photometric) = ([Int](repeating: 8, count: 33), 2) }),
        ("24 bits a sample", { $0.bits = [24] }),
        ("CIE L*a*b* colours", { ($0.bits, $0.photometric) = ([8, 8, 8], 8) }),
        ("YCbCr colours that are not in JPEG", { ($0.bits, $0.photometric) = ([8, 8, 8], 6) }),
        ("a raw photograph", { $0.photometric = 32_803 }),
        ("a mask of transparency", { ($0.bits, $0.photometric) = ([1], 4) }),
        ("inks other than CMYK", { ($0.bits, $0.photometric, $0.fields) = ([8, 8, 8, 8], 5, [.short(0x014C, 2)]) }),
        ("compression number 6", { $0.compression = 6 }), ("compression number 34887", { $0.compression = 34_887 }),
        ("compression number 9", { $0.compression = 9 }),
        (
            "a raw photograph, or a preview before the picture; develop it: darktable-cli in.raw out.png",
            { $0.fields = [.long(0x00FE, 1)] }
        ),
        (
            "a raw photograph, or a preview before the picture; develop it: darktable-cli in.raw out.png",
            { $0.fields = [.bytes(0xC612, [1, 4, 0, 0], type: 1)] }
        ),
    ]

    @Test(arguments: refused.indices) func whatIsNotReadIsNamed(index: Int) {
        var file = TIFFFile()
        file.chunks = [[UInt8](repeating: 7, count: 400)]
        Self.refused[index].change(&file)
        for lenient in [false, true] {
            let error = DecodingErrorTests.error(file.bytes(), lenient: lenient)
            #expect(error == .unsupported(format: .tiff, feature: Self.refused[index].feature))
        }
    }

    @Test func sizesBeyondTheLimits() {
        var file = TIFFFile(width: 40_000, height: 3)
        file.chunks = [[1]]
        guard case .tooLarge(40_000, 3, _, _, nil) = DecodingErrorTests.error(file.bytes()) else {
            Issue.record("\(String(describing: DecodingErrorTests.error(file.bytes())))")
            return
        }
        // A tile may not be larger than a picture either.
        var tiled = TIFFFile(width: 4, height: 3)
        tiled.tile = (1 << 20, 1 << 20)
        tiled.chunks = [[1]]
        #expect(DecodingErrorTests.error(tiled.bytes()) != nil)
    }

    @Test func profilesAndBlocksBeyondTheLimits() throws {
        var file = TIFFFile()
        file.chunks = [[UInt8](repeating: 7, count: 20)]
        file.fields = [.bytes(0x8773, [UInt8](repeating: 0, count: 2_000))]
        var limits = DecodingLimits.default
        limits.maxAncillaryBytes = 1_000
        #expect(
            try RasterImage(decoding: file.bytes(), limits: limits).warnings
                == [.iccProfileDropped(reason: "it is longer than 1000 bytes")])
    }
}
#endif
