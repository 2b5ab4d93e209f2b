#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Threads of our own for what computes or waits for files: Swift's own, one a processor, are for tasks that soon suspend,
/// and a program whose tasks block them stands still.
///
/// As many calls run at once as there are processors; the others wait suspended in the order of their coming and leave at
/// once when their task is cancelled. More at once would be no faster, as each call shares its loops among all processors,
/// and each has working memory of its own. A call keeps its task: cancellation, priority and task-local values are those of
/// the caller.
package final class WorkThreads: Sendable {
    /// For all calls of the process that compute.
    package static let shared = WorkThreads(count: usableProcessorCount())

    /// For calls that wait for others, such as whoever writes into a pipe: they take no place from those that compute.
    package static let waiting = WorkThreads(count: 64)

    private let gate: AsyncGate
    private let executor: Executor

    /// - Precondition: `count` is at least 1.
    package init(count: Int) {
        self.gate = AsyncGate(places: count)
        self.executor = Executor(limit: count)
    }

    /// Runs `body`, which may block, on one of these threads.
    ///
    /// - Parameter refusal: what is thrown where the system grants no thread.
    /// - Throws: `CancellationError` where the task is cancelled before its turn comes, and what `body` throws.
    @concurrent
    package func run<Result>(
        orThrow refusal: @autoclosure () -> any Error, _ body: () throws -> Result
    ) async throws -> Result {
        try await gate.run {
            // Whoever is inside the gate has a thread to itself: there are as many as places, unless the system refuses.
            guard executor.startThread() else { throw refusal() }
            return try await withTaskExecutorPreference(executor, isolation: nil) {
                try Task.checkCancellation()
                return try body()
            }
        }
    }
}

/// Runs the jobs of tasks on threads that sleep when there are none.
private final class Executor: TaskExecutor, @unchecked Sendable {
    // Unchecked: what changes is touched under `mutex` only.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let arrived = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let limit: Int
    private var jobs: [UnownedJob] = []
    private var threadCount = 0
    private var idleCount = 0

    init(limit: Int) {
        self.limit = limit
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(arrived, nil)
    }

    /// Threads hold their executor while they live, so none is left here.
    deinit {
        pthread_cond_destroy(arrived)
        pthread_mutex_destroy(mutex)
        arrived.deallocate()
        mutex.deallocate()
    }

    /// Starts one more thread where none is idle and there may be more; false where there is none at all.
    func startThread() -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if idleCount > jobs.count || threadCount == limit { return true }
        if ThreadHandle({ self.work() }) != nil { threadCount += 1 }
        return threadCount > 0
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pthread_mutex_lock(mutex)
        jobs.append(job)
        pthread_cond_signal(arrived)
        pthread_mutex_unlock(mutex)
    }

    private func work() {
        let executor = asUnownedTaskExecutor()
        while true {
            pthread_mutex_lock(mutex)
            idleCount += 1
            while jobs.isEmpty { pthread_cond_wait(arrived, mutex) }
            idleCount -= 1
            let job = jobs.removeFirst()
            pthread_mutex_unlock(mutex)
            job.runSynchronously(on: executor)
        }
    }
}
