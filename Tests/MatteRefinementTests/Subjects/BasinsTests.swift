import TestSupport
import Testing

@testable import MatteRefinement

@Suite struct BasinsTests {
    /// Random reliefs, whose saddles and plains are everywhere.
    @Test(arguments: [(1, 1), (1, 23), (19, 1), (7, 5), (24, 17)], [2, 9, 400] as [UInt64])
    func agreesWithTheDefinition(size: (width: Int, height: Int), heights: UInt64) throws {
        let (width, height) = size
        for (seed, share) in [(1, 0 as Float), (2, 0.5), (3, 0.9), (4, 1)] as [(UInt64, Float)] {
            var random = SeededGenerator(seed: seed * 1000 + UInt64(width) + heights)
            let levels = (0..<width * height).map { _ in Int32(random.next() % heights) }
            let basins = try Basins(levels, width: width, height: height, merging: share) {}
            let naive = NaiveBasins(levels, width: width, height: height, merging: share)
            // Roots are numbered differently: by their first places they are the same.
            let roots = levels.indices.map { basins.root(at: $0) }
            #expect(roots.map { $0 == 0 ? -1 : roots.firstIndex(of: $0) ?? -1 } == naive.firstPlaces)
            let peaks = roots.map { $0 == 0 ? 0 : basins.peak($0) }
            #expect(peaks == naive.peaks)
        }
    }

    /// Two discs that overlap: one peak in each, and the saddle in the middle of where they meet.
    @Test func findsTheSaddleBetweenTwoDiscs() throws {
        let (width, height) = (60, 30)
        let levels = (0..<width * height).map { index -> Int32 in
            let (x, y) = (Double(index % width), Double(index / width))
            let first = 12 - ((x - 15) * (x - 15) + (y - 15) * (y - 15)).squareRoot()
            let second = 10 - ((x - 35) * (x - 35) + (y - 15) * (y - 15)).squareRoot()
            return Int32(16 * max(first, second, 0))
        }
        let basins = try Basins(levels, width: width, height: height, merging: 0.65) {}
        #expect(basins.saddles.count == 1)
        let saddle = try #require(basins.saddles.first)
        #expect(basins.root(at: 15 * width + 15) != basins.root(at: 15 * width + 35))
        #expect([saddle.first, saddle.second].contains(basins.root(at: 15 * width + 15)))
        #expect(basins.peak(basins.root(at: 15 * width + 15)) == 12 * 16)
        // The discs meet at x = 26, one from the rim of either.
        #expect(saddle.level == 16)
        let joined = try Basins(levels, width: width, height: height, merging: 0.05) {}
        #expect(joined.saddles.isEmpty && joined.root(at: 15 * width + 15) == joined.root(at: 15 * width + 35))
    }

    @Test func endsWhereTheCheckpointThrows() {
        struct Ended: Error {}
        #expect(throws: Ended.self) {
            _ = try Basins([1, 2, 1], width: 3, height: 1, merging: 0.5) { throw Ended() }
        }
    }
}

/// The same with lists, and by looking at every place of an area when two are joined.
private struct NaiveBasins {
    /// The first place of a place's area, -1 in the ground.
    let firstPlaces: [Int]
    /// The highest level of a place's area, 0 in the ground.
    let peaks: [Int32]

    init(_ levels: [Int32], width: Int, height: Int, merging share: Float) {
        var labels = [Int](repeating: -1, count: levels.count)
        func peak(_ label: Int) -> Int32 { levels.indices.filter { labels[$0] == label }.map { levels[$0] }.max() ?? 0 }
        func around(_ index: Int) -> [Int] {
            let (x, y) = (index % width, index / width)
            return (max(y - 1, 0)...min(y + 1, height - 1)).flatMap { row in
                (max(x - 1, 0)...min(x + 1, width - 1)).map { row * width + $0 }
            }
        }
        func emerge(_ index: Int) {
            let land = around(index).filter { labels[$0] >= 0 }
            guard let highest = land.max(by: { (levels[$0], $1) < (levels[$1], $0) }) else {
                labels[index] = index
                return
            }
            labels[index] = labels[highest]
            // Row by row, as they lie around the place.
            for other in land where labels[other] != labels[index] {
                let lower = min(peak(labels[other]), peak(labels[index]))
                guard Float(levels[index]) >= share * Float(lower) else { continue }
                let (from, to) = (labels[other], labels[index])
                for place in levels.indices where labels[place] == from { labels[place] = to }
            }
        }
        for level in Set(levels).filter({ $0 > 0 }).sorted(by: >) {
            let places = levels.indices.filter { levels[$0] == level }
            var waiting = places.filter { around($0).contains { labels[$0] >= 0 } }
            var seen = Set(waiting)
            while true {
                while !waiting.isEmpty {
                    let index = waiting.removeFirst()
                    emerge(index)
                    for other in around(index) where levels[other] == level && seen.insert(other).inserted {
                        waiting.append(other)
                    }
                }
                guard let peak = places.first(where: { !seen.contains($0) }) else { break }
                seen.insert(peak)
                waiting = [peak]
            }
        }
        firstPlaces = labels.map { label in label < 0 ? -1 : labels.firstIndex(of: label) ?? -1 }
        peaks = labels.map { label in
            label < 0 ? 0 : levels.indices.filter { labels[$0] == label }.map { levels[$0] }.max() ?? 0
        }
    }
}
