import ImageCodecs
import PictureTestSupport
import Raster
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
        try copy.withMutableSamples8 { $0[5] ^= 0xFF }
        #expect(original.samples == before)
        #expect(copy.samples[5] == before[5] ^ 0xFF)
        // Alone now, so the next write stays in place.
        let first = copy.withSamples8 { $0.baseAddress }
        try copy.withMutableSamples8 { $0[6] = 1 }
        #expect(copy.withSamples8 { $0.baseAddress } == first)
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

    @Test(arguments: [
        (-1..<2, 0..<1), (0..<3, 1..<3), (0..<3, 2..<3), (0..<0, 0..<1), (1..<2, 1..<1), (0..<4, 0..<2), (3..<4, 0..<1),
        (Int.min..<Int.max, 0..<1), (0..<1, Int.max - 1..<Int.max),
    ])
    func partsOutsideAreRefused(columns: Range<Int>, rows: Range<Int>) throws {
        let image = try RasterImage(width: 3, height: 2, colorModel: .rgb)
        #expect(throws: RasterError.partOutside(columns: columns, rows: rows, width: 3, height: 2)) {
            try image.part(columns: columns, rows: rows)
        }
    }

    @Test(arguments: [(0, 1), (1, 0), (-1, 5), (Int.min, Int.min)])
    func emptyPicturesAreRefused(width: Int, height: Int) {
        #expect(throws: RasterError.emptyPicture(width: width, height: height)) {
            try RasterImage(width: width, height: height, colorModel: .rgb)
        }
    }

    @Test(arguments: [(Int.max, Int.max), (Int.max, 1), (1 << 31, 1), (1, 1 << 31)])
    func impossibleSizesAreRefused(width: Int, height: Int) {
        #expect {
            try RasterImage(width: width, height: height, colorModel: .rgba, bitDepth: .sixteen)
        } throws: { error in
            if case .tooLarge(width, height, _, _) = error as? RasterError { true } else { false }
        }
    }

    /// More than any machine's address space.
    @Test func refusedMemoryIsAnError() {
        let side = 0x7FFF_FFFF / 2
        #expect(
            throws: RasterError.outOfMemory(
                byteCount: side * side * 8, purpose: "a picture of \(side) x \(side) pixels")
        ) {
            try RasterImage(width: side, height: side, colorModel: .rgba, bitDepth: .sixteen)
        }
    }
}
