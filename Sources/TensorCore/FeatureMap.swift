/// A window onto floats that somebody else owns: `[N, H, W, C]` with `pixelStride` floats from one pixel to the next.
///
/// A pixel stride larger than the channel count is a slice of a wider map: the producers of a concatenation write into
/// their slices, and the concatenation itself costs nothing. Rows and pictures follow one another without gaps.
package struct FeatureMap: @unchecked Sendable {
    // Unchecked: the planner gives every operator disjoint memory to write, and threads disjoint rows of it.
    package let base: UnsafeMutablePointer<Float>
    package let shape: TensorShape
    package let pixelStride: Int

    package init(base: UnsafeMutablePointer<Float>, shape: TensorShape, pixelStride: Int? = nil) {
        self.base = base
        self.shape = shape
        self.pixelStride = pixelStride ?? shape.channels
    }

    /// The first value of a pixel.
    package func pixel(_ picture: Int, _ y: Int, _ x: Int) -> UnsafeMutablePointer<Float> {
        base + ((picture * shape.height + y) * shape.width + x) * pixelStride
    }

    /// The first value of a picture of the batch.
    package func picture(_ index: Int) -> UnsafeMutablePointer<Float> { pixel(index, 0, 0) }

    /// Whether pixels follow one another without a gap.
    package var isContiguous: Bool { pixelStride == shape.channels }
}
