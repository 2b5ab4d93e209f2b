import Files

/// Why a batch cannot begin, or cannot go on; what is wrong with a picture is in its ``BatchResult``.
@nonexhaustive public enum BatchError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A folder that is to be walked through cannot be.
    case unreadableFolder(path: String, reason: String)
    /// A pattern that no picture's name has.
    case nothingFound(pattern: String)
    /// A list of jobs that cannot be read.
    case unreadableJobs(path: String, reason: String)
    /// A line of a list of jobs; `line` is counted from 1.
    case badJob(path: String, line: Int, reason: String)
    /// Two jobs of one id.
    case sameID(id: String, inputs: [String])
    /// A name of results that leads out of the folder they are kept in, or is none.
    case badName(id: String, name: String)
    /// Something of a job would have a name that the batch needs for something else.
    case reservedName(id: String, path: String)
    /// A name template that gives no name for this job.
    case noName(id: String, template: String, reason: String)
    /// Two exports that would have one name.
    case sameExport(path: String, ids: [String])
    /// A channel that a job wants and the rules do not describe.
    case unknownChannel(id: String, channel: String, known: [String])
    /// A file that would be replaced and is not the batch's.
    case isThere(path: String, count: Int)
    /// An input lies where results are kept.
    case inputAmongOutputs(input: String, output: String)
    /// The folder of results cannot be made or written.
    case unwritableFolder(path: String, reason: String)
    /// Of many pictures in a row not one could be written.
    case nothingWritten(count: Int, reason: String)
    /// A file of a manifest's name that is none, and must not be replaced by one.
    case notAManifest(path: String, reason: String)
    /// The manifest cannot be read.
    case badManifest(path: String, line: Int, reason: String)
    /// The manifest cannot be appended to: nothing that follows would be remembered.
    case manifestNotWritten(path: String, reason: String)
    /// The manifest cannot be opened, or made: nothing was begun.
    case manifestNotOpened(path: String, reason: String)
    /// Decisions that are not about this batch, or cannot be read.
    case badDecisions(reason: String)
    /// The page for people cannot be written.
    case reviewNotWritten(reason: String)
    /// Another run is working on the folder.
    case isRunning(path: String)
    /// An option has a value that it cannot have.
    case invalidOption(name: String, value: String, allowed: String)

    public var description: String {
        switch self {
        case .unreadableFolder(let path, let reason): "\(path): cannot be listed: \(reason)"
        case .nothingFound(let pattern):
            "no picture has a name like '\(pattern)'; see that folder and ending are right"
        case .unreadableJobs(let path, let reason): "\(path): \(reason)"
        case .badJob(let path, let line, let reason): "\(path):\(line): \(reason)"
        case .sameID(let id, let inputs):
            "\(inputs.map { "'\($0)'" }.joined(separator: " and ")) both have the id '\(id)'; give each its own"
        case .badName(let id, let name):
            "the job '\(id)' has the name '\(name)', which leads out of the folder; name a path within it"
        case .reservedName(let id, let path):
            "the job '\(id)' would have '\(path)', a name with another meaning: manual/done is where corrected mattes are put back, "
                + "and matte.png, trimap.png, original, reasons.json and brief.txt are in every folder of manual/; give the "
                + "picture's folder, or the export, another name"
        case .noName(let id, let template, let reason):
            "the name '\(template)' of an export has none for the job '\(id)': \(reason)"
        case .sameExport(let path, let ids):
            Set(ids).count == 1
                ? "two exports of '\(ids[0])' would both be written to '\(path)'; put {channel} into the name of one of them, or "
                    + "give it another format"
                : "\(ids.map { "'\($0)'" }.joined(separator: " and ")) would both be written to '\(path)'; put {channel}, "
                    + "{folder} or {id} into the name of the export"
        case .unknownChannel(let id, let channel, let known):
            "the job '\(id)' wants '\(channel)', which the rules do not describe; they have \(known.joined(separator: ", "))"
        case .isThere(let path, let count):
            "'\(path)' is there already\(count > 1 ? ", and \(count - 1) more" : "") and no manifest says that a batch wrote it of this "
                + "picture; name another folder, or replace it with --overwrite"
        case .inputAmongOutputs(let input, let output):
            "'\(input)' lies in '\(output)', where results are kept; name another folder for them"
        case .unwritableFolder(let path, let reason): "\(path): cannot be written: \(reason)"
        case .nothingWritten(let count, let reason):
            "\(count) pictures in a row could not be written, the last one because of this: \(reason); nothing more is begun: "
                + "see to it, and run it again"
        case .badManifest(let path, let line, let reason): "\(path):\(line): \(reason)"
        case .notAManifest(let path, let reason): "\(path): \(reason); name another file, or move this one away"
        case .manifestNotOpened(let path, let reason): "\(path): cannot be written: \(reason)"
        case .manifestNotWritten(let path, let reason):
            "\(path): cannot be written: \(reason); what is done since is not remembered"
        case .badDecisions(let reason): reason
        case .reviewNotWritten(let reason): reason
        case .isRunning(let path): "'\(path)' is being worked on by another run; wait for it, or name another folder"
        case .invalidOption(let name, let value, let allowed): "\(name) is \(value); use \(allowed)"
        }
    }
}
