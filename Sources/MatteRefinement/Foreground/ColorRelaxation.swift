import KernelDispatch
import TensorCore

/// How a level is cut into tiles that know all that their pixels depend on, so that they can be solved by themselves.
///
/// A pass over even rows, then odd ones carries a value two rows and one column on.
struct ColorTiling {
    let width: Int
    let height: Int
    let iterations: Int
    let colors: Int
    private let tileWidth: Int
    private let tileHeight: Int

    init(width: Int, height: Int, iterations: Int, colors: Int) {
        self.width = width
        self.height = height
        self.iterations = iterations
        self.colors = colors
        // Tiles of half a megabyte stay in the cache of a core; those of many passes are as large as their margins.
        self.tileWidth = min(max(128, 4 * iterations), width)
        self.tileHeight = min(max(32, 4 * iterations), height)
    }

    private var columnsOfTiles: Int { (width + tileWidth - 1) / tileWidth }
    var count: Int { columnsOfTiles * ((height + tileHeight - 1) / tileHeight) }

    /// What is solved, and what is read for it.
    struct Tile {
        let rows: Range<Int>
        let columns: Range<Int>
        let readRows: Range<Int>
        let readColumns: Range<Int>
    }

    func tile(_ number: Int) -> Tile {
        let (y, x) = number.quotientAndRemainder(dividingBy: columnsOfTiles)
        let rows = y * tileHeight..<min((y + 1) * tileHeight, height)
        let columns = x * tileWidth..<min((x + 1) * tileWidth, width)
        return Tile(
            rows: rows, columns: columns,
            readRows: max(rows.lowerBound - 2 * iterations, 0)..<min(rows.upperBound + 2 * iterations, height),
            readColumns: max(columns.lowerBound - iterations, 0)..<min(columns.upperBound + iterations, width))
    }

    /// Room before a row for one value, after it for a vector; a multiple of the widest.
    private static let before = 16
    private static let after = 32
    var stride: Int { (min(tileWidth + 2 * iterations, width) + Self.before + Self.after + 15) / 16 * 16 }
    var readHeight: Int { min(tileHeight + 4 * iterations, height) }
    /// Two versions of the colours, the picture and the matte, and two maps of columns.
    var scratchCount: Int { (5 * colors + 1) * stride * readHeight + 2 * stride + Self.before }
    var firstValue: Int { Self.before }
}

/// Solves the tiles of one level.
struct ColorRelaxation {
    private let estimation: ForegroundEstimation
    private let tiling: ColorTiling
    private let source: ColorSource
    private let alpha: Tensor
    private let previous: ColorLevel

    init(
        _ estimation: ForegroundEstimation, _ tiling: ColorTiling, source: ColorSource, alpha: Tensor,
        previous: ColorLevel
    ) {
        self.estimation = estimation
        self.tiling = tiling
        self.source = source
        self.alpha = alpha
        self.previous = previous
    }

    /// Whether a tile of the picture's own size has a pixel that is asked for.
    func isWanted(_ tile: ColorTiling.Tile, _ wanted: ForegroundEstimation.Wanted) -> Bool {
        let limit: Float = wanted == .soft ? 1 : .infinity
        return tile.rows.contains { row in
            kernels.hasValueBetween(
                0, limit, alpha.borrowed + row * source.width + tile.columns.lowerBound, count: tile.columns.count)
        }
    }

    /// - Parameter scratch: ``ColorTiling/scratchCount`` floats.
    func run(
        _ tile: ColorTiling.Tile, _ scratch: UnsafeMutablePointer<Float>, emit: (ForegroundEstimation.Piece) -> Void
    ) {
        let (colors, planes) = (source.colors, 2 * source.colors)
        let (stride, count, height) = (tiling.stride, tile.readColumns.count, tile.readRows.count)
        let rowSize = planes * stride
        let first = scratch + tiling.firstValue
        let versions = [first, first + rowSize * tiling.readHeight]
        let image = first + 2 * rowSize * tiling.readHeight
        let coverage = image + colors * stride * tiling.readHeight
        let maps = UnsafeMutableRawPointer(coverage + stride * tiling.readHeight - tiling.firstValue)
            .assumingMemoryBound(to: Int32.self)
        let (places, former) = (maps, maps + stride)

        func place(_ index: Int, _ count: Int, _ sourceCount: Int) -> Int { index * sourceCount / count }
        for (x, column) in tile.readColumns.enumerated() {
            places[x] = Int32(truncatingIfNeeded: place(column, tiling.width, source.width))
            former[x] = Int32(truncatingIfNeeded: place(column, tiling.width, previous.width))
        }
        for (y, row) in tile.readRows.enumerated() {
            let sourceRow = place(row, tiling.height, source.height)
            source.read(
                row: sourceRow, columns: places, count: count, into: image + y * colors * stride, stride: stride)
            let shares = coverage + y * stride
            kernels.coverageOfRow(
                alpha.borrowed + sourceRow * source.width, columns: places, shares, count: count)
            source.divide(shares, row: sourceRow, columns: places, count: count)
            (shares[-1], shares[count]) = (shares[0], shares[count - 1])
            let formerRow = place(row, tiling.height, previous.height)
            for plane in 0..<planes {
                let values = versions[0] + y * rowSize + plane * stride
                kernels.gather(previous.row(plane, formerRow), columns: former, values, count: count)
                (values[-1], values[count]) = (values[0], values[count - 1])
            }
        }

        var version = 0
        for _ in 0..<tiling.iterations {
            let (old, new) = (versions[version], versions[1 - version])
            // Even rows of the level see the old odd ones, odd rows the new even ones; a row of the border sees itself.
            let shares = UnsafePointer(coverage)
            for parity in 0..<2 {
                let others = UnsafePointer(parity == 0 ? old : new)
                for y in 0..<height where (tile.readRows.lowerBound + y) % 2 == parity {
                    let here = UnsafePointer(old + y * rowSize)
                    kernels.relaxColors(
                        (
                            above: y > 0 ? others + (y - 1) * rowSize : here, here: here,
                            below: y + 1 < height ? others + (y + 1) * rowSize : here, result: new + y * rowSize
                        ),
                        (
                            above: shares + max(y - 1, 0) * stride, here: shares + y * stride,
                            below: shares + min(y + 1, height - 1) * stride
                        ), image + y * colors * stride, channels: colors, planeStride: stride,
                        regularization: estimation.regularization, gradientWeight: estimation.gradientWeight,
                        count: count)
                }
            }
            version = 1 - version
        }
        let shift = tile.columns.lowerBound - tile.readColumns.lowerBound
        for row in tile.rows {
            let y = row - tile.readRows.lowerBound
            emit(
                ForegroundEstimation.Piece(
                    row: row, firstColumn: tile.columns.lowerBound, count: tile.columns.count,
                    colors: versions[version] + y * rowSize + shift, stride: stride,
                    coverage: coverage + y * stride + shift))
        }
    }
}
