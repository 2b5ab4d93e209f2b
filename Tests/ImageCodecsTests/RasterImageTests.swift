import ImageCodecs
import Testing

@Suite struct RasterImageTests {
    @Test(arguments: RasterImage.ColorModel.allCases, RasterImage.BitDepth.allCases)
    func aNewPictureIsZero(colorModel: RasterImage.ColorModel, bitDepth: RasterImage.BitDepth) throws {
        let image = try RasterImage(width: 3, height: 2, colorModel: colorModel, bitDepth: bitDepth)
        #expect(image.samples == [Int](repeating: 0, count: 6 * colorModel.channelCount))
        #expect(image.sampleCount == 6 * colorModel.channelCount)
        #expect(image.bytesPerRow == 3 * colorModel.channelCount * bitDepth.rawValue / 8)
        #expect(colorModel.colorChannelCount + (colorModel.hasAlpha ? 1 : 0) == colorModel.channelCount)
        #expect(image.warnings.isEmpty && image.iccProfile == nil && image.exif == nil)
    }

    @Test func writingCopiesSharedPixels() throws {
        let original = try RasterImage.noise(width: 4, height: 4, colorModel: .rgb)
        let before = original.samples
        var copy = original
        try copy.withMutablePixels8 { $0[5] ^= 0xFF }
        #expect(original.samples == before)
        #expect(copy.samples[5] == before[5] ^ 0xFF)
        // Alone now, so the next write stays in place.
        let first = copy.withPixels8 { $0.baseAddress }
        try copy.withMutablePixels8 { $0[6] = 1 }
        #expect(copy.withPixels8 { $0.baseAddress } == first)
    }

    @Test(arguments: RasterImage.ColorModel.allCases, RasterImage.BitDepth.allCases)
    func aPartIsAPictureOfItsOwn(colorModel: RasterImage.ColorModel, bitDepth: RasterImage.BitDepth) throws {
        var whole = try RasterImage.noise(width: 13, height: 7, colorModel: colorModel, bitDepth: bitDepth)
        whole.iccProfile = [1, 2]
        whole.exif = [3]
        let (samples, channels) = (whole.samples, colorModel.channelCount)
        for (columns, rows) in [(0..<13, 0..<7), (3..<4, 6..<7), (2..<13, 1..<5), (0..<5, 2..<3)] {
            let part = try whole.part(columns: columns, rows: rows)
            #expect(part.width == columns.count && part.height == rows.count)
            #expect(part.colorModel == colorModel && part.bitDepth == bitDepth)
            #expect(part.iccProfile == [1, 2] && part.exif == [3])
            let expected = rows.flatMap { y in
                samples[(y * 13 + columns.lowerBound) * channels..<(y * 13 + columns.upperBound) * channels]
            }
            #expect(part.samples == expected, "\(columns), \(rows)")
        }
    }

    @Test(arguments: [(0, 1), (1, 0), (-1, 5), (Int.min, Int.min)])
    func emptyPicturesAreRefused(width: Int, height: Int) {
        #expect(throws: ImageCodecError.emptyPicture(width: width, height: height)) {
            try RasterImage(width: width, height: height, colorModel: .rgb)
        }
    }

    @Test(arguments: [(Int.max, Int.max), (Int.max, 1), (1 << 31, 1), (1, 1 << 31)])
    func impossibleSizesAreRefused(width: Int, height: Int) {
        #expect {
            try RasterImage(width: width, height: height, colorModel: .rgba, bitDepth: .sixteen)
        } throws: { error in
            if case .tooLarge(width, height, _, _, nil) = error as? ImageCodecError { true } else { false }
        }
    }

    /// More than any machine's address space.
    @Test func refusedMemoryIsAnError() {
        let side = 0x7FFF_FFFF / 2
        #expect(
            throws: ImageCodecError.outOfMemory(
                byteCount: side * side * 8, purpose: "a picture of \(side) x \(side) pixels")
        ) {
            try RasterImage(width: side, height: side, colorModel: .rgba, bitDepth: .sixteen)
        }
    }

    @Test func manyCallersDecodeAtOnce() async throws {
        let bytes = try Fixture.bytes("progressive.jpg")
        let expected = try RasterImage(decoding: bytes)
        let results = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 {
                group.addTask { (try? RasterImage(decoding: bytes).samples == expected.samples) ?? false }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results == [Bool](repeating: true, count: 16))
    }

    @Test func formatsAreDetectedByBytesAndMeantByExtensions() {
        #expect(ImageFormat.detect(PNGBuilder.signature) == .png)
        #expect(ImageFormat.detect([0xFF, 0xD8, 0xFF, 0xE0]) == .jpeg)
        #expect(ImageFormat.detect([0x89, 0x50]) == nil)
        #expect(ImageFormat.detect([]) == nil)
        #expect(ImageFormat(pathExtension: "PNG") == .png)
        #expect(ImageFormat(pathExtension: "jpeg") == .jpeg)
        #expect(ImageFormat(pathExtension: "") == nil)
        #expect(ImageFormat(path: "/a.b/c") == nil)
        #expect(ImageFormat(path: "/a.b/c.d.jpg") == .jpeg)
    }
}
