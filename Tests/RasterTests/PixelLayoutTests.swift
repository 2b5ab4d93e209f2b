import PictureTestSupport
import Raster
import Testing

/// Pictures from and to a caller's memory.
@Suite struct PixelLayoutTests {
    static let layouts = PixelLayout.Channels.allCases.flatMap { channels in
        RasterImage.BitDepth.allCases.map { PixelLayout(channels, bitDepth: $0) }
    }

    /// The pixel (red, green, blue, alpha) = (1, 2, 3, 4), grey 9, as each layout has it.
    static func pixel(_ channels: PixelLayout.Channels) -> [UInt8] {
        switch channels {
        case .gray: [9]
        case .grayAlpha: [9, 4]
        case .rgb: [1, 2, 3]
        case .bgr: [3, 2, 1]
        case .rgba: [1, 2, 3, 4]
        case .bgra: [3, 2, 1, 4]
        case .argb: [4, 1, 2, 3]
        case .rgbx: [1, 2, 3, 255]
        case .bgrx: [3, 2, 1, 255]
        }
    }

    @Test(arguments: PixelLayout.Channels.allCases) func channelsFindTheirPlaces(channels: PixelLayout.Channels) throws
    {
        let layout = PixelLayout(channels)
        let bytes = Self.pixel(channels)
        #expect(channels.count == bytes.count && layout.bytesPerPixel == bytes.count)
        let image = try RasterImage(samples: bytes, width: 1, height: 1, layout: layout)
        #expect(image.colorModel == channels.colorModel)
        let expected = channels.colorModel.colorChannelCount == 1 ? [9] : [1, 2, 3]
        #expect(image.samples == expected + (channels.hasAlpha ? [4] : []))
        #expect(try image.samples(layout: layout) == bytes)
        // As sixteen bits the same numbers.
        let wide = try RasterImage(
            samples: bytes.map(UInt16.init), width: 1, height: 1, layout: PixelLayout(channels, bitDepth: .sixteen))
        #expect(wide.samples == image.samples && wide.bitDepth == .sixteen)
    }

    /// Rows with gaps, which stay as they are, and beginnings that suit no processor.
    @Test(arguments: layouts) func rowsMayHaveAnyStride(layout: PixelLayout) throws {
        for (width, height) in [(1, 1), (3, 2), (7, 5)] {
            let image = try RasterImage.noise(
                width: width, height: height, colorModel: layout.channels.colorModel, bitDepth: layout.bitDepth)
            for (gap, offset) in [(0, 0), (1, 0), (5, 1), (16, 3)] {
                let stride = width * layout.bytesPerPixel + gap
                let needed = offset + stride * (height - 1) + width * layout.bytesPerPixel
                var bytes = [UInt8](repeating: 0xA5, count: needed)
                try bytes.withUnsafeMutableBytes { bytes in
                    let memory = UnsafeMutableRawBufferPointer(rebasing: bytes[offset...])
                    try image.copyPixels(to: memory, layout: layout, bytesPerRow: stride)
                    let back = try RasterImage(
                        copying: UnsafeRawBufferPointer(memory), width: width, height: height, layout: layout,
                        bytesPerRow: stride)
                    #expect(back.samples == image.samples, "\(width)×\(height), \(gap), \(offset)")
                    let spanned = try RasterImage(
                        copying: UnsafeRawBufferPointer(memory).bytes, width: width, height: height, layout: layout,
                        bytesPerRow: stride)
                    #expect(spanned.samples == image.samples)
                }
                for y in 0..<height - 1 {
                    let end = offset + y * stride + width * layout.bytesPerPixel
                    #expect(bytes[end..<end + gap].allSatisfy { $0 == 0xA5 })
                }
            }
        }
    }

    /// Every colour under every alpha, against the definition in double precision.
    @Test func premultipliedColoursAreDividedAndMultiplied() throws {
        let layout = PixelLayout(.grayAlpha, isPremultiplied: true)
        var bytes: [UInt8] = []
        for alpha in 0...255 { for value in 0...255 { bytes += [UInt8(value), UInt8(alpha)] } }
        let image = try RasterImage(samples: bytes, width: 256, height: 256, layout: layout)
        let straight = image.samples
        for alpha in 0...255 {
            for value in 0...255 {
                let pixel = (alpha * 256 + value) * 2
                let exact = alpha == 0 ? 0 : min(Double(value) * 255 / Double(alpha), 255)
                #expect(abs(Double(straight[pixel]) - exact) <= 0.5 && straight[pixel + 1] == alpha)
            }
        }
        // What was divided comes back, where the colour is no more than its alpha.
        let back = try image.samples(layout: layout)
        for alpha in 1...255 {
            for value in 0...alpha { #expect(back[(alpha * 256 + value) * 2] == value) }
        }
        let wide = PixelLayout(.bgra, bitDepth: .sixteen, isPremultiplied: true)
        let deep = try RasterImage(samples: [100, 200, 300, 400] as [UInt16], width: 1, height: 1, layout: wide)
        #expect(deep.samples == [49_151, 32_768, 16_384, 400])
    }

    @Test func greyBecomesColoursAndOpaqueWhereAsked() throws {
        let gray = try RasterImage.plain(width: 1, height: 1, colorModel: .gray, [7])
        #expect(try gray.samples(layout: PixelLayout(.bgra)) == [7, 7, 7, 255])
        #expect(try gray.samples(layout: PixelLayout(.argb, isPremultiplied: true)) == [255, 7, 7, 7])
        #expect(try gray.samples(layout: PixelLayout(.grayAlpha)) == [7, 255])
        // Sixteen bits become eight.
        let wide = try RasterImage.plain(width: 1, height: 1, colorModel: .gray, bitDepth: .sixteen, [65_535])
        #expect(try wide.samples(layout: PixelLayout(.rgbx)) == [255, 255, 255, 255])
    }

    @Test func memoryIsTakenOverWithoutACopyWhereItCanBe() throws {
        for (channels, gap, isCopied) in [(PixelLayout.Channels.rgba, 0, false), (.rgba, 4, true), (.bgra, 0, true)] {
            let (width, height) = (5, 3)
            let stride = width * 4 + gap
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: stride * height, alignment: 16)
            for index in memory.indices { memory[index] = UInt8(index % 251) }
            let address = UInt(bitPattern: memory.baseAddress)
            let releases = Releases()
            var image: RasterImage? = try RasterImage(
                adopting: memory, width: width, height: height, layout: PixelLayout(channels),
                bytesPerRow: stride
            ) { bytes in
                releases.add()
                bytes.deallocate()
            }
            #expect(releases.count == (isCopied ? 1 : 0))
            let own = try image?.withPixels8 { UInt(bitPattern: $0.baseAddress) }
            #expect((own == address) == !isCopied)
            #expect(image?.samples.first == (channels == .bgra ? 2 : 0))
            image = nil
            #expect(releases.count == 1)
        }
    }

