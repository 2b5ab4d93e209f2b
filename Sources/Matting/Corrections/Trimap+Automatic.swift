import MatteRefinement
import MatteSolving
import Raster
import Threads

extension Trimap {
    /// A trimap from a matte: what is unsure, and a band around it, is unknown.
    ///
    /// - Parameters:
    ///   - matte: from anywhere.
    ///   - confidence: where its network doubts the matte; the band is wider there, and what is doubted much is unknown
    ///     whatever its alpha. nil takes the matte's own softness alone.
    ///   - band: how wide the band is.
    /// - Throws: ``MattingError/invalidOption(name:value:allowed:)``, ``MattingError/picture(_:)`` where memory is refused,
    ///   ``MattingError/cancelled``.
    /// - Complexity: O(pixels), whatever the radius. Memory: 2 bytes a pixel beside the trimap.
    public init(
        _ matte: AlphaMatte, confidence: MatteConfidence? = nil, band: TrimapBand = TrimapBand()
    ) throws(MattingError) {
        try self.init(matte, confidence: confidence, band: band, pool: .shared)
    }

    /// The same on the threads of a pool.
    init(
        _ matte: AlphaMatte, confidence: MatteConfidence?, band: TrimapBand, pool: ThreadPool
    ) throws(MattingError) {
        try MattingError.wrapping { try band.validate(as: "band") }
        let longest = max(matte.width, matte.height)
        let least = band.leastRadius ?? max(Int((Double(longest) * TrimapBand.leastShare).rounded()), 2)
        let greatest = max(
            band.greatestRadius ?? max(Int((Double(longest) * TrimapBand.greatestShare).rounded()), 4), least)
        let reaches = try MattingError.wrapping {
            try PixelStorage(byteCount: 2 * matte.width * matte.height, purpose: "the band of a trimap")
        }
        let loops = TrimapBandLoops(
            width: matte.width, height: matte.height, threshold: band.threshold, leastRadius: min(least, 1024),
            greatestRadius: min(greatest, 1024))
        let doubt = confidence.map(\.expectedErrors) ?? []
        try self.init(width: matte.width, height: matte.height) { bytes in
            matte.tensor.withPointer { alpha in
                loops.mark(
                    alpha, doubt: doubt, doubtWidth: confidence?.width ?? 0, doubtHeight: confidence?.height ?? 0,
                    reaches: reaches.base.bindMemory(to: UInt16.self, capacity: matte.width * matte.height), bytes,
                    pool: pool)
            }
        }
        withExtendedLifetime(reaches) {}
        try Cancellation.check()
    }

    /// A trimap from a matte, made on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: As the synchronous form, but `CancellationError` where the task is cancelled.
    public init(
        _ matte: AlphaMatte, confidence: MatteConfidence? = nil, band: TrimapBand = TrimapBand()
    ) async throws {
        self = try await MattingError.onOwnThread { try Trimap(matte, confidence: confidence, band: band) }
    }
}
