/// Fills strokes into maps of bytes, here because this target is optimised in debug builds too.
package enum StrokeLoops {
    /// Fills the pixels whose centre is within `radius` of the line from one point to another, and calls `visit` for each
    /// stretch of a row before it is filled. Coordinates are finite.
    package static func fill(
        from a: (x: Double, y: Double), to b: (x: Double, y: Double), radius: Double, width: Int, height: Int,
        _ visit: (_ row: Int, _ columns: Range<Int>) -> Void
    ) {
        let top = clamped(min(a.y, b.y) - radius - 0.5, to: height)
        let bottom = clamped(max(a.y, b.y) + radius + 0.5, to: height)
        for row in top..<max(bottom, top) {
            guard let (low, high) = span(at: Double(row) + 0.5, from: a, to: b, radius: radius) else { continue }
            let first = clamped((low - 0.5).rounded(.up), to: width)
            let last = clamped((high - 0.5).rounded(.down) + 1, to: width)
            if first < last { visit(row, first..<last) }
        }
    }

    private static func clamped(_ value: Double, to limit: Int) -> Int {
        value > 0 ? (value < Double(limit) ? Int(value) : limit) : 0
    }

    /// The stretch of a horizontal line inside the stroke, which is convex: the hull of its ends' discs and of the rectangle
    /// between them.
    private static func span(
        at y: Double, from a: (x: Double, y: Double), to b: (x: Double, y: Double), radius: Double
    ) -> (Double, Double)? {
        var (low, high) = (Double.infinity, -Double.infinity)
        for end in [a, b] {
            let square = radius * radius - (y - end.y) * (y - end.y)
            guard square >= 0 else { continue }
            let half = square.squareRoot()
            (low, high) = (min(low, end.x - half), max(high, end.x + half))
        }
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        let length = (dx * dx + dy * dy).squareRoot()
        if length > 0 {
            // Along the line between its ends, and across it within the radius: two stretches of the row.
            var (first, last) = (-Double.infinity, Double.infinity)
            func narrow(_ slope: Double, _ offset: Double, _ least: Double, _ greatest: Double) {
                guard slope != 0 else {
                    if offset < least || offset > greatest { (first, last) = (.infinity, -.infinity) }
                    return
                }
                let (one, other) = ((least - offset) / slope, (greatest - offset) / slope)
                (first, last) = (max(first, min(one, other)), min(last, max(one, other)))
            }
            narrow(dx, (y - a.y) * dy, 0, length * length)
            narrow(dy, -(y - a.y) * dx, -radius * length, radius * length)
            if first <= last { (low, high) = (min(low, a.x + first), max(high, a.x + last)) }
        }
        return low <= high ? (low, high) : nil
    }
}

/// Loops over parts of mattes that were corrected.
package enum CorrectionLoops {
    /// The smallest rectangle that holds all values that differ; nil where none does.
    package static func changedBox(
        _ before: UnsafePointer<Float>, _ after: UnsafePointer<Float>, width: Int, columns: Range<Int>, rows: Range<Int>
    ) -> (columns: Range<Int>, rows: Range<Int>)? {
        var box: (columns: Range<Int>, rows: Range<Int>)?
        for y in rows {
            let row = y * width
            guard let first = columns.first(where: { before[row + $0] != after[row + $0] }) else { continue }
            var last = columns.upperBound - 1
            while before[row + last] == after[row + last] { last -= 1 }
            let old = box ?? (first..<last + 1, y..<y + 1)
            box = (
                min(old.columns.lowerBound, first)..<max(old.columns.upperBound, last + 1), old.rows.lowerBound..<y + 1
            )
        }
        return box
    }

    /// Enters fresh marks among the certain ones: what asks for a new solution is certain no longer.
    ///
    /// - Returns: which of the marks 1, 2 and 3 there are.
    package static func enter(
        _ fresh: UnsafePointer<UInt8>, into certain: UnsafeMutablePointer<UInt8>, width: Int, columns: Range<Int>,
        rows: Range<Int>
    ) -> [UInt8] {
        var isThere = [false, false, false, false]
        for y in rows {
            for index in y * width + columns.lowerBound..<y * width + columns.upperBound where fresh[index] != 0 {
                let mark = fresh[index]
                isThere[Int(mark)] = true
                certain[index] = mark == ScribbleLoops.unknown ? 0 : mark
            }
        }
        return (1...3).filter { isThere[Int($0)] }
    }

    /// The smallest rectangle that holds all marks; nil where there is none.
    package static func box(
        _ marks: UnsafePointer<UInt8>, width: Int, height: Int
    ) -> (columns: Range<Int>, rows: Range<Int>)? {
        var box: (columns: Range<Int>, rows: Range<Int>)?
        for y in 0..<height {
            let row = y * width
            guard let first = (0..<width).first(where: { marks[row + $0] != 0 }) else { continue }
            var last = width - 1
            while marks[row + last] == 0 { last -= 1 }
            let old = box ?? (first..<last + 1, y..<y + 1)
            box = (
                min(old.columns.lowerBound, first)..<max(old.columns.upperBound, last + 1), old.rows.lowerBound..<y + 1
            )
        }
        return box
    }
}
