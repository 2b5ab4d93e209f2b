import Foundation
import Synchronization
import Threads
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

    @Test(arguments: [1, 4]) func loopsOfACancelledTaskEndEarlyWhereThatIsAsked(threads: Int) async {
        let pool = ThreadPool(threadCount: threads)
        let (whole, cut, begun) = (Slot(), Slot(), Slot())
        await Task {
            withUnsafeCurrentTask { task in
                nonisolated(unsafe) let task = task
                ThreadPool.endingLoopsOfCancelledTask {
                    // Cancelled by a chunk, whichever thread has it; the caller sees it before it claims another one.
                    pool.forEach(100_000) { chunk, _ in
                        if chunk == 100 { task?.cancel() }
                        if chunk > 100 { usleep(100) }  // or the others could be through before the caller looks
                        cut.value.add(1, ordering: .relaxed)
                    }
                    pool.forEach(5) { _, slot in if slot == 0 { begun.value.add(1, ordering: .relaxed) } }
                }
                // Nobody asked here: encoding a picture, say, must not end in the middle.
                pool.forEach(1000) { _, _ in whole.value.add(1, ordering: .relaxed) }
            }
        }.value
        let count = cut.value.load(ordering: .relaxed)
        #expect(count >= 101 && count < 100_000)
        #expect(begun.value.load(ordering: .relaxed) == 0)
        #expect(whole.value.load(ordering: .relaxed) == 1000)
    }

    /// The caller may be kept from looking: here by a chunk of its own.
    @Test func workersSeeThatTheCallersTaskIsCancelled() async {
        let pool = ThreadPool(threadCount: 2)
        let (isCancelled, after) = (Slot(), Slot())
        await Task {
            withUnsafeCurrentTask { task in
                nonisolated(unsafe) let task = task
                ThreadPool.endingLoopsOfCancelledTask {
                    pool.forEach(100_000) { _, slot in
                        if slot == 0 {
                            let deadline = ContinuousClock.now + .seconds(60)
                            while isCancelled.value.load(ordering: .acquiring) == 0, ContinuousClock.now < deadline {
                                usleep(1000)
                            }
                            // Long enough for all that is left.
                            for _ in 0..<200 where after.value.load(ordering: .relaxed) < 90_000 { usleep(1000) }
                        } else if isCancelled.value.load(ordering: .relaxed) == 0 {
                            task?.cancel()
                            isCancelled.value.store(1, ordering: .releasing)
                        } else {
                            after.value.add(1, ordering: .relaxed)
                        }
                    }
                }
            }
        }.value
        #expect(isCancelled.value.load(ordering: .relaxed) == 1)
        #expect(after.value.load(ordering: .relaxed) == 0)
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

    @Test func processorsAreCountedAndAtLeastOne() {
        let count = usableProcessorCount()
        #expect(count >= 1)
        #expect(ThreadPool.shared.threadCount == count)
    }

    @Test func manyMoreThreadsThanProcessors() {
        let pool = ThreadPool(threadCount: 64)
        let total = Slot()
        for _ in 0..<100 {
            pool.forEach(200) { chunk, slot in
                if slot < 0 || slot >= 64 { Issue.record("slot \(slot)") }
                total.value.add(chunk, ordering: .relaxed)
            }
        }
        #expect(total.value.load(ordering: .relaxed) == 100 * 199 * 100)
    }

    @Test func poolsComeAndGo() {
        // Workers still looking for work, asleep, or never woken: all of them leave when the pool does.
        for round in 0..<100 {
            let pool = ThreadPool(threadCount: 1 + round % 8)
            let total = Slot()
            for _ in 0..<(round % 3) { pool.forEach(10) { chunk, _ in total.value.add(chunk, ordering: .relaxed) } }
            #expect(total.value.load(ordering: .relaxed) == 45 * (round % 3))
        }
    }

    @Test func workWrittenInALoopIsSeenAfterIt() {
        // Plain memory, no atomics: the end of a loop orders it for the caller and for the next loop.
        let pool = ThreadPool(threadCount: 4)
        let count = 1000
        let values = UnsafeMutablePointer<Int>.allocate(capacity: count)
        defer { values.deallocate() }
        values.initialize(repeating: 0, count: count)
        nonisolated(unsafe) let shared = values
        // Each loop reads what the one before wrote, in another chunk.
        for round in 0..<200 {
            let shift = round % 2 == 0 ? 1 : count - 1
            pool.forEach(count / 2) { chunk, _ in
                let target = (2 * chunk + round) % count
                shared[target] = shared[(target + shift) % count] + 1
            }
        }
        #expect((0..<count).allSatisfy { values[$0] == (($0 & 1) == 1 ? 200 : 199) })
    }

    @Test func idleCallersDoNotWaitForWorkers() {
        // Empty loops and loops of one chunk stay on the caller's thread.
        let pool = ThreadPool(threadCount: 3)
        pool.forEach(0) { _, _ in Issue.record("no chunk to run") }
        pool.forEach(-1) { _, _ in Issue.record("no chunk to run") }
        let calls = Slot()
        pool.forEach(1) { chunk, slot in
            calls.value.add(chunk + slot + 1, ordering: .relaxed)
        }
        #expect(calls.value.load(ordering: .relaxed) == 1)
    }

    private final class Slot: Sendable {
        let value = Atomic<Int>(0)
    }
}
