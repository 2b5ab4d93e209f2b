import Files
import ImageCodecs
import Raster

/// Lists of jobs, from where they are kept.
public enum BatchJobs {
    /// Bytes of a list of jobs that are read: some ten million lines.
    private static let maxListBytes = 1 << 30

    /// The pictures in a folder and all below it, by their extensions; names that begin with a dot are left out, and what is no
    /// file.
    ///
    /// - Returns: with the paths in the folder as names and ids.
    /// - Throws: ``BatchError/unreadableFolder(path:reason:)``, for one folder below that cannot be listed too. Links that lead
    ///   back to a folder above are not followed.
    public static func inFolder(_ folder: BatchPath) throws(BatchError) -> [BatchJob] {
        try found(in: folder).jobs
    }

    /// Jobs of what was found, and what would be among them but is no file: pipes, sockets, devices.
    package typealias Found = (jobs: [BatchJob], leftOut: [BytePath])

    /// As ``inFolder(_:)``.
    package static func found(in folder: BatchPath) throws(BatchError) -> Found {
        try found(in: folder.path, prefix: folder.path.appending("")) { ImageFormat(path: $0)?.canRead == true }
    }

    private static func found(
        in folder: BytePath, prefix: BytePath, where isMeant: (BytePath) -> Bool
    ) throws(BatchError) -> Found {
        let tree = try tree(of: folder)
        return (
            tree.files.filter(isMeant).map { BatchJob(input: BatchPath(prefix + $0), name: BatchPath($0)) },
            tree.others.filter(isMeant).map { prefix + $0 }
        )
    }

    /// The files that a pattern such as `shoot/**/*.jpg` names, relative to the folder before its first `*`, `?` or `[`.
    ///
    /// - Throws: ``BatchError/unreadableFolder(path:reason:)``, ``BatchError/invalidOption(name:value:allowed:)``.
    public static func matching(_ pattern: BatchPath) throws(BatchError) -> [BatchJob] {
        try found(matching: pattern).jobs
    }

    /// As ``matching(_:)``.
    package static func found(matching pattern: BatchPath) throws(BatchError) -> Found {
        let bytes = pattern.path.bytes
        guard let special = bytes.firstIndex(where: { "*?[\\".utf8.contains($0) }) else {
            return ([BatchJob(input: pattern)], [])
        }
        let prefix = BytePath(bytes: bytes[..<special]).folderPrefix
        guard let glob = Glob(BytePath(bytes: bytes[prefix.bytes.count...])) else {
            throw .invalidOption(
                name: "the pattern", value: "'\(pattern)'",
                allowed: "brackets that are closed, and ranges in their order")
        }
        let folder = prefix.isEmpty ? "." : prefix.withoutTrailingSlashes
        return try found(in: folder, prefix: prefix) { glob.matches($0) }
    }

    /// A list of names, one a line or, where one of them is there, between NULs; empty ones are left out.
    ///
    /// - Returns: with the names, without what leads to the root or upwards, as names and ids.
    public static func list(_ bytes: [UInt8], separatedByNUL: Bool = false) -> [BatchJob] {
        let separator: UInt8 = separatedByNUL || bytes.contains(0) ? 0 : 0x0A
        return bytes.split(separator: separator).map { line in
            let path = BytePath(bytes: separator == 0x0A && line.last == 0x0D ? line.dropLast() : line)
            return BatchJob(input: BatchPath(path), name: BatchPath(within(path)))
        }.filter { !$0.input.bytes.isEmpty }
    }

    /// The jobs of a file: comma-separated values with a row of titles, or JSON Lines, whichever it begins as.
    ///
    /// Titles and names are `path`, which is needed, `id`, `sku`, `category`, `campaign`, `priority` (a number, or urgent, high,
    /// normal, low), `deadline` (as ``Deadline/init(_:)`` reads it), `brief` and `outputs` (channels; in a table with blanks
    /// between them). Paths are relative to the file's folder. Where several have one path, each with an id of its own, their names
    /// have the id in them.
    ///
    /// - Returns: the jobs, and titles that mean nothing here.
    /// - Throws: ``BatchError/unreadableJobs(path:reason:)``, ``BatchError/badJob(path:line:reason:)``.
    public static func file(_ path: BatchPath) throws(BatchError) -> (jobs: [BatchJob], unknownFields: [String]) {
        let bytes: [UInt8]
        do throws(ImageCodecError) {
            bytes = try WholeFile.readAll(path: path.path, limit: maxListBytes).withBytes { Array($0) }
        } catch {
            guard case .unreadableFile(_, let reason) = error else {
                throw .unreadableJobs(path: path.description, reason: "\(error)")
            }
            throw .unreadableJobs(path: path.description, reason: "cannot be read: \(reason)")
        }
        return try parsed(bytes, named: path.description, in: path.path.folderPrefix)
    }

