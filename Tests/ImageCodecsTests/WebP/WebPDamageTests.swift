#if WebP
import Raster
import TestSupport
import Testing

@testable import ImageCodecs

/// WebP files that are cut or changed: an error or a picture, never a crash.
@Suite struct WebPDamageTests {
    static let files: [[UInt8]] = {
        var files: [[UInt8]] = []
        for compression in [WebPCompression.lossless(), .lossy(quality: 70)] {
            for model in [RasterImage.ColorModel.rgb, .rgba] {
                var image = try? RasterImage.waves(width: 40, height: 50, colorModel: model)
                image?.iccProfile = ProfileBuilder.profile()
                let options = EncodingOptions(webpCompression: compression)
                if let file = try? image?.encoded(as: .webp, options: options).array { files.append(file) }
            }
        }
        return files
    }()

    @Test(arguments: files.indices) func cutAtEveryLength(index: Int) throws {
        let whole = Self.files[index]
        let complete = try RasterImage(decoding: whole)
        var lastRows = 0
        for count in 12..<whole.count {
            let bytes = Array(whole.prefix(count))
            guard let error = DecodingErrorTests.error(bytes) else {
                // The last bytes may be padding.
                let image = try RasterImage(decoding: bytes)
                #expect(count > whole.count - 8 && image.isEqual(to: complete) && image.warnings == [.endMarkMissing])
                continue
            }
            guard case .truncated(.webp, let rows, _, nil) = error else {
                Issue.record("\(count) bytes: \(error)")
                continue
            }
            #expect(rows >= lastRows)
            lastRows = rows
            guard rows > 0 else { continue }
            let image = try RasterImage(decoding: bytes, lenient: true)
            #expect(image.warnings == [.truncated(rowsDecoded: rows)])
            let perRow = complete.colorModel.channelCount * 40
            // The last of them may still change where rows are smoothed against those below.
            #expect(image.samples.prefix(rows * perRow) == complete.samples.prefix(rows * perRow))
        }
        #expect(lastRows > 20)
    }

    @Test(arguments: files.indices) func everyByteChanged(index: Int) {
        var generator = SeededGenerator(seed: UInt64(index))
        let whole = Self.files[index]
        for position in whole.indices {
            var bytes = whole
            bytes[position] ^= UInt8.random(in: 1...255, using: &generator)
            for lenient in [false, true] { _ = DecodingErrorTests.error(bytes, lenient: lenient) }
        }
    }

    @Test func aFileWithoutItsEndIsWholeWherePixelsAre() throws {
        var image = try RasterImage.waves(width: 40, height: 50, colorModel: .rgb)
        image.exif = SafeMetadataTests.wanted.bytes()
        image.metadata.resolution = nil
        let whole = try image.encoded(as: .webp).array
        let read = try RasterImage(decoding: Array(whole.dropLast(30)))
        #expect(read.warnings == [.endMarkMissing] && read.exif == nil)
        #expect(read.samples == image.samples)
    }
}
#endif
