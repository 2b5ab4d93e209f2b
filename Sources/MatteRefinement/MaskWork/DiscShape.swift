/// A disc as a sum of shapes over which the greatest value is quickly found: lines in eight directions, which make a
/// polygon of sixteen sides, and a small disc that rounds its corners and holds the part of a pixel.
///
/// The small disc is all pixels within its radius, and on its circle values in sixteen directions, interpolated between the
/// four pixels around: an edge, hard or soft, moves by parts of pixels, in all directions alike.
///
/// The polygon's sides are within one and a half hundredths of the radius of a circle, and a quarter of a pixel.
///
/// - Note: Lines along lattice vectors: R. Jones, P. Soille, *Periodic lines: definition, cascades, and application to
///   granulometries*, 1996.
package struct DiscShape: Sendable, Equatable {
    /// Lattice vectors of the lines, and how many steps of theirs a line goes to either side.
    package let lines: [(x: Int, y: Int, reach: Int)]
    /// The radius of the small disc.
    package let rim: Double

    /// Up to here a disc is the small one alone.
    private static let largestRim = 4.0

    package init(radius: Double) {
        guard radius > Self.largestRim else {
            self.lines = []
            self.rim = max(radius, 0)
            return
        }
        // From along the axis to along the diagonal; the other directions are the same by symmetry.
        let directions = (0...16).map { step in
            let slope = Double(step) / 16
            let length = (1 + slope * slope).squareRoot()
            return (1 / length, slope / length)
        }
        var best = (deviation: Double.infinity, axis: 0, diagonal: 0, knight: 0, rim: Self.largestRim)
        // Lines of these lengths make the roundest polygon that lattice vectors can; whole steps and the rim make up the rest.
        func near(_ share: Double) -> ClosedRange<Int> {
            let ideal = Int(share * radius)
            return max(ideal - 2, 0)...ideal + 2
        }
        for axis in near(0.225) {
            for diagonal in near(0.06) {
                for knight in near(0.107) {
                    let widths = directions.map { u, v in
                        Double(axis) * (u + v) + Double(diagonal) * (u + v + abs(u - v))
                            + Double(knight) * (2 * u + v + u + 2 * v + abs(2 * u - v) + abs(u - 2 * v))
                    }
                    let (least, greatest) = (widths.reduce(.infinity, min), widths.reduce(0, max))
                    let rim = radius - (least + greatest) / 2
                    let deviation = (greatest - least) / 2
                    if rim >= 1, rim <= Self.largestRim, deviation < best.deviation {
                        best = (deviation, axis, diagonal, knight, rim)
                    }
                }
            }
        }
        self.lines = [
            (1, 0, best.axis), (0, 1, best.axis), (1, 1, best.diagonal), (-1, 1, best.diagonal),
            (2, 1, best.knight), (-2, 1, best.knight), (1, 2, best.knight), (-1, 2, best.knight),
        ].filter { $0.2 > 0 }
        self.rim = best.rim
    }

    package static func == (left: DiscShape, right: DiscShape) -> Bool {
        left.rim == right.rim && left.lines.elementsEqual(right.lines) { $0 == $1 }
    }

    /// The pixels of the small disc but its centre.
    package var points: [(x: Int, y: Int)] {
        let reach = Int(rim)
        return (-reach...reach).flatMap { y in
            (-reach...reach).compactMap { x in
                x == 0 && y == 0 || Double(x * x + y * y) > rim * rim ? nil : (x, y)
            }
        }
    }

    /// Places on the circle that are no pixels: the pixel up and left of each, and the weights of the four around it, row by
    /// row.
    package var samples: [(x: Int, y: Int, weights: [Float])] {
        // Tangents of an eighth and a half of a right angle, and of none.
        let slopes = [0, 0.198912367, 0.414213562, 0.668178638]
        let first = slopes.map { slope in
            let length = (1 + slope * slope).squareRoot()
            return (rim / length, rim * slope / length)
        }
        let diagonal = rim * 0.5.squareRoot()
        let eighths = first + [(diagonal, diagonal)] + first.dropFirst().reversed().map { ($0.1, $0.0) }
        let places = eighths.flatMap { x, y in [(x, y), (-y, x), (-x, -y), (y, -x)] }
        return places.compactMap { x, y in
            // A multiple of 2⁻²⁰: what should be 0 is.
            func whole(_ value: Double) -> (Int, Float) {
                let rounded = (value * 1_048_576).rounded() / 1_048_576
                return (Int(rounded.rounded(.down)), Float(rounded - rounded.rounded(.down)))
            }
            let ((left, u), (top, v)) = (whole(x), whole(y))
            if u == 0 && v == 0 { return nil }
            return (left, top, [(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v])
        }
    }
}
