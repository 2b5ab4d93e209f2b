import Files
import MattingBatch

/// Keeps a folder served: a run, and another whenever something has come or changed and is at rest again.
struct BatchWatch {
    /// For so long nothing may change before a file counts as whole.
    private static let restMilliseconds: Int32 = 1000

    private let input: BytePath
    private let output: BytePath

    init(_ input: BytePath, output: BytePath) {
        let special = input.bytes.firstIndex { "*?[".utf8.contains($0) }
        let folder = special.map { BytePath(bytes: input.bytes[..<$0]).folderPrefix } ?? input
        self.input = folder.isEmpty ? "." : folder
        self.output = output
    }

    /// What a job's files look like now: its picture, and mattes that a person put back.
    private struct Look: Hashable {
        let picture: FolderWatch.State?
        let corrections: [BytePath: FolderWatch.State]

        init(_ job: BatchJob, _ index: CorrectionIndex) {
            picture = FolderWatch.State(job.input.path)
            let files = index.files(of: job)
            corrections = Dictionary(files.compactMap { path in FolderWatch.State(path).map { (path, $0) } }) { $1 }
        }
    }

    private func waiting(_ run: () throws -> Void) throws {
        var isSaid = false
        while true {
            do {
                return try run()
            } catch BatchError.isRunning(let path) {
                if !isSaid { Console.message("'\(path)' is being worked on by another run; waiting for it") }
                isSaid = true
                FolderWatch.pause(Self.restMilliseconds)
            }
        }
    }

    /// Never returns but by an error; an interruption ends the command. Another run on the same folder, such as one that
    /// carries decisions out, is waited for.
    ///
    /// - Parameters:
    ///   - run: runs jobs; is told the ids of those that are what they were when it last ran.
    ///   - listing: finds the jobs that there are.
    func serve(
        first: [BatchJob], _ run: (_ jobs: [BatchJob], _ known: ByID<Void>, _ isFirst: Bool) throws -> Void,
        listing: () throws -> [BatchJob]
    ) throws -> Never {
        let watch = FolderWatch([input, output.appending("manual/done")])
        func looks(_ jobs: [BatchJob]) throws -> ByID<Look> {
            let index = try CorrectionIndex(jobs, in: output)
            var looks = ByID<Look>()
            for job in jobs { looks[job.id] = Look(job, index) }
            return looks
        }
        watch.arm()
        var seen = try looks(first)
        try run(first, ByID(), true)
        while true {
            watch.wait()
            watch.arm()
            var jobs = try listing()
            var now = try looks(jobs)
            guard now != seen else { continue }
            // A file that is being copied changes until it is whole.
            while true {
                FolderWatch.pause(Self.restMilliseconds)
                jobs = try listing()
                let next = try looks(jobs)
                if next == now { break }
                now = next
            }
            var known = ByID<Void>()
            for (id, look) in now.sorted where seen[id] == look { known[id] = () }
            try waiting { try run(jobs, known, false) }
            seen = now
        }
    }
}
