import Threads

/// The rectangles that are solved by themselves, cut by where unknown pixels lie.
struct SolvingTiles {
    /// A rectangle of the picture.
    struct Rect: Equatable {
        var columns: Range<Int>
        var rows: Range<Int>

        var area: Int { columns.count * rows.count }

        func overlaps(_ other: Rect) -> Bool {
            columns.overlaps(other.columns) && rows.overlaps(other.rows)
        }

        func union(_ other: Rect) -> Rect {
            Rect(
                columns: min(columns.lowerBound, other.columns.lowerBound)..<max(
                    columns.upperBound, other.columns.upperBound),
                rows: min(rows.lowerBound, other.rows.lowerBound)..<max(rows.upperBound, other.rows.upperBound))
        }

        /// The rectangle with so many pixels more on all sides, as far as the picture goes.
        func widened(by reach: Int, width: Int, height: Int) -> Rect {
            Rect(
                columns: max(columns.lowerBound - reach, 0)..<min(columns.upperBound + reach, width),
                rows: max(rows.lowerBound - reach, 0)..<min(rows.upperBound + reach, height))
        }

        /// The rectangle with so many pixels less on the sides that lie within the picture.
        func narrowed(by frame: Int, width: Int, height: Int) -> Rect {
            func narrowed(_ range: Range<Int>, _ limit: Int) -> Range<Int> {
                let first = range.lowerBound == 0 ? 0 : range.lowerBound + frame
                let last = range.upperBound == limit ? limit : range.upperBound - frame
                return first..<max(first, last)
            }
            return Rect(columns: narrowed(columns, width), rows: narrowed(rows, height))
        }

        func clamped(to other: Rect) -> Rect {
            Rect(columns: columns.clamped(to: other.columns), rows: rows.clamped(to: other.rows))
        }
    }

    /// Pixels of a system at most: 1024², 115 MB.
    static let largestArea = 1 << 20
    /// Pixels of a side of the blocks by which unknown pixels are gathered.
    static let blockSide = 32
    /// Regions beyond this number are taken for one: specks all over the picture.
    private static let mostRegions = 256

    /// Disjoint rectangles that hold all unknown pixels and, within the picture, two certain ones around them.
    static func regions(of problem: SolvingProblem, within part: Rect, pool: ThreadPool) -> [Rect] {
        let across = (part.columns.count + blockSide - 1) / blockSide
        let down = (part.rows.count + blockSide - 1) / blockSide
        // The box of each block's unknown pixels.
        var boxes = [Rect?](repeating: nil, count: across * down)
        boxes.withUnsafeMutableBufferPointer { boxes in
            guard let boxes = boxes.baseAddress else { return }
            pool.forEach(down) { blockRow, _ in
                let top = part.rows.lowerBound + blockRow * blockSide
                for y in top..<min(top + blockSide, part.rows.upperBound) {
                    let row = problem.mask + y * problem.width
                    for block in 0..<across {
                        let left = part.columns.lowerBound + block * blockSide
                        let right = min(left + blockSide, part.columns.upperBound)
                        guard var first = (left..<right).first(where: { row[$0] == problem.unknownValue }) else {
                            continue
                        }
                        var last = right - 1
                        while row[last] != problem.unknownValue { last -= 1 }
                        var rows = y..<y + 1
                        if let box = boxes[blockRow * across + block] {
                            first = min(first, box.columns.lowerBound)
                            last = max(last, box.columns.upperBound - 1)
                            rows = box.rows.lowerBound..<y + 1
                        }
                        boxes[blockRow * across + block] = Rect(columns: first..<last + 1, rows: rows)
                    }
                }
            }
        }
        var regions: [Rect] = []
        for start in boxes.indices {
            guard let box = boxes[start] else { continue }
            boxes[start] = nil
            var region = box
            var stack = [start]
            while let block = stack.popLast() {
                let (x, y) = (block % across, block / across)
                for row in max(y - 1, 0)...min(y + 1, down - 1) {
                    for column in max(x - 1, 0)...min(x + 1, across - 1) {
                        guard let next = boxes[row * across + column] else { continue }
                        region = region.union(next)
                        boxes[row * across + column] = nil
                        stack.append(row * across + column)
                    }
                }
            }
            regions.append(region.widened(by: 2, width: problem.width, height: problem.height))
        }
        if regions.count > mostRegions { return regions.reduce(into: nil) { $0 = $0?.union($1) ?? $1 }.map { [$0] } ?? [] }
        return merged(regions)
    }

    /// Joins rectangles until none overlap.
    private static func merged(_ rects: [Rect]) -> [Rect] {
        var result: [Rect] = []
        for rect in rects {
            var rect = rect
            while let index = result.firstIndex(where: { $0.overlaps(rect) }) {
                rect = rect.union(result.remove(at: index))
            }
            result.append(rect)
        }
        return result
    }

    /// Cuts a rectangle into tiles of at most ``largestArea`` with an overlap on the sides that are cut, row by row.
    static func tiles(of region: Rect) -> [Rect] {
        let (core, overlap) = (768, 128)
        func cuts(_ range: Range<Int>) -> [Range<Int>] {
            let count = max((range.count + core - 1) / core, 1)
            return (0..<count).map { index in
                let first = range.lowerBound + range.count * index / count
                let last = range.lowerBound + range.count * (index + 1) / count
                return max(first - overlap, range.lowerBound)..<min(last + overlap, range.upperBound)
            }
        }
        return cuts(region.rows).flatMap { rows in cuts(region.columns).map { Rect(columns: $0, rows: rows) } }
    }
}
