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

    package func write(_ bytes: UnsafeRawBufferPointer, to path: BatchPath) throws {
        let path = root.appending(path.path)
        let folder = path.folder.withoutTrailingSlashes
        let isKnown = made.withLock { made in
            if made.count >= Self.mostRemembered { made.removeAll(keepingCapacity: true) }
            return !made.insert(folder).inserted
        }
        if !isKnown {
            do throws(FileFailure) {
                try folder.makeFolder()
            } catch {
                made.withLock { _ = $0.remove(folder) }
                throw Problem.folder(path: folder.description, reason: error.reason)
            }
            AtomicFile.removeStaleTemporaries(in: folder)
        }
        if let status = path.linkStatus(), status.isLink { throw Problem.link(path: path.description) }
        do throws(ImageCodecError) {
            try AtomicFile.write(bytes, to: path)
        } catch {
            // A folder that somebody took away meanwhile is made again next time.
            made.withLock { _ = $0.remove(folder) }
            throw error
        }
    }

    package func holds(_ path: BatchPath, byteCount: Int) -> Bool {
        guard let status = root.appending(path.path).linkStatus() else { return false }
        return status.isFile && Int(status.st_size) == byteCount
    }

    package func remove(_ path: BatchPath, digest: String) throws -> Bool {
        let path = root.appending(path.path)
        guard path.linkStatus()?.isFile == true else { return true }
        let found = try WholeFile.readAll(path: path, limit: .max - 1).withBytes { SHA256.hexDigest(of: $0) }
        guard found == digest else { return false }
        try path.remove()
        // Folders that are empty now, up to the root.
        var folder = path.folder.withoutTrailingSlashes
        while folder.bytes.count > root.bytes.count, folder.removeEmptyFolder() {
            made.withLock { _ = $0.remove(folder) }
            folder = folder.folder.withoutTrailingSlashes
        }
        return true
    }
}
