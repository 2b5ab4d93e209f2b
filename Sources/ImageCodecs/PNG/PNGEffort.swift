import CZ

/// How a PNG's rows are filtered and compressed.
struct PNGEffort {
    let filter: RowFilter
    /// zlib's level, 0 to 9.
    let level: Int32
    /// zlib's strategies; each band is compressed with the one that makes it smallest.
    let strategies: [Int32]

    private init(_ filter: RowFilter, level: Int32, _ strategies: Int32...) {
        self.filter = filter
        self.level = level
        self.strategies = strategies
    }

    /// - Throws: ``ImageCodecError/invalidOption(name:value:allowed:)``.
    init(_ compression: PNGCompression, for colorModel: RasterImage.ColorModel) throws(ImageCodecError) {
        switch compression {
        case .fast:
            // A matte is smooth along its rows and has no colours that share noise; the average would only cost time.
            self.init(.always(colorModel.colorChannelCount == 1 ? .left : .mean), level: 1, Z_RLE)
        case .balanced:
            self.init(.best, level: 4, Z_FILTERED)
        case .smallest:
            // Repeats are best for drawings, runs for noise.
            self.init(.best, level: 9, Z_FILTERED, Z_RLE)
        case .level(let level):
            guard (0...9).contains(level) else {
                throw .invalidOption(name: "the PNG compression level", value: level, allowed: 0...9)
            }
            self.init(.best, level: Int32(level), Z_DEFAULT_STRATEGY)
        }
    }
}
