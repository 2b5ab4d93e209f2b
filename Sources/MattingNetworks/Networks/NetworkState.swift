import TensorCore

/// What a recurrent network carries from one frame of a video to the next; nothing before the first frame, and for a
/// network that sees each picture by itself.
package struct NetworkState: Sendable {
    /// Of the input that the maps belong to, `[N, H, W, 3]`; nil before the first frame.
    private let inputShape: TensorShape?
    /// In the order of ``MattingNetwork/stateShapes(for:)``.
    let maps: [Tensor]

    /// Before the first frame.
    package init() {
        self.inputShape = nil
        self.maps = []
    }

    /// After a frame of a shape.
    init(after inputShape: TensorShape, maps: [Tensor]) {
        self.inputShape = inputShape
        self.maps = maps
    }

    /// The maps of these shapes for a frame of a shape: zeros where there was no frame or where it was of another size.
    ///
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    func maps(_ shapes: some Collection<TensorShape>, forInput input: TensorShape) throws(TensorError) -> [Tensor] {
        // Frames of two sizes may have state of one shape; it is not the same place that it speaks of.
        if inputShape == input && maps.map(\.shape) == Array(shapes) { return maps }
        return try shapes.map { (shape) throws(TensorError) in try Tensor(zeros: shape) }
    }
}
