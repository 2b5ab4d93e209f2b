import Raster
import Testing
import TestSupport

/// Boxes without specks, against parts that are filled one after the other.
@Suite struct ComponentBoxesTests {
    private func naive(_ values: [Float], _ width: Int, _ height: Int, _ threshold: Float, _ share: Double)
        -> PixelRect?
    {
        var isSeen = values.map { $0 < threshold || $0.isNaN }
        var parts: [[Int]] = []
        for start in values.indices where !isSeen[start] {
            var (open, part) = ([start], [Int]())
            isSeen[start] = true
            while let index = open.popLast() {
                part.append(index)
                for v in max(index / width - 1, 0)...min(index / width + 1, height - 1) {
                    for u in max(index % width - 1, 0)...min(index % width + 1, width - 1)
                    where !isSeen[v * width + u] {
                        isSeen[v * width + u] = true
                        open.append(v * width + u)
                    }
                }
            }
            parts.append(part)
        }
        func weight(_ part: [Int]) -> Int {
            (part.map { Int(min(values[$0], 1) * 255 + 0.5) }.reduce(0, +) + 254) / 255
        }
        let largest = parts.map(weight).max() ?? 0
        let kept = parts.filter { Double(weight($0)) >= share * Double(largest) }.flatMap { $0 }
        if kept.isEmpty { return nil }
        return kept.reduce(PixelRect(x: 0, y: 0, width: 0, height: 0)) { box, index in
            box.union(PixelRect(x: index % width, y: index / width, width: 1, height: 1))
        }
    }

    @Test(arguments: [(1, 1), (9, 1), (1, 9), (7, 5), (40, 31)], [0.0, 0.2, 0.5, 1])
    func randomMaps(size: (Int, Int), share: Double) {
        let (width, height) = size
        for seed in 0..<20 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            // From nearly nothing to nearly everything.
            let offset = Float(seed) / 10 - 1
            let values = random.values(width * height).map { $0 + offset }
            let box = ComponentBoxes.box(values, width: width, height: height, threshold: 0.5, speckShare: share)
            #expect(box == naive(values, width, height, 0.5, share), "seed \(seed)")
        }
    }

    /// Twelve by twelve pixels that nobody sees weigh seven, not as much as the subject.
    @Test func residueIsASpeck() {
        var values = [Float](repeating: 0, count: 200 * 100)
        for y in 40..<60 { for x in 100..<150 { values[y * 200 + x] = 1 } }
        for y in 0..<12 { for x in 0..<12 { values[y * 200 + x] = 12.0 / 255 } }
        func box(_ share: Double) -> PixelRect? {
            ComponentBoxes.box(values, width: 200, height: 100, threshold: 10.0 / 255, speckShare: share)
        }
        #expect(box(0.01) == PixelRect(x: 100, y: 40, width: 50, height: 20))
        #expect(box(0.005) == PixelRect(x: 0, y: 0, width: 150, height: 60))
    }

    /// Parts that only meet in a later row, spirals and combs among them, are one.
    @Test func partsThatJoinLate() {
        let rows = ["#.#.#.#", "#.#.#.#", "#.###.#", "#.....#", "#######", ".......", "......#"]
        let values = rows.joined().map { $0 == "#" ? Float(1) : 0 }
        #expect(
            ComponentBoxes.box(values, width: 7, height: 7, threshold: 0.5, speckShare: 0.1)
                == PixelRect(x: 0, y: 0, width: 7, height: 5))
        #expect(ComponentBoxes.box(values, width: 7, height: 7, threshold: 0.5, speckShare: 0)?.height == 7)
        let empty = [Float](repeating: 0.4, count: 49)
        #expect(ComponentBoxes.box(empty, width: 7, height: 7, threshold: 0.5, speckShare: 0) == nil)
    }
}