    /// The jobs in the bytes of such a file.
    ///
    /// - Parameter folder: what relative paths begin with: nothing, or a folder with its slash.
    package static func parsed(
        _ bytes: [UInt8], named name: String, in folder: BytePath
    ) throws(BatchError) -> (jobs: [BatchJob], unknownFields: [String]) {
        let start = bytes.drop { [0xEF, 0xBB, 0xBF, 0x20, 0x09, 0x0A, 0x0D].contains($0) }.first
        let isLines = start == UInt8(ascii: "{")
        let list = isLines ? try lines(bytes, named: name, in: folder) : try table(bytes, named: name, in: folder)
        return (apart(list.jobs), list.unknownFields)
    }

    /// One photograph may be several articles: jobs of one name and ids of their own get names of their own, too, `shoe-left.jpg`
    /// for the id `left` of `shoe.jpg`. What a person works on lies in a folder of that name.
    private static func apart(_ jobs: [BatchJob]) -> [BatchJob] {
        let counts = Dictionary(jobs.map { ($0.name, 1) }, uniquingKeysWith: +)
        return jobs.map { job in
            guard counts[job.name, default: 0] > 1, job.hasOwnID else { return job }
            var job = job
            let path = job.name.path
            let id = BytePath(bytes: job.id.utf8.map { $0 == UInt8(ascii: "/") || $0 == 0 ? UInt8(ascii: "-") : $0 })
            let ending = BytePath(bytes: path.name.bytes.dropFirst(path.stem.bytes.count))
            job.name = BatchPath(path.folderPrefix + path.stem + "-" + id + ending)
            return job
        }
    }

    private static func tree(of folder: BytePath) throws(BatchError) -> FileTree {
        do throws(PlanningError) {
            return try FileTree(folder)
        } catch {
            guard case .unreadableFolder(let path, let reason) = error else {
                throw .unreadableFolder(path: folder.description, reason: "\(error)")
            }
            throw .unreadableFolder(path: path.description, reason: reason)
        }
    }

    /// A path without what leads to the root or upwards.
    package static func within(_ path: BytePath) -> BytePath {
        let parts = path.bytes.split(separator: UInt8(ascii: "/")).filter { $0 != [0x2E] && $0 != [0x2E, 0x2E] }
        return BytePath(bytes: Array(parts.joined(separator: [UInt8(ascii: "/")])))
    }
}

// MARK: - Files of jobs

extension BatchJobs {
    private static func table(
        _ bytes: [UInt8], named name: String, in folder: BytePath
    ) throws(BatchError) -> (jobs: [BatchJob], unknownFields: [String]) {
        let rows: [CSVReader.Row]
        do throws(CSVReader.Problem) {
            rows = try CSVReader(bytes).rows
        } catch {
            throw .badJob(path: name, line: error.line, reason: error.reason)
        }
        guard let header = rows.first else { throw .unreadableJobs(path: name, reason: "is empty") }
        func fail(_ line: Int, _ reason: String) -> BatchError { .badJob(path: name, line: line, reason: reason) }
        let titles = header.fields.map { trimmed(String(decoding: $0, as: UTF8.self)).lowercased() }
        for (index, title) in titles.enumerated() where JobFields.names.contains(title) {
            if titles[..<index].contains(title) { throw fail(header.line, "the title '\(title)' occurs twice") }
        }
        guard titles.contains("path") else {
            throw fail(
                header.line, "no title is 'path'; the first row has titles: \(JobFields.names.joined(separator: ", "))")
        }
        var jobs: [BatchJob] = []
        for row in rows.dropFirst() {
            guard row.fields.count <= titles.count else {
                throw fail(row.line, "\(row.fields.count) fields under \(titles.count) titles")
            }
            var fields = JobFields()
            for (title, field) in zip(titles, row.fields) {
                if title == "path" {
                    fields.path = BytePath(bytes: field)
                } else if JobFields.names.contains(title) {
                    guard let text = String(validating: field, as: UTF8.self) else {
                        throw fail(row.line, "'\(title)' is no UTF-8")
                    }
                    fields.texts[title] = trimmed(text)
                }
            }
            do throws(JobFields.Problem) {
                jobs.append(try fields.job(in: folder))
            } catch {
                throw fail(row.line, error.reason)
            }
        }
        return (jobs, titles.filter { !JobFields.names.contains($0) && !$0.isEmpty })
    }

