import Files

/// The files in a folder and all folders below it, in order.
package struct FileTree {
    /// Folders that link to one another have more paths than anybody can walk.
    package static let mostFolders = 30_000

    /// Paths relative to the folder, in the order of their bytes; names that begin with a dot are left out. Links to nothing are
    /// among them, so that whoever reads them says so.
    package let files: [BytePath]
    /// What is neither a file nor a folder: pipes, which would be waited for, sockets and devices.
    package let others: [BytePath]

    /// - Throws: ``PlanningError/unreadableFolder(path:reason:)``.
    package init(_ folder: BytePath, maxFolders: Int = FileTree.mostFolders) throws(PlanningError) {
        var (files, others) = ([BytePath](), [BytePath]())
        var folderCount = 0
        try Self.collect(folder, "", [], into: &files, &others, &folderCount, maxFolders)
        (self.files, self.others) = (files.sorted(), others.sorted())
    }

    /// Names of the folders in a folder, in order.
    ///
    /// - Throws: ``PlanningError/unreadableFolder(path:reason:)``.
    package static func folders(in folder: BytePath) throws(PlanningError) -> [BytePath] {
        try names(in: folder).filter { folder.appending($0).isFolder }.sorted()
    }

    /// - Parameter ancestors: the folders above, which a link must not lead back to.
    private static func collect(
        _ root: BytePath, _ prefix: BytePath, _ ancestors: [FileIdentity], into files: inout [BytePath],
        _ others: inout [BytePath], _ folderCount: inout Int, _ maxFolders: Int
    ) throws(PlanningError) {
        let folder = prefix.isEmpty ? root : root.appending(prefix)
        guard let identity = FileIdentity(folder), !ancestors.contains(identity) else {
            if prefix.isEmpty { throw .unreadableFolder(path: root, reason: FileFailure.system.reason) }
            return
        }
        folderCount += 1
        guard folderCount <= maxFolders else {
            throw .unreadableFolder(path: root, reason: "more than \(maxFolders) folders; do links lead to and fro?")
        }
        for name in try names(in: folder) {
            let path = prefix.appending(name)
            let status = root.appending(path).status()
            if status?.isFolder == true {
                try collect(root, path, ancestors + [identity], into: &files, &others, &folderCount, maxFolders)
            } else if status?.isFile == false {
                others.append(path)
            } else {
                files.append(path)
            }
        }
    }

    /// Names of what is in a folder, in no order; those that begin with a dot are left out.
    ///
    /// - Throws: ``PlanningError/unreadableFolder(path:reason:)``.
    package static func names(in folder: BytePath) throws(PlanningError) -> [BytePath] {
        do throws(FileFailure) {
            return try folder.namesInFolder().filter { !$0.hasPrefix(".") }
        } catch {
            throw .unreadableFolder(path: folder, reason: error.reason)
        }
    }
}
