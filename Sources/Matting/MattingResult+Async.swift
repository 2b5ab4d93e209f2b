import Raster

extension MattingResult {
    /// The subject on a transparent ground, made on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: ``MattingError``; `CancellationError` where the task is cancelled before its turn comes.
    public func cutout(keepsHiddenColors: Bool = false) async throws -> RasterImage {
        try await MattingError.onOwnThread { try cutout(keepsHiddenColors: keepsHiddenColors) }
    }

    /// The subject over a colour or another picture, made on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: ``MattingError``; `CancellationError` where the task is cancelled before its turn comes.
    public func composite(over background: Background) async throws -> RasterImage {
        try await MattingError.onOwnThread { try composite(over: background) }
    }

    /// The matte as a grey picture, made on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: ``MattingError``; `CancellationError` where the task is cancelled before its turn comes.
    public func mask() async throws -> RasterImage {
        try await MattingError.onOwnThread { try mask() }
    }
}
