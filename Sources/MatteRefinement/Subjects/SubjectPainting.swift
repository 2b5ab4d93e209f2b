import KernelDispatch
import TensorCore
import Threads

/// Brings the labels of cells to the pixels, with lines where the picture has edges.
///
/// Pixels of a cell whose neighbours are of one label have it, too. Along lines between labels, where there is any matte, they
/// are shared out by a watershed from the cells on both sides, over the picture's contrast and a ridge along the
/// interpolated line. Tiles are worked on by themselves, with some cells around them so that lines go on from one to the
/// next.
struct SubjectPainting<Guide: GuideRows> {
    let cells: UnsafePointer<UInt8>
    /// The matte's mean in each cell.
    let coverage: UnsafePointer<Float>
    let grid: ReducedGrid
    let guide: Guide

    /// Cells around a tile.
    private static var halo: Int { 4 }
    /// Pixels of a tile's side, about.
    private static var tileSide: Int { 512 }

    /// What a thread needs for a tile.
    private struct Scratch {
        let labels: NumberBuffer<UInt8>
        let relief: NumberBuffer<UInt16>
        let next: NumberBuffer<Int32>
        let planes: NumberBuffer<Float>

        init(pixels: Int, channels: Int) throws(TensorError) {
            labels = try NumberBuffer(count: pixels, purpose: "lines between subjects")
            relief = try NumberBuffer(count: pixels, purpose: "lines between subjects")
            next = try NumberBuffer(count: pixels, purpose: "lines between subjects")
            planes = try NumberBuffer(count: pixels * channels, purpose: "lines between subjects")
        }
    }

    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    func paint(pool: ThreadPool) throws(TensorError) -> NumberBuffer<UInt8> {
        let map = try NumberBuffer<UInt8>(count: grid.fineWidth * grid.fineHeight, purpose: "subjects of a picture")
        let side = max(Self.tileSide / grid.factor, 2 * Self.halo)
        let across = (grid.width + side - 1) / side
        let down = (grid.height + side - 1) / side
        let width = min((side + 2 * Self.halo) * grid.factor, grid.fineWidth)
        let height = min((side + 2 * Self.halo) * grid.factor, grid.fineHeight)
        var scratch: [Scratch] = []
        for _ in 0..<pool.threadCount {
            scratch.append(try Scratch(pixels: width * height, channels: guide.channels))
        }
        pool.forEach(across * down) { tile, slot in
            let (x, y) = (tile % across * side, tile / across * side)
            let columns = x..<min(x + side, grid.width)
            let rows = y..<min(y + side, grid.height)
            if grid.factor > 1 && hasLines(columns, rows) {
                share(columns, rows, scratch[slot], into: map.base)
            } else {
                fill(columns, rows, map.base)
            }
        }
        return map
    }

    /// Whether a cell lies at a line between labels, and some of the matte in it.
    private func isFree(_ x: Int, _ y: Int) -> Bool {
        let index = y * grid.width + x
        guard coverage[index] > 0 else { return false }
        let label = cells[index]
        for row in max(y - 1, 0)...min(y + 1, grid.height - 1) {
            for column in max(x - 1, 0)...min(x + 1, grid.width - 1) where cells[row * grid.width + column] != label {
                return true
            }
        }
        return false
    }

    private func hasLines(_ columns: Range<Int>, _ rows: Range<Int>) -> Bool {
        let label = cells[rows.lowerBound * grid.width + columns.lowerBound]
        for y in max(rows.lowerBound - 1, 0)..<min(rows.upperBound + 1, grid.height) {
            for x in max(columns.lowerBound - 1, 0)..<min(columns.upperBound + 1, grid.width)
            where cells[y * grid.width + x] != label {
                return true
            }
        }
        return false
    }

    private func fineColumns(_ columns: Range<Int>) -> Range<Int> {
        columns.lowerBound * grid.factor..<min(columns.upperBound * grid.factor, grid.fineWidth)
    }

    private func fineRows(_ rows: Range<Int>) -> Range<Int> {
        rows.lowerBound * grid.factor..<min(rows.upperBound * grid.factor, grid.fineHeight)
    }

