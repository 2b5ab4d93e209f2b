import Raster
import TensorCore
import Testing
import TestSupport
import Threads

@testable import MatteRefinement

/// Connected parts against a flood fill.
@Suite struct ConnectedComponentsTests {
    /// One pixel, rows and columns, odd sizes, and more rows than a strip has.
    static let sizes = [(1, 1), (7, 1), (1, 9), (13, 11), (64, 5), (31, 130), (90, 67)]

    @Test(arguments: sizes, ConnectedComponents.Connectivity.allCases)
    func agreesWithAFloodFill(size: (width: Int, height: Int), connectivity: ConnectedComponents.Connectivity) throws {
        for (seed, threshold) in [(1, 0.5), (2, 0.38), (4, 0.9)] as [(UInt64, Float)] {
            let matte = try Tensor.noise(size.width, size.height, seed: seed)
            for isBelow in [false, true] {
                let isWithin = matte.values.map { ($0 >= threshold) != isBelow }
                let expected = Self.floodFill(isWithin, width: size.width, connectivity)
                let boxes = expected.parts.map { pixels in
                    let (xs, ys) = (pixels.map { $0 % size.width }, pixels.map { $0 / size.width })
                    return (columns: (xs.min() ?? 0)...(xs.max() ?? 0), rows: (ys.min() ?? 0)...(ys.max() ?? 0))
                }
                for threads in [1, 3] {
                    let parts = try ConnectedComponents(
                        of: matte, reaching: threshold, isBelow: isBelow, connectivity: connectivity,
                        pool: ThreadPool(threadCount: threads))
                    #expect(parts.labels == expected.labels, "seed \(seed), threads \(threads)")
                    #expect(parts.count == expected.parts.count)
                    let facts = (0..<parts.count).map { (parts.area($0 + 1), parts.box($0 + 1)) }
                    #expect(facts.map(\.0) == expected.parts.map(\.count))
                    #expect(facts.map { ClosedRange($0.1.columns) } == boxes.map(\.columns))
                    #expect(facts.map { ClosedRange($0.1.rows) } == boxes.map(\.rows))
                }
            }
        }
    }

    /// A spiral of one part is joined over and over; a comb's teeth meet at its last row.
    @Test func windingPartsAreOne() throws {
        let comb = try Tensor.picture(101, 150) { x, y, _ in x % 2 == 0 || y == 149 ? 1 : 0 }
        let parts = try ConnectedComponents(
            of: comb, reaching: 0.5, connectivity: .four, pool: ThreadPool(threadCount: 2))
        #expect(parts.count == 1)
        #expect(parts.area(1) == 51 * 150 + 50)
        #expect(parts.box(1) == PixelRect(x: 0, y: 0, width: 101, height: 150))
        let board = try Tensor.picture(40, 70) { x, y, _ in (x + y) % 2 == 0 ? 1 : 0 }
        let pool = ThreadPool(threadCount: 2)
        #expect(try ConnectedComponents(of: board, reaching: 1, connectivity: .eight, pool: pool).count == 1)
        #expect(try ConnectedComponents(of: board, reaching: 1, connectivity: .four, pool: pool).count == 1400)
    }

