import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Threads that share the chunks of a loop: whoever is free claims the next one by an atomic counter.
///
/// The caller works too and waits only for chunks that a worker has begun, never for a worker to wake up: on a busy
/// machine the loop degrades to the caller's own speed instead of stalling. Several callers may use one pool at once;
/// idle workers help whichever loop still has chunks. What a chunk computes must depend on its index alone: then the
/// result is the same, bit for bit, for every number of threads.
package final class ThreadPool: Sendable {
    /// Threads that may run one loop together, the caller included.
    package let threadCount: Int
    private let crew: Crew
    private let threads: [ThreadHandle]

    /// One thread a processor that this process may use; shared by everybody who names no other pool.
    package static let shared = ThreadPool(threadCount: usableProcessorCount())

    /// A pool in which `threadCount` threads (at least 1, the caller included) run each loop.
    package init(threadCount: Int) {
        precondition(threadCount >= 1, "a pool of \(threadCount) threads")
        let crew = Crew()
        // A thread that the system refuses is a slower pool, not an error: the caller alone finishes every loop.
        self.threads = (1..<max(threadCount, 1)).compactMap { slot in ThreadHandle { crew.work(slot: slot) } }
        self.threadCount = threadCount
        self.crew = crew
    }

    deinit {
        crew.stop()
        for thread in threads { thread.join() }
    }

    /// Calls `body(chunk, slot)` for each chunk in `0..<count`, on up to ``threadCount`` threads, and returns when all
    /// are done. `slot` in `0..<threadCount` is never used by two chunks of this loop at the same time, so it names
    /// the scratch memory a chunk may use. Loops are not nested.
    ///
    /// Cost: about 0.3 µs when nobody helps, a few µs where a sleeping worker is woken.
    package func forEach(_ count: Int, _ body: (_ chunk: Int, _ slot: Int) -> Void) {
        let isCancellable = Self.endsLoops
        if count <= 1 || threads.isEmpty {
            for chunk in 0..<max(count, 0) {
                if isCancellable && Task.isCancelled { return }
                body(chunk, 0)
            }
            return
        }
        if isCancellable {
            withUnsafeCurrentTask { task in share(count, body, ending: task) }
        } else {
            share(count, body, ending: nil)
        }
    }

    private func share(_ count: Int, _ body: (Int, Int) -> Void, ending task: UnsafeCurrentTask?) {
        withoutActuallyEscaping(body) { body in
            withUnsafePointer(to: Loop.Body(call: body)) { body in
                let loop = Loop(count: count, body: body, ending: task)
                crew.publish(loop)
                loop.run(slot: 0)
                crew.retire(loop)
            }
        }
    }

    /// Whether loops end before their last chunk when the caller's task is cancelled.
    @TaskLocal private static var endsLoops = false

    /// Runs `body`, whose loops end before their last chunk when the task is cancelled. Whoever calls this looks for a
    /// cancellation afterwards, as what the loops should have written may then be anything; nothing in `body` may take it
    /// for an index or a size.
    package static func endingLoopsOfCancelledTask<Result>(_ body: () throws -> Result) rethrows -> Result {
        try $endsLoops.withValue(true, operation: body)
    }
}

/// One parallel loop: its chunks are claimed by a counter, so nobody waits for a thread that has claimed nothing.
private final class Loop: @unchecked Sendable {
    /// In a structure, since a bare closure behind a pointer is wrapped anew, in memory of its own.
    struct Body { let call: (Int, Int) -> Void }

    // Unchecked: `body` is called only for claimed chunks, all of which end before `forEach` returns. A worker may hold
    // the loop longer than that, hence a pointer: a reference would outlive the closure.
    private let body: UnsafePointer<Body>
    private let count: Int
    /// The caller's task, where its cancellation ends the loop before the last chunk. Any thread may ask it, as on a busy
    /// machine the caller's may wait long for its turn; but only with a chunk claimed and not finished, for which the
    /// caller waits in its task.
    private let task: UnsafeCurrentTask?
    private let claimed = Atomic<Int>(0)
    private let finished = Atomic<Int>(0)

    init(count: Int, body: UnsafePointer<Body>, ending task: UnsafeCurrentTask?) {
        self.count = count
        self.body = body
        self.task = task
    }

    var hasUnclaimedChunks: Bool { claimed.load(ordering: .relaxed) < count }
    var isFinished: Bool { finished.load(ordering: .acquiring) == count }

