import Raster
import Testing

@testable import ImageCodecs

/// Pictures large enough to be cut into bands, which threads compress at once.
@Suite struct PNGBandTests {
    private static let half = PNGBands.size

    @Test(arguments: [
        (rows: 1, bytes: 1, count: 1), (1, half - 1, 1), (1, half, 1), (1, 5 * half, 1), (3, 5 * half, 3),
        (2 * half - 1, 1, 1), (2 * half, 1, 2), (2 * half + 1, 1, 2), (1024, 1024, 2), (1023, 1024, 1),
        (2160, 3840 * 4, 63), (7, 400_000, 5), (0x7FFF_FFFF, 0x7FFF_FFFF * 8, 0x7FFF_FFFF),
    ])
    func everyRowIsInOneBand(rows: Int, bytes: Int, count: Int) {
        let bands = PNGBands(rowCount: rows, bytesPerRow: bytes)
        #expect(bands.count == count)
        #expect(bands[0].lowerBound == 0 && bands[count - 1].upperBound == rows)
        for index in 0..<min(count, 1000) - 1 {
            #expect(!bands[index].isEmpty && bands[index].upperBound == bands[index + 1].lowerBound)
        }
    }

    /// One row, one band, two, two and a row, and rows that are longer than a band.
    @Test(arguments: [(40, 1), (1023, 1024), (1024, 1024), (1024, 1025), (1_200_000, 1), (600_000, 3), (1, 1_100_000)])
    func bandsDecodeToThePicture(width: Int, height: Int) throws {
        let image = try RasterImage.noise(width: width, height: height, colorModel: .gray)
        for compression in [PNGCompression.fast, .balanced, .level(0)] {
            let file = try image.encoded(as: .png, options: EncodingOptions(compression: compression))
            let decoded = try RasterImage(decoding: file.bytes, limits: .wide)
            #expect(decoded.width == width && decoded.height == height)
            #expect(decoded.isEqual(to: image))
            #expect(decoded.warnings.isEmpty)
            #expect(try PNGStream(file).rows.count == height * (width + 1))
        }
    }

    @Test(arguments: RasterImage.ColorModel.allCases, RasterImage.BitDepth.allCases)
    func sameBytesOnAnyNumberOfThreads(
        colorModel: RasterImage.ColorModel, bitDepth: RasterImage.BitDepth
    ) throws {
        let rowBytes = 600 * colorModel.channelCount * bitDepth.rawValue / 8
        let height = 5 * Self.half / 2 / rowBytes
        let image = try RasterImage.waves(width: 600, height: height, colorModel: colorModel, bitDepth: bitDepth)
        // Bands are cut by rows alone; what a level makes of one has nothing to do with its pixels' kind.
        let isPlain = colorModel == .rgb && bitDepth == .eight
        for compression in isPlain ? [PNGCompression.fast, .balanced, .smallest, .level(1)] : [.fast] {
            var options = EncodingOptions(compression: compression, threadCount: 1)
            let expected = try image.encoded(as: .png, options: options)
            #expect(try RasterImage(decoding: expected.bytes).isEqual(to: image))
            _ = try PNGStream(expected)
            for threadCount in [2, 3, nil] {
                options.threadCount = threadCount
                #expect(try image.encoded(as: .png, options: options).array == expected.array)
            }
        }
    }

    @Test(arguments: [7, 1000, 1024]) func oddNumbersOfThreadsWork(threadCount: Int) throws {
        let image = try RasterImage.waves(width: 1024, height: 1024, colorModel: .gray)
        let file = try image.encoded(as: .png, options: EncodingOptions(threadCount: threadCount))
        #expect(try file.array == image.encoded(as: .png).array)
    }

