#if WebP
import Raster
import TestSupport
import Testing

@testable import ImageCodecs

@Suite struct WebPTests {
    /// What a picture is in a format that has colours only.
    private func rgb(_ image: RasterImage) -> [Int] {
        let (channels, samples) = (image.colorModel.channelCount, image.samples)
        return stride(from: 0, to: samples.count, by: channels).flatMap { start -> [Int] in
            let pixel = Array(samples[start..<start + channels])
            let color = image.colorModel.colorChannelCount == 1 ? [pixel[0], pixel[0], pixel[0]] : Array(pixel[0..<3])
            return color + (image.colorModel.hasAlpha ? [pixel[channels - 1]] : [])
        }
    }

    @Test(arguments: RasterImage.ColorModel.allCases) func losslessIsExact(model: RasterImage.ColorModel) throws {
        for (width, height) in [(1, 1), (7, 5), (64, 33), (131, 67)] {
            for image in [
                try RasterImage.noise(width: width, height: height, colorModel: model),
                try RasterImage.waves(width: width, height: height, colorModel: model),
            ] {
                for effort in [0, 1, 6] {
                    let options = EncodingOptions(webpCompression: .lossless(effort: effort))
                    let file = try image.encoded(as: .webp, options: options)
                    let read = try RasterImage(decoding: file.array)
                    // Colours under alpha 0, too.
                    #expect(read.samples == rgb(image) && read.warnings.isEmpty && file.warnings.isEmpty)
                    #expect(read.colorModel == (model.hasAlpha ? .rgba : .rgb) && read.bitDepth == .eight)
                }
            }
        }
    }

    @Test func lossyIsCloseAndItsAlphaExact() throws {
        let image = try RasterImage.waves(width: 90, height: 70, colorModel: .rgba)
        let file = try image.encoded(as: .webp, options: EncodingOptions(webpCompression: .lossy(quality: 95)))
        let (read, samples) = (try RasterImage(decoding: file.array).samples, image.samples)
        var total = 0
        var visible = 0
        var isExact = true
        for start in stride(from: 0, to: samples.count, by: 4) {
            if read[start + 3] != samples[start + 3] { isExact = false }
            guard samples[start + 3] > 0 else { continue }
            visible += 3
            for channel in 0..<3 { total += abs(read[start + channel] - samples[start + channel]) }
        }
        #expect(isExact)
        #expect(visible > 9_000 && Double(total) / Double(visible) < 6, "\(Double(total) / Double(visible))")
        let smaller = try image.encoded(as: .webp, options: EncodingOptions(webpCompression: .lossy(quality: 40)))
        #expect(smaller.count < file.count)
    }

    /// What was removed from the picture leaves no trace: the same bytes, whatever alpha 0 hides.
    @Test func lossyForgetsWhatIsHidden() throws {
        func file(hiding hidden: [UInt8]) throws -> [UInt8] {
            var image = try RasterImage(width: 96, height: 80, colorModel: .rgba)
            try image.withMutableSamples8 { pixels in
                for pixel in 0..<96 * 80 {
                    let isHidden = pixel % 96 < 41 || pixel / 96 > 53
                    for (channel, value) in (isHidden ? hidden + [0] : [20, 90, 60, 255]).enumerated() {
                        pixels[4 * pixel + channel] = value
                    }
                }
            }
            let options = EncodingOptions(webpCompression: .lossy(quality: 90))
            return try image.encoded(as: .webp, options: options).array
        }
        let bytes = try file(hiding: [255, 0, 0])
        #expect(try bytes == file(hiding: [0, 0, 0]))
        #expect(try bytes == file(hiding: [90, 255, 130]))
        // And what is seen keeps its colour: beside an edge the halved chroma mixes with the black behind it.
        let read = try RasterImage(decoding: bytes).samples
        let reds = stride(from: 0, to: read.count, by: 4).filter { read[$0 + 3] > 0 }.map { read[$0] }
        #expect(reds.count == 55 * 54 && reds.allSatisfy { $0 < 40 }, "\(reds.max() ?? 0)")
    }

