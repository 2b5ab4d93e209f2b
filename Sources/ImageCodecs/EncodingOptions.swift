/// How pictures are written.
public struct EncodingOptions: Sendable, Equatable {
    /// Effort spent on a PNG file's size; the pixels are exact in any case.
    public var compression: PNGCompression
    /// Quality of a JPEG file, 1 ... 100.
    public var jpegQuality: Int
    /// Sharing of colour between the pixels of a JPEG file.
    public var chromaSubsampling: ChromaSubsampling

    public init(
        compression: PNGCompression = .fast, jpegQuality: Int = 92, chromaSubsampling: ChromaSubsampling = .automatic
    ) {
        self.compression = compression
        self.jpegQuality = jpegQuality
        self.chromaSubsampling = chromaSubsampling
    }
}

/// Effort spent on a PNG file's size.
public enum PNGCompression: Sendable, Equatable {
    /// Many times faster than usual encoders, for about a twentieth more bytes.
    case fast
    /// Between the two.
    case balanced
    /// Slow: libpng's filter search with zlib's best effort.
    case smallest
    /// libpng's filter search with a zlib level from 0 (stored) to 9.
    case level(Int)
}

/// Sharing of colour between the pixels of a JPEG file.
public enum ChromaSubsampling: Sendable, Equatable {
    /// ``none`` from quality 90, ``quarter`` below.
    case automatic
    /// 4:4:4, every pixel has its own colour: clean edges around a cut-out.
    case none
    /// 4:2:2, two pixels of a row share a colour.
    case half
    /// 4:2:0, a square of four pixels shares a colour.
    case quarter
}
