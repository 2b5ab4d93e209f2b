import Files
import ImageCodecs

/// What lies in `manual/done`, and which picture it may be the corrected matte of.
///
/// A picture's folder that was moved there is that of the picture whose id its `reasons.json` says, wherever below `done` it
/// is; without that file, of the picture that is named as the folder is. A file beside the folders is named as its picture
/// with `.png`, `.psd` or `.psb` behind it or in the place of its own ending: `shoe.psd` for `shoe.jpg`. In the picture's own
/// folder below `manual/done` its stem is enough; directly in `manual/done`, where people put what comes back from elsewhere,
/// too, unless another picture of the run has it.
package struct CorrectionIndex: Sendable {
    /// A file that may be the matte of a picture.
    struct Candidate: Sendable {
        /// In the folder of results.
        let path: BytePath
        /// The picture's folder that it came back in; nil for a file beside the folders.
        let folder: BytePath?
        /// Whether its name is that of several pictures.
        let isShared: Bool
    }

    /// Of names; links that lead in circles are not followed.
    private static let mostFolders = 1 << 20
    private static let layerEndings = Set(ImageFormat.allCases.filter(\.supportsLayers).flatMap(\.pathExtensions))
    private static let endings = layerEndings.union(["png"])

    /// `manual/done`, with the folder of results before it.
    private let done: BytePath
    /// Files by folder, in `done`; names that begin with a dot are what other systems and programs keep beside a file.
    private var files: [BytePath: [BytePath]] = [:]
    /// Folders whose `reasons.json` says whose they are.
    private var ids: [BytePath: String] = [:]
    private var folders = ByID<[BytePath]>()
    private var stemCounts: [BytePath: Int] = [:]
    private var names: Set<BytePath> = []

    /// - Parameters:
    ///   - jobs: all of the run, those of other shards too.
    ///   - root: the folder of results.
    package init(_ jobs: [BatchJob], in root: BytePath) throws(BatchError) {
        done = root.appending(BatchPlan.doneFolder)
        names = Set(jobs.map(\.name.path))
        for job in jobs { for stem in Self.stems(of: job) { stemCounts[stem, default: 0] += 1 } }
        guard done.isFolder else { return }
        do throws(PlanningError) {
            for file in try FileTree(done, maxFolders: Self.mostFolders).files {
                files[file.folderPrefix.withoutTrailingSlashes, default: []].append(file.name)
            }
        } catch {
            throw .unreadableFolder(path: done.description, reason: "\(error)")
        }
        for folder in files.keys.sorted() where !folder.isEmpty {
            guard let id = ManualFolder.reasons(in: done.appending(folder))?["id"]?.string else { continue }
            ids[folder] = id
            folders[id] = (folders[id] ?? []) + [folder]
        }
    }

    /// The files that may be the corrected matte of a job, all of which are there.
    package func files(of job: BatchJob) -> [BytePath] { candidates(of: job).map(\.path) }

    func candidates(of job: BatchJob) -> [Candidate] {
        var candidates: [Candidate] = []
        for folder in folders(of: job) {
            for name in mattes(in: folder) {
                let path = done.appending(folder).appending(name)
                candidates.append(Candidate(path: path, folder: done.appending(folder), isShared: false))
            }
        }
        for (name, isShared) in [(job.name.path, false)] + stems(of: job) {
            let folder = name.folderPrefix.withoutTrailingSlashes
            guard !isPictures(folder) else { continue }
            for file in files[folder] ?? [] where file.stem == name.name && Self.isMatte(file) {
                let path = done.appending(folder).appending(file)
                candidates.append(Candidate(path: path, folder: nil, isShared: isShared))
            }
        }
        // A picture's folder may have the name that a file has, and a link may lead to nothing.
        return candidates.filter { $0.path.status()?.isFile == true }
    }

    /// What fits no picture, in the folder of results, and why.
    ///
    /// - Parameter known: pictures of the manifest that are not in this run: what fits one of those waits for it.
    package func unused(by jobs: [BatchJob], known: some Sequence<ManifestRecord>) -> [String] {
        var (ids, names) = (ByID(jobs.lazy.map(\.id)), self.names)
        for record in known {
            ids.insert(record.id)
            names.insert(record.name)
        }
        let stems = Set(names.flatMap { [$0, $0.folderPrefix + $0.stem, $0.stem] })
        var unused: [String] = []
        for (folder, files) in files.sorted(by: { $0.key < $1.key }) {
            let path = BatchPlan.doneFolder.appending(folder)
            if let id = self.ids[folder] ?? (names.contains(folder) ? "\(folder)" : nil) {
                if self.ids[folder] != nil, !ids.contains(id) {
                    unused.append("\(path): is not used: it is the folder of '\(id)', which this batch does not have")
                } else if mattes(in: folder).isEmpty {
                    unused.append("\(path): is not used: no matte.png, PSD or PSB is in it")
                }
                continue
            }
            for file in files where ImageFormat(path: file) != nil {
                let name = folder.isEmpty ? file.stem : folder.appending(file.stem)
                guard !stems.contains(name) || !Self.isMatte(file) else { continue }
                unused.append(
                    "\(path.appending(file)): is not used: it fits no picture; name it as the picture, with .png, .psd or .psb "
                        + "behind it")
            }
        }
        return unused
    }

    // MARK: Folders

    private func folders(of job: BatchJob) -> [BytePath] {
        let named = job.name.path
        return (folders[job.id] ?? []) + (files[named] != nil && ids[named] == nil ? [named] : [])
    }

    /// Whether it is a picture's own folder, in which files have names of another kind.
    private func isPictures(_ folder: BytePath) -> Bool { ids[folder] != nil || names.contains(folder) }

    private func mattes(in folder: BytePath) -> [BytePath] {
        let files = files[folder] ?? []
        let matte = files.filter { $0.description.lowercased() == ManualFolder.matteName.description }
        return matte + files.filter { $0.pathExtension.map { Self.layerEndings.contains($0.lowercased()) } == true }
    }

    private static func isMatte(_ name: BytePath) -> Bool {
        name.pathExtension.map { endings.contains($0.lowercased()) } == true
    }

    // MARK: Stems

    /// Names without an ending, and whether another picture has the same.
    private func stems(of job: BatchJob) -> [(BytePath, Bool)] {
        // What is another picture's whole name means that picture.
        Self.stems(of: job).filter { !names.contains($0) }.map { ($0, stemCounts[$0, default: 0] > 1) }
    }

    private static func stems(of job: BatchJob) -> [BytePath] {
        let path = job.name.path
        let folder = path.folderPrefix
        return folder.isEmpty ? [path.stem] : [folder + path.stem, path.stem]
    }
}
