import Raster

/// Metadata as chunks of a PNG.
enum PNGChunkWriter {
    struct Chunk {
        let name: String
        let data: [UInt8]
    }

    static func chunks(of metadata: OutgoingMetadata, _ session: inout EncodingSession) -> [Chunk] {
        var chunks: [Chunk] = []
        if let resolution = metadata.resolution { chunks.append(density(resolution)) }
        if let exif = metadata.exif { chunks.append(Chunk(name: "eXIf", data: exif)) }
        if let xmp = metadata.xmp { chunks.append(text("XML:com.adobe.xmp", xmp)) }
        for item in metadata.texts { chunks.append(text(item.keyword, Array(item.text.utf8))) }
        if metadata.photoshop != nil {
            session.warn(.metadataNotRepresentable(kind: "IPTC and Photoshop's data", format: .png))
        }
        return chunks
    }

    /// Pixels a metre, or of a proportion its two numbers. A resolution's range keeps them within 31 bits.
    private static func density(_ resolution: RasterImage.Resolution) -> Chunk {
        let (scale, unit): (Double, UInt8) =
            switch resolution.unit {
            case .inch: (1 / 0.0254, 1)
            case .centimeter: (100, 1)
            case .ratio: (1, 0)
            }
        func number(_ value: Double) -> [UInt8] { bigEndian(max(Int((value * scale).rounded()), 1)) }
        return Chunk(name: "pHYs", data: number(resolution.horizontal) + number(resolution.vertical) + [unit])
    }

    /// UTF-8, not compressed, in no language.
    private static func text(_ keyword: String, _ text: [UInt8]) -> Chunk {
        // Keywords are Latin-1 and came from there; those of a JPEG's comments are ours.
        let keyword = keyword.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        return Chunk(name: "iTXt", data: keyword.prefix(MetadataLimits.keywordBytes) + [0, 0, 0, 0, 0] + text)
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }
}
