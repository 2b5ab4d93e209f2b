import CZ
import Raster

/// How a PNG's rows are filtered and compressed.
struct PNGEffort {
    /// What zlib looks for in the filtered rows.
    struct Search {
        /// 0 to 9.
        let level: Int32
        let strategy: Int32

        /// Whether only repeats of the last byte count, so that nothing further back matters.
        var isForRuns: Bool { strategy == Z_RLE }

        static let runs = Search(level: 1, strategy: Z_RLE)

        static func repeats(level: Int32, strategy: Int32 = Z_DEFAULT_STRATEGY) -> Search {
            Search(level: level, strategy: strategy)
        }
    }

    let filter: RowFilter
    /// Each band is compressed with the one that makes it smallest.
    let searches: [Search]

    private init(_ filter: RowFilter, _ searches: Search...) {
        self.filter = filter
        self.searches = searches
    }

    /// - Throws: ``ImageCodecError/invalidOption(name:value:allowed:)``.
    init(_ compression: PNGCompression, for colorModel: RasterImage.ColorModel) throws(ImageCodecError) {
        switch compression {
        case .fast:
            // A matte is smooth along its rows and has no colours that share noise; the average would only cost time.
            self.init(.always(colorModel.colorChannelCount == 1 ? .left : .mean), .runs)
        case .balanced:
            self.init(.best, .repeats(level: 4, strategy: Z_FILTERED))
        case .smallest:
            // Repeats are best for drawings, runs for noise.
            self.init(.best, .repeats(level: 9, strategy: Z_FILTERED), .runs)
        case .level(let level):
            guard (0...9).contains(level) else {
                throw .invalidOption(name: "the PNG compression level", value: level, allowed: 0...9)
            }
            self.init(.best, .repeats(level: Int32(level)))
        }
    }
}
