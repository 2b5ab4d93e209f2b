#if WebP
import Raster

/// The chunks of a WebP file: the frame that is read, and what the file says of it.
///
/// Source: WebP Container Specification (RFC 9649), section 2.
struct WebPChunks {
    /// Where the first frame is on its canvas.
    struct Frame {
        /// The chunk of its pixels, with that of its alpha before it, as far as they are there.
        let range: Range<Int>
        let x: Int
        let y: Int
        /// As an animation states it; nil for a picture alone.
        let size: (width: Int, height: Int)?
    }

    private(set) var metadata = ImageMetadata()
    private(set) var profile: [UInt8]?
    private(set) var warnings: [DecodingWarning] = []
    private(set) var frame: Frame?
    /// Of the whole; nil where only the frame says it.
    private(set) var canvas: (width: Int, height: Int)?
    /// The file is shorter than it says.
    private(set) var isCut = false

    private let bytes: UnsafeRawBufferPointer
    private var room: Int
    private let limit: Int
    private var frameCount = 0
    private var chunkCount = 0

    /// Chunks that are looked at: each frame of an animation is one.
    private static let maxChunks = 100_000
    private static let headerSize = 8
    private static let frameHeaderSize = 16

    init(_ bytes: UnsafeRawBufferPointer, limits: DecodingLimits) {
        self.bytes = bytes
        limit = limits.maxAncillaryBytes
        room = max(limit, 0)
        let stated = number32(4) + Self.headerSize
        isCut = stated > bytes.count
        walk(12, min(max(stated, 12), bytes.count))
        if frameCount > 1 { warnings.append(.furtherPicturesIgnored(count: frameCount)) }
    }

    /// The lowest byte first; the caller knows that they are there.
    private func number(_ position: Int, _ byteCount: Int) -> Int {
        (0..<byteCount).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
    }

    private func number32(_ position: Int) -> Int { number(position, 4) }

    private func name(_ position: Int) -> String {
        String(decoding: bytes[position..<position + 4], as: UTF8.self)
    }

    private mutating func walk(_ start: Int, _ end: Int) {
        var position = start
        var alphaStart: Int?
        while position + Self.headerSize <= end, chunkCount < Self.maxChunks {
            chunkCount += 1
            let size = number32(position + 4)
            let data = position + Self.headerSize
            let available = min(size, end - data)
            let contents = UnsafeRawBufferPointer(rebasing: bytes[data..<data + available])
            let isWhole = available == size
            if !isWhole { isCut = true }
            switch name(position) {
            case "VP8X" where size >= 10 && isWhole:
                if canvas == nil { canvas = (number(data + 4, 3) + 1, number(data + 7, 3) + 1) }
            case "ALPH":
                if alphaStart == nil { alphaStart = position }
            case "VP8 ", "VP8L":
                if frame == nil {
                    frame = Frame(range: (alphaStart ?? position)..<data + available, x: 0, y: 0, size: nil)
                }
            case "ANMF" where available >= Self.frameHeaderSize:
                frameCount += 1
                takeFrame(data, available)
            case "ICCP", "EXIF", "XMP ":
                if isWhole { take(contents, name(position)) }
            default: break
            }
            position = data + size + size % 2
        }
    }

    /// The first frame of an animation: place, size and chunks of its own.
    private mutating func takeFrame(_ data: Int, _ available: Int) {
        guard frame == nil else { return }
        let chunks = data + Self.frameHeaderSize
        var position = chunks
        var end = data + available
        // What may follow alpha and pixels is of no concern.
        while position + Self.headerSize <= data + available {
            let size = number32(position + 4)
            let isPixels = ["VP8 ", "VP8L"].contains(name(position))
            position = min(position + Self.headerSize + size, data + available)
            if isPixels {
                end = position
                break
            }
            position += size % 2
        }
        frame = Frame(
            range: chunks..<max(end, chunks), x: 2 * number(data, 3), y: 2 * number(data + 3, 3),
            size: (number(data + 6, 3) + 1, number(data + 9, 3) + 1))
    }

    private mutating func take(_ contents: UnsafeRawBufferPointer, _ name: String) {
        guard !contents.isEmpty else { return }
        guard contents.count <= room else {
            switch name {
            case "ICCP": warnings.append(.iccProfileDropped(reason: "it is longer than \(limit) bytes"))
            case "EXIF": warnings.append(.exifDropped(reason: "it is longer than \(limit) bytes"))
            default: warnings.append(.metadataDropped(reason: "there is too much of it, more than \(limit) bytes"))
            }
            return
        }
        room -= contents.count
        switch name {
        case "ICCP": profile = profile ?? Array(contents)
        case "EXIF": metadata.exif = metadata.exif ?? Array(contents)
        default: metadata.xmp = metadata.xmp ?? Array(contents)
        }
    }
}
#endif
