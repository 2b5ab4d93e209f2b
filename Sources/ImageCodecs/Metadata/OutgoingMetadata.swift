import Raster

/// What a file that is written may say of its picture, by the policy and for all formats alike.
struct OutgoingMetadata {
    private(set) var resolution: RasterImage.Resolution?
    private(set) var exif: [UInt8]?
    private(set) var xmp: [UInt8]?
    private(set) var photoshop: [UInt8]?
    private(set) var texts: [ImageMetadata.Text] = []

    /// Keywords of texts that are wanted, of those that the PNG specification registers, and where EXIF has the same.
    private static let wantedKeywords = [
        "Title": nil, "Author": ExifTag.author, "Description": ExifTag.description, "Copyright": ExifTag.copyright,
        "Creation Time": nil,
    ]

    /// - Parameter session: is told what is left out without having been asked for.
    init(of image: RasterImage, _ policy: MetadataPolicy, as format: ImageFormat, _ session: inout EncodingSession) {
        self.init(image.metadata, width: image.width, height: image.height, policy, as: format, &session)
    }

    /// - Parameters:
    ///   - width: Of the picture, in pixels.
    ///   - height: Of the picture, in pixels.
    ///   - session: is told what is left out without having been asked for.
    init(
        _ metadata: ImageMetadata, width: Int, height: Int, _ policy: MetadataPolicy, as format: ImageFormat,
        _ session: inout EncodingSession
    ) {
        if policy == .none { return }
        resolution = metadata.resolution
        let block = Self.block(of: metadata, &session)
        if policy == .all {
            var (upright, packet) = (block, metadata.xmp.map(XMPPacket.init))
            upright?.describe(width: width, height: height)
            packet?.describe(width: width, height: height)
            exif = upright?.bytes
            xmp = packet?.bytes
            photoshop = metadata.photoshop
            texts = metadata.texts
            return
        }
        texts = Self.wanted(of: metadata.texts)
        var selection = block.map(ExifSelection.init(of:)) ?? ExifSelection()
        if format != .png {
            // The others have no place for texts under keywords.
            for text in texts {
                guard let tag = Self.wantedKeywords[text.keyword] ?? nil else { continue }
                selection.addText(text.text, under: tag)
            }
            texts = []
        }
        if !selection.isEmpty {
            exif = selection.bytes(width: width, height: height, resolution: resolution)
        }
        warn(of: metadata, &session)
    }

    private static func block(of metadata: ImageMetadata, _ session: inout EncodingSession) -> ExifBlock? {
        guard let exif = metadata.exif else { return nil }
        do throws(ExifBlock.Defect) {
            return try ExifBlock(exif)
        } catch {
            session.warn(.exifDropped(reason: error.reason))
            return nil
        }
    }

    /// Whether a text is what its keyword says, and no file in disguise.
    private static func isWanted(_ text: ImageMetadata.Text) -> Bool {
        wantedKeywords.keys.contains(text.keyword) && text.text.utf8.count <= ExifSelection.maxTextBytes
            && text.text.unicodeScalars.allSatisfy { $0.value >= 0x20 || [0x09, 0x0A, 0x0D].contains($0.value) }
    }

    /// The first wanted text of each keyword: in a hundred of them a whole photograph would find room.
    private static func wanted(of texts: [ImageMetadata.Text]) -> [ImageMetadata.Text] {
        var keywords: Set<String> = []
        return texts.filter { isWanted($0) && keywords.insert($0.keyword).inserted }
    }

    private func warn(of metadata: ImageMetadata, _ session: inout EncodingSession) {
        var kinds: [String] = []
        if metadata.xmp != nil { kinds.append("XMP") }
        if metadata.photoshop != nil { kinds.append("IPTC and Photoshop's data") }
        var keywords: [String] = []
        var seen: Set<String> = []
        for text in metadata.texts {
            let isKept = Self.isWanted(text) && seen.insert(text.keyword).inserted
            if !isKept && !keywords.contains(text.keyword) { keywords.append(text.keyword) }
        }
        if !keywords.isEmpty {
            let further = keywords.count > 3 ? " and others" : ""
            kinds.append("texts (\(keywords.prefix(3).joined(separator: ", "))\(further))")
        }
        if !kinds.isEmpty { session.warn(.metadataLeftOut(kinds: kinds)) }
    }
}
