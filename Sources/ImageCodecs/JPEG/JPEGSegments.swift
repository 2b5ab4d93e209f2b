import Raster

/// What a JPEG's segments say of the picture: profile, EXIF, XMP, Photoshop's resources, comments, density and further pictures, of
/// those before the first scan.
///
/// Read here and not by libjpeg, which would keep every one in a list and walk to its end for each: 100,000 segments, which
/// take 0.4 MB, kept it busy for 17 seconds.
///
/// Source: ITU-T T.81 annex B; ECMA TR/98 (JFIF); ICC.1:2010 annex B.4; XMP specification part 3, section 1.1.3.
struct JPEGSegments {
    private(set) var metadata = ImageMetadata()
    private(set) var profile: [UInt8]?
    private(set) var warnings: [DecodingWarning] = []
    private var profileParts: [Int: UnsafeRawBufferPointer] = [:]
    private var profilePartCount: Int?
    private var isProfileBroken = false
    private var isProfileTooLong = false

    private static let exifName = Array("Exif\0\0".utf8)
    private static let xmpName = Array("http://ns.adobe.com/xap/1.0/\0".utf8)
    private static let extendedXMPName = Array("http://ns.adobe.com/xmp/extension/\0".utf8)
    private static let profileName = Array("ICC_PROFILE\0".utf8)
    private static let photoshopName = Array("Photoshop 3.0\0".utf8)
    private static let multiPictureName = Array("MPF\0".utf8)
    private static let flashPixName = Array("FPXR\0".utf8)
    private static let duckyName = Array("Ducky".utf8)
    private static let jfifName = Array("JFIF\0".utf8)

    /// - Parameter limits: Of them the size of all that is kept, in bytes.
    /// - Throws: ``ImageCodecError/tooManySegments(limit:path:)``.
    init(_ bytes: UnsafeRawBufferPointer, limits: DecodingLimits) throws(ImageCodecError) {
        var count = 0
        var room = max(limits.maxAncillaryBytes, 0)
        var position = 2
        let reader = ByteReader(bytes)
        while let (marker, start) = Self.nextMarker(in: bytes, from: position) {
            // The first scan, or the end.
            guard marker != 0xDA, marker != 0xD9 else { break }
            guard let length = reader.number16(start), length >= 2,
                let data = reader.part(start + 2, count: length - 2)
            else { break }
            position = start + length
            guard [0xE0, 0xE1, 0xE2, 0xED, 0xFE].contains(marker) else {
                tellOfOthers(data, marker)
                continue
            }
            count += 1
            guard count <= MetadataLimits.segments else { throw .tooManySegments(limit: MetadataLimits.segments) }
            guard data.count <= room else {
                leaveOut(data, limit: limits.maxAncillaryBytes)
                continue
            }
            room -= data.count
            take(data, marker)
        }
        joinProfile()
    }

    /// The next marker with a length behind it, and where that is. Bytes before a marker are skipped, as libjpeg does.
    private static func nextMarker(in bytes: UnsafeRawBufferPointer, from start: Int) -> (marker: UInt8, end: Int)? {
        var position = start
        while position + 1 < bytes.count {
            let (first, second) = (bytes[position], bytes[position + 1])
            if first == 0xFF {
                switch second {
                case 0x00, 0x01, 0xFF, 0xD0...0xD8: break  // Fill bytes, and markers that stand alone.
                default: return (second, position + 2)
                }
            }
            position += 1
        }
        return nil
    }

    /// Says what segments of other kinds are lost; not those that tell how the pixels were coded (Adobe's APP14, Photoshop's
    /// "Ducky" in APP12).
    private mutating func tellOfOthers(_ data: UnsafeRawBufferPointer, _ marker: UInt8) {
        guard !data.isEmpty else { return }
        switch marker {
        case 0xEB: warn(.metadataDropped(reason: "content credentials or other boxes, APP11"))
        case 0xEC where data.starts(with: Self.duckyName), 0xEE: break
        case 0xE3...0xEF: warn(.metadataDropped(reason: "a program's own data, APP\(marker - 0xE0)"))
        default: break
        }
    }

    private mutating func leaveOut(_ data: UnsafeRawBufferPointer, limit: Int) {
        if data.starts(with: Self.exifName) {
            guard metadata.exif == nil else { return }
            warn(.exifDropped(reason: "it is longer than \(limit) bytes"))
        } else if data.starts(with: Self.profileName) {
            isProfileTooLong = true
            warn(.iccProfileDropped(reason: "it is longer than \(limit) bytes"))
        } else {
            warn(.metadataDropped(reason: "there is too much of it, more than \(limit) bytes"))
        }
    }

