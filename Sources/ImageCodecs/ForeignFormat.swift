/// Files that this module does not read but recognises, so that the error can name them and say what to do.
struct ForeignFormat {
    /// As in "is WebP".
    let name: String
    let isPicture: Bool
    /// What makes a picture of it that can be read.
    let advice: String

    /// What it is read as in a build that has the trait for it.
    let format: ImageFormat?

    /// How many bytes are looked at: the type of an ISO media file and the types it is compatible with.
    static let prefixSize = 64

    /// nil for bytes of no known kind.
    init?(leadingBytes bytes: [UInt8]) {
        if let match = Self.isoMedia(bytes) ?? Self.riff(bytes) ?? Self.tiff(bytes) {
            self = match
        } else if let match = Self.signatures.first(where: { $0.matches(bytes) }) {
            self = match.format
        } else {
            return nil
        }
    }

    private init(_ name: String, isPicture: Bool = true, as format: ImageFormat? = nil, _ advice: String) {
        self.name = name
        self.isPicture = isPicture
        self.format = format
        self.advice = advice
    }

    /// The problem as an error has it.
    var description: String {
        let trait = format?.trait.map { "build with the trait that reads it (--traits \($0)), or " } ?? ""
        return "is \(name), \(isPicture ? "which is not read" : "not a picture"); \(trait)\(advice)"
    }

    private init(converted name: String) {
        self.init(name, "convert it: magick in.\(name.lowercased()) out.png")
    }
}

// MARK: - Signatures

extension ForeignFormat {
    private struct Signature {
        let bytes: [UInt8]
        let offset: Int
        let format: ForeignFormat

        init(_ bytes: [UInt8], at offset: Int = 0, _ format: ForeignFormat) {
            self.bytes = bytes
            self.offset = offset
            self.format = format
        }

        init(_ text: String, at offset: Int = 0, _ format: ForeignFormat) {
            self.init(Array(text.utf8), at: offset, format)
        }

        func matches(_ file: [UInt8]) -> Bool { file.dropFirst(offset).starts(with: bytes) }
    }

    private static let webPage = ForeignFormat("a web page", isPicture: false, "download the picture itself")
    private static let svg = ForeignFormat("SVG", "a drawing; render it: rsvg-convert -w 2000 in.svg -o out.png")
    private static let jpegXL = ForeignFormat("JPEG XL", "convert it: djxl in.jxl out.png")
    private static let jpeg2000 = ForeignFormat("JPEG 2000", "convert it: opj_decompress -i in.jp2 -o out.png")
    private static let archive = ForeignFormat("an archive", isPicture: false, "unpack it and give its pictures")

    /// Longer ones before those they begin with.
    private static let signatures =
        [
            Signature(
                "CgBI", at: 12,
                ForeignFormat(
                    "Apple's CgBI variant of PNG, as it lies in iOS apps",
                    "convert it: xcrun pngcrush -revert-iphone-optimizations in.png out.png (macOS), or take the PNG "
                        + "that the app was built from")),
            Signature("GIF8", ForeignFormat("GIF", "convert its first frame: magick 'in.gif[0]' out.png")),
            Signature("BM", ForeignFormat(converted: "BMP")),
            Signature([0xFF, 0x0A], jpegXL), Signature("JXL ", at: 4, jpegXL),
            Signature("jP  ", at: 4, jpeg2000), Signature([0xFF, 0x4F, 0xFF, 0x51], jpeg2000),
            Signature(
                "8BPS", ForeignFormat("Photoshop", "export it as PNG, or convert it: magick 'in.psd[0]' out.png")),
            Signature("%PDF", ForeignFormat("PDF", "render its pages: pdftoppm -r 300 -png in.pdf page")),
            Signature("<svg", svg), Signature("<?xml", svg),
            Signature("<!DOCTYPE", webPage), Signature("<!doctype", webPage), Signature("<html", webPage),
            Signature("<HTML", webPage),
            Signature(
                "version https://git-lfs",
                ForeignFormat("a Git LFS pointer", isPicture: false, "fetch the file: git lfs pull")),
            Signature("YUV4MPEG2 ", ForeignFormat("a YUV4MPEG2 film", isPicture: false, "give it to matte video")),
            Signature([0x1A, 0x45, 0xDF, 0xA3], film("WebM or Matroska")),
            Signature("FUJIFILMCCD-RAW", raw("Fujifilm")), Signature([0x49, 0x49, 0x55, 0x00], raw("Panasonic")),
            Signature("IIRO", raw("Olympus")), Signature("IIRS", raw("Olympus")),
            Signature("qoif", ForeignFormat(converted: "QOI")),
            Signature([0x76, 0x2F, 0x31, 0x01], ForeignFormat(converted: "EXR")),
            Signature([0x00, 0x00, 0x01, 0x00], ForeignFormat(converted: "ICO")),
            Signature([0x50, 0x4B, 0x03, 0x04], archive), Signature([0x1F, 0x8B], archive),
        ] + (1...7).map { Signature("P\($0)", ForeignFormat("PNM", "convert it: magick in.pnm out.png")) }

