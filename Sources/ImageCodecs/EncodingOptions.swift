import Threads

/// How pictures are written.
public struct EncodingOptions: Sendable, Equatable {
    /// Effort spent on a PNG file's size; the pixels are exact in any case.
    public var compression: PNGCompression
    /// Quality of a JPEG file, 1 ... 100.
    public var jpegQuality: Int
    /// Sharing of colour between the pixels of a JPEG file.
    public var chromaSubsampling: ChromaSubsampling
    /// Whether the pixels of a WebP file are exact, and how small they are made.
    public var webpCompression: WebPCompression
    /// How a TIFF file's pixels are compressed; they are exact in any case.
    public var tiffCompression: TIFFCompression
    /// Threads that compress a PNG, TIFF or Photoshop file, 1 to 1024; nil shares one pool of all usable processors with
    /// everything else in the process. The file is the same, byte for byte, for every number.
    public var threadCount: Int?
    /// What the file says of the picture beside the pixels.
    public var metadata: MetadataPolicy

    /// The defaults are what `matte cut` uses. A number outside of its range is refused when a picture is encoded.
    public init(
        compression: PNGCompression = .fast, jpegQuality: Int = 92, chromaSubsampling: ChromaSubsampling = .automatic,
        webpCompression: WebPCompression = .lossless(), tiffCompression: TIFFCompression = .deflate,
        threadCount: Int? = nil, metadata: MetadataPolicy = .safe
    ) {
        self.compression = compression
        self.jpegQuality = jpegQuality
        self.chromaSubsampling = chromaSubsampling
        self.webpCompression = webpCompression
        self.tiffCompression = tiffCompression
        self.threadCount = threadCount
        self.metadata = metadata
    }
}

extension EncodingOptions {
    /// - Throws: ``ImageCodecError/invalidOption(name:value:allowed:)``.
    func checkThreadCount() throws(ImageCodecError) {
        guard let threadCount, !(1...1024).contains(threadCount) else { return }
        throw .invalidOption(name: "the number of threads", value: threadCount, allowed: 1...1024)
    }

    /// The threads that compress.
    ///
    /// - Parameter pieces: no more threads than there are of them.
    /// - Throws: ``ImageCodecError/invalidOption(name:value:allowed:)``.
    func pool(for pieces: Int = .max) throws(ImageCodecError) -> ThreadPool {
        try checkThreadCount()
        return threadCount.map { ThreadPool(threadCount: min($0, max(pieces, 1))) } ?? .shared
    }
}

/// Effort spent on a PNG file's size.
@nonexhaustive public enum PNGCompression: Sendable, Equatable {
    /// For photographs: several times faster than usual encoders, and often smaller than their files too.
    case fast
    /// Ten times slower and more; a quarter smaller where a picture has flat or repeated parts.
    case balanced
    /// Fifty times slower and more, for drawings above all.
    case smallest
    /// The filter that looks best, row by row, and a zlib level from 0 (stored) to 9.
    case level(Int)
}

/// Sharing of colour between the pixels of a JPEG file.
@nonexhaustive public enum ChromaSubsampling: Sendable, Equatable {
    /// ``none`` from quality 90, ``quarter`` below.
    case automatic
    /// 4:4:4, every pixel has its own colour: clean edges around a cut-out.
    case none
    /// 4:2:2, two pixels of a row share a colour.
    case half
    /// 4:2:0, a square of four pixels shares a colour.
    case quarter
}

/// Whether the pixels of a WebP file are exact.
@nonexhaustive public enum WebPCompression: Sendable, Equatable {
    /// Exact, colours under alpha 0 too, with an effort from 0 (fastest) to 9 (smallest). Effort 1 makes cut-outs a third
    /// smaller than usual PNG encoders do; the rest is worth another tenth at most, for twice the time and more.
    case lossless(effort: Int = 1)
    /// Colours are approximate, of a quality from 1 to 100; alpha stays exact. Squares of four pixels share a colour, and
    /// colours under alpha 0 are lost.
    case lossy(quality: Int)
}

/// How the pixels of a TIFF file are compressed.
@nonexhaustive public enum TIFFCompression: Sendable, Equatable {
    /// zlib's, after subtracting the pixel to the left; read by every program of the last twenty years.
    case deflate
    /// Lempel, Ziv and Welch's, after subtracting the pixel to the left; for old programs.
    case lzw
    /// As they are: large, and read by everything.
    case none
}
