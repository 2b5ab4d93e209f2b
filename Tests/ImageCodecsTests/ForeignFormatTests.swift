import ImageCodecs
import Raster
import Testing

/// Files that are not read: each is named, with what to do about it.
@Suite struct ForeignFormatTests {
    /// The start of an ISO media file: its type, a version, and the types it is compatible with.
    static func media(_ own: String, _ others: String...) -> [UInt8] {
        let types = Array(own.utf8) + [0, 0, 0, 0] + others.flatMap { Array($0.utf8) }
        return [0, 0, 0, UInt8(types.count + 8)] + Array("ftyp".utf8) + types + [UInt8](repeating: 7, count: 40)
    }

    static let files: [(start: String, advice: String, bytes: [UInt8])] = [
        ("is WebP, which is not read; ", "dwebp", Array("RIFF".utf8) + [0, 0, 0, 0] + Array("WEBP".utf8)),
        ("is GIF, which is not read; ", "magick", Array("GIF89a".utf8)),
        ("is TIFF, or a raw photograph", "magick", [0x49, 0x49, 0x2A, 0]),
        ("is TIFF, or a raw photograph", "magick", [0x4D, 0x4D, 0, 0x2A]),
        ("is a raw photograph (Canon)", "darktable-cli", [0x49, 0x49, 0x2A, 0, 16, 0, 0, 0] + Array("CR".utf8)),
        ("is a raw photograph (Canon)", "darktable-cli", media("crx ", "isom")),
        ("is a raw photograph (Fujifilm)", "darktable-cli", Array("FUJIFILMCCD-RAW 0201".utf8)),
        ("is BMP, which is not read; ", "magick in.bmp out.png", Array("BM".utf8) + [1, 2]),
        ("is HEIC, which is not read; ", "heif-convert", media("heic", "mif1")),
        ("is HEIC, which is not read; ", "heif-convert", media("heix", "mif1")),
        ("is HEIC, which is not read; ", "heif-convert", media("hevc", "msf1")),
        ("is HEIC, which is not read; ", "heif-convert", media("hevx")),
        ("is HEIC, which is not read; ", "heif-convert", media("heim")),
        ("is HEIC, which is not read; ", "heif-convert", media("mif1", "heic")),
        ("is HEIC, which is not read; ", "heif-convert", media("msf1")),
        // Cut within its first box.
        ("is HEIC, which is not read; ", "heif-convert", [0, 0, 0, 24] + Array("ftypheic".utf8)),
        ("is AVIF, which is not read; ", "avifdec", media("avif", "mif1", "miaf")),
        ("is AVIF, which is not read; ", "avifdec", media("avis", "msf1")),
        ("is AVIF, which is not read; ", "avifdec", media("mif1", "avif")),
        ("is a film (MP4), not a picture; ", "ffmpeg", media("isom", "iso2", "avc1", "mp41")),
        ("is a film (MP4), not a picture; ", "ffmpeg", media("mp42")),
        ("is a film (MP4), not a picture; ", "ffmpeg", media("M4V ")),
        ("is a film (QuickTime), not a picture; ", "ffmpeg", media("qt  ")),
        ("is a film (AVI), not a picture; ", "ffmpeg", Array("RIFF".utf8) + [0, 0, 0, 0] + Array("AVI ".utf8)),
        ("is a film (WebM or Matroska), not a picture; ", "ffmpeg", [0x1A, 0x45, 0xDF, 0xA3]),
        ("is a YUV4MPEG2 film, not a picture; ", "matte video", Array("YUV4MPEG2 W4 H2".utf8)),
        ("is JPEG XL, which is not read; ", "djxl", [0xFF, 0x0A]),
        ("is JPEG XL, which is not read; ", "djxl", [0, 0, 0, 12] + Array("JXL ".utf8)),
        ("is JPEG 2000, which is not read; ", "opj_decompress", [0, 0, 0, 12] + Array("jP  ".utf8)),
        ("is JPEG 2000, which is not read; ", "opj_decompress", [0xFF, 0x4F, 0xFF, 0x51]),
        ("is Photoshop, which is not read; ", "export", Array("8BPS".utf8)),
        ("is PDF, which is not read; ", "pdftoppm", Array("%PDF-1.7".utf8)),
        ("is SVG, which is not read; ", "rsvg-convert", Array("<svg".utf8)),
        ("is SVG, which is not read; ", "rsvg-convert", Array("<?xml".utf8)),
        ("is PNM, which is not read; ", "magick", Array("P6\n".utf8)),
        ("is a web page, not a picture; ", "download", Array("<!DOCTYPE html>".utf8)),
        ("is a Git LFS pointer, not a picture; ", "git lfs pull", Array("version https://git-lfs.github.com".utf8)),
        ("is an archive, not a picture; ", "unpack", [0x50, 0x4B, 3, 4]),
    ]

    @Test(arguments: files.indices) func isNamedWithAWayOut(index: Int) {
        let (start, advice, bytes) = Self.files[index]
        // Builds with traits read some of them.
        if ImageFormat.detect(bytes)?.canRead == true { return }
        for lenient in [false, true] {
            let text = DecodingErrorTests.error(bytes, lenient: lenient)?.description ?? ""
            #expect(text.hasPrefix(start) && text.contains(advice), "\(text)")
        }
    }

    /// Every byte of the first 16 changed: whatever they mean then, nothing traps.
    @Test(arguments: files.indices) func changedBytesDoNoHarm(index: Int) {
        let bytes = Self.files[index].bytes
        for position in bytes.indices.prefix(16) {
            for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
                var changed = bytes
                changed[position] = value
                #expect(DecodingErrorTests.error(changed) != nil)
                #expect(DecodingErrorTests.error(Array(bytes.prefix(position))) != nil)
            }
        }
    }

    /// Apple's variant has a chunk of its own before the header, and pixels that no other decoder understands.
    @Test(arguments: [false, true]) func applesVariantOfPNGIsNamed(lenient: Bool) {
        let plain = PNGBuilder.plain().bytes()
        let bytes = plain.prefix(8) + PNGBuilder.chunk("CgBI", [0x50, 0, 0x20, 6]) + plain.dropFirst(8)
        let text = DecodingErrorTests.error(Array(bytes), lenient: lenient)?.description ?? ""
        #expect(text.hasPrefix("is Apple's CgBI variant of PNG"))
        #expect(text.contains("-revert-iphone-optimizations"))
        #expect(!text.contains("lenient"))
    }
}
