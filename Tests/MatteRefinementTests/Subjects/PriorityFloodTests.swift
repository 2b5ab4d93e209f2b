import TestSupport
import Testing

@testable import MatteRefinement

@Suite struct PriorityFloodTests {
    /// A relief of few heights has many plains, where the order in which places come counts.
    @Test(arguments: [(1, 1), (1, 19), (23, 1), (7, 5), (31, 18), (16, 33)], [3, 40, 5000] as [UInt64])
    func agreesWithTheDefinition(size: (width: Int, height: Int), heights: UInt64) {
        let (width, height) = size
        var random = SeededGenerator(seed: UInt64(width * 100 + height) + heights)
        // Heights beyond the highest count as it.
        let relief = (0..<width * height).map { _ in UInt16(random.next() % heights) }
        let markers = (0..<width * height).map { _ -> UInt8 in
            switch random.next() % 30 {
            case 0: 1
            case 1: 254
            case 2...6: PriorityFlood.barrier
            default: 0
            }
        }
        let expected = Self.naive(markers, relief, width: width, height: height)
        let isSame = Self.flooded(markers, relief, width: width, height: height) == expected
        #expect(isSame)
    }

    @Test func meetsAtTheRidge() {
        let relief: [UInt16] = [5, 1, 2, 9, 3, 1, 1, 5]
        let markers: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 2]
        #expect(Self.flooded(markers, relief, width: 8, height: 1) == [1, 1, 1, 1, 2, 2, 2, 2])
    }

    @Test func leavesWhatNoMarkerReaches() {
        let markers: [UInt8] = [1, 0, PriorityFlood.barrier, 0, 0]
        let flooded = Self.flooded(markers, [UInt16](repeating: 0, count: 5), width: 5, height: 1)
        #expect(flooded == [1, 1, PriorityFlood.barrier, 0, 0])
    }

    private static func flooded(
        _ markers: [UInt8], _ relief: [UInt16], width: Int, height: Int
    ) -> [UInt8] {
        var labels = markers
        var next = [Int32](repeating: 0, count: markers.count)
        labels.withUnsafeMutableBufferPointer { labels in
            next.withUnsafeMutableBufferPointer { next in
                guard let labels = labels.baseAddress, let next = next.baseAddress else { return }
                var flood = PriorityFlood()
                flood.flood(labels, heights: relief, width: width, height: height, next: next)
            }
        }
        return labels
    }

    /// The place with the lowest pass, and of these the first that came, spreads next; a list instead of queues.
    private static func naive(_ markers: [UInt8], _ relief: [UInt16], width: Int, height: Int) -> [UInt8] {
        var labels = markers
        var waiting: [(pass: Int, index: Int)] = []
        func spread(_ index: Int, _ water: Int) {
            let (x, y) = (index % width, index / width)
            for (nx, ny) in [(x, y - 1), (x - 1, y), (x + 1, y), (x, y + 1)]
            where nx >= 0 && ny >= 0 && nx < width && ny < height && labels[ny * width + nx] == 0 {
                labels[ny * width + nx] = labels[index]
                let own = min(Int(relief[ny * width + nx]), PriorityFlood.heightCount - 1)
                waiting.append((max(water, own), ny * width + nx))
            }
        }
        for index in markers.indices where ![0, PriorityFlood.barrier].contains(markers[index]) { spread(index, 0) }
        while let place = waiting.indices.min(by: { waiting[$0].pass < waiting[$1].pass }) {
            let (pass, index) = waiting.remove(at: place)
            spread(index, pass)
        }
        return labels
    }
}