    private static func film(_ name: String) -> ForeignFormat {
        ForeignFormat(
            "a film (\(name))", isPicture: false,
            "take a frame of it: ffmpeg -i film -frames:v 1 out.png, or all of them for matte video: "
                + "ffmpeg -i film -f yuv4mpegpipe film.y4m")
    }

    private static func raw(_ maker: String) -> ForeignFormat {
        ForeignFormat("a raw photograph (\(maker))", "develop it: darktable-cli in.raw out.png")
    }
}

// MARK: - Containers

extension ForeignFormat {
    /// HEIF and its relatives begin with a box of types: the file's own, and those it is compatible with.
    ///
    /// Source: ISO/IEC 14496-12, section 4.3; the types of mp4ra.org.
    private static func isoMedia(_ bytes: [UInt8]) -> ForeignFormat? {
        guard bytes.count >= 12, bytes[4..<8].elementsEqual("ftyp".utf8) else { return nil }
        let size = bytes[..<4].reduce(0) { $0 << 8 | Int($1) }
        let box = bytes.prefix(max(size, 12))
        func type(_ position: Int) -> String { String(decoding: box[position..<position + 4], as: UTF8.self) }
        let own = type(8)
        let types = [own] + stride(from: 16, through: box.count - 4, by: 4).map(type)
        let heifTypes = ["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"]
        if types.contains(where: { ["avif", "avis"].contains($0) }) {
            return ForeignFormat("AVIF", as: .heif, "convert it: avifdec in.avif out.png")
        }
        // General types last: cameras' films name them too.
        if types.contains(where: heifTypes.contains) || ["mif1", "mif2", "msf1"].contains(own) {
            return ForeignFormat(
                "HEIC", as: .heif,
                "convert it: heif-convert in.heic out.jpg (libheif), or sips -s format jpeg in.heic --out out.jpg (macOS); "
                    + "an iPhone takes JPEG with Settings > Camera > Formats > Most Compatible")
        }
        if own == "crx " { return raw("Canon") }
        return film(own == "qt  " ? "QuickTime" : "MP4")
    }

    private static func riff(_ bytes: [UInt8]) -> ForeignFormat? {
        guard bytes.count >= 12, bytes.starts(with: "RIFF".utf8) else { return nil }
        switch String(decoding: bytes[8..<12], as: UTF8.self) {
        case "WEBP": return ForeignFormat("WebP", as: .webp, "convert it: dwebp in.webp -o out.png")
        case "AVI ": return film("AVI")
        default: return nil
        }
    }

    /// Raw photographs of many makers look like TIFF; Canon's say more.
    private static func tiff(_ bytes: [UInt8]) -> ForeignFormat? {
        // 43 instead of 42 is BigTIFF.
        let starts: [[UInt8]] = [
            [0x49, 0x49, 0x2A, 0x00], [0x4D, 0x4D, 0x00, 0x2A], [0x49, 0x49, 0x2B, 0x00], [0x4D, 0x4D, 0x00, 0x2B],
        ]
        guard starts.contains(where: { bytes.starts(with: $0) }) else { return nil }
        if bytes.dropFirst(8).starts(with: "CR".utf8) { return raw("Canon") }
        return ForeignFormat(
            "TIFF, or a raw photograph that looks like it", as: .tiff,
            "convert it: magick in.tif out.png, or develop it: darktable-cli in.raw out.png")
    }
}
