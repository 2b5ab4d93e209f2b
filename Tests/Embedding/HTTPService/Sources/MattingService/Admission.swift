import Synchronization

/// Who is let in: a bounded number of requests at all, of which a bounded number is worked on; the others wait in the
/// order of their coming. Whoever comes beyond that is refused at once, before a byte of a body is read.
///
/// This bounds memory: bodies and answers by the first number, decoded pictures by the second.
final class Admission: Sendable {
    /// Why a request is refused.
    enum Refusal: Error, Equatable {
        /// All places are taken; in so many seconds there may be one.
        case full(retryAfter: Int)
        /// The service is stopping.
        case closed
    }

    /// How many are in at a moment.
    struct Counts: Sendable, Equatable {
        /// Let in: read, waiting, worked on, or being answered.
        var admitted = 0
        /// Worked on.
        var working = 0
        /// Waiting for others to be done.
        var waiting = 0
    }

    /// Requests that are worked on at once.
    let workers: Int
    /// Requests that are in at once.
    let places: Int

    private struct State {
        var admitted = 0
        var working = 0
        var isClosed = false
        var waiters: [(id: Int, turn: CheckedContinuation<Bool, Never>)] = []
        var nextID = 0
        /// Waiters who left before their turn was kept for them.
        var gone: Set<Int> = []
        /// How long work takes, in seconds: a mean in which older requests count ever less.
        var meanSeconds = 0.5
    }

    private let state = Mutex(State())

    init(workers: Int, queue: Int) {
        self.workers = workers
        self.places = workers + queue
    }

    var counts: Counts {
        state.withLock { Counts(admitted: $0.admitted, working: $0.working, waiting: $0.waiters.count) }
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// From now on nobody new is let in.
    func close() { state.withLock { $0.isClosed = true } }

    /// A request's place, given back when nobody holds it any more: with the answer, when that is written.
    final class Place: Sendable {
        private let admission: Admission

        fileprivate init(_ admission: Admission) { self.admission = admission }

        deinit { admission.state.withLock { $0.admitted -= 1 } }
    }

    /// A place for a request.
    ///
    /// - Throws: ``Refusal``.
    func enter() throws(Refusal) -> Place {
        let refusal = state.withLock { state -> Refusal? in
            if state.isClosed { return .closed }
            guard state.admitted < places else {
                let seconds = state.meanSeconds * Double(state.admitted) / Double(workers)
                return .full(retryAfter: min(max(Int(seconds.rounded(.up)), 1), 60))
            }
            state.admitted += 1
            return nil
        }
        if let refusal { throw refusal }
        return Place(self)
    }

    /// Runs `body` when one of the workers is free.
    ///
    /// - Throws: `CancellationError` where the task is cancelled while it waits.
    func working<Result>(_ body: () async throws -> Result) async throws -> Result {
        try await takeTurn()
        let start = ContinuousClock.now
        defer { endTurn(after: ContinuousClock.now - start) }
        return try await body()
    }

    private func takeTurn() async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let hasTurn = await withTaskCancellationHandler {
            await withCheckedContinuation { turn in
                let answer: Bool? = state.withLock { state in
                    if state.gone.remove(id) != nil { return false }
                    if state.working < workers {
                        state.working += 1
                        return true
                    }
                    state.waiters.append((id, turn))
                    return nil
                }
                if let answer { turn.resume(returning: answer) }
            }
        } onCancel: {
            let turn = state.withLock { state -> CheckedContinuation<Bool, Never>? in
                guard let place = state.waiters.firstIndex(where: { $0.id == id }) else {
                    // Not waiting yet, or not any more; the first finds this, the second forgets it below.
                    state.gone.insert(id)
                    return nil
                }
                return state.waiters.remove(at: place).turn
            }
            turn?.resume(returning: false)
        }
        state.withLock { _ = $0.gone.remove(id) }
        guard hasTurn else { throw CancellationError() }
    }

    private func endTurn(after duration: Duration) {
        let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            state.meanSeconds += 0.1 * (seconds - state.meanSeconds)
            guard !state.waiters.isEmpty else {
                state.working -= 1
                return nil
            }
            return state.waiters.removeFirst().turn
        }
        next?.resume(returning: true)
    }
}