    /// Gives all pixels their cells' labels.
    private func fill(_ columns: Range<Int>, _ rows: Range<Int>, _ map: UnsafeMutablePointer<UInt8>) {
        for y in fineRows(rows) {
            let line = map + y * grid.fineWidth
            for x in columns {
                let pixels = fineColumns(x..<x + 1)
                (line + pixels.lowerBound).update(
                    repeating: cells[y / grid.factor * grid.width + x], count: pixels.count)
            }
        }
    }

    private func share(
        _ tileColumns: Range<Int>, _ tileRows: Range<Int>, _ scratch: Scratch, into map: UnsafeMutablePointer<UInt8>
    ) {
        let halo = Self.halo
        let columns = max(tileColumns.lowerBound - halo, 0)..<min(tileColumns.upperBound + halo, grid.width)
        let rows = max(tileRows.lowerBound - halo, 0)..<min(tileRows.upperBound + halo, grid.height)
        let (across, down) = (fineColumns(columns), fineRows(rows))
        let (width, height) = (across.count, down.count)
        let planeStride = width * height
        for y in down {
            guide.read(
                row: y, columns: across, into: scratch.planes.base + (y - down.lowerBound) * width,
                stride: planeStride)
        }
        for row in rows {
            for column in columns {
                let isFree = isFree(column, row)
                let label = isFree ? 0 : cells[row * grid.width + column]
                let pixels = fineColumns(column..<column + 1)
                for y in fineRows(row..<row + 1) {
                    let line = (y - down.lowerBound) * width - across.lowerBound
                    for x in pixels {
                        scratch.labels.base[line + x] = label
                        guard isFree else { continue }
                        let contrast = SubjectContacts.contrast(
                            scratch.planes.base, planes: guide.channels, planeStride: planeStride,
                            x - across.lowerBound, y - down.lowerBound, width: width, height: height)
                        let height = contrast + SubjectContacts.oldLine * ridge(x, y)
                        scratch.relief.base[line + x] = UInt16(
                            min(height * SubjectContacts.heights, Float(PriorityFlood.heightCount - 1)))
                    }
                }
            }
        }
        var flood = PriorityFlood()
        flood.flood(
            scratch.labels.base, heights: scratch.relief.base, width: width, height: height, next: scratch.next.base)
        for y in fineRows(tileRows) {
            let line = (y - down.lowerBound) * width - across.lowerBound
            for x in fineColumns(tileColumns) {
                let label = scratch.labels.base[line + x]
                map[y * grid.fineWidth + x] = label != 0 ? label : cells[y / grid.factor * grid.width + x / grid.factor]
            }
        }
    }

    /// 1 where two labels weigh the same among the four cells around a pixel, 0 where they are of one.
    private func ridge(_ x: Int, _ y: Int) -> Float {
        let (column, right) = position(x, below: grid.width)
        let (row, lower) = position(y, below: grid.height)
        let (nextColumn, nextRow) = (min(column + 1, grid.width - 1), min(row + 1, grid.height - 1))
        let corners = (
            cells[row * grid.width + column], cells[row * grid.width + nextColumn],
            cells[nextRow * grid.width + column], cells[nextRow * grid.width + nextColumn]
        )
        let weights = ((1 - right) * (1 - lower), right * (1 - lower), (1 - right) * lower, right * lower)
        func weight(_ label: UInt8) -> Float {
            (corners.0 == label ? weights.0 : 0) + (corners.1 == label ? weights.1 : 0)
                + (corners.2 == label ? weights.2 : 0) + (corners.3 == label ? weights.3 : 0)
        }
        let most = max(weight(corners.0), weight(corners.1), weight(corners.2), weight(corners.3))
        return min(2 - 2 * most, 1)
    }

    /// The cell at or before a pixel, by the middles of both, and how far the pixel is on the way to the next one.
    private func position(_ pixel: Int, below count: Int) -> (cell: Int, share: Float) {
        let position = max((Float(pixel) + 0.5) / Float(grid.factor) - 0.5, 0)
        let cell = min(Int(position), count - 1)
        return (cell, min(position - Float(cell), 1))
    }
}
