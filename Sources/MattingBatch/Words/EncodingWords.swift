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
    fileprivate func problem(for format: ImageFormat) -> String? {
        switch (self, format) {
        case (.tiff, .tiff), (.effort, .png), (.effort, .webp): nil
        case (.effort(let name, _, _), .tiff): "\(name) is for PNG and WebP; for TIFF it is deflate, lzw or none"
        case (.effort(let name, _, _), _): "\(name) is for PNG and WebP; for \(format) leave it out"
        case (.tiff(let name, _), _): "\(name) is for TIFF; for \(format) leave it out"
        }
    }
}

/// What is said of how a picture is encoded.
package struct EncodingWords: Sendable {
    package var compression: CompressionWord?
    /// Of JPEG, 1 to 100; given, colours of WebP are lossy, too.
    package var quality: Int?

    package init(compression: CompressionWord?, quality: Int?) {
        self.compression = compression
        self.quality = quality
    }

    /// What a format does not have; nil where all is well.
    ///
    /// - Parameter named: what options are called where they were read.
    package func problem(for format: ImageFormat, _ named: (String) -> String) -> WordProblem? {
        if let problem = compression?.problem(for: format) {
            return WordProblem(option: "compression", reason: "\(named("compression")) \(problem)")
        }
        guard quality != nil else { return nil }
        if format == .webp && compression != nil {
            return WordProblem(
                option: "compression",
                reason: "\(named("quality")) makes WebP lossy, and \(named("compression")) is for what is exact; leave "
                    + "one of them out")
        }
        if format != .jpeg && format != .webp {
            return WordProblem(
                option: "quality", reason: "\(named("quality")) is for JPEG and WebP; for \(format) leave it out")
        }
        return nil
    }

    package func options(threadCount: Int? = nil) -> EncodingOptions {
        var options = EncodingOptions(threadCount: threadCount)
        if let quality {
            options.jpegQuality = quality
            options.webpCompression = .lossy(quality: quality)
        }
        switch compression {
        case .effort(_, let png, let webp):
            options.compression = png
            if quality == nil { options.webpCompression = .lossless(effort: webp) }
        case .tiff(_, let kind): options.tiffCompression = kind
        case nil: break
        }
        return options
    }
}

extension MaskOperation {
    /// How far alphas may differ to be evened out, where nothing else is said.
    package static let usualTolerance = 0.2
}
