import Files

/// What the batch itself keeps in the folder of results: nothing of it is a picture that is to be worked on.
package struct ResultFolder {
    private let root: BytePath

    /// nil where there is no such folder yet.
    package init?(_ path: BytePath) {
        guard let root = path.resolved() else { return nil }
        self.root = root
    }

    /// Whether a file lies in a folder of a lane, or of a page.
    package func owns(_ file: BytePath) -> Bool {
        guard let folder = file.folder.resolved() else { return false }
        let above = root.bytes.last == UInt8(ascii: "/") ? root.bytes : root.bytes + [UInt8(ascii: "/")]
        guard folder.bytes.starts(with: above) else { return false }
        let name = BytePath(bytes: folder.bytes.dropFirst(above.count).prefix { $0 != UInt8(ascii: "/") })
        return BatchLane.allCases.contains { BatchPlan.folder($0) == name } || isPage(name)
    }

    /// `review`, `review-0-of-8`, and whatever lies beside a manifest of that name.
    private func isPage(_ name: BytePath) -> Bool {
        guard name.hasPrefix("review") else { return false }
        let part = BytePath(bytes: name.bytes.dropFirst("review".utf8.count))
        let words = part.text?.split(separator: "-", omittingEmptySubsequences: false) ?? []
        if words.count == 4, words[0].isEmpty, Int(words[1]) != nil, words[2] == "of", Int(words[3]) != nil {
            return true
        }
        return part.isEmpty || root.appending("manifest" + part + ".jsonl").exists
    }
}
