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
        var points: [(x: Int, y: Int)] = []
        for y in -reach...reach {
            for x in -reach...reach {
                let square = x * x + y * y
                if square > 0, Double(square) <= rim * rim { points.append((x, y)) }
            }
        }
        return points
    }

    /// Places on the circle that are no pixels: the pixel up and left of each, and the weights of the four around it, row by
    /// row.
    package var samples: [(x: Int, y: Int, weights: [Float])] {
        // Tangents of no, an eighth, a quarter and three eighths of a right angle's half.
        let slopes: [Double] = [0, 0.198912367, 0.414213562, 0.668178638]
        var eighths: [(x: Double, y: Double)] = []
        for slope in slopes {
            let length = rim / (1 + slope * slope).squareRoot()
            eighths.append((length, length * slope))
            // Its mirror image; along the axis that is a quarter turn on.
            if slope > 0 { eighths.append((length * slope, length)) }
        }
        let diagonal = rim * 0.5.squareRoot()
        eighths.append((diagonal, diagonal))
        var samples: [(x: Int, y: Int, weights: [Float])] = []
        for place in eighths {
            for (x, y) in [(place.x, place.y), (-place.y, place.x), (-place.x, -place.y), (place.y, -place.x)] {
                let ((left, u), (top, v)) = (Self.parts(x), Self.parts(y))
                if u == 0 && v == 0 { continue }
                let (beforeU, beforeV): (Float, Float) = (1 - u, 1 - v)
                samples.append((left, top, [beforeU * beforeV, u * beforeV, beforeU * v, u * v]))
            }
        }
        return samples
    }

    /// The whole number below and what is left of it, a multiple of 2⁻²⁰: what should be 0 is.
    private static func parts(_ value: Double) -> (whole: Int, rest: Float) {
        let rounded = (value * 1_048_576).rounded() / 1_048_576
        let whole = rounded.rounded(.down)
        return (Int(whole), Float(rounded - whole))
    }
}
