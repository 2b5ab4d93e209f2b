import Files
import Threads

/// Pieces of work that go through stages one after another, while others are in other stages: one is read while another is
/// computed and a third is synced to the disk.
///
/// Each stage has threads of its own, and a bounded number of pieces are on their way, so that whoever is ahead waits and
/// memory stays flat. Results come in the order of the source, or as they are done. Where the system refuses a thread,
/// the calling thread does all of the work.
package struct StagedPipeline<Piece: Sendable>: Sendable {
    /// What is done with each piece, and on how many threads.
    package struct Stage: Sendable {
        let threadCount: Int
        let body: @Sendable (inout Piece) -> Void

        /// - Precondition: `threadCount` is at least 1.
        package init(threadCount: Int = 1, _ body: @escaping @Sendable (inout Piece) -> Void) {
            precondition(threadCount >= 1, "a stage of \(threadCount) threads")
            self.threadCount = threadCount
            self.body = body
        }
    }

    private let stages: [Stage]
    /// Pieces that may be on their way at once.
    private let places: Int
    private let keepsOrder: Bool

    /// - Parameters:
    ///   - stages: at least one.
    ///   - places: pieces that may be on their way at once, at least 1.
    ///   - keepsOrder: whether results come in the order of the source; else as they are done.
    package init(_ stages: [Stage], places: Int, keepsOrder: Bool) {
        precondition(!stages.isEmpty && places >= 1, "\(stages.count) stages with \(places) places")
        self.stages = stages
        self.places = places
        self.keepsOrder = keepsOrder
    }

    /// Takes every piece through all stages.
    ///
    /// - Parameters:
    ///   - next: the next piece, nil after the last; called on one thread at a time, when there is a place.
    ///   - deliver: gets each piece that is through, on the calling thread; false ends the work: nothing new is begun, and what
    ///     is on its way is thrown away.
    package func run(_ next: @escaping @Sendable () -> Piece?, _ deliver: (Piece) -> Bool) {
        // One place: nothing would overlap.
        guard places > 1, runOnThreads(next, deliver) else {
            while var piece = next() {
                for stage in stages { stage.body(&piece) }
                if !deliver(piece) { return }
            }
            return
        }
    }

    private typealias Numbered = (number: Int, piece: Piece)

    /// False, with nothing begun, where the system refuses a thread.
    private func runOnThreads(_ next: @escaping @Sendable () -> Piece?, _ deliver: (Piece) -> Bool) -> Bool {
        // Queues are as long as there are places: it is those that limit what is on its way.
        let queues = (0...stages.count).map { _ in BoundedQueue<Numbered>(capacity: places) }
        let free = BoundedQueue<Void>(capacity: places)
        for _ in 0..<places { _ = free.send(()) }
        // Threads wait here until all are there, or none is to begin.
        let start = BoundedQueue<Void>(capacity: .max)
        var threads: [ThreadHandle] = []
        var isComplete = true
        func begin(_ body: @escaping @Sendable () -> Void) {
            guard let thread = ThreadHandle({ if start.receive() != nil { body() } }) else {
                isComplete = false
                return
            }
            threads.append(thread)
        }
        begin {
            var number = 0
            while free.receive() != nil, let piece = next(), queues[0].send((number, piece)) { number += 1 }
            queues[0].finish()
        }
        for (index, stage) in stages.enumerated() {
            let running = Guarded(stage.threadCount)
            for _ in 0..<stage.threadCount {
                begin {
                    while var work = queues[index].receive() {
                        stage.body(&work.piece)
                        if !queues[index + 1].send(work) { break }
                    }
                    let isLast = running.withLock { running in
                        running -= 1
                        return running == 0
                    }
                    if isLast { queues[index + 1].finish() }
                }
            }
        }
        if isComplete { for _ in threads { _ = start.send(()) } }
        start.finish()
        if isComplete { collect(from: queues[stages.count], free, deliver) }
        for queue in queues { queue.close() }
        free.close()
        for thread in threads { thread.join() }
        return isComplete
    }

    private func collect(from queue: BoundedQueue<Numbered>, _ free: BoundedQueue<Void>, _ deliver: (Piece) -> Bool) {
        var waiting: [Int: Piece] = [:]
        var expected = 0
        while let (number, piece) = queue.receive() {
            waiting[keepsOrder ? number : expected] = piece
            while let piece = waiting.removeValue(forKey: expected) {
                expected += 1
                guard deliver(piece) else { return }
                _ = free.send(())
            }
        }
    }
}
