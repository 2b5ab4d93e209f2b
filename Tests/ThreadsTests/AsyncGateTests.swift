import Testing
import Threads

@Suite struct AsyncGateTests {
    @Test(arguments: [1, 3]) func noMoreAreInsideThanThereArePlaces(places: Int) async throws {
        let gate = AsyncGate(places: places)
        let inside = Guarded(0)
        let most = Guarded(0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    try await gate.run {
                        let count = inside.withLock { inside in
                            inside += 1
                            return inside
                        }
                        most.withLock { $0 = max($0, count) }
                        await Task.yield()
                        inside.withLock { $0 -= 1 }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(inside.withLock { $0 } == 0)
        #expect(most.withLock { $0 } <= places)
    }

    @Test func theyEnterInTheOrderOfTheirComing() async throws {
        let gate = AsyncGate(places: 1)
        let order = Guarded([Int]())
        try await withThrowingTaskGroup(of: Void.self) { group in
            try await gate.run {
                for index in 0..<20 {
                    group.addTask { try await gate.run { order.withLock { $0.append(index) } } }
                    // The next one starts when this one waits.
                    while gate.waitingCount <= index { await Task.yield() }
                }
            }
            try await group.waitForAll()
        }
        #expect(order.withLock { $0 } == Array(0..<20))
    }

    @Test func whoeverIsCancelledWhileWaitingLeavesAtOnce() async throws {
        let gate = AsyncGate(places: 1)
        let hasRun = Guarded(false)
        try await gate.run {
            let waiting = Task { try await gate.run { hasRun.withLock { $0 = true } } }
            while gate.waitingCount == 0 { await Task.yield() }
            waiting.cancel()
            // The only place is taken until this closure ends: the task cannot be waiting for it.
            await #expect(throws: CancellationError.self) { try await waiting.value }
        }
        #expect(!hasRun.withLock { $0 })
        // The place is free again.
        #expect(try await gate.run { 7 } == 7)
    }

    @Test func whoeverIsCancelledBeforeComingDoesNotEnter() async throws {
        let gate = AsyncGate(places: 1)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await gate.run {}
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await gate.run { 7 } == 7)
    }

    @Test func anErrorFreesThePlace() async throws {
        struct Failure: Error {}
        let gate = AsyncGate(places: 1)
        for _ in 0..<3 {
            await #expect(throws: Failure.self) { try await gate.run { throw Failure() } }
        }
        #expect(try await gate.run { 7 } == 7)
    }
}
