import Files
import ImageCodecs
import Matting
import MattingBatch

/// Pictures and their truths, in order, with what is wrong about those that cannot be evaluated.
struct EvaluationSet {
    /// A picture and what belongs to it.
    struct Case: Equatable {
        let image: BytePath
        /// nil: the picture has no subject.
        let alpha: BytePath?
        let trimap: BytePath?
        /// Empty for none.
        let category: String
        /// nil: the truth does not separate subjects.
        var subjects: EvaluationSubjects?
    }

    enum Entry: Equatable {
        case complete(Case)
        /// `path` leads to the picture, or to a truth without one.
        case broken(path: BytePath, EvaluationError)

        /// What messages are about.
        var path: BytePath {
            switch self {
            case .complete(let item): item.image
            case .broken(let path, _): path
            }
        }
    }

    let entries: [Entry]
    /// All files of the set, those too that are not looked at: what no output may overwrite.
    let files: [BytePath]
}

// MARK: - A folder

extension EvaluationSet {
    /// Names under which public sets keep their parts, ours first.
    static let imageFolders: [BytePath] = ["images", "image", "im", "original", "original_image"]
    static let alphaFolders: [BytePath] = ["alphas", "alpha", "mattes", "matte", "masks", "mask", "gt"]
    static let trimapFolders: [BytePath] = ["trimaps", "trimap"]
    static let subjectFolders: [BytePath] = ["subjects", "instances", "instance"]

    /// The set in a folder: `images/`, `alphas/`, `trimaps/` and `subjects/` with the same names, or side by side as
    /// `NAME.jpg`, `NAME.alpha.png`, `NAME.trimap.png`, `NAME.subjects.png`.
    ///
    /// - Parameters:
    ///   - missingIsEmpty: whether a picture without a truth has no subject.
    ///   - ignoresTrimaps: whether there might as well be no trimaps.
    /// - Throws: ``EvaluationError`` where the folder as a whole is of no use.
    init(folder: BytePath, missingIsEmpty: Bool, ignoresTrimaps: Bool) throws(EvaluationError) {
        let root = folder.withoutTrailingSlashes
        let folders = try EvaluationError.listing { () throws(PlanningError) in try FileTree.folders(in: root) }
        func named(_ names: [BytePath]) throws(EvaluationError) -> BytePath? {
            let found = names.filter(folders.contains)
            guard found.count <= 1 else { throw .severalFolders(path: root, names: found) }
            return found.first
        }
        var parts: Parts
        if let images = try named(Self.imageFolders), let alphas = try named(Self.alphaFolders) {
            parts = try Parts(
                images: root.appending(images), alphas: root.appending(alphas),
                trimaps: try named(Self.trimapFolders).map { root.appending($0) },
                subjects: try named(Self.subjectFolders).map { root.appending($0) })
        } else {
            parts = try Parts(sideBySide: root)
        }
        self.files = parts.files
        if ignoresTrimaps { parts.trimaps = [:] }
        self.entries = parts.entries(missingIsEmpty: missingIsEmpty)
        guard !entries.isEmpty else { throw .noPictures(path: root) }
    }

    /// The files of each name, without extension and relative to the part's folder.
    private struct Parts {
        private var images: [BytePath: [BytePath]] = [:]
        private var alphas: [BytePath: [BytePath]] = [:]
        var trimaps: [BytePath: [BytePath]] = [:]
        private var subjects = EvaluationSubjectFiles()
        private let expectedImage: (BytePath) -> BytePath
        private let expectedAlpha: (BytePath) -> BytePath
        private let expectedTrimap: (BytePath) -> BytePath

        init(
            images: BytePath, alphas: BytePath, trimaps: BytePath?, subjects: BytePath?
        ) throws(EvaluationError) {
            expectedImage = { images.appending($0 + ".jpg") }
            expectedAlpha = { alphas.appending($0 + ".png") }
            expectedTrimap = { (trimaps ?? "").appending($0 + ".png") }
            self.images = try Self.pictures(in: images)
            self.alphas = try Self.pictures(in: alphas)
            if let trimaps { self.trimaps = try Self.pictures(in: trimaps) }
            if let subjects {
                self.subjects = EvaluationSubjectFiles(try Self.pictures(in: subjects), images: self.images)
            }
        }

        init(sideBySide root: BytePath) throws(EvaluationError) {
            expectedImage = { root.appending($0 + ".jpg") }
            expectedAlpha = { root.appending($0 + ".alpha.png") }
            expectedTrimap = { root.appending($0 + ".trimap.png") }
            for (key, paths) in try Self.pictures(in: root) {
                if key.hasSuffix(".alpha") {
                    alphas[BytePath(bytes: key.bytes.dropLast(6))] = paths
                } else if key.hasSuffix(".trimap") {
                    trimaps[BytePath(bytes: key.bytes.dropLast(7))] = paths
                } else if !subjects.take(key, paths) {
                    images[key] = paths
                }
            }
            subjects.sort()
        }

        private static func pictures(in folder: BytePath) throws(EvaluationError) -> [BytePath: [BytePath]] {
            var pictures: [BytePath: [BytePath]] = [:]
            let tree = try EvaluationError.listing { () throws(PlanningError) in try FileTree(folder) }
            for file in tree.files where ImageFormat(path: file)?.canRead == true {
                pictures[file.folderPrefix + file.stem, default: []].append(folder.appending(file))
            }
            return pictures
        }

        var files: [BytePath] { [images, alphas, trimaps].flatMap { $0.values.joined() } + subjects.files }

        func entries(missingIsEmpty: Bool) -> [Entry] {
            Set(images.keys).union(alphas.keys).union(subjects.keys).sorted().flatMap { key -> [Entry] in
                let (found, alpha, trimap) = (images[key] ?? [], alphas[key] ?? [], trimaps[key] ?? [])
                if found.isEmpty {
                    return (alpha + subjects.paths(of: key)).map {
                        .broken(path: $0, .noPicture(expected: expectedImage(key)))
                    }
                }
                return found.map { image in
                    if found.count > 1 { return .broken(path: image, .sameName(paths: found)) }
                    if alpha.count > 1 { return .broken(path: image, .several(part: "alpha", paths: alpha)) }
                    if trimap.count > 1 { return .broken(path: image, .several(part: "trimap", paths: trimap)) }
                    if alpha.isEmpty && !missingIsEmpty {
                        return .broken(path: image, .missing(part: "alpha", expected: expectedAlpha(key)))
                    }
                    // Sums over whole pictures and over unknown areas do not mix.
                    if trimap.isEmpty && !trimaps.isEmpty && !alpha.isEmpty {
                        return .broken(path: image, .missing(part: "trimap", expected: expectedTrimap(key)))
                    }
                    let category = key.folderPrefix.withoutTrailingSlashes.description
                    do throws(EvaluationError) {
                        return .complete(
                            Case(
                                image: image, alpha: alpha.first, trimap: trimap.first, category: category,
                                subjects: try subjects.subjects(of: key)))
                    } catch {
                        return .broken(path: image, error)
                    }
                }
            }
        }
    }
}
