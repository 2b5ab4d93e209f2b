import ImageCodecs
import Matting

/// In which numbers soft edges are mixed.
package enum BlendingWord: String, CaseIterable, Sendable {
    case linear, encoded

    package var value: Blending { self == .linear ? .linearLight : .encoded }
}

/// How a file's pixels are compressed: an effort where nothing is lost, or a kind of TIFF.
package enum CompressionWord: Sendable {
    /// `fast`, `balanced`, `smallest`, or a level 0 to 9: of each format that is compressed without loss.
    case effort(String, PNGCompression, webp: Int)
    /// `deflate`, `lzw` or `none`.
    case tiff(String, TIFFCompression)

    package init?(_ text: String) {
        switch text {
        case "fast": self = .effort(text, .fast, webp: 1)
        case "balanced": self = .effort(text, .balanced, webp: 6)
        case "smallest": self = .effort(text, .smallest, webp: 9)
        case "deflate": self = .tiff(text, .deflate)
        case "lzw": self = .tiff(text, .lzw)
        case "none": self = .tiff(text, .none)
        default:
            guard let level = Int(text), (0...9).contains(level) else { return nil }
            self = .effort(text, .level(level), webp: level)
        }
    }

    /// Why a format has no such compression; nil where it has.
    package func problem(for format: ImageFormat) -> String? {
        switch (self, format) {
        case (.tiff(let name, _), let format) where format != .tiff:
            "compression \(name) is for TIFF; for \(format) leave it out"
        case (.effort(let name, _, _), .tiff):
            "compression \(name) is for PNG and WebP; for TIFF it is deflate, lzw or none"
        default: nil
        }
    }
}

extension EncodingOptions {
    /// - Parameter quality: of JPEG, 1 to 100; given, colours of WebP are lossy, too.
    package init(compression: CompressionWord?, quality: Int?, threadCount: Int? = nil) {
        self.init(threadCount: threadCount)
        if let quality {
            jpegQuality = quality
            webpCompression = .lossy(quality: quality)
        }
        switch compression {
        case .effort(_, let png, let webp):
            self.compression = png
            if quality == nil { webpCompression = .lossless(effort: webp) }
        case .tiff(_, let kind): tiffCompression = kind
        case nil: break
        }
    }
}

extension MaskOperation {
    /// How far alphas may differ to be evened out, where nothing else is said.
    package static let usualTolerance = 0.2
}
