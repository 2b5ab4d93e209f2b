import Testing
import Threads

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Suite struct WorkThreadsTests {
    private struct Refusal: Error {}

    @TaskLocal static var label = "none"

    /// More calls block at once than Swift has threads: were they on Swift's own, no other task could go on.
    @Test func otherTasksGoOnWhileCallsBlock() async throws {
        let threads = WorkThreads(count: 24)
        let isDone = Guarded(false)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<24 {
                group.addTask {
                    try await threads.run(orThrow: Refusal()) { while !isDone.withLock({ $0 }) { usleep(1000) } }
                }
            }
            // Reached only if this task still gets a thread.
            try await Task.sleep(for: .milliseconds(30))
            isDone.withLock { $0 = true }
            try await group.waitForAll()
        }
    }

    @Test func aCallKeepsItsTask() async throws {
        let threads = WorkThreads(count: 1)
        let label = try await Self.$label.withValue("mine") { try await threads.run(orThrow: Refusal()) { Self.label } }
        #expect(label == "mine")
        let isRunning = Guarded(false)
        let task = Task {
            try await threads.run(orThrow: Refusal()) {
                isRunning.withLock { $0 = true }
                while !Task.isCancelled { usleep(500) }
                return Task.isCancelled
            }
        }
        while !isRunning.withLock({ $0 }) { await Task.yield() }
        task.cancel()
        #expect(try await task.value)
    }

    @Test func whoeverIsCancelledWhileWaitingLeavesAtOnce() async throws {
        let threads = WorkThreads(count: 1)
        let isRunning = Guarded(false)
        let isDone = Guarded(false)
        let working = Task {
            try await threads.run(orThrow: Refusal()) {
                isRunning.withLock { $0 = true }
                while !isDone.withLock({ $0 }) { usleep(500) }
            }
        }
        while !isRunning.withLock({ $0 }) { await Task.yield() }
        let waiting = Task { try await threads.run(orThrow: Refusal()) {} }
        try await Task.sleep(for: .milliseconds(5))
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        isDone.withLock { $0 = true }
        try await working.value
    }

    @Test func whatACallThrowsIsThrown() async throws {
        struct Failure: Error {}
        let threads = WorkThreads(count: 2)
        await #expect(throws: Failure.self) { try await threads.run(orThrow: Refusal()) { throw Failure() } }
        #expect(try await threads.run(orThrow: Refusal()) { 5 } == 5)
    }
}
