import Files

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The files in a folder and all folders below it, in order.
package struct FileTree {
    /// Folders that link to one another have more paths than anybody can walk.
    private static let maxFolders = 30_000

    /// Paths relative to the folder, in the order of their characters; names that begin with a dot are left out.
    package let files: [String]

    /// - Throws: ``PlanningError/unreadableFolder(path:reason:)``.
    package init(_ folder: String) throws(PlanningError) {
        var files: [String] = []
        var folderCount = 0
        try Self.collect(folder, "", [], into: &files, &folderCount)
        self.files = files.sorted()
    }

    /// Names of the folders in a folder, in order.
    ///
    /// - Throws: ``PlanningError/unreadableFolder(path:reason:)``.
    package static func folders(in folder: String) throws(PlanningError) -> [String] {
        try names(in: folder).filter { FileIdentity.isFolder("\(folder)/\($0)") }.sorted()
    }

    /// - Parameter ancestors: the folders above, which a link must not lead back to.
    private static func collect(
        _ root: String, _ prefix: String, _ ancestors: [FileIdentity], into files: inout [String],
        _ folderCount: inout Int
    ) throws(PlanningError) {
        let folder = prefix.isEmpty ? root : "\(root)/\(prefix)"
        guard let identity = FileIdentity(folder), !ancestors.contains(identity) else {
            if prefix.isEmpty { throw .unreadableFolder(path: root, reason: systemReason(errno)) }
            return
        }
        folderCount += 1
        guard folderCount <= maxFolders else {
            throw .unreadableFolder(path: root, reason: "more than \(maxFolders) folders; do links lead to and fro?")
        }
        for name in try names(in: folder) {
            let path = prefix.isEmpty ? name : "\(prefix)/\(name)"
            if FileIdentity.isFolder("\(root)/\(path)") {
                try collect(root, path, ancestors + [identity], into: &files, &folderCount)
            } else {
                files.append(path)
            }
        }
    }

    /// Names of what is in a folder, in no order; those that begin with a dot are left out.
    ///
    /// - Throws: ``PlanningError/unreadableFolder(path:reason:)``.
    package static func names(in folder: String) throws(PlanningError) -> [String] {
        guard let stream = opendir(folder) else {
            throw .unreadableFolder(path: folder, reason: systemReason(errno))
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            // The end and a failure are both nil; only a failure sets `errno`.
            errno = 0
            guard let entry = readdir(stream) else { break }
            // The name is read where it lies: an entry is shorter than its type.
            guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { continue }
            let start = UnsafeRawPointer(entry) + offset
            let name = String(cString: start.assumingMemoryBound(to: CChar.self))
            if !name.hasPrefix(".") { names.append(name) }
        }
        guard errno == 0 else { throw .unreadableFolder(path: folder, reason: systemReason(errno)) }
        return names
    }
}
