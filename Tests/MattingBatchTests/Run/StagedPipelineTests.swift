import Synchronization
import Testing
import Threads

@testable import MattingBatch

@Suite struct StagedPipelineTests {
    /// The numbers 0 to `count - 1` through two stages, doubled and increased.
    private func run(
        _ count: Int, threads: Int, places: Int, keepsOrder: Bool, until end: Int = .max
    ) -> (results: [Int], most: Int) {
        let next = Guarded(0)
        let onTheWay = Guarded((now: 0, most: 0))
        var results: [Int] = []
        StagedPipeline<Int>(
            [.init(threadCount: threads) { $0 *= 2 }, .init(threadCount: threads) { $0 += 1 }], places: places,
            keepsOrder: keepsOrder
        ).run(
            {
                guard
                    let number = next.withLock({ next in
                        next < count
                            ? {
                                next += 1; return next - 1
                            }() : nil as Int?
                    })
                else { return nil }
                onTheWay.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                return number
            },
            { result in
                onTheWay.withLock { $0.now -= 1 }
                results.append(result)
                return results.count < end
            })
        return (results, onTheWay.withLock { $0.most })
    }

    @Test(arguments: [1, 2, 5]) func everythingComesThroughInOrder(threads: Int) {
        for places in [1, 2, 3, 8] {
            let (results, most) = run(500, threads: threads, places: places, keepsOrder: true)
            #expect(results == (0..<500).map { 2 * $0 + 1 })
            #expect(most <= places)
        }
    }

    @Test func withoutOrderNothingIsLost() {
        let (results, most) = run(2000, threads: 3, places: 6, keepsOrder: false)
        #expect(results.sorted() == (0..<2000).map { 2 * $0 + 1 } && most <= 6)
    }

    @Test func itEndsWhereItIsTold() {
        #expect(run(100_000, threads: 2, places: 4, keepsOrder: true, until: 10).results == (0..<10).map { 2 * $0 + 1 })
        #expect(run(0, threads: 2, places: 4, keepsOrder: true).results == [])
    }
}
