import ArgumentParser
import Files
import ImageCodecs
import Matting
import MattingBatch
import Raster
import WeightFiles

struct BatchWork: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs a batch, or goes on with one.",
        usage: "matte batch <in> <out> [options]",
        discussion: """
            <in> is a folder, a pattern in quotes ('shoot/**/*.jpg'), '-' for names on standard input, or a file of jobs: \
            CSV with titles, or JSON Lines, with path, id, sku, category, campaign, priority, deadline, brief and outputs.

            <out> gets publish/, check/ and manual/, by the rules; review/index.html, on which a person decides about the last \
            two; and manifest.jsonl, a line a picture. Run again, it does only what is missing or has changed, by content. A \
            corrected matte, put into manual/done/ as <name>.png or <name>.psd, goes through the same exports at the next run.

            EXAMPLES
              matte batch shoot/ out/
              matte batch --print-rules > rules.yaml
              matte batch shoot.csv out/ --rules rules.yaml --core-hour-price 0.05
              matte batch --explain shoot/left.jpg --rules rules.yaml
              matte batch shoot/ out/ --apply decisions.json
              matte batch shoot/ out/ --shard 3/8      the fourth of eight parts, counted from 0
              matte batch merge out/manifest-*.jsonl -o out/manifest.jsonl
            """)

    @Argument(help: ArgumentHelp("What to read, and the folder to write to.", valueName: "in> <out"))
    var places: [BytePath] = []

    @Option(help: ArgumentHelp("Rules (YAML) instead of the built-in ones.", valueName: "file"))
    var rules: BytePath?

    @Flag(help: "Print the built-in rules, to begin one's own with.")
    var printRules = false

    @Option(
        help: ArgumentHelp("Say which rule decides on a photograph, and why; nothing is written.", valueName: "file"))
    var explain: BytePath?

    @Option(
        help: ArgumentHelp(
            "Carry out what was decided on review/index.html, with the same <in> and <out>.", valueName: "file"))
    var apply: BytePath?

    @Option(help: ArgumentHelp("Only the part i of n, from 0; by the jobs' ids.", valueName: "i/n"))
    var shard: Shard?

    @Flag(name: [.long, .customShort("0")], help: "Names on standard input end in NUL.")
    var null = false

    @Option(
        help: ArgumentHelp(
            "Pictures at once, each on a thread; with 1 the threads share one picture, which takes less memory. By default one "
                + "a processor, and 1 where the weights have more than 64 MB.", valueName: "n"))
    var atOnce: Int?

    @Flag(help: "Replace files that are there and that no manifest tells of.")
    var overwrite = false

    @Flag(help: "Go on with what comes into the folder, or matches the pattern, until it is interrupted.")
    var watch = false

    @OptionGroup(title: "INPUT") var inputArguments: InputArguments

    @OptionGroup(title: "MATTE") var pipelineArguments: PipelineArguments

    @Option(help: ArgumentHelp("What an hour of one processor costs, for the summary.", valueName: "money"))
    var coreHourPrice: Double?

    @OptionGroup(title: "REPORTS") var reportArguments: ReportArguments

    func validate() throws {
        if let atOnce, !(1...1024).contains(atOnce) { throw ValidationError("--at-once is 1 to 1024.") }
        if let coreHourPrice, !(0...1e9).contains(coreHourPrice) {
            throw ValidationError("--core-hour-price is a number of 0 or more.")
        }
        if printRules || explain != nil {
            guard places.isEmpty else {
                throw ValidationError("\(printRules ? "--print-rules" : "--explain") takes neither <in> nor <out>.")
            }
            return
        }
        if watch, let input = places.first, input == "-" || !input.isFolder && !Glob.isPattern(input) {
            throw ValidationError("--watch takes a folder or a pattern.")
        }
        guard places.count == 2 else {
            throw ValidationError(
                places.count < 2
                    ? "Name what to read and the folder to write to: matte batch shoot/ out/"
                    : "There are \(places.count) names; put a pattern in quotes: matte batch 'shoot/*.jpg' out/")
        }
    }

    func run() throws {
        LargeBlocks.mapThem()
        if printRules {
            for line in BatchRules.defaultText.split(separator: "\n", omittingEmptySubsequences: false) {
                Console.line(String(line))
            }
            return
        }
        let rules = try usable { () throws(BatchRulesError) in
            if let path = self.rules { try BatchRules(contentsOf: BatchPath(path)) } else { BatchRules.default }
        }
        if let explain { return try explanation(of: explain, rules) }
        let jobs = try usable { () throws(BatchError) in try self.jobs() }
        let decisions = try apply.map { path in
            try usable { () throws(ReviewError) in try Decisions(contentsOf: path) }
        }
        let (pipeline, files) = try pipelineArguments.network()
        var options = self.options(files)
        func runner() throws -> BatchRunner {
            try usable { () throws(BatchError) in
                try BatchRunner(pipeline: pipeline, rules: rules, output: BatchPath(places[1]), options: options)
            }
        }
        guard watch else {
            if try run(runner(), jobs, decisions) > 0 { throw ExitCode(1) }
            return
        }
        let watcher = BatchWatch(places[0], output: places[1])
        try watcher.serve(first: jobs) { jobs, known, isFirst in
            options.knownIDs = known
            _ = try run(runner(), jobs, isFirst ? decisions : nil, isFirst: isFirst)
        } listing: {
            try usable { () throws(BatchError) in try self.jobs() }
        }
    }

    /// Runs the jobs once, and says how many failed.
    private func run(
        _ runner: BatchRunner, _ jobs: [BatchJob], _ decisions: Decisions?, isFirst: Bool = true
    ) throws -> Int {
        let progress = BatchProgress(reportArguments, coreHourPrice: coreHourPrice)
        do throws(BatchError) {
            try runner.run(jobs, applying: decisions, planned: progress.begin) { result in
                progress.add(result)
                return true
            }
        } catch {
            progress.clear()
            // Once something was done it is no usage error.
            if progress.hasBegun || !isFirst { try failing { throw error } }
            throw UsageError("\(error)")
        }
        progress.end()
        return progress.failureCount
    }

    private func options(_ weightFiles: [WeightFile]) -> BatchOptions {
        let isHeavy = PipelineArguments.areHeavy(weightFiles)
        var options = BatchOptions(
            picturesAtOnce: atOnce ?? (isHeavy ? 1 : pipelineArguments.threads), limits: inputArguments.limits,
            isLenient: inputArguments.lenient, shard: shard?.value, overwrites: overwrite, fingerprint: fingerprint,
            weights: weightFiles.map(\.dataSHA256).joined(separator: " "))
        options.whileWriting = { body in Interruption.whileWriting(body) }
        return options
    }

    /// What of the command line decides on the pixels; threads and memory do not.
    private var fingerprint: String {
        var words = pipelineArguments.recipeEntries.map { "\($0.key)=\($0.value)" }.sorted()
        if let refinement = pipelineArguments.refinement { words.append("refinement=\(refinement.rawValue)") }
        if inputArguments.lenient { words.append("lenient") }
        return words.joined(separator: " ")
    }

    private func jobs() throws(BatchError) -> [BatchJob] {
        let input = places[0]
        if input == "-" {
            let bytes: [UInt8]
            do throws(ImageCodecError) {
                bytes = try WholeFile.readAll(fileDescriptor: 0, limit: 1 << 30).withBytes { Array($0) }
            } catch {
                throw .unreadableJobs(path: "standard input", reason: "\(error)")
            }
            return BatchJobs.list(bytes, separatedByNUL: null)
        }
        if input.isFolder || input.endsInSlash { return try BatchJobs.inFolder(BatchPath(input)).filter(isInput) }
        if !input.exists, Glob.isPattern(input) { return try BatchJobs.matching(BatchPath(input)).filter(isInput) }
        if ImageFormat(path: input) != nil { return [BatchJob(input: BatchPath(input))] }
        let (jobs, unknown) = try BatchJobs.file(BatchPath(input))
        if !unknown.isEmpty, !reportArguments.quiet {
            Console.message("\(input): not used: \(unknown.joined(separator: ", "))")
        }
        return jobs
    }

    /// Results in the folder of pictures are none of the pictures.
    private func isInput(_ job: BatchJob) -> Bool {
        guard let root = places[1].resolved(), let path = job.input.path.folder.resolved() else { return true }
        let results = ["publish", "check", "manual", "review"].map { root.appending(BytePath($0)).bytes }
        return !results.contains { path.bytes == $0 || path.bytes.starts(with: $0 + [0x2F]) }
    }

    private func explanation(of path: BytePath, _ rules: BatchRules) throws {
        let (pipeline, _) = try pipelineArguments.network()
        let name = BatchJobs.within(path)
        let job = BatchJob(input: BatchPath(path), name: BatchPath(name))
        let decision = try failing(about: .named(path)) {
            let image = try inputArguments.read(.named(path))
            return try rules.decision(on: job, PictureFacts(pipeline.matte(image)))
        }
        Console.line("\(path): \(decision.lane)")
        for judgement in decision.judgements {
            Console.line(
                "  \(judgement.holds ? "✓" : "–") \(judgement.rule): \(judgement.findings.joined(separator: "; "))")
        }
        for reason in decision.reasons { Console.line("  because: \(reason)") }
        if decision.rule == nil { Console.line("  no rule decided; what is for all others did") }
        Console.line("  written: \(decision.channels.isEmpty ? "nothing" : decision.channels.joined(separator: ", "))")
    }

    /// What is wrong with what was asked for is wrong usage: nothing was begun.
    private func usable<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws -> Result {
        do throws(Failure) {
            return try body()
        } catch {
            throw UsageError("\(error)")
        }
    }

    struct Shard: ExpressibleByArgument {
        let value: BatchShard

        init?(argument: String) {
            let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
            guard parts.count == 2, let index = parts[0], let count = parts[1], let shard = BatchShard(index, of: count)
            else { return nil }
            value = shard
        }
    }
}
