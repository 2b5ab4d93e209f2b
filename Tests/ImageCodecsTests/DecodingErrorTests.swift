import ImageCodecs
import Raster
import Testing
import TestSupport

/// One test for every way a file can be refused.
@Suite struct DecodingErrorTests {
    /// The error of decoding `bytes`, or `nil` if there was none.
    static func error(
        _ bytes: [UInt8], limits: DecodingLimits = .default, lenient: Bool = false
    ) -> ImageCodecError? {
        do throws(ImageCodecError) {
            _ = try RasterImage(decoding: bytes, limits: limits, lenient: lenient)
            return nil
        } catch {
            return error
        }
    }

    @Test func anEmptyFile() {
        #expect(Self.error([]) == .unrecognizedFormat(leadingBytes: []))
        #expect(Self.error([])?.description == "is empty")
    }

    @Test func notAPicture() {
        let text = Array("Hello, this is just text.".utf8)
        #expect(Self.error(text) == .unrecognizedFormat(leadingBytes: text))
        #expect(Self.error([0, 1])?.description == "is \(TraitTests.noneOfThem) (it starts with 00 01)")
    }

    @Test func otherFormatsAreNamed() {
        #expect(Self.error(Array("GIF89a".utf8))?.description.hasPrefix("is GIF") == true)
        #expect(Self.error(Array("BM".utf8))?.description.hasPrefix("is BMP") == true)
    }

