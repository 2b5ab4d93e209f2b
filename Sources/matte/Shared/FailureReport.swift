#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import ArgumentParser
import Files
import MattingBatch

/// What `--json` says of a picture or a film that failed.
struct FailureReport: Encodable {
    let input: String
    let inputBase64: String?
    let output: String
    let outputBase64: String?
    let error: String

    init(_ input: InputFile, _ output: OutputFile, error: String) {
        self.input = input.argument.description
        self.inputBase64 = input.argument.base64
        self.output = output.argument.description
        self.outputBase64 = output.argument.base64
        self.error = error
    }
}

/// What `--json` says of a picture that is left out, for its output is there.
struct SkipReport: Encodable {
    let input: String
    let inputBase64: String?
    let output: String
    let outputBase64: String?
    let skipped = true

    /// - Parameter output: that of a subject; nil is that of the job.
    init(_ job: Job, _ output: OutputFile? = nil) {
        let output = output ?? job.output
        self.input = job.input.argument.description
        self.inputBase64 = job.input.argument.base64
        self.output = output.argument.description
        self.outputBase64 = output.argument.base64
    }
}

extension BytePath {
    /// The bytes of a name that JSON cannot hold as text; nil, and left out of reports, where it can.
    var base64: String? { text == nil ? Data(bytes).base64EncodedString() : nil }
}

/// Runs what cannot go on after an error: says it, of standard input too, and ends with status 1.
func failing<Result: ~Copyable, Failure: Error>(
    about input: InputFile? = nil, _ body: () throws(Failure) -> Result
) throws -> Result {
    do {
        return try body()
    } catch {
        Console.message(input == .standardInput ? "\(InputFile.standardInput): \(error)" : "\(error)")
        throw ExitCode(1)
    }
}