    @Test(arguments: [0, 101, -1, Int.max]) func qualitiesThatCannotBe(quality: Int) throws {
        let image = try RasterImage(width: 2, height: 2, colorModel: .rgb)
        #expect(throws: ImageCodecError.invalidOption(name: "the WebP quality", value: quality, allowed: 1...100)) {
            try image.encoded(as: .webp, options: EncodingOptions(webpCompression: .lossy(quality: quality)))
        }
        let effort = quality == 0 ? 10 : quality
        #expect(
            throws: ImageCodecError.invalidOption(name: "the effort of lossless WebP", value: effort, allowed: 0...9)
        ) { try image.encoded(as: .webp, options: EncodingOptions(webpCompression: .lossless(effort: effort))) }
    }

    @Test func sixteenBitsAreRounded() throws {
        let image = try RasterImage.noise(width: 9, height: 7, colorModel: .rgba, bitDepth: .sixteen)
        let file = try image.encoded(as: .webp)
        #expect(file.warnings == [.reducedToEightBits])
        #expect(try RasterImage(decoding: file.array).samples == image.converted(to: .eight).samples)
    }

    @Test func theFormatHasALargestSide() throws {
        let image = try RasterImage(width: 1, height: 16_384, colorModel: .gray)
        #expect(
            throws: ImageCodecError.tooLarge(
                width: 1, height: 16_384, maxPixels: 16_383 * 16_383, maxSide: 16_383)
        ) { try image.encoded(as: .webp) }
        #expect(try RasterImage(width: 1, height: 16_383, colorModel: .gray).encoded(as: .webp).count > 0)
    }

    /// Header first, profile before the pixels, metadata behind them, and flags that say so.
    @Test(arguments: [RasterImage.ColorModel.rgb, .rgba], [WebPCompression.lossless(), .lossy(quality: 80)])
    func chunksAreInOrder(model: RasterImage.ColorModel, compression: WebPCompression) throws {
        var image = try RasterImage.waves(width: 33, height: 20, colorModel: model)
        image.iccProfile = ProfileBuilder.profile()
        image.exif = SafeMetadataTests.wanted.bytes()
        image.metadata.xmp = SafeMetadataTests.xmp
        let options = EncodingOptions(webpCompression: compression, metadata: .all)
        let file = try image.encoded(as: .webp, options: options).array
        let chunks = WebPFile.chunks(of: file)
        let isLossy = compression == .lossy(quality: 80)
        let pixels = isLossy ? model.hasAlpha ? ["ALPH", "VP8 "] : ["VP8 "] : ["VP8L"]
        #expect(chunks.map(\.name) == ["VP8X", "ICCP"] + pixels + ["EXIF", "XMP "])
        #expect(chunks[0].data == [model.hasAlpha ? 0x3C : 0x2C, 0, 0, 0, 32, 0, 0, 19, 0, 0])
        #expect(file.count == 8 + (4..<8).reduce(0) { $0 | Int(file[$1]) << (8 * ($1 - 4)) })
        let read = try RasterImage(decoding: file)
        #expect(read.iccProfile == image.iccProfile && read.metadata.xmp == image.metadata.xmp)
        #expect(read.warnings.isEmpty)
        // Turned by the EXIF orientation that was put into it.
        #expect(read.width == 20 && read.height == 33)
    }

    @Test func aGreyProfileIsNotPutOnColours() throws {
        var image = try RasterImage.noise(width: 3, height: 3, colorModel: .gray)
        image.iccProfile = ProfileBuilder.profile(space: "GRAY")
        guard case .iccProfileDropped = try image.encoded(as: .webp).warnings.first else {
            Issue.record("no warning")
            return
        }
    }

    // MARK: Animations

    /// The first frame at its place; around it the canvas is transparent.
    @Test(arguments: [RasterImage.ColorModel.rgb, .rgba], [WebPCompression.lossless(), .lossy(quality: 80)])
    func theFirstFrameOfAnAnimation(model: RasterImage.ColorModel, compression: WebPCompression) throws {
        let options = EncodingOptions(webpCompression: compression)
        let picture = try RasterImage.waves(width: 13, height: 9, colorModel: model)
        let plain = try picture.encoded(as: .webp, options: options).array
        let expected = try RasterImage(decoding: plain)
        let animation = WebPFile.chunk("ANIM", [0, 0, 0, 0, 0, 0])
        let frame = WebPFile.frame(4, 6, 13, 9, WebPFile.pixels(of: plain))
        let file = WebPFile.file([WebPFile.header(20, 18, flags: 0x12), animation, frame, frame, frame])
        let image = try RasterImage(decoding: file)
        #expect(image.warnings == [.furtherPicturesIgnored(count: 3)])
        #expect(image.width == 20 && image.height == 18 && image.colorModel == .rgba)
        let own = expected.colorModel.channelCount
        let (samples, expectedSamples) = (image.samples, expected.samples)
        for y in 0..<18 {
            for x in 0..<20 {
                let pixel = Array(samples[(y * 20 + x) * 4..<(y * 20 + x) * 4 + 4])
                if (4..<17).contains(x), (6..<15).contains(y) {
                    let start = ((y - 6) * 13 + x - 4) * own
                    let source = Array(expectedSamples[start..<start + own])
                    #expect(pixel == (own == 4 ? source : source + [255]))
                } else {
                    #expect(pixel == [0, 0, 0, 0])
                }
            }
        }
        // One that covers its canvas is as it is.
        let whole = WebPFile.file([
            WebPFile.header(13, 9, flags: 0x02), animation, WebPFile.frame(0, 0, 13, 9, WebPFile.pixels(of: plain)),
        ])
        let alone = try RasterImage(decoding: whole)
        #expect(alone.samples == expected.samples && alone.warnings.isEmpty)
    }

    @Test func framesThatDoNotFit() throws {
        let plain = try RasterImage.waves(width: 13, height: 9, colorModel: .rgb).encoded(as: .webp).array
        let pixels = WebPFile.pixels(of: plain)
        let files = [
            [WebPFile.header(12, 9, flags: 2), WebPFile.frame(0, 0, 13, 9, pixels)],
            [WebPFile.header(20, 18, flags: 2), WebPFile.frame(8, 0, 13, 9, pixels)],
            [WebPFile.header(20, 18, flags: 2), WebPFile.frame(0, 10, 13, 9, pixels)],
            [WebPFile.header(20, 18, flags: 2), WebPFile.frame(0, 0, 12, 9, pixels)],
            [WebPFile.header(20, 18, flags: 0)] + pixels, [WebPFile.frame(0, 0, 13, 9, pixels)],
            [WebPFile.header(20, 18, flags: 2)], [],
        ]
        for chunks in files {
            guard case .malformed(.webp, _, nil) = DecodingErrorTests.error(WebPFile.file(chunks)) else {
                Issue.record("\(String(describing: DecodingErrorTests.error(WebPFile.file(chunks))))")
                continue
            }
        }
    }

    // MARK: Limits

    @Test func sizesBeyondTheLimits() throws {
        let file = try RasterImage(width: 300, height: 200, colorModel: .rgb).encoded(as: .webp).array
        var limits = DecodingLimits.default
        limits.maxPixels = 59_999
        #expect(
            DecodingErrorTests.error(file, limits: limits)
                == .tooLarge(width: 300, height: 200, maxPixels: 59_999, maxSide: 32_768))
        // A canvas may be large where its frame is not.
        let frame = WebPFile.frame(0, 0, 300, 200, WebPFile.pixels(of: file))
        let animation = WebPFile.file([WebPFile.header(1 << 24, 1 << 24, flags: 2), frame])
        guard case .tooLarge(1 << 24, 1 << 24, _, _, nil) = DecodingErrorTests.error(animation) else {
            Issue.record("\(String(describing: DecodingErrorTests.error(animation)))")
            return
        }
    }

    @Test func metadataBeyondTheLimits() throws {
        var image = try RasterImage.noise(width: 4, height: 3, colorModel: .rgb)
        image.exif = SafeMetadataTests.wanted.bytes()
        image.iccProfile = ProfileBuilder.profile(byteCount: 2_000)
        let file = try image.encoded(as: .webp, options: ExifTests.whole).array
        var limits = DecodingLimits.default
        limits.maxAncillaryBytes = 100
        let read = try RasterImage(decoding: file, limits: limits)
        #expect(
            read.warnings == [
                .iccProfileDropped(reason: "it is longer than 100 bytes"),
                .exifDropped(reason: "it is longer than 100 bytes"),
            ])
    }
}
#endif
