import Files

extension OutputFile {
    /// The file of one subject: its number between stem and extension.
    package func ofSubject(_ number: Int) -> OutputFile {
        .named(path.folderPrefix.appending(path.stem + BytePath("-\(number)") + ending))
    }

    /// Whether a name in its folder is that of a subject's file.
    fileprivate func isOfSubject(_ name: BytePath) -> Bool {
        let (start, end) = ((path.stem + "-").bytes, ending.bytes)
        guard name.bytes.count > start.count + end.count, name.bytes.starts(with: start),
            name.bytes.suffix(end.count) == end[...]
        else { return false }
        let number = name.bytes.dropFirst(start.count).dropLast(end.count)
        return number.first != UInt8(ascii: "0") && number.allSatisfy { (48...57).contains($0) }
    }

    /// The extension with its dot.
    private var ending: BytePath { BytePath(bytes: path.name.bytes.dropFirst(path.stem.bytes.count)) }
}

extension JobPlan {
    /// How many subjects a picture has is known when its matte is: any file that is there under a name that a subject's may get
    /// counts.
    ///
    /// - Throws: ``PlanningError/subjectsAreThere(output:count:)``, ``PlanningError/overwritesInput(output:input:isDerived:)``.
    static func refuseSubjectsThatAreThere(
        of jobs: [Job], _ policy: ExistingOutputs, _ inputs: [InputFile]
    ) throws(PlanningError) {
        if case .keep = policy { return }
        let identities = Dictionary(
            inputs.compactMap { input in input.identity.map { ($0, input) } }, uniquingKeysWith: { first, _ in first })
        var names: [BytePath: [BytePath]] = [:]
        var there: [BytePath] = []
        for job in jobs where !job.output.isStream {
            let folder = job.output.path.folder
            // A folder that is not there, or cannot be listed, is another's matter.
            let known = names[folder] ?? (try? folder.namesInFolder())?.sorted() ?? []
            names[folder] = known
            for name in known where job.output.isOfSubject(name) {
                let path = job.output.path.folderPrefix + name
                if let identity = FileIdentity(path), let input = identities[identity] {
                    throw .overwritesInput(output: .named(path), input: input, isDerived: job.isDerived)
                }
                there.append(path)
            }
        }
        if case .replaceAll = policy { return }
        if let first = there.first { throw .subjectsAreThere(output: first, count: there.count) }
    }
}
