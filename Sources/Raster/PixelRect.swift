/// A rectangle of whole pixels: from (x, y), counted from the left and the top, `width` to the right and `height` down.
///
/// Any numbers may be put into it; what it is given to says which it takes.
public struct PixelRect: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The leftmost column.
    public var x: Int
    /// The topmost row.
    public var y: Int
    /// In pixels; 0 and less is an empty rectangle.
    public var width: Int
    /// In pixels; 0 and less is an empty rectangle.
    public var height: Int

    /// A rectangle by its corner and its size.
    public init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// A rectangle of ranges of columns and rows.
    package init(columns: Range<Int>, rows: Range<Int>) {
        self.init(x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count)
    }

    /// Whether it holds no pixel.
    public var isEmpty: Bool { width <= 0 || height <= 0 }

    /// As in 200×100+30+40.
    public var description: String { "\(width)×\(height)+\(x)+\(y)" }

    /// What of it lies within a picture of `width` × `height`; empty at (0, 0) where nothing does.
    public func clamped(toWidth width: Int, height: Int) -> PixelRect {
        func clamp(_ start: Int, _ count: Int, _ limit: Int) -> Range<Int> {
            let (end, overflows) = start.addingReportingOverflow(max(count, 0))
            let first = min(max(start, 0), limit)
            return first..<max(first, overflows ? limit : min(end, limit))
        }
        let part = PixelRect(columns: clamp(x, self.width, max(width, 0)), rows: clamp(y, self.height, max(height, 0)))
        return part.isEmpty ? PixelRect(x: 0, y: 0, width: 0, height: 0) : part
    }

    /// The smallest rectangle that holds both; an empty one counts for nothing.
    package func union(_ other: PixelRect) -> PixelRect {
        if isEmpty { return other }
        if other.isEmpty { return self }
        let columns = min(x, other.x)..<max(x + width, other.x + other.width)
        let rows = min(y, other.y)..<max(y + height, other.y + other.height)
        return PixelRect(columns: columns, rows: rows)
    }

    /// The columns of a rectangle that is known to lie within a picture.
    package var columns: Range<Int> { x..<x + max(width, 0) }
    /// The rows of a rectangle that is known to lie within a picture.
    package var rows: Range<Int> { y..<y + max(height, 0) }
}
