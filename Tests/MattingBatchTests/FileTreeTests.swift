import Files
import Foundation
import Testing

@testable import MattingBatch

@Suite struct FileTreeTests {
    @Test func filesOfAllFoldersInOrder() throws {
        try TemporaryFolder.with { folder in
            try folder("b/c").makeFolder()
            let latin = BytePath(bytes: Array("b/caf".utf8) + [0xE9])
            for name: BytePath in ["z", "b/c/1", latin, "b/.hidden", ".hidden"] { try folder.make(name) }
            // A way back to the beginning is not walked.
            let back = try #require(folder("b/c/back").text)
            try FileManager.default.createSymbolicLink(atPath: back, withDestinationPath: "../..")
            #expect(try FileTree(folder.path).files == ["b/c/1", latin, "z"])
            #expect(try FileTree.folders(in: folder.path) == ["b"])
        }
    }

    @Test func foldersThatCannotBeListed() throws {
        try TemporaryFolder.with { folder in
            let missing = folder("missing")
            #expect(
                throws: PlanningError.unreadableFolder(path: missing, reason: "No such file or directory")
            ) {
                try FileTree(missing)
            }
        }
    }
}
