import Files
import ImageCodecs

/// The folder of a picture that a person works on: names of the files that the batch itself puts there, beside the exports.
enum ManualFolder {
    static let matteName: BytePath = "matte.png"
    static let trimapName: BytePath = "trimap.png"
    /// What the folder says of itself, and with what digests which of its files were written.
    static let reasonsName: BytePath = "reasons.json"
    static let digestsMember = "written"
    /// Of that file, in bytes.
    private static let reasonsLimit = 1 << 20
    static let briefName: BytePath = "brief.txt"
    /// Of the picture as it came, which keeps its ending.
    static let originalStem: BytePath = "original"

    /// In the folder of results.
    static func path(of job: BatchJob) -> BytePath { BatchPlan.folder(.manual).appending(job.name.path) }

    static func originalName(ending: String) -> BytePath { originalStem + "." + BytePath(ending) }

    /// Those files, in the folder of results, but for an original without an ending: its format is not known before.
    static func files(of job: BatchJob) -> [BytePath] {
        let original = job.name.path.pathExtension.map { [originalName(ending: $0)] } ?? []
        return ([matteName, trimapName, reasonsName, briefName] + original).map { path(of: job).appending($0) }
    }

    /// What a picture's folder says of itself, wherever it is now; nil where it says nothing.
    static func reasons(in folder: BytePath) -> JSONValue? {
        let path = folder.appending(reasonsName)
        guard path.status()?.isFile == true,
            let text = try? WholeFile.readAll(path: path, limit: reasonsLimit).withBytes({ Array($0) })
        else { return nil }
        return try? JSONValue(parsing: text)
    }

    /// Whether no export may have the name, on any file system.
    static func isReserved(_ name: BytePath) -> Bool {
        let text = name.description.lowercased()
        return [matteName, trimapName, reasonsName, briefName].contains { $0.description == text }
            || name.stem.description.lowercased() == originalStem.description
    }
}
