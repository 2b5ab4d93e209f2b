import Files
import ImageCodecs
import Threads
import WeightFiles

/// Files in a folder, which appear whole or not at all.
package struct FolderSink: BatchSink {
    private let root: BytePath
    /// Folders that are there, some of them: the manual lane has one for each picture.
    private let made = Guarded<Set<BytePath>>([])
    private static let mostRemembered = 1000

    enum Problem: Error, CustomStringConvertible {
        case link(path: String)
        case folder(path: String, reason: String)

        var description: String {
            switch self {
            case .link(let path):
                "\(path): is a link; what it leads to is not the batch's, and nothing is written over it"
            case .folder(let path, let reason): "\(path): the folder could not be made: \(reason)"
            }
        }
    }

    package init(_ root: BytePath) { self.root = root }

    package func write(
        _ bytes: UnsafeRawBufferPointer, to path: BatchPath, replacing owned: Set<String>?
    ) throws -> Bool {
        let isManual = path.path.bytes.starts(with: BatchPlan.folder(.manual).appending("").bytes)
        let path = root.appending(path.path)
        let folder = path.folder.withoutTrailingSlashes
        do throws(FileFailure) {
            // One at a time: a folder that is remembered is there for every thread.
            try made.withLock { (made) throws(FileFailure) in
                if made.contains(folder) { return }
                if made.count >= Self.mostRemembered { made.removeAll(keepingCapacity: true) }
                try folder.makeFolder()
                AtomicFile.removeStaleTemporaries(in: folder)
                made.insert(folder)
                // Moved to where no folder is, the folder of a picture would only get another name.
                let done = root.appending(BatchPlan.doneFolder)
                if isManual, made.insert(done).inserted { try done.makeFolder() }
            }
        } catch {
            throw Problem.folder(path: folder.description, reason: error.reason)
        }
        let status = path.linkStatus()
        if let status, status.isLink { throw Problem.link(path: path.description) }
        if let owned, let status, !path.isFolder {
            guard status.isFile, owned.contains(try digest(of: path)) else { return false }
        }
        do throws(ImageCodecError) {
            // What appears between the question and the rename is nobody's that may be replaced.
            try AtomicFile.write(bytes, to: path, replacing: owned == nil || status != nil)
        } catch {
            // A folder that somebody took away meanwhile is made again next time.
            made.withLock { _ = $0.remove(folder) }
            throw error
        }
        return true
    }

    package func byteCount(of path: BatchPath) -> Int? {
        guard let status = root.appending(path.path).linkStatus(), status.isFile else { return nil }
        return Int(status.st_size)
    }

    package func remove(_ path: BatchPath, owned: Set<String>) throws -> Bool {
        let isLinked = leadsThroughLink(path.path)
        let path = root.appending(path.path)
        guard path.linkStatus()?.isFile == true else { return true }
        guard !isLinked, owned.contains(try digest(of: path)) else { return false }
        try path.remove()
        // Folders that are empty now, up to the root.
        var folder = path.folder.withoutTrailingSlashes
        while folder.bytes.count > root.bytes.count, folder.removeEmptyFolder() {
            made.withLock { _ = $0.remove(folder) }
            folder = folder.folder.withoutTrailingSlashes
        }
        return true
    }

    private func digest(of path: BytePath) throws -> String {
        try WholeFile.readAll(path: path, limit: .max - 1).withBytes { SHA256.hexDigest(of: $0) }
    }

    /// Whether a folder on the way is a link, so that the file is one of another place. The folder of a lane may be: it was put
    /// elsewhere on purpose.
    private func leadsThroughLink(_ path: BytePath) -> Bool {
        var folder = path.folderPrefix.withoutTrailingSlashes
        while !folder.folderPrefix.isEmpty {
            if root.appending(folder).linkStatus()?.isLink == true { return true }
            folder = folder.folderPrefix.withoutTrailingSlashes
        }
        return false
    }
}
