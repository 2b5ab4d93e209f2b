import ArgumentParser
import Files
import ImageCodecs
import Matting
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
    /// Makes the folder that a plan needs, looks whether something can be written where its outputs go, and removes from
    /// there what a killed run left behind.
    ///
    /// - Throws: `ExitCode`, after saying why nothing can be written.
    static func prepare(for plan: JobPlan) throws {
        if let folder = plan.missingFolder { try make(folder) }
        var known: Set<BytePath> = []
        for job in plan.jobs {
            guard let folder = job.output.folder, known.insert(folder).inserted else { continue }
            // A folder that is not there belongs to an input that is not there: reading it says so.
            guard folder.isFolder else { continue }
            guard folder.withCString({ access($0, W_OK | X_OK) }) == 0 else {
                Console.message("\(job.output): cannot be written: \(systemReason(errno))")
                throw ExitCode(1)
            }
            AtomicFile.removeStaleTemporaries(in: folder)
        }
    }

    /// - Throws: `ExitCode`, after saying why the folder could not be made.
    private static func make(_ folder: BytePath) throws {
        do throws(FileFailure) {
            try folder.makeFolder()
        } catch {
            Console.message("\(folder): the folder could not be made: \(error.reason)")
            throw ExitCode(1)
        }
    }
}
