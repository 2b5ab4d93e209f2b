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
