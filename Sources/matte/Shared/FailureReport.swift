import ArgumentParser
import MattingBatch

/// What `--json` says of a picture or a film that failed.
struct FailureReport: Encodable {
    let input: String
    let output: String
    let error: String
}

/// Runs what cannot go on after an error: says it and ends with status 1.
func failing<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws -> Result {
    do {
        return try body()
    } catch {
        Console.message("\(error)")
        throw ExitCode(1)
    }
}

/// Runs what plans the work: what cannot be planned is wrong usage.
func planning<Result>(_ body: () throws(PlanningError) -> Result) throws -> Result {
    do {
        return try body()
    } catch {
        throw ValidationError("\(error)")
    }
}