    @Test func theNameDoesNotMatter() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("picture.jpg")
        try AtomicFile.write(PNGBuilder.plain().bytes(), to: path)
        #expect(try RasterImage(contentsOf: path).samples == PNGBuilder.plain().samples)
    }

    @Test func aWrongChecksum() {
        var bytes = PNGBuilder.plain().bytes()
        bytes[30] ^= 1
        #expect(Self.error(bytes) == .malformed(format: .png, reason: "IHDR: CRC error"))
    }

    @Test func aWrongPixelChecksum() {
        var bytes = PNGBuilder.plain().bytes()
        let adler = bytes.count - 12 - 4 - 1
        bytes[adler] ^= 1
        let body = Array(bytes[37..<adler + 1])
        bytes.replaceSubrange(adler + 1..<adler + 5, with: bigEndian(Int(PNGBuilder.crc32(body))))
        guard case .malformed(.png, let reason, nil) = Self.error(bytes) else {
            Issue.record("\(String(describing: Self.error(bytes)))")
            return
        }
        #expect(reason == "IDAT: incorrect data check")
        #expect(Self.error(bytes, lenient: true) == nil)
    }

    @Test(arguments: [(0, 4), (5, 0), (0, 0), (-1, 4), (Int(Int32.min), 4)])
    func anImpossibleSize(width: Int, height: Int) {
        var file = PNGBuilder.plain()
        file.width = width
        file.height = height
        file.samples = []
        let bytes = PNGBuilder.signature + PNGBuilder.chunk("IHDR", Self.header(width, height)) + [0, 0, 0, 0]
        guard case .malformed(.png, _, nil) = Self.error(bytes) else {
            Issue.record("\(String(describing: Self.error(bytes)))")
            return
        }
    }

    static func header(_ width: Int, _ height: Int) -> [UInt8] {
        bigEndian(width) + bigEndian(height) + [8, 2, 0, 0, 0]
    }

    /// A header alone, which claims pixels that would take up to 2^64 bytes.
    @Test(
        arguments: [
            (32_769, 1), (1, 32_769), (10_001, 10_000), (0x7FFF_FFFF, 0x7FFF_FFFF), (0x7FFF_FFFF, 1),
        ])
    func aHugePNG(width: Int, height: Int) {
        let bytes =
            PNGBuilder.signature + PNGBuilder.chunk("IHDR", Self.header(width, height))
            + PNGBuilder.chunk("IDAT", PNGBuilder.zlibStored([0]))
        #expect(
            Self.error(bytes)
                == .tooLarge(width: width, height: height, maxPixels: 100_000_000, maxSide: 32_768))
    }

    @Test func aHugeJPEG() throws {
        var bytes = try Fixture.bytes("rgb-420.jpg")
        let frame = try #require(bytes.firstRange(of: [0xFF, 0xC0])).lowerBound
        bytes.replaceSubrange(frame + 5..<frame + 9, with: [0x80, 0x00, 0x80, 0x00])
        #expect(
            Self.error(bytes)
                == .tooLarge(width: 32_768, height: 32_768, maxPixels: 100_000_000, maxSide: 32_768))
        // More than libjpeg itself takes.
        bytes.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0xFF, 0xFF, 0xFF])
        guard case .unsupported(.jpeg, _, nil) = Self.error(bytes) else {
            Issue.record("\(String(describing: Self.error(bytes)))")
            return
        }
    }

    @Test func anEmptyJPEG() throws {
        var bytes = try Fixture.bytes("rgb-420.jpg")
        let frame = try #require(bytes.firstRange(of: [0xFF, 0xC0])).lowerBound
        bytes.replaceSubrange(frame + 5..<frame + 7, with: [0, 0])
        guard case .malformed(.jpeg, _, nil) = Self.error(bytes) else {
            Issue.record("\(String(describing: Self.error(bytes)))")
            return
        }
    }

    @Test func limitsAreTheCallers() throws {
        let bytes = PNGBuilder.plain(width: 5, height: 4).bytes()
        var limits = DecodingLimits()
        limits.maxPixels = 19
        #expect(
            Self.error(bytes, limits: limits) == .tooLarge(width: 5, height: 4, maxPixels: 19, maxSide: 32_768))
        limits.maxPixels = 20
        limits.maxSide = 4
        #expect(Self.error(bytes, limits: limits) == .tooLarge(width: 5, height: 4, maxPixels: 20, maxSide: 4))
        limits.maxSide = 5
        #expect(Self.error(bytes, limits: limits) == nil)
    }

    @Test func aLargeChunk() {
        var limits = DecodingLimits()
        limits.maxAncillaryBytes = 10_000
        var file = PNGBuilder.plain()
        file.leading = [("eXIf", [UInt8](repeating: 0, count: 10_001))]
        #expect(Self.error(file.bytes(), limits: limits) == .metadataTooLarge(limit: 10_000))
    }

    /// Text of any size is skipped, never stored.
    @Test func aLargeTextIsNoError() throws {
        var limits = DecodingLimits()
        limits.maxAncillaryBytes = 10_000
        var file = PNGBuilder.plain()
        file.leading = [("tEXt", [UInt8](repeating: 65, count: 10_001))]
        #expect(try RasterImage(decoding: file.bytes(), limits: limits).samples == file.samples)
    }

    @Test func aMissingFile() throws {
        let path = try TemporaryFolder().path("missing.png")
        let expected = ImageCodecError.unreadableFile(path: path, reason: "No such file or directory")
        #expect(throws: expected) { try RasterImage(contentsOf: path) }
        #expect(expected.description == "\(path): cannot be read: No such file or directory")
    }

    @Test func aFolder() throws {
        let folder = try TemporaryFolder()
        #expect(throws: ImageCodecError.unreadableFile(path: folder.root, reason: "Is a directory")) {
            try RasterImage(contentsOf: folder.root)
        }
    }

    @Test func errorsOfFilesCarryThePath() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("broken.png")
        try AtomicFile.write(Array(PNGBuilder.plain().bytes().dropLast(21)), to: path)
        #expect(throws: ImageCodecError.truncated(format: .png, rowsDecoded: 3, height: 4, path: path)) {
            try RasterImage(contentsOf: path)
        }
        try AtomicFile.write([1, 2, 3], to: path)
        #expect(throws: ImageCodecError.unrecognizedFormat(leadingBytes: [1, 2, 3], path: path)) {
            try RasterImage(contentsOf: path)
        }
        var limits = DecodingLimits()
        limits.maxFileBytes = 2
        #expect(throws: ImageCodecError.fileTooLarge(limit: 2, path: path)) {
            try RasterImage(contentsOf: path, limits: limits)
        }
    }
}
