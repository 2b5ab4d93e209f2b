import Files
import MattingBatch

/// What can be wrong with a set of pictures and truths.
enum EvaluationError: Error, Equatable, CustomStringConvertible {
    /// A folder that cannot be listed.
    case unreadableFolder(PlanningError)
    /// A folder in which nothing is a picture.
    case noPictures(path: BytePath)
    /// Several folders could hold the same part of the set.
    case severalFolders(path: BytePath, names: [BytePath])
    /// A list that breaks its rules; `line` counts from 1.
    case malformedList(path: BytePath, line: Int, problem: String)
    /// A picture has no truth (or trimap); it was looked for at `expected`.
    case missing(part: String, expected: BytePath)
    /// A picture has several truths (or trimaps).
    case several(part: String, paths: [BytePath])
    /// Pictures of one name in one folder: a truth could belong to any.
    case sameName(paths: [BytePath])
    /// A truth has no picture; it was looked for at `expected`.
    case noPicture(expected: BytePath)
    /// A truth (or trimap) is damaged; `reason` names it.
    case damaged(part: String, reason: String)
    /// A truth (or trimap) has another size than the picture.
    case differentSizes(part: String, path: BytePath, width: Int, height: Int, pictureWidth: Int, pictureHeight: Int)
    /// A truth (or trimap) has colours.
    case colored(part: String, path: BytePath)
    /// A picture of subjects has too many; `reason` says what to do.
    case tooManySubjects(path: BytePath, reason: String)

    var description: String {
        switch self {
        case .unreadableFolder(let error):
            error.description
        case .noPictures(let path):
            "\(path): no PNG or JPEG pictures; see 'matte evaluate --help' for how they should lie"
        case .severalFolders(let path, let names):
            "\(path): has \(names.map(\.description).joined(separator: " and ")), which could be the same part of the set; "
                + "move one away, or write a --list"
        case .malformedList(let path, let line, let problem):
            "\(path):\(line): \(problem)"
        case .missing(let part, let expected):
            "no \(part): \(expected) is not there"
                + (part == "alpha" ? " (--missing-is-empty, if it has no subject)" : " (--ignore-trimaps)")
        case .several(let part, let paths):
            "more than one \(part): \(paths.map(\.description).joined(separator: ", ")); leave one"
        case .sameName(let paths):
            "one name for \(paths.map(\.description).joined(separator: " and ")): which one the alpha belongs to is not known; rename one"
        case .noPicture(let expected):
            "an alpha without a picture: \(expected) is not there"
        case .damaged(let part, let reason):
            "\(reason); nothing can be measured against a damaged \(part)"
        case .differentSizes(let part, let path, let width, let height, let pictureWidth, let pictureHeight):
            "\(path): the \(part) has \(width)×\(height) pixels, but the upright picture \(pictureWidth)×\(pictureHeight)"
                + " (--resize-alphas)"
        case .colored(let part, let path):
            "\(path): the \(part) has colours; save it as a grey picture"
        case .tooManySubjects(let path, let reason):
            "\(path): \(reason)"
        }
    }
}

extension EvaluationError {
    /// Runs what lists folders.
    static func listing<Result>(
        _ body: () throws(PlanningError) -> Result
    ) throws(EvaluationError) -> Result {
        do throws(PlanningError) {
            return try body()
        } catch {
            throw .unreadableFolder(error)
        }
    }
}