    /// Not inlined, so that no retain of the closure's context moves past the count of finished chunks.
    @inline(never)
    private func call(_ chunk: Int, _ slot: Int) { body.pointee.call(chunk, slot) }

    /// Runs chunks until none is left to claim; true if this call ran the last one to finish.
    @discardableResult
    func run(slot: Int) -> Bool {
        var ranLast = false
        while true {
            let chunk = claimed.add(1, ordering: .relaxed).oldValue
            guard chunk < count else { return ranLast }
            if let task, task.isCancelled {
                // This one and all that nobody has claimed count as finished.
                let next = claimed.exchange(count, ordering: .relaxed)
                let skipped = 1 + max(count - next, 0)
                return finished.add(skipped, ordering: .acquiringAndReleasing).newValue == count
            }
            call(chunk, slot)
            ranLast = finished.add(1, ordering: .acquiringAndReleasing).newValue == count
        }
    }
}

/// What the threads of one pool share: the loops in progress and two condition variables.
private final class Crew: @unchecked Sendable {
    // Unchecked: `loops` and `isStopping` are touched under `mutex` only.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let workArrived = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let loopFinished = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var loops: [Loop] = []
    private var isStopping = false
    /// Counts published loops, so that a worker can watch for news without the lock.
    private let published = Atomic<Int>(0)

    /// Looks at the counter this often before going to sleep: some 20 to 50 µs, the gap between two layers. Longer
    /// spins steal time from other processes, none at all costs a wake-up (5 to 50 µs) a layer.
    private static let spinLimit = 20_000
    /// Then it lets others run, this often, before it sleeps: some 200 µs, in which the caller ends its last chunk. Whoever
    /// wants the processor has it.
    private static let yieldLimit = 500

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(workArrived, nil)
        pthread_cond_init(loopFinished, nil)
    }

    deinit {
        pthread_cond_destroy(workArrived)
        pthread_cond_destroy(loopFinished)
        pthread_mutex_destroy(mutex)
        workArrived.deallocate()
        loopFinished.deallocate()
        mutex.deallocate()
    }

    func publish(_ loop: Loop) {
        pthread_mutex_lock(mutex)
        loops.append(loop)
        published.add(1, ordering: .releasing)
        pthread_mutex_unlock(mutex)
        // Afterwards: a worker that wakes to a taken lock goes back to sleep.
        pthread_cond_broadcast(workArrived)
    }

    /// Takes a drained loop off the list and waits for the chunks that workers are still running.
    func retire(_ loop: Loop) {
        pthread_mutex_lock(mutex)
        loops.removeAll { $0 === loop }
        pthread_mutex_unlock(mutex)
        for _ in 0..<Self.spinLimit where !loop.isFinished { spinHint() }
        if loop.isFinished { return }
        pthread_mutex_lock(mutex)
        while !loop.isFinished { pthread_cond_wait(loopFinished, mutex) }
        pthread_mutex_unlock(mutex)
    }

    func stop() {
        pthread_mutex_lock(mutex)
        isStopping = true
        pthread_cond_broadcast(workArrived)
        pthread_mutex_unlock(mutex)
    }

    /// A worker's life: help while there is a loop with unclaimed chunks, watch for the next one, sleep.
    func work(slot: Int) {
        while true {
            // Counted before looking: a loop that is published in between is news, not something seen already.
            let seen = published.load(ordering: .acquiring)
            if let loop = openLoop() {
                if loop.run(slot: slot) {
                    pthread_mutex_lock(mutex)
                    pthread_cond_broadcast(loopFinished)
                    pthread_mutex_unlock(mutex)
                }
                continue
            }
            for _ in 0..<Self.spinLimit where published.load(ordering: .relaxed) == seen { spinHint() }
            for _ in 0..<Self.yieldLimit where published.load(ordering: .relaxed) == seen { sched_yield() }
            if published.load(ordering: .relaxed) == seen, !sleepUntilWork() { return }
        }
    }

    /// A loop with unclaimed chunks, if there is one.
    private func openLoop() -> Loop? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return loops.first(where: \.hasUnclaimedChunks)
    }

    /// Sleeps until there is a loop to help with; false where the pool ends.
    private func sleepUntilWork() -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !isStopping {
            if loops.contains(where: \.hasUnclaimedChunks) { return true }
            pthread_cond_wait(workArrived, mutex)
        }
        return false
    }
}

/// Tells the processor that this is a waiting loop. An atomic read is the hint that needs no C.
@inline(__always)
private func spinHint() { atomicMemoryFence(ordering: .acquiring) }
