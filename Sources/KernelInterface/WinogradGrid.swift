/// How the outputs of a 3×3 convolution (stride 1, padded to keep the size) are cut into Winograd tiles.
///
/// A dilation of d splits the map into d² phases, the pixels d apart from each other; each phase is an undilated
/// convolution of its own. Tiles are numbered picture by picture, phase by phase, row by row. All phases have as many
/// tiles as the largest; what lies outside the map is read as zero and not written.
package struct WinogradGrid: Sendable {
    /// Side of an output tile: 2 or 4. The tile reads `size + 2` pixels a side.
    package let size: Int
    package let height: Int
    package let width: Int
    package let dilation: Int
    /// Rows and columns of tiles in a phase.
    package let rows: Int
    package let columns: Int
    /// Tiles of all pictures.
    package let count: Int

    /// Points of a transformed tile: a product each.
    package static func pointCount(size: Int) -> Int { (size + 2) * (size + 2) }

    package init(size: Int, batch: Int, height: Int, width: Int, dilation: Int) {
        self.size = size
        self.height = height
        self.width = width
        self.dilation = dilation
        let step = size * dilation
        self.rows = (height + step - 1) / step
        self.columns = (width + step - 1) / step
        self.count = batch * dilation * dilation * rows * columns
    }
}

/// How the factors or products of a block of tiles lie in memory, in floats.
package struct WinogradLayout: Sendable {
    /// From a tile to the next.
    package let tileStride: Int
    /// From a point of a tile to the next.
    package let pointStride: Int
    /// From a vector of channels to the next; 0 where channels follow one another.
    package let sliceStride: Int
    /// Floats of a block.
    package let count: Int

    /// Slices: `[tile, slice, point, lane]`.
    package init(sliced channels: Int, points: Int, tiles: Int, lanes: Int) {
        self.pointStride = lanes
        self.sliceStride = points * lanes
        self.tileStride = (channels + lanes - 1) / lanes * sliceStride
        self.count = tiles * tileStride
    }

    /// Matrices: `[point, tile, channel]`.
    package init(matrices channels: Int, points: Int, tiles: Int) {
        // Sixteen floats more: equal strides of a power of two would fall into the same cache sets.
        self.tileStride = channels
        self.pointStride = tiles * channels + 16
        self.sliceStride = 0
        self.count = points * pointStride
    }
}
