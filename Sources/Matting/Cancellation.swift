import Threads

/// Cancelling a task cancels the call that works in it: between the steps, and within those that go through the picture.
enum Cancellation {
    /// - Throws: ``MattingError/cancelled`` in a task that is.
    static func check() throws(MattingError) {
        if Task.isCancelled { throw .cancelled }
    }

    /// Runs a step that goes through all pixels; in a cancelled task its loops end early, and what it made is thrown away.
    static func check<Result>(within step: () throws -> Result) throws -> Result {
        let result = try ThreadPool.endingLoopsOfCancelledTask(step)
        try check()
        return result
    }
}
