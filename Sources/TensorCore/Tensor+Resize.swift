import Threads

extension Tensor {
    /// The tensor at another size by bilinear interpolation with half-pixel centres; see ``BilinearResize``.
    ///
    /// - Throws: ``TensorError`` where memory is refused.
    package func resized(height: Int, width: Int, pool: ThreadPool) throws(TensorError) -> Tensor {
        let layer = BilinearResize(height: height, width: width)
        let shape = try TensorShape(batch: shape.batch, height: height, width: width, channels: shape.channels)
        let input = FeatureMap(base: unsafeBase, shape: self.shape)
        defer { withExtendedLifetime(self) {} }
        return try Tensor(shape: shape) { output in
            guard let base = output.baseAddress else { return }
            withUnsafePointer(to: input) { input in
                layer.run(
                    UnsafeBufferPointer(start: input, count: 1), output: FeatureMap(base: base, shape: shape),
                    in: ExecutionContext(pool: pool, scratch: base, scratchStride: 0, sharedScratch: base))
            }
        }
    }
}
