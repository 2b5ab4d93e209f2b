import MatteRefinement
import Raster
import TensorCore

extension AlphaMatte {
    /// A coarse matte made elsewhere, brought to a picture's size with edges where the picture has them.
    ///
    /// What the pipeline does with its own network's matte, for those of other networks. In a task that is cancelled it
    /// stops after some rows.
    ///
    /// - Parameters:
    ///   - image: the picture that the matte is of, stretched over it where the sides' ratio differs. A matte that has its
    ///     size already is returned as it is.
    ///   - upsampling: how.
    /// - Throws: ``MattingError/invalidOption(name:value:allowed:)``, ``MattingError/computation(_:)`` where memory is refused, ``MattingError/cancelled``.
    /// - Complexity: O(pixels).
    public func upsampled(
        to image: RasterImage, by upsampling: GuidedUpsampling = GuidedUpsampling()
    ) throws(MattingError) -> AlphaMatte {
        try MattingError.wrapping {
            try upsampling.validate(as: "upsampling")
            return try Cancellation.check {
                try image.withGuideRows { (guide) throws(TensorError) in
                    AlphaMatte(try upsampling(tensor, guide: guide))
                }
            }
        }
    }

    /// A coarse matte brought to a picture's size on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: As the synchronous form, but `CancellationError` where the task is cancelled.
    public func upsampled(
        to image: RasterImage, by upsampling: GuidedUpsampling = GuidedUpsampling()
    ) async throws -> AlphaMatte {
        try await MattingError.onOwnThread { try upsampled(to: image, by: upsampling) }
    }
}