    @Test func memoryIsGivenBackWhereThePictureIsRefused() throws {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 8, alignment: 16)
        let releases = Releases()
        #expect(throws: RasterError.bufferTooSmall(byteCount: 8, needed: 9)) {
            try RasterImage(adopting: memory, width: 3, height: 1, layout: PixelLayout(.rgb)) { bytes in
                releases.add()
                bytes.deallocate()
            }
        }
        #expect(releases.count == 1)
    }

    // MARK: What is refused

    @Test func wrongSizesAreRefused() throws {
        let layout = PixelLayout(.rgb)
        #expect(throws: RasterError.emptyPicture(width: 0, height: 2)) {
            try RasterImage(samples: [UInt8](), width: 0, height: 2, layout: layout)
        }
        #expect(throws: RasterError.bufferTooSmall(byteCount: 5, needed: 6)) {
            try RasterImage(samples: [1, 2, 3, 4, 5] as [UInt8], width: 2, height: 1, layout: layout)
        }
        for stride in [5, 0, -6, .min] {
            #expect(throws: RasterError.rowsTooShort(bytesPerRow: stride, needed: 6)) {
                try RasterImage(
                    samples: [UInt8](repeating: 0, count: 12), width: 2, height: 2, layout: layout,
                    samplesPerRow: stride)
            }
        }
        #expect(throws: RasterError.bufferTooSmall(byteCount: 12, needed: .max)) {
            try RasterImage(
                samples: [UInt8](repeating: 0, count: 12), width: 2, height: 3, layout: layout, samplesPerRow: .max)
        }
        #expect(throws: RasterError.bufferTooSmall(byteCount: 24, needed: .max)) {
            try RasterImage(
                samples: [UInt16](repeating: 0, count: 12), width: 2, height: 2,
                layout: PixelLayout(.rgb, bitDepth: .sixteen), samplesPerRow: .max)
        }
        #expect {
            try RasterImage(samples: [1] as [UInt8], width: .max, height: .max, layout: layout)
        } throws: {
            if case RasterError.tooLarge = $0 { true } else { false }
        }
    }

    @Test func samplesOfAnotherDepthAreRefused() throws {
        #expect(throws: RasterError.differentBitDepth(expected: 8, actual: 16)) {
            try RasterImage(
                samples: [1] as [UInt8], width: 1, height: 1, layout: PixelLayout(.gray, bitDepth: .sixteen))
        }
        #expect(throws: RasterError.differentBitDepth(expected: 16, actual: 8)) {
            try RasterImage(samples: [1] as [UInt16], width: 1, height: 1, layout: PixelLayout(.gray))
        }
        var (eight, sixteen) = (
            try RasterImage(width: 1, height: 1, colorModel: .rgb),
            try RasterImage(width: 1, height: 1, colorModel: .rgb, bitDepth: .sixteen)
        )
        #expect(throws: RasterError.differentBitDepth(expected: 8, actual: 16)) {
            try sixteen.samples(layout: PixelLayout(.rgb, bitDepth: .sixteen))
        }
        #expect(throws: RasterError.differentBitDepth(expected: 8, actual: 16)) { try sixteen.withPixels8 { _ in } }
        #expect(throws: RasterError.differentBitDepth(expected: 16, actual: 8)) { try eight.withPixels16 { _ in } }
        #expect(throws: RasterError.differentBitDepth(expected: 8, actual: 16)) {
            try sixteen.withMutablePixels8 { _ in }
        }
        #expect(throws: RasterError.differentBitDepth(expected: 16, actual: 8)) {
            try eight.withMutablePixels16 { _ in }
        }
    }

    @Test func layoutsThatLoseSomethingAreRefused() throws {
        let colored = try RasterImage(width: 1, height: 1, colorModel: .rgba)
        for (channels, hasColors) in [(PixelLayout.Channels.rgb, true), (.rgbx, true), (.gray, true)] {
            #expect(throws: RasterError.layoutTooNarrow(hasAlpha: true, hasColors: hasColors)) {
                try colored.samples(layout: PixelLayout(channels))
            }
        }
        #expect(throws: RasterError.layoutTooNarrow(hasAlpha: false, hasColors: true)) {
            try RasterImage(width: 1, height: 1, colorModel: .rgb).samples(layout: PixelLayout(.grayAlpha))
        }
    }
}

/// Counts what a deallocator did.
private final class Releases: @unchecked Sendable {
    // Unchecked: the tests use one thread.
    private(set) var count = 0

    func add() { count += 1 }
}
