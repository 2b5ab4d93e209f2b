import Files
import ImageCodecs

/// The jobs of a run in the order of their start, checked as a whole before any work.
package struct BatchPlan: Sendable {
    /// Those of the shard.
    package let jobs: [BatchJob]
    /// Those of all shards.
    private let all: [BatchJob]
    private let rules: BatchRules
    private let root: BytePath

    /// Folders of lanes, in the folder of results.
    package static func folder(_ lane: BatchLane) -> BytePath { BytePath(lane.rawValue) }

    /// Where what a person corrected is put back.
    package static let doneFolder: BytePath = "manual/done"

    /// - Parameters:
    ///   - root: the folder of results.
    /// - Throws: ``BatchError``: everything that could lose a file, or could not work.
    package init(_ jobs: [BatchJob], rules: BatchRules, root: BytePath, shard: BatchShard?) throws(BatchError) {
        var inputs = ByID<BatchPath>()
        for job in jobs {
            if let other = inputs.updateValue(job.input, forKey: job.id) {
                throw .sameID(id: job.id, inputs: [other.description, job.input.description])
            }
            let name = job.name.path
            guard !name.isEmpty, !name.containsNUL, BatchJobs.within(name) == name else {
                throw .badName(id: job.id, name: name.description)
            }
            try Self.refuseDoneFolder(job, root)
            for channel in job.outputs ?? [] where rules.export(channel) == nil {
                throw .unknownChannel(id: job.id, channel: channel, known: rules.exports.map(\.channel))
            }
        }
        // All jobs, not the shard's alone: two machines must not write one file either.
        try Self.refuseCollisions(jobs, rules, root)
        let mine = jobs.filter { shard?.contains($0.id) ?? true }
        try Self.refuseInputs(mine, among: root)
        self.jobs = mine.sorted { $0.begins(before: $1) }
        (all, self.rules, self.root) = (jobs, rules, root)
    }

    /// What the batch wrote into the folder where mattes are put back would count as corrected by a person.
    private static func refuseDoneFolder(_ job: BatchJob, _ root: BytePath) throws(BatchError) {
        let name = job.name.path
        guard let first = name.bytes.split(separator: 0x2F).first.map({ BytePath(bytes: $0) }),
            first.description.lowercased() == doneFolder.name.description,
            first == doneFolder.name || root.appending(folder(.manual)).takesAsOne(first, doneFolder.name)
        else { return }
        throw .reservedName(id: job.id, path: folder(.manual).appending(name).description)
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
                if lane == .manual, ManualFolder.isReserved(path.name) {
                    throw .reservedName(id: job.id, path: path.description)
                }
                guard known.insert(path).inserted else {
                    throw .sameExport(path: path.description, ids: [job.id, job.id])
                }
                paths.append(path)
            }
        }
        paths.append(ManualFolder.path(of: job))
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
        return ManualFolder.path(of: job).appending(path.name)
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
}

// MARK: - What is there

extension BatchPlan {
    /// Files that were one picture's and are to be another's: names were exchanged.
    package struct Transfers {
        /// What the batch wrote there, by the id of the picture whose they are now.
        package fileprivate(set) var outputs = ByID<[ManifestRecord.Output]>()
        /// Where: nobody removes these as what was made of a picture before.
        package fileprivate(set) var paths: Set<BytePath> = []
    }

    /// - Parameter records: what the manifest says.
    package func transfers(_ records: ByID<ManifestRecord>) throws(BatchError) -> Transfers {
        // Of names that are still in use, nearly all are the same picture's.
        var left: [BytePath: (id: String, outputs: [ManifestRecord.Output])] = [:]
        for job in all {
            guard let record = records[job.id], !record.outputs.isEmpty else { continue }
            let mine = Set(try Self.files(of: job, rules))
            for output in record.outputs where !mine.contains(output.path) {
                left[output.path, default: (job.id, [])].outputs.append(output)
            }
        }
        var transfers = Transfers()
        if left.isEmpty { return transfers }
        for job in all {
            for path in try Self.files(of: job, rules) {
                guard let (id, outputs) = left[path], !id.utf8.elementsEqual(job.id.utf8) else { continue }
                transfers.paths.insert(path)
                transfers.outputs[job.id] = (transfers.outputs[job.id] ?? []) + outputs
            }
        }
        return transfers
    }

    /// No file is written over that the manifest does not know as this very picture's.
    ///
    /// - Throws: ``BatchError/isThere(path:count:)``.
    package func refuseForeign(
        _ records: ByID<ManifestRecord>, _ transfers: Transfers = Transfers()
    ) throws(BatchError) {
        guard root.isFolder else { return }
        var (first, count): (BytePath?, Int) = (nil, 0)
        for job in jobs {
            var known = transfers.paths
            if let record = records[job.id] { known.formUnion(record.outputs.map(\.path) + record.stays) }
            for path in try Self.files(of: job, rules) where !known.contains(path) && root.appending(path).exists {
                first = first ?? path
                count += 1
            }
        }
        if let first { throw .isThere(path: root.appending(first).description, count: count) }
    }

    /// All files that may be written of a job; of an original without an ending the name is not known before.
    private static func files(of job: BatchJob, _ rules: BatchRules) throws(BatchError) -> [BytePath] {
        try outputs(of: job, rules).dropLast() + ManualFolder.files(of: job)
    }
}
