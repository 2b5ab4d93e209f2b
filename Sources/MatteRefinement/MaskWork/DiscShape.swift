/// A disc as a sum of shapes over which the greatest value is quickly found: lines in eight directions, which make a
/// polygon of sixteen sides, and a small disc that rounds its corners and holds the part of a pixel.
///
/// The small disc has a soft rim: a value at distance d from its centre counts in full up to the radius and falls by 1 over
/// the next pixel, as the edge of a subject does that is drawn without steps. So grey edges move by parts of pixels, in all
/// directions alike.
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
        // A regular polygon of sixteen sides has lines of these lengths; whole steps and the rim make up the rest.
        func near(_ share: Double) -> ClosedRange<Int> {
            let ideal = Int(share * radius)
            return max(ideal - 2, 0)...ideal + 2
        }
        for axis in near(0.199) {
            for diagonal in near(0.1406) {
                for knight in near(0.0889) {
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

    /// The places of the small disc but its centre, and what a value there counts less.
    package var rimPlaces: [(x: Int, y: Int, weight: Float)] {
        let reach = Int(rim + 1)
        return (-reach...reach).flatMap { y in
            (-reach...reach).compactMap { x in
                let distance = Double(x * x + y * y).squareRoot()
                guard distance > 0, distance < rim + 1 else { return nil }
                return (x, y, Float(min(rim - distance, 0)))
            }
        }
    }
}
