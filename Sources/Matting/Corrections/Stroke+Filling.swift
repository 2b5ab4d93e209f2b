import MatteRefinement
import MatteSolving
import Raster

extension Stroke {
    /// Points that a stroke may have.
    private static let mostPoints = 100_000
    /// How far a point may lie from the picture's corner: more than any picture is wide.
    private static let farthest = 1e7

    /// Checks the numbers.
    ///
    /// - Throws: ``MattingError/emptyStroke``, ``MattingError/invalidOption(name:value:allowed:)``.
    func validate() throws(MattingError) {
        guard !points.isEmpty else { throw .emptyStroke }
        try MattingError.wrapping {
            try OptionProblem.check("stroke.radius", radius, above: 0, upTo: 32_768)
            try OptionProblem.check("stroke.points.count", points.count, in: 1...Self.mostPoints)
            for point in points {
                try OptionProblem.check("stroke.points.x", point.x, in: -Self.farthest...Self.farthest)
                try OptionProblem.check("stroke.points.y", point.y, in: -Self.farthest...Self.farthest)
            }
        }
    }

    /// Marks the stroke's pixels.
    ///
    /// - Parameter isContradiction: whether a mark that is there already may not be replaced by this one's.
    /// - Returns: the rectangle that holds them.
    /// - Throws: ``MattingError/strokeOutside(width:height:)``, ``MattingError/contradictoryStrokes(x:y:)``,
    ///   ``MattingError/picture(_:)`` where memory is refused; ``validate()`` is the caller's.
    func fill(_ marks: inout PixelMarks, refusesContradictions: Bool) throws(MattingError) -> PixelRect {
        let (width, height, mark) = (marks.width, marks.height, kind.mark)
        var box = PixelRect(x: 0, y: 0, width: 0, height: 0)
        var contradiction: Int?
        try MattingError.wrapping {
            try marks.withMutableBytes { bytes in
                func visit(_ row: Int, _ columns: Range<Int>) {
                    let first = bytes + row * width
                    if refusesContradictions, contradiction == nil {
                        let other = mark == ScribbleLoops.subject ? ScribbleLoops.background : ScribbleLoops.subject
                        if mark != ScribbleLoops.unknown, let x = columns.first(where: { first[$0] == other }) {
                            contradiction = row * width + x
                        }
                    }
                    (first + columns.lowerBound).update(repeating: mark, count: columns.count)
                    box = box.union(PixelRect(columns: columns, rows: row..<row + 1))
                }
                for (index, point) in points.enumerated() {
                    let last = points[max(index - 1, 0)]
                    StrokeLoops.fill(
                        from: (last.x, last.y), to: (point.x, point.y), radius: radius, width: width, height: height,
                        visit)
                    // However thin, a brush marks the pixel that it is on.
                    if point.x >= 0, point.x < Double(width), point.y >= 0, point.y < Double(height) {
                        visit(Int(point.y), Int(point.x)..<Int(point.x) + 1)
                    }
                }
            }
        }
        if let contradiction { throw .contradictoryStrokes(x: contradiction % width, y: contradiction / width) }
        if box.isEmpty { throw .strokeOutside(width: width, height: height) }
        return box
    }
}
