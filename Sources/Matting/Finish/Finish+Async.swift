import ImageCodecs
import Raster

extension Finish {
    /// The picture that is delivered of a result, made on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: As the synchronous form, but `CancellationError` where the task is cancelled.
    public func picture(of result: MattingResult) async throws -> RasterImage {
        try await MattingError.onOwnThread { try picture(of: result) }
    }

    /// The result with the mask work done, the chosen subjects and clean colours, made on a thread of the package's own; see
    /// the synchronous form.
    ///
    /// - Throws: As the synchronous form, but `CancellationError` where the task is cancelled.
    public func prepared(_ result: MattingResult) async throws -> MattingResult {
        try await MattingError.onOwnThread { try prepared(result) }
    }

    /// What is delivered as layers, made on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: As the synchronous form, but `CancellationError` where the task is cancelled.
    public func layers(of result: MattingResult) async throws -> LayeredImage {
        try await MattingError.onOwnThread { try layers(of: result) }
    }
}

extension RasterImage {
    /// The picture in its proportions with at most `pixels` pixels, made on a thread of the package's own; see the synchronous
    /// form.
    ///
    /// - Throws: ``MattingError/picture(_:)``; `CancellationError` where the task is cancelled before its turn comes.
    public func reduced(toPixels pixels: Int) async throws -> RasterImage {
        try await MattingError.onOwnThread { try MattingError.wrapping { try reduced(toPixels: pixels) } }
    }

    /// The picture in its proportions with no side longer than `side`, made on a thread of the package's own; see the
    /// synchronous form.
    ///
    /// - Throws: ``MattingError/picture(_:)``; `CancellationError` where the task is cancelled before its turn comes.
    public func reduced(toSide side: Int) async throws -> RasterImage {
        try await MattingError.onOwnThread { try MattingError.wrapping { try reduced(toSide: side) } }
    }

    /// The picture at a smaller size, made on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: ``MattingError/picture(_:)``; `CancellationError` where the task is cancelled before its turn comes.
    public func reduced(toWidth width: Int, height: Int) async throws -> RasterImage {
        try await MattingError.onOwnThread { try MattingError.wrapping { try reduced(toWidth: width, height: height) } }
    }
}
