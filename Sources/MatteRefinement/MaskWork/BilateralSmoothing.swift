import KernelDispatch
import TensorCore
import Threads

/// A bilateral filter of a matte by itself, over a grid of places and values.
///
/// A pixel becomes the mean of those around it, weighted by Gaussians of distance and of difference in alpha, so that mottled
/// areas become even and edges stay. The picture does not guide it: that is what the guided filter is for, and what a
/// matte's own steps say should not depend on the picture's texture.
///
/// Values are shared out on a grid whose cells are as far apart as the deviations, blurred there, and read back in between:
/// within a few hundredths of the exact filter. Tiles in which the matte is constant are left alone.
///
/// - Complexity: O(pixels), whatever the radius. Memory: another plane, and for each thread the cells of a tile: some 15 MB
///   at a tolerance of 0.02, less for larger ones.
/// - Note: J. Chen, S. Paris, F. Durand, *Real-time Edge-Aware Image Processing with the Bilateral Grid*, SIGGRAPH 2007.
package struct BilateralSmoothing: Sendable {
    /// Pixels to a cell's side.
    private let cell: Int
    /// Bins from 0 to 1.
    private let scale: Float
    private let placeWeights: [Float]
    private let valueWeights: [Float]

    /// The blur reaches three deviations, of up to 2 cells each.
    private var reach: Int { placeWeights.count - 1 }

    /// - Parameters:
    ///   - radius: standard deviation of distance in pixels, 0.5 to 64: tiles of larger ones would be too large to be cancelled in.
    ///   - tolerance: standard deviation of difference in alpha, above 0.
    package init(radius: Double, tolerance: Double) {
        let cell = max(Int(radius), 1)
        self.cell = cell
        self.scale = Float(1 / tolerance)
        // Sharing out and reading back widen the blur by the variance of where pixels lie between cells.
        let between = (0..<min(cell, 4096)).reduce(0.0) { sum, index in
            let place = (Double(index) + 0.5) / Double(cell) + 0.5
            let fraction = place - place.rounded(.down)
            return sum + fraction * (1 - fraction) / Double(cell)
        }
        let ratio = radius / Double(cell)
        self.placeWeights = Self.weights(variance: ratio * ratio - 2 * between)
        self.valueWeights = Self.weights(variance: 1 - 2.0 / 6)
    }

    private static func weights(variance: Double) -> [Float] {
        let reach = Int((3 * variance.squareRoot()).rounded(.up))
        return (0...reach).map { Float(exponential(-Double($0 * $0) / (2 * variance))) }
    }

    /// - Parameter matte: `[1, H, W, 1]`, in [0, 1]; becomes the result.
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    package func apply(to matte: inout Tensor, pool: ThreadPool) throws(TensorError) {
        let (width, height) = (matte.shape.width, matte.shape.height)
        if matte.shape.elementCount == 0 { return }
        let source = matte
        let (values, target) = (source.borrowed, try matte.exclusive())
        // Whole cells, and for large ones as many as their margins have.
        let tileWidth = min(max(128 / cell, 2 * reach), 4096) * cell
        let tileHeight = min(max(64 / cell, 2 * reach), 4096) * cell
        let margin = (reach + 1) * cell
        let columnsOfTiles = (width + tileWidth - 1) / tileWidth
        let bins = Int(scale) + 2
        func cells(_ pixels: Int) -> Int { pixels / cell + 3 }
        let columns = cells(min(tileWidth + 2 * margin, width))
        let rows = cells(min(tileHeight + 2 * margin, height))
        let gridSize = columns * rows * bins * 2
        let size = 2 * gridSize
        let scratch = try FloatBuffer(count: size * pool.threadCount, purpose: "grids of a bilateral filter")
        pool.forEach(columnsOfTiles * ((height + tileHeight - 1) / tileHeight)) { number, slot in
            let (tileY, tileX) = number.quotientAndRemainder(dividingBy: columnsOfTiles)
            let inner = (
                x: tileX * tileWidth..<min((tileX + 1) * tileWidth, width),
                y: tileY * tileHeight..<min((tileY + 1) * tileHeight, height)
            )
            let outer = (
                x: max(inner.x.lowerBound - margin, 0)..<min(inner.x.upperBound + margin, width),
                y: max(inner.y.lowerBound - margin, 0)..<min(inner.y.upperBound + margin, height)
            )
            let first = values[outer.y.lowerBound * width + outer.x.lowerBound]
            if outer.y.allSatisfy({
                kernels.isConstant(values + $0 * width + outer.x.lowerBound, first, count: outer.x.count)
            }) {
                return
            }
            let grid = scratch.base + slot * size
            grid.update(repeating: 0, count: gridSize)
            let step = 1 / Double(cell)
            // Centres of pixels between centres of cells, one cell of room before.
            func place(_ index: Int, _ start: Int) -> Double { (Double(index - start) + 0.5) * step + 0.5 }
            for y in outer.y {
                kernels.gridSplat(
                    values + y * width + outer.x.lowerBound, count: outer.x.count,
                    x: place(outer.x.lowerBound, outer.x.lowerBound), y: place(y, outer.y.lowerBound), step: step,
                    scale: scale, grid, columns: columns, bins: bins)
            }
            let copy = grid + gridSize
            kernels.gridBlur(
                grid, lines: rows * columns, count: bins, inner: 2, weights: valueWeights,
                reach: valueWeights.count - 1, copy)
            kernels.gridBlur(
                grid, lines: rows, count: columns, inner: 2 * bins, weights: placeWeights, reach: reach, copy)
            kernels.gridBlur(
                grid, lines: 1, count: rows, inner: 2 * bins * columns, weights: placeWeights, reach: reach, copy)
            for y in inner.y {
                let start = y * width + inner.x.lowerBound
                kernels.gridSlice(
                    values + start, count: inner.x.count, x: place(inner.x.lowerBound, outer.x.lowerBound),
                    y: place(y, outer.y.lowerBound), step: step, scale: scale, grid, columns: columns, bins: bins,
                    target + start)
            }
        }
        withExtendedLifetime((source, scratch)) {}
    }
}
