import Matting
import Threads

/// Results of a batch as they are done; the run begins when somebody iterates, and ends when its iterator goes away.
public struct BatchResults: AsyncSequence, Sendable {
    let runner: BatchRunner
    let jobs: [BatchJob]

    /// Begins a run.
    public func makeAsyncIterator() -> Iterator {
        let isEnded = Guarded(false)
        let (stream, continuation) = AsyncThrowingStream<BatchResult, any Error>.makeStream()
        // A task that is cancelled ends the stream, and with it the run.
        continuation.onTermination = { _ in isEnded.withLock { $0 = true } }
        let thread = ThreadHandle { [runner, jobs] in
            do throws(BatchError) {
                try runner.run(
                    jobs, refused: runner.options.onUnused,
                    { result in
                        continuation.yield(result)
                        return !isEnded.withLock { $0 }
                    })
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        if let thread {
            thread.detach()
        } else {
            continuation.finish(throwing: MattingError.noThread)
        }
        return Iterator(base: stream.makeAsyncIterator(), end: End(isEnded))
    }

    /// Gives one result after another.
    public struct Iterator: AsyncIteratorProtocol {
        var base: AsyncThrowingStream<BatchResult, any Error>.Iterator
        let end: End

        /// The next result; nil after the last.
        ///
        /// - Throws: ``BatchError``, ``MattingError/noThread``.
        public mutating func next() async throws -> BatchResult? { try await base.next() }
    }

    /// Ends the run with the last iterator.
    final class End: Sendable {
        private let isEnded: Guarded<Bool>

        init(_ isEnded: Guarded<Bool>) { self.isEnded = isEnded }

        deinit { isEnded.withLock { $0 = true } }
    }
}
