import Files
import ImageCodecs

/// Where the truth of a picture separates its subjects.
enum EvaluationSubjects: Equatable {
    /// A picture in which each subject has a colour of its own.
    case labels(BytePath)
    /// A mask for each subject, in order.
    case masks([BytePath])

    var files: [BytePath] {
        switch self {
        case .labels(let path): [path]
        case .masks(let paths): paths
        }
    }
}

/// The files of true subjects, by the names of the pictures that they belong to.
struct EvaluationSubjectFiles {
    /// Pictures of labels.
    private var labels: [BytePath: [BytePath]] = [:]
    /// Masks of single subjects.
    private var masks: [BytePath: [BytePath]] = [:]

    /// What the name of a picture of labels ends in, and what a mask's goes on with after its picture's, side by side.
    private static let labelSuffix = ".subjects"
    private static let maskMark = ".subject-"

    /// None.
    init() {}

    /// Those in a folder of their own: `NAME.png` for labels, `NAME/ANY.png` for masks.
    ///
    /// - Parameters:
    ///   - pictures: the files of the folder by their names, without extension and relative to it.
    ///   - images: likewise, of the pictures; they say whose a file is.
    init(_ pictures: [BytePath: [BytePath]], images: [BytePath: [BytePath]]) {
        for (key, paths) in pictures {
            let folder = key.folderPrefix.withoutTrailingSlashes
            if images[key] == nil, images[folder] != nil {
                masks[folder, default: []] += paths
            } else {
                labels[key, default: []] += paths
            }
        }
        sort()
    }

    /// Takes a file that lies beside its picture; false where its name is no subject's.
    mutating func take(_ key: BytePath, _ paths: [BytePath]) -> Bool {
        if key.hasSuffix(Self.labelSuffix) {
            labels[BytePath(bytes: key.bytes.dropLast(Self.labelSuffix.utf8.count)), default: []] += paths
            return true
        }
        let mark = Array(Self.maskMark.utf8)
        let bytes = Array(key.bytes)
        guard bytes.count > mark.count else { return false }
        // The last mark, in the file's own name.
        let first = key.folderPrefix.bytes.count
        guard
            let start = (first..<max(bytes.count - mark.count, first)).last(where: {
                bytes[$0..<$0 + mark.count].elementsEqual(mark)
            })
        else { return false }
        masks[BytePath(bytes: bytes[..<start]), default: []] += paths
        return true
    }

    /// In the order of their names: files are found in none.
    mutating func sort() {
        for (key, paths) in masks { masks[key] = paths.sorted() }
    }

    var files: [BytePath] { [labels, masks].flatMap { $0.values.joined() } }
    var keys: [BytePath] { Array(labels.keys) + Array(masks.keys) }

    /// What there is of a picture; nil where its subjects are not separated.
    ///
    /// - Throws: ``EvaluationError/several(part:paths:)`` where it is not clear which holds.
    func subjects(of key: BytePath) throws(EvaluationError) -> EvaluationSubjects? {
        let (labels, masks) = (labels[key] ?? [], masks[key] ?? [])
        guard labels.count <= 1, labels.isEmpty || masks.isEmpty else {
            throw .several(part: "picture of subjects", paths: labels + masks)
        }
        return labels.first.map { .labels($0) } ?? (masks.isEmpty ? nil : .masks(masks))
    }

    /// What there is of a key without a picture.
    func paths(of key: BytePath) -> [BytePath] { (labels[key] ?? []) + (masks[key] ?? []) }
}
