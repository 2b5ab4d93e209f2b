/// Formats this module does not read but recognises, so that the error can name them.
enum ForeignFormat: String {
    case webP = "WebP"
    case gif = "GIF"
    case tiff = "TIFF"
    case bmp = "BMP"
    case heic = "HEIC"
    case avif = "AVIF"
    case jpegXL = "JPEG XL"
    case jpeg2000 = "JPEG 2000"
    case psd = "Photoshop"
    case pdf = "PDF"
    case svg = "SVG"
    case pnm = "PNM"

    init?(leadingBytes bytes: [UInt8]) {
        func hasPrefix(_ text: String, at offset: Int = 0) -> Bool { bytes.dropFirst(offset).starts(with: text.utf8) }
        if hasPrefix("RIFF"), hasPrefix("WEBP", at: 8) {
            self = .webP
        } else if hasPrefix("GIF8") {
            self = .gif
        } else if bytes.starts(with: [0x49, 0x49, 0x2A, 0x00]) || bytes.starts(with: [0x4D, 0x4D, 0x00, 0x2A]) {
            self = .tiff
        } else if hasPrefix("BM") {
            self = .bmp
        } else if hasPrefix("ftypavif", at: 4) {
            self = .avif
        } else if ["ftypheic", "ftypheix", "ftypmif1", "ftypmsf1"].contains(where: { hasPrefix($0, at: 4) }) {
            self = .heic
        } else if bytes.starts(with: [0xFF, 0x0A]) || hasPrefix("JXL ", at: 4) {
            self = .jpegXL
        } else if hasPrefix("jP  ", at: 4) || bytes.starts(with: [0xFF, 0x4F, 0xFF, 0x51]) {
            self = .jpeg2000
        } else if hasPrefix("8BPS") {
            self = .psd
        } else if hasPrefix("%PDF") {
            self = .pdf
        } else if hasPrefix("<svg") || hasPrefix("<?xml") {
            self = .svg
        } else if bytes.count > 1, bytes[0] == UInt8(ascii: "P"), (0x31...0x37).contains(bytes[1]) {
            self = .pnm
        } else {
            return nil
        }
    }
}
