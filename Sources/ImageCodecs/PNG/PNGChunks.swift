import CZ
import Raster

/// What a PNG's chunks say of the picture beside pixels and profile: EXIF, XMP, texts, density, animation.
///
/// Read here and not by libpng, which would inflate every text. Chunks with a wrong checksum are passed over: in strict
/// decoding libpng refuses such a file.
///
/// Source: Portable Network Graphics (PNG) Specification, third edition, section 11.3.
struct PNGChunks {
    private(set) var metadata = ImageMetadata()
    private(set) var warnings: [DecodingWarning] = []
    private var textCount = 0
    private var animation: (isThere: Bool, frameCount: Int, hasStill: Bool) = (false, 0, true)

    private static let signatureSize = 8
    private static let frameSize = 12
    private static let xmpKeyword = "XML:com.adobe.xmp"

    /// Whether a file is of the variant that Apple's tools make for iOS: other colours, and pixels without a zlib header.
    static func isApples(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.dropFirst(signatureSize + 4).starts(with: Array("CgBI".utf8))
    }

    /// - Complexity: O(size of what is not pixels, number of chunks).
    /// - Throws: ``ImageCodecError/metadataTooLarge(limit:path:)`` for an EXIF chunk beyond the limit.
    init(_ bytes: UnsafeRawBufferPointer, limits: DecodingLimits) throws(ImageCodecError) {
        var position = Self.signatureSize
        var hasPixels = false
        let reader = ByteReader(bytes)
        chunks: while let length = reader.number32(position), let name = reader.number32(position + 4),
            let chunk = reader.part(position + 4, count: length + 4), let sum = reader.number32(position + 8 + length)
        {
            position += Self.frameSize + length
            let data = UnsafeRawBufferPointer(rebasing: chunk.dropFirst(4))
            switch name {
            case Name.header: continue
            case Name.pixels: hasPixels = true
            case Name.end: break chunks
            case Name.exif where length > limits.maxAncillaryBytes:
                throw .metadataTooLarge(limit: limits.maxAncillaryBytes)
            case Name.frame where Self.isSound(chunk, sum):
                animation.frameCount += 1
                if !hasPixels { animation.hasStill = false }
            case Name.animation where !hasPixels && Self.isSound(chunk, sum): animation.isThere = true
            case Name.exif, Name.density, Name.text, Name.compressedText, Name.internationalText:
                guard length <= limits.maxAncillaryBytes else { warnTooLarge(); continue }
                if Self.isSound(chunk, sum) { take(data, name) }
            case Name.credentials: warn(.metadataDropped(reason: "content credentials, caBX"))
            default: continue
            }
        }
        finish()
    }

    private enum Name {
        static let header = number("IHDR")
        static let pixels = number("IDAT")
        static let end = number("IEND")
        static let exif = number("eXIf")
        static let density = number("pHYs")
        static let text = number("tEXt")
        static let compressedText = number("zTXt")
        static let internationalText = number("iTXt")
        static let animation = number("acTL")
        static let frame = number("fcTL")
        /// Content credentials. Source: C2PA specification 2.1, section A.3.2.
        static let credentials = number("caBX")

        private static func number(_ name: String) -> Int { name.utf8.reduce(0) { $0 << 8 | Int($1) } }
    }

    private static func isSound(_ chunk: UnsafeRawBufferPointer, _ sum: Int) -> Bool {
        Int(crc32_z(0, chunk.bindMemory(to: UInt8.self).baseAddress, chunk.count)) == sum
    }

    private mutating func finish() {
        guard animation.isThere else { return }
        let count = animation.frameCount + (animation.hasStill ? 1 : 0)
        if count > 1 { warnings.append(.furtherPicturesIgnored(count: count)) }
    }

