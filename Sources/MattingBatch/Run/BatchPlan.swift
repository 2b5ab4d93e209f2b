import Files
import ImageCodecs

/// The jobs of a run in the order of their start, checked as a whole before any work.
package struct BatchPlan: Sendable {
    package let jobs: [BatchJob]

    /// Folders of lanes, in the folder of results.
    package static func folder(_ lane: BatchLane) -> BytePath { BytePath(lane.rawValue) }

    /// Where what a person corrected is put back.
    package static let doneFolder: BytePath = "manual/done"

    /// - Parameters:
    ///   - root: the folder of results.
    ///   - isNew: whether no manifest says that what is there is a batch's.
    /// - Throws: ``BatchError``: everything that could lose a file, or could not work.
    package init(
        _ jobs: [BatchJob], rules: BatchRules, root: BytePath, isNew: Bool, overwrites: Bool, shard: BatchShard?
    ) throws(BatchError) {
        var inputs = ByID<BatchPath>()
        for job in jobs {
            if let other = inputs.updateValue(job.input, forKey: job.id) {
                throw .sameID(id: job.id, inputs: [other.description, job.input.description])
            }
            let name = job.name.path
            guard !name.isEmpty, !name.containsNUL, BatchJobs.within(name) == name else {
                throw .badName(id: job.id, name: name.description)
            }
            for channel in job.outputs ?? [] where rules.export(channel) == nil {
                throw .unknownChannel(id: job.id, channel: channel, known: rules.exports.map(\.channel))
            }
        }
        // All jobs, not the shard's alone: two machines must not write one file either.
        try Self.refuseCollisions(jobs, rules, root)
        let mine = jobs.filter { shard?.contains($0.id) ?? true }
        try Self.refuseInputs(mine, among: root)
        if isNew && !overwrites { try Self.refuseExisting(mine, rules, root) }
        self.jobs = mine.sorted { $0.begins(before: $1) }
    }

    /// All files that may be made of a job, whatever its lane turns out to be: each once.
    private static func outputs(of job: BatchJob, _ rules: BatchRules) throws(BatchError) -> [BytePath] {
        var paths: [BytePath] = []
        var known: Set<BytePath> = []
        for lane in BatchLane.allCases {
            var channels = job.outputs ?? rules.channels[lane, default: []]
            if job.outputs == nil {
                for rule in rules.rules where rule.lane == lane { channels += rule.exports ?? [] }
                // A correction, or a decision, publishes what was not.
                if lane == .publish { channels += rules.channels[.publish, default: []] }
            }
            var seen: Set<String> = []
            for channel in channels where seen.insert(channel).inserted {
                guard let export = rules.export(channel) else { continue }
                let path = try path(of: export, job, in: lane)
                guard known.insert(path).inserted else {
                    throw .sameExport(path: path.description, ids: [job.id, job.id])
                }
                paths.append(path)
            }
        }
        paths.append(folder(.manual).appending(job.name.path))
        return paths
    }

    /// Where an export is written, in the folder of results.
    package static func path(of export: BatchExport, _ job: BatchJob, in lane: BatchLane) throws(BatchError) -> BytePath
    {
        let path: BytePath
        do throws(NameTemplate.Problem) {
            path = try export.name.path(of: job, channel: export.channel, format: export.format)
        } catch {
            throw .noName(id: job.id, template: export.name.description, reason: error.reason)
        }
        guard lane == .manual else { return folder(lane).appending(path) }
        // A folder for each picture, in which its original is, too.
        return folder(.manual).appending(job.name.path).appending(path.name)
    }

    /// No two files may be one, whatever the file system takes for one name.
    private static func refuseCollisions(_ jobs: [BatchJob], _ rules: BatchRules, _ root: BytePath) throws(BatchError) {
        var alike: [String: [(path: BytePath, id: String)]] = [:]
        for job in jobs {
            for path in try outputs(of: job, rules) {
                let key = path.description.lowercased()
                for other in alike[key] ?? [] {
                    let isOne =
                        other.path == path
                        || other.path.folderPrefix == path.folderPrefix
                            && root.appending(path.folder).takesAsOne(other.path.name, path.name)
                    if isOne { throw .sameExport(path: path.description, ids: [other.id, job.id]) }
                }
                alike[key, default: []].append((path, job.id))
            }
        }
    }

    /// Nothing is read where results are written.
    private static func refuseInputs(_ jobs: [BatchJob], among root: BytePath) throws(BatchError) {
        guard let results = ResultFolder(root) else { return }
        for job in jobs {
            guard let input = job.input.path.resolved(), results.owns(input) else { continue }
            throw .inputAmongOutputs(input: job.input.description, output: root.description)
        }
    }

    private static func refuseExisting(_ jobs: [BatchJob], _ rules: BatchRules, _ root: BytePath) throws(BatchError) {
        guard root.isFolder else { return }
        var (first, count): (BytePath?, Int) = (nil, 0)
        for job in jobs {
            for path in try outputs(of: job, rules) where root.appending(path).exists {
                first = first ?? path
                count += 1
            }
        }
        if let first { throw .isThere(path: root.appending(first).description, count: count) }
    }
}
