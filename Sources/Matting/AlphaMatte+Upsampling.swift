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
    /// - Throws: ``MattingError/computation(_:)`` where memory is refused, ``MattingError/cancelled``.
    /// - Complexity: O(pixels).
    public func upsampled(
        to image: RasterImage, by upsampling: GuidedUpsampling = GuidedUpsampling()
    ) throws(MattingError) -> AlphaMatte {
        try MattingError.wrapping {
            try Cancellation.check {
                try image.withGuideRows { (guide) throws(TensorError) in
                    AlphaMatte(try upsampling(tensor, guide: guide))
                }
            }
        }
    }
}