    private static func lines(
        _ bytes: [UInt8], named name: String, in folder: BytePath
    ) throws(BatchError) -> (jobs: [BatchJob], unknownFields: [String]) {
        var jobs: [BatchJob] = []
        var unknown: [String] = []
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where !line.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) {
            func fail(_ reason: String) -> BatchError { .badJob(path: name, line: index + 1, reason: reason) }
            let value: JSONValue
            do throws(JSONError) {
                value = try JSONValue(parsing: Array(line))
            } catch {
                throw fail("is no JSON: \(error)")
            }
            guard case .object(let members) = value else { throw fail("is no object; write {\"path\": \"photo.jpg\"}") }
            var fields = JobFields()
            for member in members {
                switch (member.name, member.value) {
                case (_, .null): break
                case ("path", .string(let path)): fields.path = BytePath(path)
                case ("outputs", .array(let values)):
                    let texts = values.compactMap(\.string)
                    guard texts.count == values.count else { throw fail("'outputs' are names of channels, in quotes") }
                    fields.outputs = texts
                case ("priority", .number(let number)): fields.texts["priority"] = number
                case (let name, .string(let text)) where JobFields.names.contains(name): fields.texts[name] = text
                case (let name, _):
                    guard !JobFields.names.contains(name) else { throw fail("'\(name)' has to be a text") }
                    if !unknown.contains(name) { unknown.append(name) }
                }
            }
            do throws(JobFields.Problem) {
                jobs.append(try fields.job(in: folder))
            } catch {
                throw fail(error.reason)
            }
        }
        return (jobs, unknown)
    }

    private static func trimmed(_ text: String) -> String {
        let blanks: Set<Character> = [" ", "\t", "\u{A0}"]
        var text = text[...]
        while let first = text.first, blanks.contains(first) { text.removeFirst() }
        while let last = text.last, blanks.contains(last) { text.removeLast() }
        return String(text)
    }
}

/// What a row says of a job.
private struct JobFields {
    static let names = ["id", "path", "sku", "category", "campaign", "priority", "deadline", "brief", "outputs"]
    private static let priorities = ["urgent": 20, "high": 10, "normal": 0, "low": -10]

    struct Problem: Error { let reason: String }

    var path = BytePath("")
    var texts: [String: String] = [:]
    var outputs: [String]?

    func job(in folder: BytePath) throws(Problem) -> BatchJob {
        guard !path.isEmpty else { throw Problem(reason: "'path' is empty") }
        guard !path.containsNUL else { throw Problem(reason: "'path' contains a NUL") }
        func text(_ name: String) -> String? { texts[name].flatMap { $0.isEmpty ? nil : $0 } }
        var priority = 0
        if let text = text("priority") {
            guard let value = Self.priorities[text.lowercased()] ?? Int(text) else {
                throw Problem(reason: "'priority' is '\(text)'; write a whole number, or urgent, high, normal or low")
            }
            priority = value
        }
        var deadline: Deadline?
        if let text = text("deadline") {
            guard let value = Deadline(text) else {
                throw Problem(reason: "'deadline' is '\(text)'; write 2026-11-30 or 2026-11-30T17:00+01:00")
            }
            deadline = value
        }
        let listed = text("outputs").map { $0.split { " ,;|".contains($0) }.map(String.init) }
        let isAbsolute = path.bytes.first == UInt8(ascii: "/")
        return BatchJob(
            id: text("id"), input: BatchPath(isAbsolute ? path : folder + path),
            name: BatchPath(BatchJobs.within(path)),
            sku: text("sku"), category: text("category"), campaign: text("campaign"), priority: priority,
            deadline: deadline, brief: text("brief"), outputs: outputs ?? listed)
    }
}
