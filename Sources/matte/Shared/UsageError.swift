import MattingBatch

/// What is wrong with a command line, in a sentence that says what to write instead; the exit status is 64. Unlike
/// `ValidationError` it is thrown by running commands, and no synopsis drowns it.
struct UsageError: Error, CustomStringConvertible {
    /// One sentence each.
    let messages: [String]

    var description: String { messages.joined(separator: "\n") }

    init(_ message: String) { messages = [message] }

    init(_ error: BatchRulesError) { messages = error.lines }
}

/// Runs what plans the work: what cannot be planned is wrong usage.
func planning<Result>(_ body: () throws(PlanningError) -> Result) throws(UsageError) -> Result {
    do {
        return try body()
    } catch {
        throw UsageError("\(error)")
    }
}
