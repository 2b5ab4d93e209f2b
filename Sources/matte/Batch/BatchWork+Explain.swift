import Files
import Matting
import MattingBatch

extension BatchWork {
    /// Says which rule decides on a photograph: as the job that it is in the batch, where the batch is named.
    func explain(_ path: BytePath, by rules: BatchRules) throws {
        if path.isFolder {
            let folder = path.withoutTrailingSlashes
            throw UsageError(
                "'\(path)' is a folder; --explain takes one photograph: matte batch \(folder)/ --explain "
                    + "\(folder)/photo.jpg")
        }
        let jobs = try self.jobs(of: path)
        let (pipeline, _) = try pipelineArguments.network()
        let facts = try failing(about: .named(path)) {
            try PictureFacts(pipeline.matte(inputArguments.read(.named(path))), measuring: rules.measures)
        }
        for job in jobs { explain(rules.decision(on: job, facts), on: job, path) }
        let unknown = rules.askedOfJobs
        if places.isEmpty, !unknown.isEmpty {
            Console.line(
                "  not known without <in>, and rules ask for it: \(unknown.joined(separator: ", ")); "
                    + "matte batch <in> --explain \(path)")
        }
    }

    /// The jobs that a file is in; several where a list has it twice.
    private func jobs(of path: BytePath) throws -> [BatchJob] {
        guard let input = places.first else {
            return [BatchJob(input: BatchPath(path), name: BatchPath(BatchJobs.within(path)))]
        }
        let jobs = try usable { () throws(BatchError) in try self.jobs(saying: false) }
        // A file that is not there is of no job; reading it says so.
        guard let identity = FileIdentity(path) else { return [BatchJob(input: BatchPath(path))] }
        let found = jobs.filter { FileIdentity($0.input.path) == identity }
        if found.isEmpty { throw UsageError("'\(path)' is none of the pictures that '\(input)' names") }
        return found
    }

    private func explain(_ decision: BatchRules.Decision, on job: BatchJob, _ path: BytePath) {
        let id = job.hasOwnID ? " (\(job.id))" : ""
        Console.line("\(path)\(id): \(decision.lane)")
        for judgement in decision.judgements {
            Console.line(
                "  \(judgement.holds ? "✓" : "–") \(judgement.rule): \(judgement.findings.joined(separator: "; "))")
        }
        for reason in decision.reasons { Console.line("  because: \(reason)") }
        if decision.rule == nil { Console.line("  no rule decided; what is for all others did") }
        Console.line("  written: \(decision.channels.isEmpty ? "nothing" : decision.channels.joined(separator: ", "))")
    }
}
