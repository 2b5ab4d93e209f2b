#if TIFF
import Raster

/// What a TIFF file says of its first picture beside the pixels: profile, EXIF, XMP, Photoshop's resources, density,
/// orientation; and how many pictures it has.
///
/// Read here and not by libtiff, whose fields are known to it by their types only and would be copied with all that they
/// point to. What was EXIF is put together anew, so that it is a block like those of other formats.
///
/// Source: TIFF revision 6.0 (1992), section 2; the BigTIFF extension of libtiff 4.
struct TIFFTags {
    private(set) var metadata = ImageMetadata()
    private(set) var profile: [UInt8]?
    private(set) var warnings: [DecodingWarning] = []
    /// Why the first picture is not the one that is meant.
    private(set) var refusedFeature: String?

    private let directories: TIFFDirectories
    private let limit: Int
    private var room: Int
    private var hasOutside = false

    private enum Tag {
        static let kind = 0x00FE
        static let xmp = 0x02BC
        static let photoshop = 0x8649
        static let profile = 0x8773
        static let rawVersion = 0xC612
    }

    init(_ bytes: UnsafeRawBufferPointer, limits: DecodingLimits) {
        limit = limits.maxAncillaryBytes
        room = max(limit, 0)
        guard let directories = TIFFDirectories(bytes) else {
            // libtiff will say what is wrong.
            self.directories = TIFFDirectories()
            return
        }
        self.directories = directories
        let first = directories.entries(at: directories.first)
        // Raw photographs begin with a small preview.
        let kind = first[Tag.kind].flatMap(directories.number) ?? 0
        if kind & 1 != 0 || first[Tag.rawVersion] != nil {
            refusedFeature =
                "a raw photograph, or a preview before the picture; develop it: darktable-cli in.raw out.png"
            return
        }
        let count = directories.pictureCount
        if count > 1 { warnings.append(.furtherPicturesIgnored(count: count)) }
        takeBlocks(first)
        takeFields(first)
        if hasOutside { warnings.append(.metadataDropped(reason: "a part of it lies beyond the end of the file")) }
    }

    private mutating func take(_ entry: TIFFDirectories.Entry?, _ warning: DecodingWarning) -> [UInt8]? {
        guard let entry, let value = directories.value(of: entry, limit: room) else {
            guard let entry else { return nil }
            if entry.byteCount ?? .max > room { warnings.append(warning) } else { hasOutside = true }
            return nil
        }
        room -= value.count
        return value.isEmpty ? nil : value
    }

    private mutating func takeBlocks(_ first: [Int: TIFFDirectories.Entry]) {
        profile = take(first[Tag.profile], .iccProfileDropped(reason: "it is longer than \(limit) bytes"))
        let tooMuch = DecodingWarning.metadataDropped(reason: "there is too much of it, more than \(limit) bytes")
        metadata.xmp = take(first[Tag.xmp], tooMuch)
        metadata.photoshop = take(first[Tag.photoshop], tooMuch)
    }

    private mutating func takeFields(_ first: [Int: TIFFDirectories.Entry]) {
        func fields(_ entries: [Int: TIFFDirectories.Entry], _ isWanted: (Int) -> Bool) -> [TIFFField] {
            // In order, so that what is too much is the same each time.
            entries.sorted { $0.key < $1.key }.compactMap { tag, entry in
                guard isWanted(tag), (1...12).contains(entry.type), let byteCount = entry.byteCount else { return nil }
                guard let value = directories.value(of: entry, limit: room) else {
                    if byteCount <= room { hasOutside = true }
                    return nil
                }
                if value.isEmpty { return nil }
                room -= value.count
                return TIFFField(tag: tag, type: entry.type, count: entry.count, value: value)
            }
        }
        func linked(_ tag: Int) -> [Int: TIFFDirectories.Entry] {
            guard let link = first[tag].flatMap(directories.number) else { return [:] }
            if !directories.isComplete(at: link) { hasOutside = true }
            return directories.entries(at: link)
        }
        let density = [
            ExifTag.horizontalResolution, ExifTag.verticalResolution, ExifTag.resolutionUnit, ExifTag.orientation,
        ]
        let described = fields(first) { TIFFTag.descriptive.contains($0) }
        let stored = fields(first) { density.contains($0) }
        let exif = fields(linked(ExifTag.exifDirectory)) { !TIFFTag.links.contains($0) }
        let gps = fields(linked(ExifTag.gpsDirectory)) { !TIFFTag.links.contains($0) }
        takeProportion(first)
        let orientation = first[ExifTag.orientation].flatMap(directories.number) ?? 1
        guard !described.isEmpty || !exif.isEmpty || !gps.isEmpty || orientation != 1 else {
            takeResolution(stored)
            return
        }
        metadata.exif = block(described + stored, exif, gps)
    }

    private func block(_ primary: [TIFFField], _ exif: [TIFFField], _ gps: [TIFFField]) -> [UInt8] {
        let isBigEndian = directories.isBigEndian
        let header: [UInt8] = isBigEndian ? [0x4D, 0x4D, 0, 0x2A, 0, 0, 0, 8] : [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0]
        return header
            + TIFFMetadataWriter.directories(primary, exif: exif, gps: gps, at: 8, isBigEndian: isBigEndian)
    }

    /// The density, without leaving a block that says nothing else.
    private mutating func takeResolution(_ stored: [TIFFField]) {
        guard !stored.isEmpty, let block = try? ExifBlock(block(stored, [], [])) else { return }
        metadata.resolution = metadata.resolution ?? block.resolution
    }

    /// Two numbers without a unit, which EXIF does not have.
    private mutating func takeProportion(_ first: [Int: TIFFDirectories.Entry]) {
        guard first[ExifTag.resolutionUnit].flatMap(directories.number) == 1,
            let horizontal = first[ExifTag.horizontalResolution].flatMap(directories.fraction),
            let vertical = first[ExifTag.verticalResolution].flatMap(directories.fraction), horizontal != vertical
        else { return }
        metadata.resolution = RasterImage.Resolution(horizontal: horizontal, vertical: vertical, unit: .ratio)
    }
}
#endif