    private mutating func warn(_ warning: DecodingWarning) {
        if !warnings.contains(warning) { warnings.append(warning) }
    }

    private mutating func take(_ data: UnsafeRawBufferPointer, _ marker: UInt8) {
        func content(_ name: [UInt8]) -> UnsafeRawBufferPointer? {
            data.starts(with: name) ? UnsafeRawBufferPointer(rebasing: data[name.count...]) : nil
        }
        switch marker {
        case 0xE0:
            if let content = content(Self.jfifName), metadata.resolution == nil { takeDensity(ByteReader(content)) }
        case 0xE1:
            if let content = content(Self.exifName), metadata.exif == nil, !content.isEmpty {
                metadata.exif = Array(content)
            } else if let content = content(Self.xmpName), metadata.xmp == nil, !content.isEmpty {
                metadata.xmp = Array(content)
            } else if content(Self.extendedXMPName) != nil {
                warn(.metadataDropped(reason: "XMP beyond its first segment"))
            }
        case 0xE2:
            if let content = content(Self.profileName) { takeProfilePart(content) }
            if let content = content(Self.multiPictureName) { countPictures(content) }
            if content(Self.flashPixName) != nil { warn(.metadataDropped(reason: "FlashPix data, APP2")) }
        case 0xED:
            guard let content = content(Self.photoshopName) else { return }
            if metadata.photoshop == nil { metadata.photoshop = [] }
            metadata.photoshop?.append(contentsOf: content)
        default:
            guard !data.isEmpty else { return }
            guard metadata.texts.count < MetadataLimits.texts else {
                return warn(.metadataDropped(reason: "there are more than \(MetadataLimits.texts) comments"))
            }
            metadata.texts.append(.init(keyword: "Comment", text: ImageMetadata.Text.decode(data[...])))
        }
    }

    /// Version, unit, and the density across and down.
    private mutating func takeDensity(_ data: ByteReader) {
        guard let unit = data.byte(2), let horizontal = data.number16(3), let vertical = data.number16(5) else {
            return
        }
        let units: [RasterImage.Resolution.Unit] = [.ratio, .inch, .centimeter]
        guard units.indices.contains(unit) else { return }
        // Pixels as wide as high are what is taken without a word, too.
        if units[unit] == .ratio, horizontal == vertical { return }
        metadata.resolution = RasterImage.Resolution(
            horizontal: Double(horizontal), vertical: Double(vertical), unit: units[unit])
    }

    /// Views of a scene behind each other: panoramas, pairs for both eyes. Previews and gain maps, which phones and cameras
    /// put behind most photographs, are none.
    ///
    /// Source: CIPA DC-007 (Multi-Picture Format), section 5.2.3.
    private mutating func countPictures(_ data: UnsafeRawBufferPointer) {
        guard let block = try? ExifBlock(data), let list = block.entries(of: .primary)[0xB002],
            let bytes = block.value(of: list)
        else { return }
        let count = bytes.withUnsafeBytes { bytes in
            let reader = ByteReader(bytes, isBigEndian: block.isBigEndian)
            // Each has 16 bytes, and the third of the first four, from below, says of which class it is.
            return stride(from: 0, to: bytes.count, by: 16).count { position in
                reader.number32(position).map { $0 >> 16 & 0xFF == 2 } ?? false
            }
        }
        if count > 1 { warn(.furtherPicturesIgnored(count: count)) }
    }

    /// A part begins with its number, from 1, and the number of parts.
    private mutating func takeProfilePart(_ data: UnsafeRawBufferPointer) {
        guard data.count >= 2 else {
            isProfileBroken = true
            return
        }
        let (number, count) = (Int(data[0]), Int(data[1]))
        profilePartCount = profilePartCount ?? count
        if number < 1 || number > count || count != profilePartCount || profileParts[number] != nil {
            isProfileBroken = true
        }
        profileParts[number] = UnsafeRawBufferPointer(rebasing: data[2...])
    }

    private mutating func joinProfile() {
        guard isProfileBroken || profilePartCount != nil, !isProfileTooLong else { return }
        let parts = (0..<(profilePartCount ?? 0)).map { profileParts[$0 + 1] }
        guard !isProfileBroken, parts.allSatisfy({ $0 != nil }) else {
            warnings.append(.iccProfileDropped(reason: "its ICC segments do not fit together"))
            return
        }
        let bytes = parts.flatMap { $0.map(Array.init) ?? [] }
        profile = bytes.isEmpty ? nil : bytes
        if bytes.isEmpty { warnings.append(.iccProfileDropped(reason: "its ICC segments are empty")) }
    }
}
