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

    /// A pipe would be waited for; a link to nothing is named by whoever reads it.
    @Test func whatIsNoFileIsTold() throws {
        try TemporaryFolder.with { folder in
            try folder.make("a.jpg")
            try #require(folder("pipe.jpg").withCString { mkfifo($0, 0o600) } == 0)
            for (link, target) in [("null.jpg", "/dev/null"), ("b.jpg", "a.jpg"), ("nothing.jpg", "missing")] {
                try FileManager.default.createSymbolicLink(
                    atPath: folder(BytePath(link)).description, withDestinationPath: target)
            }
            let tree = try FileTree(folder.path)
            #expect(tree.files == ["a.jpg", "b.jpg", "nothing.jpg"] && tree.others == ["null.jpg", "pipe.jpg"])
            let found = try BatchJobs.found(matching: BatchPath(folder("*.jpg")))
            #expect(found.jobs.map(\.name) == ["a.jpg", "b.jpg", "nothing.jpg"])
            #expect(found.leftOut == [folder("null.jpg"), folder("pipe.jpg")])
            #expect(try BatchJobs.inFolder(BatchPath(folder.path)).count == 3)
            #expect(
                try PictureSequence(folder.path).files == [folder("a.jpg"), folder("b.jpg"), folder("nothing.jpg")])
            // Nor is one read that a list names, nor one that was derived.
            #expect(throws: FileSource.Problem.self) {
                try FileSource().read(BatchJob(input: BatchPath(folder("pipe.jpg"))), byteLimit: 100)
            }
            try #require(folder("pipe.png").withCString { mkfifo($0, 0o600) } == 0)
            let companions = CompanionFiles(option: "--matte", path: folder.path)
            #expect(throws: PlanningError.companionIsNoFile(option: "--matte", path: folder("pipe.png"))) {
                try companions.files(for: [InputFile(argument: "pipe.jpg")])
            }
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
