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
              matte batch shoot/ --explain shoot/left.jpg --rules rules.yaml
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
        help: ArgumentHelp(
            "Say which rule decides on a photograph of <in>, and why; nothing is written.", valueName: "file"))
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
        if null, places.first != "-" {
            throw ValidationError("--null is for names on standard input: matte batch - out/ -0")
        }
        if printRules {
            guard places.isEmpty else { throw ValidationError("--print-rules takes neither <in> nor <out>.") }
            if let option = optionsOfRuns.first {
                throw ValidationError("--print-rules only prints them; leave \(option) out.")
            }
            return
        }
        if explain != nil {
            if let option = optionsOfRuns.first {
                throw ValidationError("--explain says which rule decides, and writes nothing; leave \(option) out.")
            }
            return
        }
        if watch, let input = places.first, input == "-" || !input.isFolder && !Glob.isPattern(input) {
            throw ValidationError("--watch takes a folder or a pattern.")
        }
    }

    func run() throws {
        if printRules {
            for line in BatchRules.defaultText.split(separator: "\n", omittingEmptySubsequences: false) {
                Console.line(String(line))
            }
            return
        }
        // Not before the parser has named the options that there are not.
        if places.count > 2 {
            throw UsageError(
                "There are \(places.count) names; put a pattern in quotes: matte batch 'shoot/*.jpg' out/")
        }
        let rules = try self.usableRules()
        if let explain { return try self.explain(explain, by: rules) }
        if places.count < 2 {
            throw UsageError("Name what to read and the folder to write to: matte batch shoot/ out/")
        }
        let jobs = try usable { () throws(BatchError) in try self.jobs(saying: true) }
        let decisions = try apply.map { path in
            try usable { () throws(ReviewError) in try Decisions(contentsOf: path) }
        }
        if jobs.isEmpty, !watch, !reportArguments.quiet {
            Console.message("\(places[0] == "-" ? "standard input" : "\(places[0])"): names no pictures")
        }
        let (pipeline, files) = try pipelineArguments.network()
        var options = self.options(files)
        func runner() throws -> BatchRunner {
            try usable { () throws(BatchError) in
                try BatchRunner(pipeline: pipeline, rules: rules, output: BatchPath(places[1]), options: options)
            }
        }
        guard watch else {
            if try run(runner(), jobs, decisions) { throw ExitCode(1) }
            return
        }
        let watcher = BatchWatch(places[0], output: places[1])
        try watcher.serve(first: jobs) { jobs, known, isFirst in
            options.knownIDs = known
            _ = try run(runner(), jobs, isFirst ? decisions : nil, isFirst: isFirst)
        } listing: {
            try usable { () throws(BatchError) in try self.jobs(saying: false) }
        }
    }

    /// What was given of what only a run reads.
    private var optionsOfRuns: [String] {
        let options: [(String, Bool)] = [
            ("--apply", apply != nil), ("--shard", shard != nil), ("--at-once", atOnce != nil),
            ("--overwrite", overwrite), ("--watch", watch), ("--core-hour-price", coreHourPrice != nil),
            ("--json", reportArguments.json),
        ]
        return options.filter(\.1).map(\.0)
    }

    private func usableRules() throws(UsageError) -> BatchRules {
        guard let rules else { return .default }
        do throws(BatchRulesError) {
            return try BatchRules(contentsOf: BatchPath(rules))
        } catch {
            throw UsageError(error)
        }
    }

    /// Runs the jobs once, and says whether something was not done.
    private func run(
        _ runner: BatchRunner, _ jobs: [BatchJob], _ decisions: Decisions?, isFirst: Bool = true
    ) throws -> Bool {
        let progress = BatchProgress(reportArguments, coreHourPrice: coreHourPrice)
        do throws(BatchError) {
            try runner.run(
                jobs, applying: decisions, planned: progress.begin, refused: progress.refuse,
                { result in
                    progress.add(result)
                    return true
                })
        } catch {
            progress.clear()
            // Who watches waits for the other run.
            if case .isRunning = error, !isFirst { throw error }
            // Once something was done it is no usage error.
            if progress.hasBegun || !isFirst { try failing { throw error } }
            throw UsageError("\(error)")
        }
        progress.end()
        return progress.isIncomplete
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

    /// - Parameter saying: whether messages tell what is not used.
    func jobs(saying: Bool) throws(BatchError) -> [BatchJob] {
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
        if input.isFolder || input.endsInSlash {
            return pictures(try BatchJobs.found(in: BatchPath(input)), saying: saying)
        }
        if !input.exists, Glob.isPattern(input) {
            let found = try BatchJobs.found(matching: BatchPath(input))
            guard !found.jobs.isEmpty || watch else { throw .nothingFound(pattern: "\(input)") }
            return pictures(found, saying: saying)
        }
        if ImageFormat(path: input) != nil { return [BatchJob(input: BatchPath(input))] }
        let (jobs, unknown) = try BatchJobs.file(BatchPath(input))
        if saying, !unknown.isEmpty, !reportArguments.quiet {
            Console.message("\(input): not used: \(unknown.joined(separator: ", "))")
        }
        return jobs
    }

    /// Results in the folder of pictures are none of the pictures.
    private func pictures(_ found: BatchJobs.Found, saying: Bool) -> [BatchJob] {
        let results = places.count > 1 ? ResultFolder(places[1]) : nil
        if saying, !reportArguments.quiet {
            for path in found.leftOut where results?.owns(path) != true {
                Console.message("\(path): left out: is a pipe, a socket or a device")
            }
        }
        guard let results else { return found.jobs }
        return found.jobs.filter { !results.owns($0.input.path) }
    }

    /// What is wrong with what was asked for is wrong usage: nothing was begun.
    func usable<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws -> Result {
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
