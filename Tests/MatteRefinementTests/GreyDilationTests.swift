import TensorCore
import Testing
import TestSupport
import Threads

@testable import MatteRefinement

/// Dilation and erosion against their definition, and the disc against a circle.
@Suite struct GreyDilationTests {
    static let sizes = [(1, 1), (1, 13), (17, 1), (23, 19), (33, 70)]
    /// The soft rim alone, and lines with it.
    static let radii = [0.3, 1, 2.5, 4.7, 9, 23.4]

    @Test(arguments: sizes, radii) func agreesWithItsDefinition(size: (width: Int, height: Int), radius: Double) throws
    {
        let matte = try Self.matte(size.width, size.height, seed: 5)
        let expected = Self.dilated(matte, by: DiscShape(radius: radius))
        for threads in [1, 2] {
            var result = matte
            try GreyDilation(radius: radius).apply(
                to: &result, isErosion: false, pool: ThreadPool(threadCount: threads))
            // Four products in single precision.
            #expect(greatestDifference(result.values, expected.values) < 1e-6)
        }
    }

    /// The least is the greatest of the other sign.
    @Test(arguments: [0.5, 3, 8.2]) func erosionIsTheSameOfTheGround(radius: Double) throws {
        let matte = try Self.matte(41, 37, seed: 6)
        let values = matte.values
        let pool = ThreadPool(threadCount: 2)
        var (eroded, dilated) = (matte, try Tensor.picture(41, 37) { x, y, _ in -values[y * 41 + x] })
        try GreyDilation(radius: radius).apply(to: &eroded, isErosion: true, pool: pool)
        try GreyDilation(radius: radius).apply(to: &dilated, isErosion: false, pool: pool)
        #expect(eroded.values == dilated.values.map { -$0 })
        #expect(zip(eroded.values, matte.values).allSatisfy { $0 <= $1 })
    }

    @Test func nothingOfNothing() throws {
        let matte = try Self.matte(20, 20, seed: 7)
        var result = matte
        try GreyDilation(radius: 0).apply(to: &result, isErosion: false, pool: ThreadPool(threadCount: 1))
        #expect(result.values == matte.values)
    }

    /// A point becomes a disc: full up to the radius, nothing one pixel and a half beyond (where it is interpolated between
    /// four pixels), whatever the direction. The polygon misses a circle by 0.015 of its radius and a quarter of a pixel, and
    /// half a pixel more where its corners are no pixels.
    @Test(arguments: [0.5, 1, 2.5, 3.9, 4.1, 5, 6.5, 8, 11.3, 17, 30, 64.5])
    func aPointBecomesADisc(radius: Double) throws {
        let side = 2 * Int(radius) + 9
        var matte = try Tensor.picture(side, side) { x, y, _ in x == side / 2 && y == side / 2 ? 1 : 0 }
        try GreyDilation(radius: radius).apply(to: &matte, isErosion: false, pool: ThreadPool(threadCount: 2))
        let slack = radius <= 4 ? 1e-4 : 0.75 + radius * 0.015
        let wrong = matte.values.enumerated().filter { index, value in
            let (x, y) = (Double(index % side - side / 2), Double(index / side - side / 2))
            let distance = (x * x + y * y).squareRoot()
            let isFull: Bool = distance <= radius - slack
            let isOutside: Bool = distance >= radius + 1.4143 + slack
            return isFull && value != 1 || isOutside && value != 0
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(3))")
    }

    @Test func discsHoldTogetherUpToTheLargest() {
        for radius in stride(from: 4.05, through: 1024, by: 3.37) {
            let shape = DiscShape(radius: radius)
            #expect(shape.rim >= 1 && shape.rim <= 4, "\(radius)")
            let axis = shape.lines.reduce(shape.rim) { $0 + Double($1.reach * abs($1.x)) }
            #expect(abs(axis - radius) < 0.25 + radius * 0.017, "\(radius): \(axis)")
        }
    }

    /// A straight edge moves by the radius, parts of pixels too, whether it is hard or soft, along the axes and aslant.
    @Test(arguments: [0.25, 0.5, 1.75, 3.5, 6.5], [1, 2, 6.5])
    func edgesMoveByPartsOfPixels(radius: Double, softness: Double) throws {
        let directions: [(Double, Double)] = [(1, 0), (0, 1), (0.6, 0.8), (0.5.squareRoot(), 0.5.squareRoot())]
        for (u, v) in directions {
            func edge(_ place: Double) throws -> Tensor {
                try Tensor.picture(64, 64) { x, y, _ in
                    let distance: Double = place - u * Double(x) - v * Double(y)
                    return Float(min(max(distance / softness + 0.5, 0), 1))
                }
            }
            let place = 31.7 * (u + v)
            var matte = try edge(place)
            try GreyDilation(radius: radius).apply(to: &matte, isErosion: false, pool: ThreadPool(threadCount: 1))
            // By how much the edge has moved, over its length within the middle of the picture.
            let expected = try edge(place + radius)
            let (moved, wished) = (matte.values, expected.values)
            var difference = 0.0
            for y in 20..<44 {
                for x in 20..<44 { difference += Double(moved[y * 64 + x] - wished[y * 64 + x]) }
            }
            // Sixteen directions miss a circle by 0.02 of the radius, the polygon by a quarter of a pixel; an edge narrower
            // than its pixels has no slope that could be interpolated.
            let slack = (radius > 4 ? 0.3 : 0.02 * radius) + (softness == 1 ? 0.2 : 0.06)
            #expect(abs(difference) / 24 < slack * max(abs(u), abs(v)) * 1.5, "\(u), \(v): \(difference / 24)")
        }
    }

    // MARK: Definition

    private static func matte(_ width: Int, _ height: Int, seed: UInt64) throws -> Tensor {
        var numbers = SeededNumbers(seed: seed)
        return try Tensor.picture(width, height) { _, _, _ in
            let value = numbers.next()
            return value < 0.9 ? value * 0.2 : value
        }
    }

    private static func dilated(_ matte: Tensor, by shape: DiscShape) -> NaivePlane {
        var plane = NaivePlane(matte)
        func within(_ x: Int, _ y: Int) -> Bool {
            (0..<plane.width).contains(x) && (0..<plane.height).contains(y)
        }
        for line in shape.lines {
            // A line may leave the picture and come back where other lines lead: outside is -infinity, also in between.
            plane = NaivePlane(width: plane.width, height: plane.height) { x, y in
                (-line.reach...line.reach).reduce(-.infinity) { best, step in
                    let (column, row) = (x + step * line.x, y + step * line.y)
                    return within(column, row) ? max(best, plane[column, row]) : best
                }
            }
        }
        let (points, samples) = (shape.points, shape.samples)
        return NaivePlane(width: plane.width, height: plane.height) { x, y in
            var best = plane[x, y]
            for point in points where within(x + point.x, y + point.y) {
                best = max(best, plane[x + point.x, y + point.y])
            }
            for sample in samples {
                let (left, top) = (x + sample.x, y + sample.y)
                let places = [(left, top), (left + 1, top), (left, top + 1), (left + 1, top + 1)]
                // A place that counts and is outside makes the sample one that is.
                guard zip(places, sample.weights).allSatisfy({ $0.1 == 0 || within($0.0.0, $0.0.1) }) else { continue }
                var sum = 0.0
                for (place, weight) in zip(places, sample.weights) where weight > 0 {
                    sum += plane[place.0, place.1] * Double(weight)
                }
                best = max(best, sum)
            }
            return best
        }
    }
}
