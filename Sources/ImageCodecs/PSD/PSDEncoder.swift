import Files
import Raster
import Threads

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Layers to Photoshop's formats, PSD and PSB, without any library.
///
/// All lengths stand before what they are the lengths of, so every row is packed twice: once for its length, once to be
/// written. What that costs in time it saves in memory, which does not grow with the canvas when a file is written.
///
/// Source: Adobe Photoshop File Formats Specification (November 2019).
enum PSDEncoder {
    static func encode(
        _ image: LayeredImage, as format: ImageFormat, _ options: EncodingOptions
    ) throws(ImageCodecError) -> EncodedImage {
        let file = try PSDFile(image, as: format, options)
        let byteCount = file.byteCount
        guard let base = malloc(byteCount) else {
            throw .outOfMemory(byteCount: byteCount, purpose: "a \(format) file")
        }
        let bytes = ByteBuffer(adopting: base, count: byteCount)
        var position = 0
        try file.write { (part) throws(ImageCodecError) in
            precondition(part.count <= byteCount - position, "the file is longer than was counted")
            if let source = part.baseAddress { (base + position).copyMemory(from: source, byteCount: part.count) }
            position += part.count
        }
        precondition(position == byteCount, "the file is shorter than was counted")
        return EncodedImage(format: format, warnings: file.warnings, bytes: bytes)
    }

    static func write(
        _ image: LayeredImage, to path: BytePath, as format: ImageFormat, _ options: EncodingOptions,
        replacing: Bool = true
    ) throws(ImageCodecError) -> [EncodingWarning] {
        let file = try PSDFile(image, as: format, options)
        let output = try FileOutput(path, replacing: replacing)
        try file.write { (part) throws(ImageCodecError) in try output.write(part) }
        try output.finish()
        return file.warnings
    }
}

/// A file being written, whose failures are this module's.
private final class FileOutput {
    private var writer: AtomicFileWriter
    private let path: BytePath

