/// Lets a number of tasks in at once; the others wait suspended, first come first served, and may be cancelled meanwhile.
package final class AsyncGate: Sendable {
    /// One task on its way through the gate; touched under the gate's lock only.
    private final class Ticket: @unchecked Sendable {
        enum State {
            case new
            case waiting(CheckedContinuation<Void, any Error>)
            case inside
            case cancelled
        }

        var state = State.new
    }

    private struct Queue {
        var freePlaces: Int
        /// In the order of their coming; the first `served` of them are done with, as are those that were cancelled.
        var tickets: [Ticket] = []
        var served = 0

        /// The task that has waited longest.
        mutating func next() -> CheckedContinuation<Void, any Error>? {
            defer {
                // Now and then, so that a long queue costs its length once.
                if served > 64 && served * 2 > tickets.count {
                    tickets.removeFirst(served)
                    served = 0
                }
            }
            while served < tickets.count {
                let ticket = tickets[served]
                served += 1
                if case .waiting(let continuation) = ticket.state {
                    ticket.state = .inside
                    return continuation
                }
            }
            return nil
        }
    }

    private let queue: Guarded<Queue>

    /// - Precondition: `places` is at least 1.
    package init(places: Int) {
        precondition(places >= 1, "a gate for \(places) tasks")
        self.queue = Guarded(Queue(freePlaces: places))
    }

    /// Runs `body` as one of the tasks inside.
    ///
    /// - Throws: `CancellationError` where the task is cancelled before its turn comes, and what `body` throws.
    package func run<Result>(_ body: () async throws -> Result) async throws -> Result {
        try await enter()
        defer { leave() }
        return try await body()
    }

    /// Tasks that wait for their turn at this moment.
    package var waitingCount: Int {
        queue.withLock { queue in
            queue.tickets[queue.served...].count { if case .waiting = $0.state { true } else { false } }
        }
    }

    private func enter() async throws {
        let ticket = Ticket()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                queue.withLock { queue in
                    if case .cancelled = ticket.state {
                        continuation.resume(throwing: CancellationError())
                    } else if queue.freePlaces > 0 {
                        queue.freePlaces -= 1
                        ticket.state = .inside
                        continuation.resume()
                    } else {
                        ticket.state = .waiting(continuation)
                        queue.tickets.append(ticket)
                    }
                }
            }
        } onCancel: {
            queue.withLock { _ in
                switch ticket.state {
                case .new: ticket.state = .cancelled
                case .waiting(let continuation):
                    ticket.state = .cancelled
                    continuation.resume(throwing: CancellationError())
                case .inside, .cancelled: break
                }
            }
        }
    }

    private func leave() {
        queue.withLock { queue in
            if let next = queue.next() { next.resume() } else { queue.freePlaces += 1 }
        }
    }
}
