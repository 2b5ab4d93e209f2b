import Raster

/// Metadata as fields of a TIFF file, the lowest byte first.
enum TIFFMetadataWriter {
    private enum Tag {
        static let xmp = 0x02BC
        static let photoshop = 0x8649
        static let profile = 0x8773
    }

    /// Fields of the first directory and of the ones for EXIF and places.
    static func fields(
        of metadata: OutgoingMetadata, profile: [UInt8], _ session: inout EncodingSession
    ) -> (primary: [TIFFField], exif: [TIFFField], gps: [TIFFField]) {
        var primary = TIFFField.fields(of: metadata.resolution, isBigEndian: false)
        if let resolution = metadata.resolution, resolution.unit == .ratio {
            primary = proportion(resolution)
        }
        if !profile.isEmpty { primary.append(bytes(Tag.profile, profile)) }
        if let xmp = metadata.xmp { primary.append(bytes(Tag.xmp, xmp, type: 1)) }
        if let photoshop = metadata.photoshop { primary.append(bytes(Tag.photoshop, photoshop)) }
        for item in metadata.texts {
            session.warn(.metadataNotRepresentable(kind: "text (\(item.keyword))", format: .tiff))
        }
        guard let exif = metadata.exif, let block = try? ExifBlock(exif) else { return (primary, [], []) }
        func fields(_ directory: ExifBlock.Directory, _ isWanted: (Int) -> Bool) -> [TIFFField] {
            block.entries(of: directory).compactMap { tag, entry in
                guard isWanted(tag), let value = block.value(of: entry), !value.isEmpty else { return nil }
                let field = TIFFField(tag: tag, type: entry.type, count: entry.count, value: value)
                return block.isBigEndian ? field.swapped : field
            }
        }
        primary += fields(.primary) { TIFFTag.descriptive.contains($0) }
        return (primary, fields(.exif) { !TIFFTag.links.contains($0) }, fields(.gps) { !TIFFTag.links.contains($0) })
    }

    private static func bytes(_ tag: Int, _ bytes: [UInt8], type: Int = 7) -> TIFFField {
        TIFFField(tag: tag, type: type, count: bytes.count, value: bytes)
    }

    /// Two numbers without a unit.
    private static func proportion(_ resolution: RasterImage.Resolution) -> [TIFFField] {
        func fraction(_ value: Double) -> [UInt8] {
            TIFFField.number(Int((value * 1_000).rounded()), 4, isBigEndian: false)
                + TIFFField.number(1_000, 4, isBigEndian: false)
        }
        return [
            TIFFField(tag: ExifTag.horizontalResolution, type: 5, count: 1, value: fraction(resolution.horizontal)),
            TIFFField(tag: ExifTag.verticalResolution, type: 5, count: 1, value: fraction(resolution.vertical)),
            TIFFField(tag: ExifTag.resolutionUnit, type: 3, count: 1, value: [1, 0]),
        ]
    }

    /// The first directory, and behind it those that it leads to.
    static func directories(
        _ primary: [TIFFField], exif: [TIFFField], gps: [TIFFField], at start: Int, isBigEndian: Bool = false
    ) -> [UInt8] {
        let further = [(ExifTag.exifDirectory, exif), (ExifTag.gpsDirectory, gps)].filter { !$0.1.isEmpty }
        func first(_ offsets: [Int]) -> [UInt8] {
            let links = zip(further, offsets).map { link, offset in
                TIFFField(
                    tag: link.0, type: 4, count: 1, value: TIFFField.number(offset, 4, isBigEndian: isBigEndian))
            }
            return TIFFField.directory(primary + links, at: start, isBigEndian: isBigEndian)
        }
        // The links take the same room whatever they say.
        var end = start + first(further.map { _ in 0 }).count
        var (offsets, rest): ([Int], [UInt8]) = ([], [])
        for (_, fields) in further {
            offsets.append(end)
            let directory = TIFFField.directory(fields, at: end, isBigEndian: isBigEndian)
            rest += directory
            end += directory.count
        }
        return first(offsets) + rest
    }
}

/// Tags of TIFF files, by what becomes of them.
enum TIFFTag {
    /// What the first directory says of the picture as a whole, and not of how it is stored: name, description, maker,
    /// model, program, date, author, computer, copyright, rating and Windows' texts.
    static let descriptive: Set<Int> = [
        0x010D, ExifTag.description, 0x010F, 0x0110, 0x0131, ExifTag.dateTime, ExifTag.author, 0x013C, 0x4746, 0x4749,
        ExifTag.copyright, 0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F,
    ]
    /// Offsets of further directories, and of pictures in them.
    static let links: Set<Int> = [ExifTag.exifDirectory, ExifTag.gpsDirectory, 0xA005, 0x014A, 0x0201, 0x0202]
}
