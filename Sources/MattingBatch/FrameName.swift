import Files

/// Names of numbered pictures, as `printf` and ffmpeg write them: one `%d`, `%5d` or `%05d`.
package struct FrameName: Sendable {
    /// Far from where counting on would overflow.
    private static let maxNumber = 1 << 53

    private let before: BytePath
    private let after: BytePath
    private let width: Int
    /// The folder with its slash, or nothing.
    package let folder: BytePath

    /// nil where the path is no pattern.
    package init?(_ path: BytePath) {
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
    package init?(folder: BytePath) { self.init(folder.appending("%05d.png")) }

    /// The name of a frame.
    package func path(_ number: Int) -> BytePath {
        let digits = "\(number)"
        return before + BytePath(String(repeating: "0", count: max(width - digits.count, 0)) + digits) + after
    }

    /// The number in a name that this pattern makes; nil for others.
    package func number(of path: BytePath) -> Int? {
        let (bytes, count) = (path.bytes, before.bytes.count + after.bytes.count)
        guard bytes.count >= count, bytes.starts(with: before.bytes),
            bytes.suffix(after.bytes.count) == after.bytes[...],
            let digits = String(
                validating: bytes[before.bytes.count..<bytes.count - after.bytes.count], as: UTF8.self),
            let number = Int(digits), (0...Self.maxNumber).contains(number), self.path(number) == path
        else { return nil }
        return number
    }
}
