import ImageCodecs
import Raster
import TestSupport
import Testing

@Suite struct EncodingTests {
    @Test(arguments: [0, -1, 1025, Int.max, Int.min]) func numbersOfThreadsThatCannotBe(count: Int) throws {
        let image = try RasterImage(width: 2, height: 2, colorModel: .gray)
        for format in ImageFormat.writable {
            #expect(
                throws: ImageCodecError.invalidOption(name: "the number of threads", value: count, allowed: 1...1024)
            ) {
                try image.encoded(as: format, options: EncodingOptions(threadCount: count))
            }
        }
    }

    @Test(arguments: [RasterImage.ColorModel.grayAlpha, .rgba])
    func alphaIsNotWrittenToJPEG(colorModel: RasterImage.ColorModel) throws {
        let folder = try TemporaryFolder()
        let image = try RasterImage(width: 2, height: 2, colorModel: colorModel)
        #expect(throws: ImageCodecError.alphaNotRepresentable(format: .jpeg)) {
            try image.write(to: folder.path("cutout.jpg"))
        }
        #expect(folder.names.isEmpty)
        #expect(
            ImageCodecError.alphaNotRepresentable(format: .jpeg).description
                == "JPEG has no transparency; composite the picture over a background first, or write PNG")
    }

    @Test func sixteenBitsAreRoundedForJPEG() throws {
        var image = try RasterImage(width: 16, height: 16, colorModel: .gray, bitDepth: .sixteen)
        try image.withMutableSamples16 { pixels in
            for index in pixels.indices { pixels[index] = 0x80FF }
        }
        let file = try image.encoded(as: .jpeg)
        #expect(file.warnings == [.reducedToEightBits])
        let decoded = try RasterImage(decoding: file.bytes)
        #expect(decoded.bitDepth == .eight)
        // 0x80FF / 257 = 128.5, rounded down since it is just below.
        #expect(decoded.samples == [Int](repeating: 128, count: 256))
    }

    @Test func depthsConvertBothWays() throws {
        var image = try RasterImage(width: 256, height: 1, colorModel: .gray)
        try image.withMutableSamples8 { pixels in
            for index in pixels.indices { pixels[index] = UInt8(index) }
        }
        let deep = try image.converted(to: .sixteen)
        #expect(deep.samples == (0..<256).map { $0 * 257 })
        #expect(try deep.converted(to: .eight).samples == image.samples)
        var every = try RasterImage(width: 256, height: 256, colorModel: .gray, bitDepth: .sixteen)
        try every.withMutableSamples16 { pixels in
            for index in pixels.indices { pixels[index] = UInt16(index) }
        }
        let nearest = (0..<65_536).map { Int((Double($0) / 257).rounded()) }
        #expect(try every.converted(to: .eight).samples == nearest)
    }

    @Test(arguments: [0, 101, -5]) func qualitiesOutsideTheRangeAreRefused(quality: Int) throws {
        let image = try RasterImage(width: 2, height: 2, colorModel: .rgb)
        #expect(
            throws: ImageCodecError.invalidOption(name: "the JPEG quality", value: quality, allowed: 1...100)
        ) {
            try image.encoded(as: .jpeg, options: EncodingOptions(jpegQuality: quality))
        }
    }

    @Test(arguments: [-1, 10]) func levelsOutsideTheRangeAreRefused(level: Int) throws {
        let image = try RasterImage(width: 2, height: 2, colorModel: .rgb)
        #expect(
            throws: ImageCodecError.invalidOption(name: "the PNG compression level", value: level, allowed: 0...9)
        ) {
            try image.encoded(as: .png, options: EncodingOptions(compression: .level(level)))
        }
    }

    @Test func betterQualityTakesMoreBytes() throws {
        let image = try RasterImage(contentsOf: Fixture.path("rgb-444.jpg"))
        let sizes = try [1, 50, 92, 100].map {
            try image.encoded(as: .jpeg, options: EncodingOptions(jpegQuality: $0)).count
        }
        #expect(sizes == sizes.sorted() && Set(sizes).count == 4)
    }

    /// The frame header states the sampling factors of the first component.
    @Test func chromaSubsamplingFollowsTheOptions() throws {
        let image = try RasterImage(contentsOf: Fixture.path("rgb-444.jpg"))
        func factors(_ options: EncodingOptions) throws -> UInt8? {
            let bytes = try image.encoded(as: .jpeg, options: options).array
            return bytes.firstRange(of: [0xFF, 0xC0]).map { bytes[$0.lowerBound + 11] }
        }
        #expect(try factors(EncodingOptions()) == 0x11)
        #expect(try factors(EncodingOptions(jpegQuality: 89)) == 0x22)
        #expect(try factors(EncodingOptions(chromaSubsampling: .half)) == 0x21)
        #expect(try factors(EncodingOptions(chromaSubsampling: .quarter)) == 0x22)
        #expect(try factors(EncodingOptions(jpegQuality: 10, chromaSubsampling: .none)) == 0x11)
    }

    @Test func theFormatFollowsTheExtension() throws {
        let folder = try TemporaryFolder()
        let image = try RasterImage.noise(width: 3, height: 2, colorModel: .rgb)
        for (name, format) in [("a.png", ImageFormat.png), ("a.JPG", .jpeg), ("a.b.jpeg", .jpeg)] {
            try image.write(to: folder.path(name))
            #expect(try ImageFormat.detect(folder.bytes(name)) == format)
        }
        try image.write(to: folder.path("no-extension"), format: .png)
        #expect(try RasterImage(contentsOf: folder.path("no-extension")).samples == image.samples)
        for name in ["picture", "picture.gif", "png", ".png", "folder.png/picture", "picture."] {
            let path = folder.path(name)
            #expect(throws: ImageCodecError.unknownExtension(path: path)) { try image.write(to: path) }
        }
    }

    @Test func writingToADeviceNeedsAFormat() throws {
        let image = try RasterImage.noise(width: 3, height: 2, colorModel: .rgb)
        try image.write(to: "/dev/null", format: .png)
        #expect(throws: ImageCodecError.unknownExtension(path: "/dev/null")) { try image.write(to: "/dev/null") }
    }

    @Test func theSameBytesComeOutEveryTime() throws {
        let image = try RasterImage.noise(width: 40, height: 30, colorModel: .rgb)
        for format in ImageFormat.writable {
            #expect(try image.encoded(as: format).array == image.encoded(as: format).array)
        }
    }

    @Test func jpegHasALargestSide() throws {
        let image = try RasterImage(width: 65_500, height: 1, colorModel: .gray)
        #expect(try RasterImage(width: 65_500, height: 1, colorModel: .gray).encoded(as: .jpeg).count > 0)
        let larger = try RasterImage(width: 1, height: 65_501, colorModel: .gray)
        #expect(
            throws: ImageCodecError.tooLarge(width: 1, height: 65_501, maxPixels: 65_500 * 65_500, maxSide: 65_500)
        ) {
            try larger.encoded(as: .jpeg)
        }
        #expect(try image.encoded(as: .png).count > 0)
    }
}
