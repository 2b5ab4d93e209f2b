import Testing
import Threads

@Suite struct GuardedTests {
    @Test func everyChangeCounts() {
        let pool = ThreadPool(threadCount: 4)
        let sums = Guarded([0, 0])
        pool.forEach(10_000) { chunk, _ in sums.withLock { $0[chunk % 2] += chunk } }
        #expect(sums.withLock { $0 } == [24_995_000, 25_000_000])
    }
}