    @Test(arguments: [0, -3, 1025]) func impossibleNumbersOfThreadsAreRefused(threadCount: Int) throws {
        let image = try RasterImage.waves(width: 8, height: 8, colorModel: .gray)
        #expect(
            throws: ImageCodecError.invalidOption(
                name: "the number of threads", value: threadCount, allowed: 1...1024)
        ) { try image.encoded(as: .png, options: EncodingOptions(threadCount: threadCount)) }
    }

    @Test func severalCallersShareTheThreads() async throws {
        let image = try RasterImage.waves(width: 1024, height: 1536, colorModel: .gray)
        let expected = try await image.encoded(as: .png).array
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<6 { group.addTask { try await image.encoded(as: .png).array == expected } }
            for try await isEqual in group { #expect(isEqual) }
        }
    }

    /// Two rows of noise alternate, so that no filter helps, but each row stands whole in the 32 KB before it.
    @Test func aBandRepeatsWhatStandsInTheOneBefore() throws {
        let (width, height) = (10_000, 110)
        let pair = try RasterImage.noise(width: width, height: 2, colorModel: .gray).samples
        var image = try RasterImage(width: width, height: height, colorModel: .gray)
        try image.withMutableSamples8 { pixels in
            for index in pixels.indices { pixels[index] = UInt8(pair[index % (2 * width)]) }
        }
        #expect(PNGBands(rowCount: height, bytesPerRow: width).count == 2)
        for compression in [PNGCompression.balanced, .smallest, .level(6)] {
            let file = try image.encoded(as: .png, options: EncodingOptions(compression: compression))
            // Two rows once, and not twice.
            #expect(file.count < 3 * width)
            #expect(try RasterImage(decoding: file.bytes).isEqual(to: image))
        }
    }

    /// A cut costs a flush and what the Huffman codes lose by it.
    @Test func cutsCostLittle() throws {
        let width = 1024
        let whole = try RasterImage.waves(width: width, height: 1023, colorModel: .gray)
        let cut = try RasterImage.waves(width: width, height: 1024, colorModel: .gray)
        #expect(PNGBands(rowCount: 1023, bytesPerRow: width).count == 1)
        #expect(PNGBands(rowCount: 1024, bytesPerRow: width).count == 2)
        for compression in [PNGCompression.fast, .balanced] {
            let options = EncodingOptions(compression: compression)
            let (one, two) = try (whole.encoded(as: .png, options: options), cut.encoded(as: .png, options: options))
            #expect(Double(two.count) < 1.01 * Double(one.count))
        }
    }

    /// Of two ways to compress, each band takes the better one.
    @Test func smallestIsSmallest() throws {
        let image = try RasterImage.waves(width: 300, height: 200, colorModel: .rgb)
        func size(_ compression: PNGCompression) throws -> Int {
            try image.encoded(as: .png, options: EncodingOptions(compression: compression)).count
        }
        #expect(try size(.smallest) <= size(.balanced) && size(.smallest) <= size(.fast))
    }

    // MARK: Failures

    @Test func theFirstFailureEndsTheFile() throws {
        let image = try RasterImage(width: 1024, height: 1024, colorModel: .gray)
        let output = try PNGOutput(
            of: image, profile: [], chunks: [], bandCount: 2, in: EncodingSession(format: .png))
        #expect(output.isSound)
        let failure = ImageCodecError.outOfMemory(byteCount: 1, purpose: "a test")
        output.fail(failure)
        output.fail(.encodingFailed(format: .png, reason: "later"))
        #expect(!output.isSound)
        let effort = try PNGEffort(.fast, for: .gray)
        output.write(try BandCompressor(image, effort).compress(0..<512, isLast: false), at: 0)
        #expect(throws: failure) { try output.end() }
    }

    @Test func memoryThatIsRefusedIsAnError() throws {
        let bytes = GrowingBytes()
        try bytes.append([1, 2, 3])
        #expect(throws: ImageCodecError.outOfMemory(byteCount: .max, purpose: "compressed pixels")) {
            try bytes.append(room: .max) { _ in 0 }
        }
        #expect(Array(bytes.bytes) == [1, 2, 3])
    }
}

extension DecodingLimits {
    /// No limit to the sides.
    fileprivate static var wide: DecodingLimits {
        var limits = DecodingLimits()
        limits.maxSide = .max
        return limits
    }
}
