import CImageCodecs
import Raster

/// Metadata as segments of a JPEG, strung together.
enum JPEGSegmentWriter {
    /// What a segment holds beside the two bytes of its length.
    private static let maxBytes = 65_533

    /// - Parameter settings: receives the density, which libjpeg writes itself.
    static func bytes(
        of metadata: OutgoingMetadata, _ settings: inout cic_jpeg_options, _ session: inout EncodingSession
    ) -> [UInt8] {
        if let resolution = metadata.resolution, !set(resolution, in: &settings) {
            session.warn(.metadataNotRepresentable(kind: "resolution", format: .jpeg))
        }
        var bytes: [UInt8] = []
        if let exif = metadata.exif {
            let name = Array("Exif\0\0".utf8)
            if exif.count <= maxBytes - name.count {
                bytes += segment(0xE1, name + exif)
            } else {
                let limit = maxBytes - name.count
                session.warn(.exifDropped(reason: "\(exif.count) bytes are more than the \(limit) that JPEG can hold"))
            }
        }
        if let xmp = metadata.xmp {
            append(0xE1, "http://ns.adobe.com/xap/1.0/\0", xmp, as: "XMP", to: &bytes, &session)
        }
        if let photoshop = metadata.photoshop {
            append(0xED, "Photoshop 3.0\0", photoshop, as: "IPTC and Photoshop's data", to: &bytes, &session)
        }
        for item in metadata.texts {
            let text = item.keyword == "Comment" ? item.text : "\(item.keyword): \(item.text)"
            append(0xFE, "", Array(text.utf8), as: "text (\(item.keyword))", to: &bytes, &session)
        }
        return bytes
    }

    private static func append(
        _ marker: UInt8, _ name: String, _ data: [UInt8], as kind: String, to bytes: inout [UInt8],
        _ session: inout EncodingSession
    ) {
        let content = Array(name.utf8) + data
        if content.count <= maxBytes {
            bytes += segment(marker, content)
        } else {
            session.warn(.metadataNotRepresentable(kind: kind, format: .jpeg))
        }
    }

    private static func segment(_ marker: UInt8, _ content: [UInt8]) -> [UInt8] {
        let length = content.count + 2
        return [0xFF, marker, UInt8(length >> 8), UInt8(length & 0xFF)] + content
    }

    /// Whole numbers of 16 bits. A fraction of a pixel an inch, as whole pixels a metre have it, is less than anyone
    /// prints to; a density that rounds to nothing is none.
    private static func set(_ resolution: RasterImage.Resolution, in settings: inout cic_jpeg_options) -> Bool {
        let (across, down) = (resolution.horizontal.rounded(), resolution.vertical.rounded())
        guard across >= 1, down >= 1, across <= 65_535, down <= 65_535 else { return false }
        settings.density_unit =
            switch resolution.unit {
            case .ratio: 0
            case .inch: 1
            case .centimeter: 2
            }
        settings.density_across = Int32(across)
        settings.density_down = Int32(down)
        return true
    }
}
