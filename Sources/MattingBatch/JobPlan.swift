import Files
import ImageCodecs

/// Pairs of pictures to read and to write, or a refusal of all of them before any work begins.
package struct JobPlan: Sendable {
    /// What is to be done, in the order of the inputs.
    package private(set) var jobs: [Job]
    /// What is left out, for the output is there and is to be kept.
    package private(set) var skipped: [Job] = []
    /// Folders of outputs that have to be made first.
    package private(set) var missingFolders: [BytePath] = []

    /// - Throws: ``PlanningError`` for everything that could lose a file, or could not work for any of them.
    package init(_ request: JobRequest) throws(PlanningError) {
        guard request.inputs.count(where: { $0 == .standardInput }) <= 1 else { throw .standardInputTwice }
        guard !request.inputs.contains(.named("")) else { throw .emptyInput }
        guard !request.suffix.bytes.contains(UInt8(ascii: "/")) else { throw .suffixWithFolder(request.suffix) }
        jobs = []
        jobs = try pair(request)
        if let trimaps = request.trimaps {
            if trimaps.path.endsInSlash { try noteIfMissing(trimaps.path.withoutTrailingSlashes) }
            for (index, trimap) in try trimaps.outputs(for: request.inputs).enumerated() { jobs[index].trimap = trimap }
        }
        try refuseCollisions()
        let inputs = request.inputs + request.otherInputs.map { .named($0) }
        try Overwriting.refuse(
            inputs, by: jobs.flatMap(\.outputs) + (request.reports ? [.standardOutput] : []),
            areDerived: jobs.contains(where: \.isDerived))
        if request.splits {
            try Self.refuseSubjectsThatAreThere(of: jobs, request.existing, inputs)
        } else {
            try sortOutExisting(request.existing)
        }
        try refuseTrimapsThatAreThere(request)
    }

    // MARK: Names

    private mutating func pair(_ request: JobRequest) throws(PlanningError) -> [Job] {
        guard let output = request.output else { return try derived(request, in: nil) }
        guard !output.isEmpty else { throw .emptyOutput }
        let (count, first) = (request.inputs.count, request.inputs.first)
        if OutputFile(argument: output) == .standardOutput {
            guard count == 1, let first else { throw .severalToStandardOutput }
            return try named(first, request)
        }
        let isThere = output.exists
        if output.endsInSlash || output.isFolder {
            let root = output.withoutTrailingSlashes
            try noteIfMissing(root)
            return try derived(request, in: root)
        }
        if count == 1, let first { return try named(first, request) }
        if isThere { throw .severalToOneFile(output: output, inputCount: count) }
        // With an extension it is meant to be a file; a folder of such a name gets a slash.
        guard output.pathExtension == nil else { throw .severalToOneFile(output: output, inputCount: count) }
        missingFolders.append(output)
        return try derived(request, in: output)
    }

    /// - Parameter folder: one that is meant to be a folder.
    private mutating func noteIfMissing(_ folder: BytePath) throws(PlanningError) {
        if folder.isFolder { return }
        guard !folder.exists else { throw .notAFolder(folder) }
        if !missingFolders.contains(folder) { missingFolders.append(folder) }
    }

    private func named(_ input: InputFile, _ request: JobRequest) throws(PlanningError) -> [Job] {
        guard let path = request.output else { return [] }
        guard request.suffix.isEmpty else { throw .suffixOfNamedOutput(output: path) }
        let output = OutputFile(argument: path)
        if !output.isStream {
            let meant = ImageFormat(path: path)
            if let format = request.format, let meant, meant != format {
                throw .formatOfNamedOutput(format, output: path)
            }
            guard let format = meant ?? request.format else { throw .unknownFormat(output: path) }
            guard format.canWrite else { throw .formatNotWritten(format, output: path) }
            try output.requireFolder()
            return [Job(input: input, output: output, format: format, isDerived: false)]
        }
        return [Job(input: input, output: output, format: request.format ?? .png, isDerived: false)]
    }

    /// - Parameter folder: where the outputs go; nil beside the inputs.
    private func derived(_ request: JobRequest, in folder: BytePath?) throws(PlanningError) -> [Job] {
        let format = request.format ?? .png
        guard format.canWrite else { throw .formatNotWritten(format, output: request.output ?? "") }
        let ending = request.suffix + "." + BytePath(format.pathExtensions[0])
        var jobs: [Job] = []
        for input in request.inputs {
            let path: BytePath
            switch input {
            case .standardInput:
                guard let folder else { throw .noOutputForStandardInput }
                path = folder.appending("stdin")
            case .named(let name):
                let name = name.withoutTrailingSlashes
                path = (folder ?? name.folderPrefix).appending(name.stem)
            }
            jobs.append(
                Job(input: input, output: .named(path + ending), format: format, isDerived: true))
        }
        return jobs
    }

    // MARK: Collisions

    /// No two inputs may become one output. Whether names that differ in case or in how accents are composed are one file
    /// is asked of the file system.
    private func refuseCollisions() throws(PlanningError) {
        // Alike are names that some file system might take for one.
        var alike: [String: [Job]] = [:]
        for job in jobs where job.isDerived {
            let key = job.output.path.description.lowercased()
            for other in alike[key] ?? [] {
                let (a, b) = (other.output.path, job.output.path)
                let isOne = a == b || a.folderPrefix == b.folderPrefix && a.folder.takesAsOne(a.name, b.name)
                if isOne { throw .sameOutput(inputs: [other.input, job.input], output: b) }
            }
            alike[key, default: []].append(job)
        }
    }

    // MARK: What is there

    /// A trimap in a folder has a derived name, and stays as other files of such names do; a later look at the outputs
    /// keeps pictures whose own output is there.
    private func refuseTrimapsThatAreThere(_ request: JobRequest) throws(PlanningError) {
        guard let trimaps = request.trimaps, trimaps.path.endsInSlash || trimaps.path.isFolder else { return }
        if case .replaceAll = request.existing { return }
        let there = jobs.compactMap(\.trimap).filter { !$0.isStream && $0.path.exists }
        if let first = there.first { throw .isThere(output: first.path, count: there.count) }
    }

    private mutating func sortOutExisting(_ policy: ExistingOutputs) throws(PlanningError) {
        func isKept(_ job: Job) -> Bool {
            switch policy {
            case .replaceAll: false
            case .replaceNamed: job.isDerived && job.output.path.exists
            case .keep: !job.output.isStream && job.output.path.exists
            }
        }
        let kept = jobs.filter(isKept)
        guard let first = kept.first else { return }
        guard case .keep = policy else { throw .isThere(output: first.output.path, count: kept.count) }
        skipped = kept
        jobs.removeAll(where: kept.contains)
    }
}
