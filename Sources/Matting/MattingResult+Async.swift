import Raster

extension MattingResult {
    /// The subject on a transparent ground, made on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: ``MattingError``; `CancellationError` where the task is cancelled before its turn comes.
    public func cutout(
        keepsHiddenColors: Bool = false, framed: Framing? = nil, shadow: Shadow = .none
    ) async throws -> RasterImage {
        try await MattingError.onOwnThread {
            try cutout(keepsHiddenColors: keepsHiddenColors, framed: framed, shadow: shadow)
        }
    }

    /// The subject over a colour or another picture, made on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: ``MattingError``; `CancellationError` where the task is cancelled before its turn comes.
    public func composite(
        over background: Background, framed: Framing? = nil, shadow: Shadow = .none, blending: Blending = .linearLight,
        matching: ColorMatching? = nil
    ) async throws -> RasterImage {
        try await MattingError.onOwnThread {
            try composite(over: background, framed: framed, shadow: shadow, blending: blending, matching: matching)
        }
    }

    /// The matte as a grey picture, made on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: ``MattingError``; `CancellationError` where the task is cancelled before its turn comes.
    public func mask(framed: Framing? = nil) async throws -> RasterImage {
        try await MattingError.onOwnThread { try mask(framed: framed) }
    }

    /// A shadow by itself, made on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: ``MattingError``; `CancellationError` where the task is cancelled before its turn comes.
    public func shadowLayer(_ shadow: Shadow, framed: Framing? = nil) async throws -> RasterImage? {
        try await MattingError.onOwnThread { try shadowLayer(shadow, framed: framed) }
    }
}
