import Files

/// Under which names without an ending a corrected matte may be put back: `shoe.psd` for `shoe.jpg`.
///
/// In the picture's own folder below `manual/done` that is its stem; directly in `manual/done`, where people put what comes
/// back from elsewhere, the stem of any picture of the run.
package struct CorrectionStems: Sendable {
    private var counts: [BytePath: Int] = [:]
    private let names: Set<BytePath>

    /// - Parameter jobs: all of the run, those of other shards too.
    package init(_ jobs: [BatchJob]) {
        names = Set(jobs.map(\.name.path))
        for job in jobs { for stem in Self.stems(of: job) { counts[stem, default: 0] += 1 } }
    }

    /// Names without an ending, and whether another picture has the same.
    func stems(of job: BatchJob) -> [(name: BytePath, isShared: Bool)] {
        // What is another picture's whole name means that picture.
        Self.stems(of: job).filter { !names.contains($0) }.map { ($0, counts[$0, default: 0] > 1) }
    }

    private static func stems(of job: BatchJob) -> [BytePath] {
        let path = job.name.path
        let folder = path.folderPrefix
        return folder.isEmpty ? [path.stem] : [folder + path.stem, path.stem]
    }
}
