import Files
import ImageCodecs

/// Pictures that are the frames of a film: a folder in natural order (`2.png` before `10.png`), or a pattern such as
/// `frames/%05d.png`.
package struct PictureSequence: Sendable {
    package let files: [BytePath]
    /// The number in the first name of a pattern; 1 for a folder.
    package let firstNumber: Int

    /// Whether a path names several pictures.
    package static func isMeant(by path: BytePath) -> Bool {
        pattern(path) != nil || path.isFolder
    }

    /// The pattern that a path is; nil where it is the name of something that exists, such as `100%done.y4m`.
    private static func pattern(_ path: BytePath) -> FrameName? {
        path.status() == nil ? FrameName(path) : nil
    }

    /// Whether a name is not that of a pipe, which would be waited for, or of something else that is no file.
    private static func mayBeFile(_ path: BytePath) -> Bool { path.status()?.isFile ?? true }

    /// - Throws: ``PlanningError``.
    package init(_ path: BytePath) throws(PlanningError) {
        if let name = Self.pattern(path) {
            let folder = name.folder.folder
            let numbers = try FileTree.names(in: folder).filter { Self.mayBeFile(folder.appending($0)) }
                .compactMap { name.number(of: name.folder + $0) }.sorted()
            guard let first = numbers.first, let last = numbers.last else { throw .noPictures(path: path) }
            // A gap would be a film that is shorter than anybody thinks.
            if let (index, _) = numbers.enumerated().first(where: { $1 != first + $0 }), last > first {
                throw .missingPicture(path: name.path(first + index))
            }
            files = numbers.map(name.path)
            firstNumber = first
        } else {
            files = try FileTree.names(in: path).filter { ImageFormat(path: $0)?.canRead == true }
                .sorted(by: Self.isNaturallyBefore).map { path.appending($0) }.filter(Self.mayBeFile)
            firstNumber = 1
            if files.isEmpty { throw .noPictures(path: path) }
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
