import Files
import ImageCodecs
import MattingBatch

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Places for outputs, before the work.
enum OutputFolders {
    /// Makes the folders that are needed, looks whether something can be written where the outputs go, and removes from
    /// there what a killed run left behind.
    ///
    /// - Throws: ``OutputFolderError``.
    static func prepare(_ outputs: [OutputFile], making missing: [BytePath] = []) throws(OutputFolderError) {
        for folder in missing {
            do throws(FileFailure) {
                try folder.makeFolder()
            } catch {
                throw .notMade(folder, reason: error.reason)
            }
        }
        var known: Set<BytePath> = []
        for output in outputs {
            // A folder that is not there belongs to an input that is not there: reading that says so.
            guard let folder = output.folder, known.insert(folder).inserted, folder.isFolder else { continue }
            guard folder.withCString({ access($0, W_OK | X_OK) }) == 0 else {
                throw .notWritable(output, reason: systemReason(errno))
            }
            AtomicFile.removeStaleTemporaries(in: folder)
        }
    }
}

/// Why nothing can be written where outputs go; `reason` is the system's.
enum OutputFolderError: Error, CustomStringConvertible {
    case notMade(BytePath, reason: String)
    case notWritable(OutputFile, reason: String)

    var description: String {
        switch self {
        case .notMade(let folder, let reason): "\(folder): the folder could not be made: \(reason)"
        case .notWritable(let output, let reason): "\(output): cannot be written: \(reason)"
        }
    }
}
