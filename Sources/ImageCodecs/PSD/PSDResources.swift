import Raster

/// What a Photoshop file says beside its layers: resolution, profile, EXIF, XMP, IPTC, as image resources.
///
/// Source: Adobe Photoshop File Formats Specification (November 2019), "Image Resources".
enum PSDResources {
    private enum Kind {
        static let resolution = 1_005
        static let iptc = 1_028
        static let profile = 1_039
        static let version = 1_057
        static let exif = 1_058
        static let xmp = 1_060
    }

    static func bytes(
        of metadata: OutgoingMetadata, profile: [UInt8], format: ImageFormat, _ session: inout EncodingSession
    ) -> [UInt8] {
        var resources = BigEndianBytes()
        if let resolution = metadata.resolution {
            if let data = data(of: resolution) {
                append(Kind.resolution, data, to: &resources)
            } else {
                session.warn(.metadataNotRepresentable(kind: "resolution", format: format))
            }
        }
        if let photoshop = metadata.photoshop {
            let (iptc, hasOthers) = part(Kind.iptc, of: photoshop)
            if let iptc { append(Kind.iptc, iptc, to: &resources) }
            if hasOthers {
                session.warn(.metadataNotRepresentable(kind: "Photoshop's data other than IPTC", format: format))
            }
        }
        for item in metadata.texts {
            session.warn(.metadataNotRepresentable(kind: "text (\(item.keyword))", format: format))
        }
        if !profile.isEmpty { append(Kind.profile, profile, to: &resources) }
        append(Kind.version, version, to: &resources)
        if let exif = metadata.exif { append(Kind.exif, exif, to: &resources) }
        if let xmp = metadata.xmp { append(Kind.xmp, xmp, to: &resources) }
        return resources.bytes
    }

    private static func append(_ kind: Int, _ data: [UInt8], to resources: inout BigEndianBytes) {
        resources.append("8BIM")
        resources.append16(kind)
        resources.append16(0)  // A name of no letters, padded.
        resources.append32(data.count)
        resources.append(data)
        if !data.count.isMultiple(of: 2) { resources.append([0]) }
    }

    /// Pixels an inch in units of 1/65,536, with the units to show: nil for a proportion, and beyond 65,535.
    private static func data(of resolution: RasterImage.Resolution) -> [UInt8]? {
        let (scale, unit): (Double, Int)
        switch resolution.unit {
        case .inch: (scale, unit) = (1, 1)
        case .centimeter: (scale, unit) = (2.54, 2)
        case .ratio: return nil
        }
        var data = BigEndianBytes()
        for value in [resolution.horizontal * scale, resolution.vertical * scale] {
            let number = (value * 65_536).rounded()
            guard number >= 1, number <= Double(UInt32.max) else { return nil }
            data.append32(Int(number))
            data.append16(unit)
            data.append16(unit)
        }
        return data.bytes
    }

    /// That the merged picture behind the layers is a real one.
    private static let version: [UInt8] = {
        var data = BigEndianBytes()
        data.append32(1)
        data.append([1])
        data.appendUnicode(Array("swift-matting".utf16))
        data.appendUnicode(Array("swift-matting".utf16))
        data.append32(1)
        return data.bytes
    }()

    /// The data of the first resource of a kind, and whether there are others beside it.
    private static func part(_ kind: Int, of resources: [UInt8]) -> (data: [UInt8]?, hasOthers: Bool) {
        resources.withUnsafeBytes { bytes in
            let reader = ByteReader(bytes)
            var position = 0
            var (found, hasOthers): ([UInt8]?, Bool) = (nil, false)
            while let signature = reader.number32(position), signature == 0x3842_494D,
                let number = reader.number16(position + 4), let nameLength = reader.byte(position + 6)
            {
                // The name with its length is padded to an even number of bytes, and so is the data.
                let start = position + 6 + (nameLength + 2) / 2 * 2
                guard let count = reader.number32(start), let data = reader.part(start + 4, count: count) else { break }
                if number == kind, found == nil { found = Array(data) } else { hasOthers = true }
                position = start + 4 + (count + 1) / 2 * 2
            }
            return (found, hasOthers || position < bytes.count)
        }
    }
}