    init(_ path: BytePath, replacing: Bool) throws(ImageCodecError) {
        self.path = path
        do throws(FileFailure) {
            writer = try AtomicFileWriter(path, replacing: replacing)
        } catch {
            throw .cannotWrite(path: path.description, reason: error.reason)
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(ImageCodecError) {
        do throws(FileFailure) {
            try writer.write(bytes)
        } catch {
            throw .cannotWrite(path: path.description, reason: error.reason)
        }
    }

    func finish() throws(ImageCodecError) {
        do throws(FileFailure) {
            try writer.finish()
        } catch {
            throw .cannotWrite(path: path.description, reason: error.reason)
        }
    }
}

/// A Photoshop file whose every length is known.
private struct PSDFile {
    private let document: PSDDocument
    private let rows: PSDRows
    private let resources: [UInt8]
    /// For each layer and channel the packed length of each row.
    private let layerLengths: [[[Int32]]]
    private let mergedLengths: [[Int32]]
    let warnings: [EncodingWarning]

    /// Lengths of layers and channels have twice as many bytes in a large file.
    private var lengthSize: Int { document.isLarge ? 8 : 4 }
    private var rowLengthSize: Int { document.isLarge ? 4 : 2 }

    init(_ image: LayeredImage, as format: ImageFormat, _ options: EncodingOptions) throws(ImageCodecError) {
        let pool = try options.pool()
        let document = try PSDDocument(image, as: format, slotCount: pool.threadCount)
        var session = EncodingSession(format: format)
        let profile = session.profile(image.iccProfile, for: document.colorModel, options.metadata)
        let metadata = OutgoingMetadata(
            image.writtenMetadata, width: image.width, height: image.height, options.metadata, as: format, &session)
        self.document = document
        resources = PSDResources.bytes(of: metadata, profile: profile, format: format, &session)
        let planes = document.layers.flatMap { $0.channels.map(\.plane) } + document.merged
        let rows = try PSDRows(bytesPerRow: planes.map(\.bytesPerRow).max() ?? 1, pool)
        self.rows = rows
        layerLengths = document.layers.map { $0.channels.map { rows.lengths(of: $0.plane) } }
        mergedLengths = document.merged.map { rows.lengths(of: $0) }
        warnings = session.warnings
        guard document.isLarge || byteCount <= Int(Int32.max) else {
            throw .encodingFailed(
                format: format, reason: "its layers take \(byteCount) bytes, and the format holds 2 GiB; write PSB")
        }
    }

    /// Of the whole file.
    var byteCount: Int { head.count + layerSectionSize + mergedSize }

    /// Writes the file from its first byte to its last.
    func write(to sink: (UnsafeRawBufferPointer) throws(ImageCodecError) -> Void) throws(ImageCodecError) {
        func put(_ bytes: [UInt8]) throws(ImageCodecError) { try bytes.withBytes(sink) }
        try put(head)
        try put(layerHead)
        for (layer, lengths) in zip(document.layers, layerLengths) {
            for (channel, lengths) in zip(layer.channels, lengths) {
                try put([0, 1])
                try put(table(of: lengths))
                try rows.write(channel.plane, to: sink)
            }
        }
        try put(layerTail)
        try put([0, 1])
        for lengths in mergedLengths { try put(table(of: lengths)) }
        for plane in document.merged { try rows.write(plane, to: sink) }
    }

    private func table(of lengths: [Int32]) -> [UInt8] {
        var bytes = BigEndianBytes()
        for length in lengths { bytes.append(Int(length), byteCount: rowLengthSize) }
        return bytes.bytes
    }

    /// The compression's number, the table of rows and they.
    private func channelSize(_ lengths: [Int32]) -> Int {
        2 + lengths.count * rowLengthSize + lengths.reduce(0) { $0 + Int($1) }
    }

    private var mergedSize: Int { 2 + mergedLengths.reduce(0) { $0 + channelSize($1) - 2 } }
}

// MARK: - Header and layers

extension PSDFile {
    private static let grayMode = 1
    private static let rgbMode = 3

    /// Header, no palette, and resources.
    private var head: [UInt8] {
        var bytes = BigEndianBytes()
        bytes.append("8BPS")
        bytes.append16(document.isLarge ? 2 : 1)
        bytes.append([UInt8](repeating: 0, count: 6))
        bytes.append16(document.merged.count)
        bytes.append32(document.image.height)
        bytes.append32(document.image.width)
        bytes.append16(document.depth.rawValue)
        bytes.append16(document.colorModel.colorChannelCount == 1 ? Self.grayMode : Self.rgbMode)
        bytes.append32(0)
        bytes.append32(resources.count)
        bytes.append(resources)
        return bytes.bytes
    }

    /// Records of all layers, without their pixels.
    private var records: [UInt8] {
        var bytes = BigEndianBytes()
        // Below zero where the last channel of the whole is its transparency.
        bytes.append16(document.colorModel.hasAlpha ? -document.layers.count : document.layers.count)
        for (layer, lengths) in zip(document.layers, layerLengths) { append(layer, lengths, to: &bytes) }
        return bytes.bytes
    }

    private func append(_ layer: PSDDocument.Layer, _ lengths: [[Int32]], to bytes: inout BigEndianBytes) {
        let layerInfo = layer.layer
        var rectangle = BigEndianBytes()
        rectangle.append32(layerInfo.y)
        rectangle.append32(layerInfo.x)
        rectangle.append32(layerInfo.y + layerInfo.image.height)
        rectangle.append32(layerInfo.x + layerInfo.image.width)
        bytes.append(rectangle.bytes)
        bytes.append16(layer.channels.count)
        for (channel, lengths) in zip(layer.channels, lengths) {
            bytes.append16(channel.number)
            bytes.append(channelSize(lengths), byteCount: lengthSize)
        }
        bytes.append("8BIM")
        switch layerInfo.blendMode {
        case .normal: bytes.append("norm")
        case .multiply: bytes.append("mul ")
        }
        let (isHidden, isRecent): (UInt8, UInt8) = (layerInfo.isVisible ? 0 : 2, 8)
        bytes.append([UInt8((layerInfo.opacity * 255).rounded()), 0, isHidden | isRecent, 0])
        var extra = BigEndianBytes()
        if layerInfo.mask != nil {
            extra.append32(20)
            extra.append(rectangle.bytes)
            extra.append([0, 0, 0, 0])  // Black outside, no flags, padding.
        } else {
            extra.append32(0)
        }
        extra.append32(0)  // No ranges of blending.
        let name = Self.plainName(layerInfo.name)
        let start = extra.bytes.count
        extra.append([UInt8(name.count)] + name)
        extra.pad(toMultipleOf: 4, from: start)
        var unicode = BigEndianBytes()
        unicode.appendUnicode(Array(layerInfo.name.utf16))
        unicode.pad(toMultipleOf: 4)
        extra.append("8BIM")
        extra.append("luni")
        extra.append32(unicode.bytes.count)
        extra.append(unicode.bytes)
        bytes.append32(extra.bytes.count)
        bytes.append(extra.bytes)
    }

    /// For readers that know no Unicode; others take the name beside it.
    private static func plainName(_ name: String) -> [UInt8] {
        name.unicodeScalars.prefix(63).map { (0x20...0x7E).contains($0.value) ? UInt8($0.value) : UInt8(ascii: "?") }
    }

    private var layerDataSize: Int {
        layerLengths.reduce(0) { sum, channels in channels.reduce(sum) { $0 + channelSize($1) } }
    }

    /// Layers are padded, so that the next part begins at a multiple of four.
    private var layerInfoSize: Int { (records.count + layerDataSize + 3) / 4 * 4 }

    /// Everything before the pixels of layers: of 16 bits they are in a block of their own behind empty ones.
    private var layerHead: [UInt8] {
        var bytes = BigEndianBytes()
        switch document.depth {
        case .eight:
            bytes.append(lengthSize + layerInfoSize + 4, byteCount: lengthSize)
            bytes.append(layerInfoSize, byteCount: lengthSize)
        case .sixteen:
            bytes.append(lengthSize + 4 + 8 + lengthSize + layerInfoSize, byteCount: lengthSize)
            bytes.append(0, byteCount: lengthSize)
            bytes.append32(0)
            bytes.append("8BIM")
            bytes.append("Lr16")
            bytes.append(layerInfoSize, byteCount: lengthSize)
        }
        bytes.append(records)
        return bytes.bytes
    }

    /// Padding, and no mask over all layers.
    private var layerTail: [UInt8] {
        let padding = layerInfoSize - records.count - layerDataSize
        return [UInt8](repeating: 0, count: padding + (document.depth == .eight ? 4 : 0))
    }

    private var layerSectionSize: Int { layerHead.count + layerDataSize + layerTail.count }
}
