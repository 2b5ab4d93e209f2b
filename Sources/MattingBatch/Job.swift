import ImageCodecs

/// One picture to read and one to write. `-` is standard input or output.
package struct Job: Sendable {
    package let input: String
    package let output: String
    package let format: ImageFormat

    /// The folder of the output.
    package var folder: String { FileIdentity.folder(of: output) }

    /// Pairs inputs with outputs, or refuses the whole command before any work begins.
    ///
    /// - Parameters:
    ///   - output: a file, `-`, or a folder: one that exists, ends in `/`, or is needed because there are several inputs.
    ///   - format: what is written where no file name tells.
    ///   - others: files that are read besides, which no output may be either.
    /// - Throws: ``PlanningError`` for everything that could lose a file.
    package static func plan(
        inputs: [String], output: String, format: ImageFormat, sparing others: [String] = []
    ) throws(PlanningError) -> [Job] {
        let jobs = try pair(inputs, with: output, format: format)
        try refuseOverwriting(inputs + others, by: jobs.map(\.output).filter { $0 != "-" })
        return jobs
    }

    private static func pair(_ inputs: [String], with output: String, format: ImageFormat) throws(PlanningError)
        -> [Job]
    {
        guard inputs.filter({ $0 == "-" }).count <= 1 else {
            throw .standardInputTwice
        }
        if FileIdentity.isStandardOutput(output) {
            guard inputs.count == 1 else {
                throw .severalToStandardOutput
            }
            return [Job(input: inputs[0], output: "-", format: format)]
        }
        let isFolder = output.hasSuffix("/") || FileIdentity.isFolder(output)
        if !isFolder && inputs.count == 1 { return [try single(inputs[0], output: output, format: format)] }
        if !isFolder, FileIdentity(output) != nil {
            throw .severalToOneFile(output: output, inputCount: inputs.count)
        }
        return try folder(inputs, output: output, format: format)
    }

    private static func single(_ input: String, output: String, format: ImageFormat) throws(PlanningError) -> Job {
        guard let format = ImageFormat(path: output) ?? FileIdentity.device(output).map({ _ in format }) else {
            throw .unknownFormat(output: output)
        }
        return Job(input: input, output: output, format: format)
    }

    private static func folder(_ inputs: [String], output: String, format: ImageFormat) throws(PlanningError) -> [Job] {
        let root = output.hasSuffix("/") ? String(output.dropLast()) : output
        let fileExtension = format == .jpeg ? "jpg" : "png"
        let jobs = inputs.map { input in
            let stem = input == "-" ? "stdin" : stem(of: input)
            return Job(input: input, output: "\(root)/\(stem).\(fileExtension)", format: format)
        }
        var sources: [String: String] = [:]
        for job in jobs {
            // Names that differ in case only are one file on some disks.
            let key = job.output.lowercased()
            if let other = sources[key] {
                throw .sameOutput(inputs: [other, job.input], output: job.output)
            }
            sources[key] = job.input
        }
        return jobs
    }

    /// No output may be one of the inputs, under whatever name or link, or redirected to standard input; no two outputs
    /// may be one file.
    package static func refuseOverwriting(_ inputs: [String], by outputs: [String]) throws(PlanningError) {
        let identities = Dictionary(
            inputs.compactMap { input in FileIdentity(input == "-" ? "/dev/stdin" : input).map { ($0, input) } },
            uniquingKeysWith: { first, _ in first })
        var places: [String: String] = [:]
        for output in outputs {
            if FileIdentity.device(output) != nil { continue }
            if let other = places.updateValue(output, forKey: FileIdentity.canonicalPath(output)) {
                throw .oneFile(outputs: [other, output])
            }
            if let identity = FileIdentity(output), let input = identities[identity] {
                throw .overwritesInput(output: output, input: input)
            }
        }
    }

    /// The file name without folders and without its extension.
    private static func stem(of path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
        return String(name[..<dot])
    }
}
