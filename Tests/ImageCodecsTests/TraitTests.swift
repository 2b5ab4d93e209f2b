import ImageCodecs
import Raster
import TestSupport
import Testing

/// What a build with or without traits says that it reads and writes, and what it does.
@Suite struct TraitTests {
    static let webP = Array("RIFF".utf8) + [4, 0, 0, 0] + Array("WEBP".utf8)
    static let starts: [(format: ImageFormat, advice: String, bytes: [UInt8])] = [
        (.webp, "dwebp", webP), (.tiff, "magick", [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0]),
        (.tiff, "magick", [0x4D, 0x4D, 0, 0x2A, 0, 0, 0, 8]), (.tiff, "magick", [0x49, 0x49, 0x2B, 0, 8, 0, 0, 0]),
        (.heif, "heif-convert", ForeignFormatTests.media("heic", "mif1")),
        (.heif, "avifdec", ForeignFormatTests.media("avif", "mif1")),
    ]

    static let noneOfThem = "neither " + ImageFormat.readable.map(\.description).joined(separator: " nor ")
    static let extensions = ImageFormat.writable.map { ".\($0.pathExtensions[0])" }.joined(separator: ", ")

    @Test func whatIsReadAndWritten() {
        #expect(ImageFormat.png.canRead && ImageFormat.png.canWrite)
        #expect(ImageFormat.jpeg.canRead && ImageFormat.jpeg.canWrite)
        #expect(ImageFormat.tiff.canWrite && ImageFormat.psd.canWrite && ImageFormat.psb.canWrite)
        #expect(!ImageFormat.psd.canRead && !ImageFormat.psb.canRead && !ImageFormat.heif.canWrite)
        #expect(ImageFormat.webp.canRead == ImageFormat.webp.canWrite)
        #if WebP
        #expect(ImageFormat.webp.canRead)
        #else
        #expect(!ImageFormat.webp.canRead)
        #endif
        #if TIFF
        #expect(ImageFormat.tiff.canRead)
        #else
        #expect(!ImageFormat.tiff.canRead)
        #endif
        #if HEIF
        #expect(ImageFormat.heif.canRead)
        #else
        #expect(!ImageFormat.heif.canRead)
        #endif
    }

    @Test(arguments: starts.indices) func formatsAreRecognisedInEveryBuild(index: Int) {
        let (format, advice, bytes) = Self.starts[index]
        #expect(ImageFormat.detect(bytes) == format)
        guard !format.canRead else {
            // It has no picture, which its own decoder finds.
            guard let error = DecodingErrorTests.error(bytes) else {
                Issue.record("a picture was read from \(bytes.count) bytes")
                return
            }
            if case .notBuiltIn = error { Issue.record("\(error)") }
            return
        }
        let start = Array(bytes.prefix(64))
        #expect(DecodingErrorTests.error(bytes) == .notBuiltIn(format: format, leadingBytes: start))
        let text = DecodingErrorTests.error(bytes)?.description ?? ""
        #expect(text.contains("--traits \(format.trait ?? "")") && text.contains(advice), "\(text)")
    }

    @Test func namesMeanFormats() {
        let names: [(String, ImageFormat?)] = [
            ("webp", .webp), ("tif", .tiff), ("TIFF", .tiff), ("heic", .heif), ("HEIF", .heif), ("avif", .heif),
            ("psd", .psd), ("psb", .psb), ("gif", nil),
        ]
        for (name, format) in names { #expect(ImageFormat(pathExtension: name) == format) }
        for format in ImageFormat.allCases {
            #expect(ImageFormat(pathExtension: format.pathExtensions[0]) == format)
        }
    }

    @Test(arguments: ImageFormat.allCases) func whatIsNotWrittenIsSaid(format: ImageFormat) throws {
        let image = try RasterImage(width: 2, height: 2, colorModel: .rgb)
        guard !format.canWrite else {
            #expect(try image.encoded(as: format).format == format)
            return
        }
        #expect(throws: ImageCodecError.notWritten(format: format)) { try image.encoded(as: format) }
        let folder = try TemporaryFolder()
        let path = folder.path("a.\(format.pathExtensions[0])")
        #expect(throws: ImageCodecError.notWritten(format: format, path: path)) { try image.write(to: path) }
        #expect(folder.names.isEmpty)
    }
}
