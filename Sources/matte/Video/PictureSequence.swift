import Files
import ImageCodecs
import Matting
import MattingBatch

/// Pictures that are the frames of a film: a folder in natural order (`2.png` before `10.png`), or a pattern such as
/// `frames/%05d.png`.
struct PictureSequence: Sendable {
    let files: [BytePath]
    /// The number in the first name of a pattern; 1 for a folder.
    let firstNumber: Int

    /// Whether a path names several pictures.
    static func isMeant(by path: BytePath) -> Bool {
        pattern(path) != nil || path.isFolder
    }

    /// The pattern that a path is; nil where it is the name of something that exists, such as `100%done.y4m`.
    private static func pattern(_ path: BytePath) -> FrameName? {
        path.status() == nil ? FrameName(path) : nil
    }

    /// - Throws: ``VideoError``, ``PlanningError``.
    init(_ path: BytePath) throws {
        if let name = Self.pattern(path) {
            let folder = name.folder.folder
            let numbers = try FileTree.names(in: folder).compactMap { name.number(of: name.folder + $0) }.sorted()
            guard let first = numbers.first, let last = numbers.last else { throw VideoError.noPictures(path: path) }
            // A gap would be a film that is shorter than anybody thinks.
            if let (index, _) = numbers.enumerated().first(where: { $1 != first + $0 }), last > first {
                throw VideoError.missingPicture(path: name.path(first + index))
            }
            files = numbers.map(name.path)
            firstNumber = first
        } else {
            files = try FileTree.names(in: path).filter { ImageFormat(path: $0) != nil }
                .sorted(by: Self.isNaturallyBefore).map { path.appending($0) }
            firstNumber = 1
            if files.isEmpty { throw VideoError.noPictures(path: path) }
        }
    }

    /// Order of names in which runs of digits count as numbers.
    static func isNaturallyBefore(_ a: BytePath, _ b: BytePath) -> Bool {
        var (a, b) = (a.bytes[...], b.bytes[...])
        func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
        let (first, second) = (a, b)
        while let x = a.first, let y = b.first {
            if isDigit(x) && isDigit(y) {
                // Numbers of any length: without leading zeros the longer one is larger.
                let (p, q) = (a.prefix(while: isDigit).drop { $0 == 48 }, b.prefix(while: isDigit).drop { $0 == 48 })
                if p.count != q.count { return p.count < q.count }
                if !p.elementsEqual(q) { return p.lexicographicallyPrecedes(q) }
                (a, b) = (a.drop(while: isDigit), b.drop(while: isDigit))
            } else if x != y {
                return x < y
            } else {
                (a, b) = (a.dropFirst(), b.dropFirst())
            }
        }
        // Equal but for leading zeros: the order of bytes decides, so that there always is one.
        return a.isEmpty != b.isEmpty ? a.isEmpty : first.lexicographicallyPrecedes(second)
    }
}

/// Names of numbered pictures, as `printf` and ffmpeg write them: one `%d`, `%5d` or `%05d`.
struct FrameName: Sendable {
    private let before: BytePath
    private let after: BytePath
    private let width: Int
    /// The folder with its slash, or nothing.
    let folder: BytePath

    /// nil where the path is no pattern.
    init?(_ path: BytePath) {
        let parts = path.bytes.split(separator: UInt8(ascii: "%"), omittingEmptySubsequences: false)
        guard parts.count == 2, let d = parts[1].firstIndex(of: UInt8(ascii: "d")) else { return nil }
        let digits = parts[1][..<d]
        guard digits.allSatisfy({ (48...57).contains($0) }), digits.count <= 2 else { return nil }
        width = digits.reduce(0) { $0 * 10 + Int($1) - 48 }
        before = BytePath(bytes: parts[0])
        after = BytePath(bytes: parts[1][(d + 1)...])
        // A number in the name of a folder would be a folder for each frame.
        guard after.folderPrefix.isEmpty else { return nil }
        folder = before.folderPrefix
    }

    /// Numbered pictures in a folder; nil where the folder's own name would make another pattern of it.
    init?(folder: BytePath) { self.init(folder.appending("%05d.png")) }

    /// The name of a frame.
    func path(_ number: Int) -> BytePath {
        let digits = "\(number)"
        return before + BytePath(String(repeating: "0", count: max(width - digits.count, 0)) + digits) + after
    }

    /// The number in a name that this pattern makes; nil for others.
    func number(of path: BytePath) -> Int? {
        let (bytes, count) = (path.bytes, before.bytes.count + after.bytes.count)
        guard bytes.count >= count, bytes.starts(with: before.bytes),
            bytes.suffix(after.bytes.count) == after.bytes[...],
            let digits = String(
                validating: bytes[before.bytes.count..<bytes.count - after.bytes.count], as: UTF8.self),
            let number = Int(digits), number >= 0, self.path(number) == path
        else { return nil }
        return number
    }
}