    @Test func whatIsNotANumberIsBelow() throws {
        let matte = try Tensor(
            shape: TensorShape(height: 1, width: 5, channels: 1), values: [.nan, 1, .infinity, -.infinity, .nan])
        let pool = ThreadPool(threadCount: 1)
        #expect(
            try ConnectedComponents(of: matte, reaching: 0.5, connectivity: .four, pool: pool).labels == [
                0, 1, 1, 0, 0,
            ])
        #expect(
            try ConnectedComponents(of: matte, reaching: 0.5, isBelow: true, connectivity: .four, pool: pool).labels
                == [1, 0, 0, 2, 2])
    }

    @Test(arguments: [(1, 1), (17, 9), (30, 70)]) func rimsJoinTheNearestPart(size: (width: Int, height: Int)) throws {
        let (width, height) = size
        for seed in 1...2 as ClosedRange<UInt64> {
            // Few parts, much that is soft, some that is nothing.
            var numbers = SeededNumbers(seed: seed)
            let matte = try Tensor.picture(width, height) { _, _, _ in
                let value = numbers.next()
                return value > 0.97 ? 1 : value > 0.35 ? 0.3 : 0
            }
            let pool = ThreadPool(threadCount: 2)
            var parts = try ConnectedComponents(of: matte, reaching: 0.5, connectivity: .eight, pool: pool)
            let cores = parts.labels
            try parts.spread(over: matte, pool: pool)
            let labels = parts.labels
            let steps = Self.steps(from: cores, through: matte.values.map { $0 > 0 }, width: width)
            let wrong = labels.indices.filter { index in
                if cores[index] > 0 { return labels[index] != cores[index] }
                guard let nearest = steps[index] else { return labels[index] != 0 }
                return !nearest.contains(Int(labels[index]))
            }
            #expect(wrong.isEmpty, "seed \(seed)")
        }
    }

    @Test func valuesShareNoLabels() throws {
        let matte = try Tensor.picture(9, 3) { x, _, _ in x == 4 ? 1 : 0.2 }
        let pool = ThreadPool(threadCount: 1)
        let parts = try ConnectedComponents(of: matte, reaching: 0.5, connectivity: .eight, pool: pool)
        var spread = parts
        try spread.spread(over: matte, pool: pool)
        #expect(spread.labels.allSatisfy { $0 == 1 })
        #expect(parts.labels.filter { $0 == 1 }.count == 3)
    }

    // MARK: References

    private static func neighbours(
        _ index: Int, width: Int, count: Int, _ connectivity: ConnectedComponents.Connectivity
    ) -> [Int] {
        let (x, y) = (index % width, index / width)
        return (-1...1).flatMap { dy in
            (-1...1).compactMap { dx in
                let isNeighbour = connectivity == .eight ? (dx, dy) != (0, 0) : abs(dx) + abs(dy) == 1
                guard isNeighbour, (0..<width).contains(x + dx), (0..<count / width).contains(y + dy) else {
                    return nil
                }
                return (y + dy) * width + x + dx
            }
        }
    }

    private static func floodFill(
        _ isWithin: [Bool], width: Int, _ connectivity: ConnectedComponents.Connectivity
    ) -> (labels: [Int32], parts: [[Int]]) {
        var labels = [Int32](repeating: 0, count: isWithin.count)
        var parts: [[Int]] = []
        for start in isWithin.indices where isWithin[start] && labels[start] == 0 {
            var (pixels, next) = ([start], 0)
            labels[start] = Int32(parts.count + 1)
            while next < pixels.count {
                for index in neighbours(pixels[next], width: width, count: isWithin.count, connectivity)
                where isWithin[index] && labels[index] == 0 {
                    labels[index] = Int32(parts.count + 1)
                    pixels.append(index)
                }
                next += 1
            }
            parts.append(pixels)
        }
        return (labels, parts)
    }

    /// For each soft pixel the parts that are the fewest steps away; nil where none can be reached.
    private static func steps(from cores: [Int32], through isSoft: [Bool], width: Int) -> [Set<Int>?] {
        var reached: [Set<Int>?] = cores.map { $0 > 0 ? [Int($0)] : nil }
        while true {
            var next: [(Int, Set<Int>)] = []
            for index in cores.indices where isSoft[index] && reached[index] == nil {
                let around = neighbours(index, width: width, count: cores.count, .four).compactMap { reached[$0] }
                if !around.isEmpty { next.append((index, around.reduce([]) { $0.union($1) })) }
            }
            if next.isEmpty { return reached }
            for (index, labels) in next { reached[index] = labels }
        }
    }
}

extension ConnectedComponents {
    fileprivate var labels: [Int32] {
        (0..<height).flatMap { Array(UnsafeBufferPointer(start: row($0), count: width)) }
    }
}
