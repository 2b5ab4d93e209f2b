/// How much of texts and blocks is kept of a file, so that reading one stays a matter of milliseconds.
enum MetadataLimits {
    /// Segments of a JPEG that are looked at: a profile may take 255, extended XMP a hundred.
    static let segments = 1_000
    /// Texts of a PNG and comments of a JPEG.
    static let texts = 100
    /// Bytes of one of them.
    static let textBytes = 65_536
    /// Bytes of XMP in a PNG.
    static let xmpBytes = 1 << 20
    /// Bytes of a keyword, as PNG has it.
    static let keywordBytes = 79
}
