import KernelDispatch

/// A contiguous map of 32-bit floats, `[N, H, W, C]`, with value semantics (copied on the first write to shared storage).
package struct Tensor: Sendable {
    /// Batch, height, width, channels.
    package let shape: TensorShape
    private var storage: FloatBuffer

    /// A tensor of zeros.
    ///
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    package init(zeros shape: TensorShape) throws(TensorError) {
        self.shape = shape
        self.storage = try FloatBuffer(count: shape.elementCount, zeroed: true, purpose: "a tensor \(shape)")
    }

    /// A tensor whose values `initialize` writes, all of them.
    ///
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    package init(
        shape: TensorShape, initializedWith initialize: (UnsafeMutableBufferPointer<Float>) -> Void
    ) throws(TensorError) {
        self.shape = shape
        self.storage = try FloatBuffer(count: shape.elementCount, purpose: "a tensor \(shape)")
        initialize(UnsafeMutableBufferPointer(start: storage.base, count: shape.elementCount))
    }

    /// A tensor of the given values in `[N, H, W, C]` order.
    ///
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    package init(shape: TensorShape, values: [Float]) throws(TensorError) {
        precondition(values.count == shape.elementCount, "\(values.count) values for a tensor \(shape)")
        try self.init(shape: shape) { buffer in _ = buffer.update(fromContentsOf: values) }
    }

    /// Reads the values in `[N, H, W, C]` order; the buffer is valid inside `body` only.
    package func withValues<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeBufferPointer(start: storage.base, count: shape.elementCount))
    }

    /// Reads or writes the values in place, copying them first if another tensor shares them.
    ///
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)`` where a copy was needed and refused.
    package mutating func withMutableValues<Result>(
        _ body: (UnsafeMutableBufferPointer<Float>) -> Result
    ) throws(TensorError) -> Result {
        if !isKnownUniquelyReferenced(&storage) {
            let copy = try FloatBuffer(count: shape.elementCount, purpose: "a copy of a tensor \(shape)")
            copy.base.update(from: storage.base, count: shape.elementCount)
            storage = copy
        }
        return body(UnsafeMutableBufferPointer(start: storage.base, count: shape.elementCount))
    }

    /// The values as an array, for tests and small results.
    package var values: [Float] { withValues { Array($0) } }

    /// Whether no value is an infinity or a NaN.
    package var isFinite: Bool {
        // Floats are far too small for their sum in double precision to overflow.
        withValues { values in values.baseAddress.map { kernels.sum($0, count: values.count).isFinite } ?? true }
    }

    /// The values of a map, without the gaps of its pixel stride.
    package init(copying map: FeatureMap) throws(TensorError) {
        try self.init(shape: map.shape) { buffer in
            guard let base = buffer.baseAddress else { return }
            kernels.copyPixels(
                map.base, inputStride: map.pixelStride, base, outputStride: map.shape.channels,
                rows: map.shape.pixelCount, channels: map.shape.channels)
        }
    }

    /// The storage, for readers that keep the tensor alive themselves.
    package var unsafeBase: UnsafeMutablePointer<Float> { storage.base }
}