    private mutating func take(_ data: UnsafeRawBufferPointer, _ name: Int) {
        switch name {
        case Name.exif:
            if metadata.exif == nil, !data.isEmpty { metadata.exif = Array(data) }
        case Name.density:
            if metadata.resolution == nil { takeDensity(ByteReader(data)) }
        default:
            // Counted before they are inflated, or a file of a megabyte could ask for minutes.
            textCount += 1
            guard textCount <= MetadataLimits.texts else {
                return warn(.metadataDropped(reason: "there are more than \(MetadataLimits.texts) texts"))
            }
            guard let (keyword, text) = text(in: data, name) else { return }
            if name == Name.internationalText, keyword == Self.xmpKeyword {
                metadata.xmp = metadata.xmp ?? text
            } else {
                let isLatin = name != Name.internationalText
                let string = isLatin ? ImageMetadata.Text.latin1(text) : String(decoding: text, as: UTF8.self)
                metadata.texts.append(.init(keyword: keyword, text: string))
            }
        }
    }

    private mutating func warnTooLarge() {
        warn(.metadataDropped(reason: "a text is longer than \(MetadataLimits.textBytes) bytes"))
    }

    private mutating func warn(_ warning: DecodingWarning) {
        if !warnings.contains(warning) { warnings.append(warning) }
    }

    /// Pixels a unit across and down, and the unit: 1 for a metre, 0 for none.
    private mutating func takeDensity(_ data: ByteReader) {
        guard let horizontal = data.number32(0), let vertical = data.number32(4), let unit = data.byte(8) else {
            return
        }
        switch unit {
        case 1:
            metadata.resolution = RasterImage.Resolution(
                horizontal: Double(horizontal) * 0.0254, vertical: Double(vertical) * 0.0254, unit: .inch)
        case 0 where horizontal != vertical:
            metadata.resolution = RasterImage.Resolution(
                horizontal: Double(horizontal), vertical: Double(vertical), unit: .ratio)
        default: break
        }
    }
}

// MARK: - Texts

extension PNGChunks {
    /// Keyword and text of one of the three kinds of text chunks; nil where it is broken or too long.
    private mutating func text(in data: UnsafeRawBufferPointer, _ name: Int) -> (keyword: String, text: [UInt8])? {
        guard let keywordEnd = data.prefix(MetadataLimits.keywordBytes + 1).firstIndex(of: 0), keywordEnd > 0 else {
            return nil
        }
        let keyword = ImageMetadata.Text.latin1(data[..<keywordEnd])
        var rest = data[(keywordEnd + 1)...]
        var isCompressed = false
        switch name {
        case Name.compressedText:
            guard rest.popFirst() == 0 else { return nil }
            isCompressed = true
        case Name.internationalText:
            // Whether compressed, and how; then the language and the keyword in it, which are left out.
            guard let flag = rest.popFirst(), rest.popFirst() == 0 else { return nil }
            isCompressed = flag == 1
            for _ in 0..<2 {
                guard let end = rest.firstIndex(of: 0) else { return nil }
                rest = rest[(end + 1)...]
            }
        default: break
        }
        let isXMP = keyword == Self.xmpKeyword
        if isXMP, metadata.xmp != nil { return nil }
        let limit = isXMP ? MetadataLimits.xmpBytes : MetadataLimits.textBytes
        if !isCompressed, rest.count <= limit { return (keyword, Array(rest)) }
        if isCompressed, let text = Self.inflated(rest, limit: limit) { return (keyword, text) }
        warnTooLarge()
        return nil
    }

    /// The bytes of a zlib stream; nil where it is broken or has more than `limit` of them.
    private static func inflated(_ source: Slice<UnsafeRawBufferPointer>, limit: Int) -> [UInt8]? {
        let source = UnsafeRawBufferPointer(rebasing: source)
        guard let base = source.bindMemory(to: UInt8.self).baseAddress else { return nil }
        var isSound = false
        let text = [UInt8](unsafeUninitializedCapacity: limit) { target, count in
            var length = uLong(limit)
            isSound = uncompress(target.baseAddress, &length, base, uLong(source.count)) == Z_OK
            count = isSound ? Int(length) : 0
        }
        return isSound ? text : nil
    }
}
