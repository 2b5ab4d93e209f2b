import KernelDispatch
import TensorCore
import Threads

/// Moves the line between two subjects that touch to where the picture has an edge.
///
/// The watershed of distances cuts straight from notch to notch. Around that line, the farther the longer it is, cells are
/// given free and taken once more by the subjects from both sides, over a relief of the picture's contrast and, where it has
/// none, of how near the old line is: a watershed from markers.
enum SubjectContacts {
    /// How far a cell is given free, as a share of its line's half length.
    private static let reach: Float = 0.75
    /// The contrast, in [0, 1], that draws the line as strongly to itself as the old line does.
    static let oldLine: Float = 0.08
    /// Heights of a contrast of 1.
    static let heights: Float = 1024

    /// - Parameters:
    ///   - parts: whose labels are changed.
    ///   - guide: the picture.
    ///   - grid: of the parts' cells.
    ///   - checkpoint: called between pieces of the work; what it throws ends it.
    static func refine(
        _ parts: SubjectParts, guide: some GuideRows, grid: ReducedGrid, pool: ThreadPool,
        checkpoint: () throws -> Void
    ) throws {
        let (width, height) = (grid.width, grid.height)
        let labels = parts.labels.base
        let isLine = try NumberBuffer<UInt8>(count: width * height, purpose: "lines between subjects")
        // For each line cell the other label; for each two labels how far the middle of their line is from the ground.
        guard mark(labels, width: width, height: height, isLine.base) else { return }
        var widest: [Int: Int32] = [:]
        for index in 0..<width * height where isLine.base[index] != 0 {
            let pair = Self.pair(labels[index], isLine.base[index])
            widest[pair] = max(widest[pair] ?? 0, parts.levels.base[index])
        }
        let line = try NearestSites(isLine.base, width: width, height: height, pool: pool)
        try checkpoint()

        let free = try NumberBuffer<UInt8>(count: width * height, purpose: "lines between subjects")
        let relief = try NumberBuffer<UInt16>(count: width * height, purpose: "lines between subjects")
        var (left, right, top, bottom) = (width, -1, height, -1)
        for y in 0..<height {
            for x in 0..<width {
                let index = y * width + x
                guard labels[index] != 0 else {
                    free.base[index] = PriorityFlood.barrier
                    continue
                }
                free.base[index] = labels[index]
                guard let site = line[index], let square = line.squaredDistance(at: index) else { continue }
                let level =
                    Float(widest[Self.pair(labels[site], isLine.base[site])] ?? 0) / Float(SubjectParts.levelsPerCell)
                let nearness = 1 - Float(square).squareRoot() / (1 + reach * level)
                guard nearness > 0 else { continue }
                free.base[index] = 0
                relief.base[index] = UInt16(oldLine * nearness * heights)
                (left, right, top, bottom) = (min(left, x), max(right, x), min(top, y), max(bottom, y))
            }
        }
        // Nobody is given free as a whole.
        for (index, middle) in parts.middles.enumerated() { free.base[middle] = UInt8(index + 1) }
        try checkpoint()

        let columns = max(left - 1, 0)..<min(right + 2, width)
        let rows = max(top - 1, 0)..<min(bottom + 2, height)
        let picture = try Self.picture(guide, grid: grid, columns: columns, rows: rows, pool: pool)
        try checkpoint()
        for y in rows {
            for x in columns where free.base[y * width + x] == 0 {
                let contrast = Self.contrast(
                    picture.plane(0), planes: picture.count, planeStride: picture.width * picture.height,
                    x - columns.lowerBound, y - rows.lowerBound, width: picture.width, height: picture.height)
                let index = y * width + x
                let sum = relief.base[index] + UInt16(contrast * heights)
                relief.base[index] = min(sum, UInt16(PriorityFlood.heightCount - 1))
            }
        }
        let next = try NumberBuffer<Int32>(count: width * height, purpose: "lines between subjects")
        var flood = PriorityFlood()
        flood.flood(free.base, heights: relief.base, width: width, height: height, next: next.base)
        for index in 0..<width * height where labels[index] != 0 && free.base[index] != 0 {
            labels[index] = free.base[index]
        }
    }

    private static func pair(_ a: UInt8, _ b: UInt8) -> Int { Int(min(a, b)) << 8 | Int(max(a, b)) }

    /// Marks the cells of bodies that have another subject's beside them with its label; false where there are none.
    private static func mark(
        _ labels: UnsafePointer<UInt8>, width: Int, height: Int, _ isLine: UnsafeMutablePointer<UInt8>
    ) -> Bool {
        var isAny = false
        for y in 0..<height {
            for x in 0..<width {
                let index = y * width + x
                let label = labels[index]
                guard label != 0 else { continue }
                func look(_ other: UInt8) {
                    guard other != 0, other != label else { return }
                    isLine[index] = other
                    isAny = true
                }
                if x > 0 { look(labels[index - 1]) }
                if x + 1 < width { look(labels[index + 1]) }
                if y > 0 { look(labels[index - width]) }
                if y + 1 < height { look(labels[index + width]) }
            }
        }
        return isAny
    }

    /// The picture's means over some cells.
    private static func picture(
        _ guide: some GuideRows, grid: ReducedGrid, columns: Range<Int>, rows: Range<Int>, pool: ThreadPool
    ) throws(TensorError) -> PlaneStack {
        let stack = try PlaneStack(width: columns.count, height: rows.count, count: guide.channels)
        let fine = columns.lowerBound * grid.factor..<min(columns.upperBound * grid.factor, grid.fineWidth)
        let stride = GuidedTile.stride(forColumns: fine.count)
        let size = 2 * guide.channels * stride
        let scratch = try NumberBuffer<Float>(count: size * pool.threadCount, purpose: "rows of a picture")
        pool.forEach(rows.count) { row, slot in
            let sums = scratch.base + slot * size
            let line = sums + guide.channels * stride
            let fineRows = grid.fineRows(rows.lowerBound + row)
            for (index, fineRow) in fineRows.enumerated() {
                guide.read(row: fineRow, columns: fine, into: index == 0 ? sums : line, stride: stride)
                if index > 0 { kernels.boxAddRow(line, sums, guide.channels * stride) }
            }
            for plane in 0..<guide.channels {
                kernels.planeReduceRow(
                    sums + plane * stride, fine.count, grid.factor, 1 / Float(fineRows.count), stack.row(plane, row))
            }
        }
        withExtendedLifetime(scratch) {}
        return stack
    }

    /// How much the picture changes at a place, in [0, 1]: half the difference of the neighbours across and down, of the
    /// channel where it is greatest.
    @inline(__always)
    static func contrast(
        _ planes: UnsafePointer<Float>, planes count: Int, planeStride: Int, _ x: Int, _ y: Int, width: Int, height: Int
    ) -> Float {
        let (left, right) = (y &* width &+ max(x &- 1, 0), y &* width &+ min(x &+ 1, width &- 1))
        let (above, below) = (max(y &- 1, 0) &* width &+ x, min(y &+ 1, height &- 1) &* width &+ x)
        var greatest: Float = 0
        var plane = planes
        for _ in 0..<count {
            let change = (plane[right] - plane[left]).magnitude + (plane[below] - plane[above]).magnitude
            greatest = max(greatest, change)
            plane += planeStride
        }
        return min(greatest / 2, 1)
    }
}
