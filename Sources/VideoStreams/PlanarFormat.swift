import Raster

/// How a frame of video lies in memory: its size, how chroma is shared, and the samples' depth.
public struct PlanarFormat: Sendable, Hashable {
    /// How many pixels share chroma, and where it is taken.
    @nonexhaustive public enum Sampling: Sendable, Hashable, CaseIterable {
        /// No chroma: grey.
        case gray
        /// 4:2:0, a square of four pixels shares chroma, taken in its middle (JPEG, MPEG-1).
        case quarterCentered
        /// 4:2:0, taken on the left, between two rows (MPEG-2, H.264 and most video since).
        case quarterLeft
        /// 4:2:0, taken on the upper left pixel (ultra-high definition of wide gamut).
        case quarterTopLeft
        /// 4:2:2, two pixels of a row share chroma, taken on the left one.
        case half
        /// 4:4:4, every pixel has its own.
        case full

        /// Columns of pixels that share chroma: 1 or 2.
        public var columns: Int { self == .full || self == .gray ? 1 : 2 }
        /// Rows of pixels that share chroma: 1 or 2.
        public var rows: Int { columns == 1 || self == .half ? 1 : 2 }
        /// Whether chroma lies between two columns, not on the left one.
        package var isCenteredAcross: Bool { self == .quarterCentered }
        /// Whether chroma lies between two rows, not on the upper one.
        package var isCenteredDown: Bool { self == .quarterCentered || self == .quarterLeft }
    }

    /// In pixels, at least 1.
    public let width: Int
    /// In pixels, at least 1.
    public let height: Int
    /// How chroma is shared.
    public let sampling: Sampling
    /// Bits of a sample, 8 to 16. Above 8, samples take two bytes.
    public let bitDepth: Int

    /// - Throws: ``VideoStreamError/tooLarge(width:height:maxPixels:maxSide:)`` for sizes beyond the limits or below 1,
    ///   ``VideoStreamError/unsupportedBitDepth(_:)`` unless `bitDepth` is 8 to 16.
    public init(
        width: Int, height: Int, sampling: Sampling, bitDepth: Int = 8, limits: DecodingLimits = .default
    ) throws(VideoStreamError) {
        guard (8...16).contains(bitDepth) else { throw .unsupportedBitDepth(bitDepth) }
        let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
        // The second bound keeps three planes of two bytes a sample countable, whatever the limits are.
        guard width > 0, height > 0, width <= limits.maxSide, height <= limits.maxSide, !overflow,
            pixels <= min(limits.maxPixels, Int.max / 16)
        else {
            throw .tooLarge(width: width, height: height, maxPixels: limits.maxPixels, maxSide: limits.maxSide)
        }
        self.width = width
        self.height = height
        self.sampling = sampling
        self.bitDepth = bitDepth
    }

    /// The same size with other samples.
    ///
    /// - Throws: ``VideoStreamError/unsupportedBitDepth(_:)`` unless `bitDepth` is 8 to 16.
    public func with(
        sampling: Sampling? = nil, bitDepth: Int? = nil
    ) throws(VideoStreamError) -> PlanarFormat {
        let depth = bitDepth ?? self.bitDepth
        guard (8...16).contains(depth) else { throw .unsupportedBitDepth(depth) }
        return PlanarFormat(trusted: width, height, sampling: sampling ?? self.sampling, bitDepth: depth)
    }

    private init(trusted width: Int, _ height: Int, sampling: Sampling, bitDepth: Int) {
        precondition((8...16).contains(bitDepth), "samples of \(bitDepth) bits; they have 8 to 16")
        (self.width, self.height, self.sampling, self.bitDepth) = (width, height, sampling, bitDepth)
    }

    /// 1 or 3.
    public var planeCount: Int { sampling == .gray ? 1 : 3 }
    /// Width of a chroma plane: the picture's, or half of it rounded up.
    public var chromaWidth: Int { (width + sampling.columns - 1) / sampling.columns }
    /// Height of a chroma plane: the picture's, or half of it rounded up.
    public var chromaHeight: Int { (height + sampling.rows - 1) / sampling.rows }
    /// 1 or 2.
    public var bytesPerSample: Int { bitDepth > 8 ? 2 : 1 }
    /// The largest sample, 2^bitDepth − 1.
    public var maximum: Int { 1 << bitDepth - 1 }

    /// Samples of a plane: luma, Cb, Cr.
    func sampleCount(ofPlane plane: Int) -> Int { plane == 0 ? width * height : chromaWidth * chromaHeight }

    /// Bytes of all planes.
    public var byteCount: Int {
        (0..<planeCount).reduce(0) { $0 + sampleCount(ofPlane: $1) } * bytesPerSample
    }
}
