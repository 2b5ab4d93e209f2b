#if TIFF
import Raster
import TestSupport
import Testing

@testable import ImageCodecs

/// TIFF files that are cut or changed: an error or a picture, never a crash.
@Suite struct TIFFDamageTests {
    static let files: [[UInt8]] = {
        var files: [[UInt8]] = []
        for compression in TIFFWritingTests.compressions {
            let options = EncodingOptions(tiffCompression: compression, metadata: .all)
            var image = try? RasterImage.waves(width: 19, height: 23, colorModel: .rgba)
            image?.exif = SafeMetadataTests.wanted.bytes()
            if let file = try? image?.encoded(as: .tiff, options: options).array { files.append(file) }
        }
        return files
    }()

    @Test(arguments: files.indices) func cutAtEveryLength(index: Int) throws {
        let whole = Self.files[index]
        let complete = try RasterImage(decoding: whole)
        for count in stride(from: 0, to: whole.count, by: 3) {
            let bytes = Array(whole.prefix(count))
            // The directory is behind the pixels: without it there is nothing. Behind it are only EXIF's.
            if let image = try? RasterImage(decoding: bytes) {
                #expect(image.isEqual(to: complete))
                // The very last bytes say that no directory follows.
                #expect(!image.warnings.isEmpty || count >= whole.count - 6, "\(count) of \(whole.count) bytes")
            }
            _ = DecodingErrorTests.error(bytes, lenient: true)
        }
        #expect(complete.width == 19 && complete.warnings.isEmpty)
    }

    /// A file whose directory comes first keeps the strips that are there.
    @Test func lenientKeepsTheStripsThatAreThere() throws {
        var file = TIFFFile(width: 10, height: 12)
        file.rowsPerStrip = 3
        let values = TIFFReadingTests.values(120, bits: 8).map { UInt8($0) }
        file.chunks = stride(from: 0, to: 120, by: 30).map { Array(values[$0..<$0 + 30]) }
        let whole = file.bytes()
        let cut = Array(whole.dropLast(45))
        #expect(DecodingErrorTests.error(cut) == .truncated(format: .tiff, rowsDecoded: 6, height: 12))
        let image = try RasterImage(decoding: cut, lenient: true)
        #expect(image.warnings == [.truncated(rowsDecoded: 6)])
        #expect(image.samples.prefix(60) == values.prefix(60).map { Int($0) }[...])
        #expect(image.samples.suffix(30).allSatisfy { $0 == 0 })
    }

    @Test(arguments: files.indices) func everyByteChanged(index: Int) {
        var generator = SeededGenerator(seed: UInt64(index))
        let whole = Self.files[index]
        for position in whole.indices where position < 40 || position > whole.count - 900 || position % 7 == 0 {
            var bytes = whole
            bytes[position] ^= UInt8.random(in: 1...255, using: &generator)
            for lenient in [false, true] { _ = DecodingErrorTests.error(bytes, lenient: lenient) }
        }
    }

    @Test func damagedStripsAreSaid() throws {
        let image = try RasterImage.waves(width: 400, height: 1_200, colorModel: .rgb)
        var bytes = try image.encoded(as: .tiff).array
        let parsed = try ParsedTIFF(bytes)
        let strips = try parsed.values(0x0111)
        #expect(strips.count > 3)
        for offset in 0..<40 { bytes[strips[2] + 20 + offset] ^= 0x5A }
        let rows = try 2 * parsed.value(0x0116)
        guard case .malformed(.tiff, _, nil) = DecodingErrorTests.error(bytes) else {
            Issue.record("\(String(describing: DecodingErrorTests.error(bytes)))")
            return
        }
        let lenient = try RasterImage(decoding: bytes, lenient: true)
        guard case .damaged(_, let sound) = lenient.warnings.first else {
            Issue.record("\(lenient.warnings)")
            return
        }
        #expect(sound == rows)
        #expect(lenient.samples.prefix(rows * 1_200) == image.samples.prefix(rows * 1_200))
        #expect(lenient.samples.suffix(1_200) == image.samples.suffix(1_200))
    }
}
#endif
