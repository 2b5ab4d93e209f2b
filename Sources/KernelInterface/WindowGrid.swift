/// How a map is cut into windows for attention (Liu et al., *Swin Transformer*, 2021): squares of `side` tokens from the
/// upper left corner on, of the map itself or of the map rolled up and to the left by `shift`.
///
/// Where the sides are no multiples of the window's, zeros follow at the right and below; they are rolled along. A map
/// smaller than a window is one window, mostly of zeros.
package struct WindowGrid: Hashable, Sendable {
    /// Tokens of a window's side.
    package let side: Int
    package let shift: Int
    /// Size of the map, without what is added.
    package let height: Int
    package let width: Int
    /// Windows from top to bottom.
    package let rows: Int
    /// Windows from left to right.
    package let columns: Int

    package init(side: Int, shift: Int, height: Int, width: Int) {
        self.side = side
        self.shift = shift
        self.height = height
        self.width = width
        self.rows = (height + side - 1) / side
        self.columns = (width + side - 1) / side
    }

    /// Tokens of a window.
    package var tokenCount: Int { side * side }
}
