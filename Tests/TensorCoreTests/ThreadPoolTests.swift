import Synchronization
import TensorCore
import Testing

@Suite struct ThreadPoolTests {
    @Test(arguments: [1, 2, 3, 8]) func everyChunkRunsOnce(threads: Int) {
        let pool = ThreadPool(threadCount: threads)
        for count in [0, 1, 2, 7, 1000] {
            let hits = UnsafeMutablePointer<Int>.allocate(capacity: max(count, 1))
            defer { hits.deallocate() }
            hits.initialize(repeating: 0, count: max(count, 1))
            nonisolated(unsafe) let shared = hits
            pool.forEach(count) { chunk, slot in
                shared[chunk] += 1
                #expect(slot >= 0 && slot < threads)
            }
            #expect((0..<count).allSatisfy { hits[$0] == 1 })
        }
    }

    @Test func slotsAreNeverSharedWithinALoop() {
        let pool = ThreadPool(threadCount: 4)
        let busy = (0..<4).map { _ in Slot() }
        let clashes = Slot()
        pool.forEach(2000) { chunk, slot in
            if busy[slot].value.add(1, ordering: .relaxed).newValue != 1 { clashes.value.add(1, ordering: .relaxed) }
            busy[slot].value.subtract(1, ordering: .relaxed)
        }
        #expect(clashes.value.load(ordering: .relaxed) == 0)
    }

    @Test func severalCallersShareOnePool() async {
        let pool = ThreadPool(threadCount: 3)
        let total = Slot()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<50 { pool.forEach(20) { _, _ in _ = total.value.add(1, ordering: .relaxed) } }
                }
            }
        }
        #expect(total.value.load(ordering: .relaxed) == 8 * 50 * 20)
    }

    private final class Slot: Sendable {
        let value = Atomic<Int>(0)
    }
}
