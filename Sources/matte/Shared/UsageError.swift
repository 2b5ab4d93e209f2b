import MattingBatch

/// What is wrong with a command line, in a sentence that says what to write instead; the exit status is 64. Unlike
/// `ValidationError` it is thrown by running commands, and no synopsis drowns it.
struct UsageError: Error {
    let message: String

    init(_ message: String) { self.message = message }
}

/// Runs what plans the work: what cannot be planned is wrong usage.
func planning<Result>(_ body: () throws(PlanningError) -> Result) throws(UsageError) -> Result {
    do {
        return try body()
    } catch {
        throw UsageError("\(error)")
    }
}
