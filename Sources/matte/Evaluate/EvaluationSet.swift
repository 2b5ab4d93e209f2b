import Matting
import MattingBatch

/// Pictures and their truths, in order, with what is wrong about those that cannot be evaluated.
struct EvaluationSet {
    /// A picture and what belongs to it.
    struct Case: Equatable {
        let image: String
        /// nil: the picture has no subject.
        let alpha: String?
        let trimap: String?
        /// Empty for none.
        let category: String
    }

    enum Entry: Equatable {
        case complete(Case)
        /// `path` leads to the picture, or to a truth without one.
        case broken(path: String, EvaluationError)

        /// What messages are about.
        var path: String {
            switch self {
            case .complete(let item): item.image
            case .broken(let path, _): path
            }
        }
    }

    let entries: [Entry]
    /// All files of the set, those too that are not looked at: what no output may overwrite.
    let files: [String]
}

// MARK: - A folder

extension EvaluationSet {
    /// Names under which public sets keep their parts, ours first.
    static let imageFolders = ["images", "image", "im", "original", "original_image"]
    static let alphaFolders = ["alphas", "alpha", "mattes", "matte", "masks", "mask", "gt"]
    static let trimapFolders = ["trimaps", "trimap"]

    /// The set in a folder: `images/`, `alphas/` and `trimaps/` with the same names, or side by side as `NAME.jpg`,
    /// `NAME.alpha.png`, `NAME.trimap.png`.
    ///
    /// - Parameters:
    ///   - missingIsEmpty: whether a picture without a truth has no subject.
    ///   - ignoresTrimaps: whether there might as well be no trimaps.
    /// - Throws: ``EvaluationError`` where the folder as a whole is of no use.
    init(folder: String, missingIsEmpty: Bool, ignoresTrimaps: Bool) throws(EvaluationError) {
        let root = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        let folders = try EvaluationError.listing { () throws(PlanningError) in try FileTree.folders(in: root) }
        func named(_ names: [String]) throws(EvaluationError) -> String? {
            let found = names.filter(folders.contains)
            guard found.count <= 1 else { throw .severalFolders(path: root, names: found) }
            return found.first
        }
        var parts: Parts
        if let images = try named(Self.imageFolders), let alphas = try named(Self.alphaFolders) {
            parts = try Parts(
                images: "\(root)/\(images)", alphas: "\(root)/\(alphas)",
                trimaps: try named(Self.trimapFolders).map { "\(root)/\($0)" })
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
        private var images: [String: [String]] = [:]
        private var alphas: [String: [String]] = [:]
        var trimaps: [String: [String]] = [:]
        private let expectedImage: (String) -> String
        private let expectedAlpha: (String) -> String
        private let expectedTrimap: (String) -> String

        init(images: String, alphas: String, trimaps: String?) throws(EvaluationError) {
            expectedImage = { "\(images)/\($0).jpg" }
            expectedAlpha = { "\(alphas)/\($0).png" }
            expectedTrimap = { "\(trimaps ?? "")/\($0).png" }
            self.images = try Self.pictures(in: images)
            self.alphas = try Self.pictures(in: alphas)
            if let trimaps { self.trimaps = try Self.pictures(in: trimaps) }
        }

        init(sideBySide root: String) throws(EvaluationError) {
            expectedImage = { "\(root)/\($0).jpg" }
            expectedAlpha = { "\(root)/\($0).alpha.png" }
            expectedTrimap = { "\(root)/\($0).trimap.png" }
            for (key, paths) in try Self.pictures(in: root) {
                if key.hasSuffix(".alpha") {
                    alphas[String(key.dropLast(6))] = paths
                } else if key.hasSuffix(".trimap") {
                    trimaps[String(key.dropLast(7))] = paths
                } else {
                    images[key] = paths
                }
            }
        }

        private static func pictures(in folder: String) throws(EvaluationError) -> [String: [String]] {
            var pictures: [String: [String]] = [:]
            let tree = try EvaluationError.listing { () throws(PlanningError) in try FileTree(folder) }
            for file in tree.files where ImageFormat(path: file) != nil {
                guard let dot = file.lastIndex(of: ".") else { continue }
                pictures[String(file[..<dot]), default: []].append("\(folder)/\(file)")
            }
            return pictures
        }

        var files: [String] { [images, alphas, trimaps].flatMap { $0.values.joined() } }

        func entries(missingIsEmpty: Bool) -> [Entry] {
            Set(images.keys).union(alphas.keys).sorted().flatMap { key -> [Entry] in
                let (found, alpha, trimap) = (images[key] ?? [], alphas[key] ?? [], trimaps[key] ?? [])
                if found.isEmpty { return alpha.map { .broken(path: $0, .noPicture(expected: expectedImage(key))) } }
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
                    let category = key.lastIndex(of: "/").map { String(key[..<$0]) } ?? ""
                    return .complete(Case(image: image, alpha: alpha.first, trimap: trimap.first, category: category))
                }
            }
        }
    }
}
