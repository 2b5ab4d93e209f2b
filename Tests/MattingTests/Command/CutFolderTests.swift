import Foundation
import ImageCodecs
import Matting
import PictureTestSupport
import Raster
import Testing

/// Several pictures into a folder.
@Suite struct CutFolderTests {
    @Test func namesFollowTheInputs() throws {
        try TemporaryFolder.with { folder in
            try folder.makeFolder("sub")
            let inputs = try [
                folder.write(.ball(), "a.png"), folder.write(.ball(), "b.c.jpg"), folder.write(.ball(), "sub/d.jpeg"),
            ]
            let plain = folder("plain.png")
            try FileManager.default.copyItem(atPath: inputs[0], toPath: plain)
            try FileManager.default.moveItem(atPath: plain, toPath: folder("noextension"))
            let all = inputs + [folder("noextension")]
            let outcome = try Command.run(all + ["-o", folder("out")])
            expectStatus(0, outcome)
            #expect(outcome.output.isEmpty)
            #expect(try folder.names("out") == ["a.png", "b.c.png", "d.png", "noextension.png"])
            for name in try folder.names("out") { #expect(try folder.image("out/\(name)").colorModel == .rgba) }

            // Again, into the folder that is there now; and one picture, because a slash or a folder says so.
            expectStatus(0, try Command.run(all + ["-o", folder("out"), "--overwrite"]))
            expectStatus(0, try Command.run([inputs[0], "-o", folder("single/")]))
            #expect(try folder.names("single") == ["a.png"])
            expectStatus(0, try Command.run([inputs[1], "-o", folder("single")]))
            #expect(try folder.names("single") == ["a.png", "b.c.png"])
            #expect(folder.hiddenNames() == [])
        }
    }

    @Test func formatDecidesTheExtension() throws {
        try TemporaryFolder.with { folder in
            let inputs = try [folder.write(.ball(), "a.png"), folder.write(.ball(), "b.png")]
            let outcome = try Command.run(
                inputs + ["-o", folder("out"), "--format", "jpeg", "--background", "white"])
            expectStatus(0, outcome)
            #expect(try folder.names("out") == ["a.jpg", "b.jpg"])
            #expect(ImageFormat.detect(try folder.bytes("out/a.jpg")) == .jpeg)
        }
    }

    @Test func formatOfAnInputIsInItsBytes() throws {
        try TemporaryFolder.with { folder in
            let bytes = try RasterImage.ball().encoded(as: .png).withBytes { Array($0) }
            let inputs = try [folder.write(bytes, "a.jpg"), folder.write(bytes, "b.tiff")]
            expectStatus(0, try Command.run(inputs + ["-o", folder("out")]))
            #expect(try folder.bytes("out/a.png") == folder.bytes("out/b.png"))
        }
    }

    @Test func collisionsAreRefusedBeforeAnythingIsWritten() throws {
        try TemporaryFolder.with { folder in
            try folder.makeFolder("x")
            let first = try folder.write(.ball(), "a.png")
            let other = try folder.write(.ball(), "b.png")
            for name in ["a.jpg", "x/a.png"] {
                let second = try folder.write(.ball(), name)
                let outcome = try Command.run([first, other, second, "-o", folder("out")])
                expectStatus(64, outcome, says: first, second, "out/", "two folders")
                #expect(!folder.exists("out"))
            }
            let twice = try Command.run([first, first, "-o", folder("out")])
            expectStatus(64, twice, says: first)
            #expect(!folder.exists("out"))
        }
    }

    @Test func oneBrokenInputStopsNoOther() throws {
        try TemporaryFolder.with { folder in
            let inputs = try [
                folder.write(.ball(), "a.png"), folder.write(Array("no picture".utf8), "b.jpg"),
                folder.write(.ball(), "c.png"),
            ]
            let outcome = try Command.run(inputs + ["-o", folder("out"), "--quiet"])
            expectStatus(1, outcome, says: inputs[1], "neither PNG nor JPEG")
            #expect(!outcome.messages.contains("a.png") && !outcome.messages.contains("c.png"))
            #expect(try folder.names("out") == ["a.png", "c.png"])
        }
    }

    @Test func severalPicturesNeedAFolder() throws {
        try TemporaryFolder.with { folder in
            let inputs = try [folder.write(.ball(), "a.png"), folder.write(.ball(), "b.png")]
            let file = try folder.write([1, 2, 3], "file.png")
            expectStatus(64, try Command.run(inputs + ["-o", file]), says: "file.png", "folder")
            #expect(try folder.bytes("file.png") == [1, 2, 3])
            expectStatus(64, try Command.run(inputs + ["-o", "-"]), says: "folder")
            expectStatus(64, try Command.run(["-", "-", "-o", folder("out")]), says: "'-'")
            #expect(!folder.exists("out"))
        }
    }

    @Test func foldersAreMade() throws {
        try TemporaryFolder.with { folder in
            let inputs = try [folder.write(.ball(), "a.png"), folder.write(.ball(), "b.png")]
            expectStatus(0, try Command.run(inputs + ["-o", folder("new/deep/place")]))
            #expect(try folder.names("new/deep/place") == ["a.png", "b.png"])
            expectStatus(0, try Command.run([inputs[0], "-o", "other/deep/"], in: folder))
            #expect(try folder.names("other/deep") == ["a.png"])
        }
    }

    @Test func folderThatCannotBeMade() throws {
        try TemporaryFolder.with { folder in
            let inputs = try [folder.write(.ball(), "a.png"), folder.write(.ball(), "b.png")]
            let outcome = try Command.run(inputs + ["-o", folder("a.png/deep")])
            expectStatus(1, outcome, says: folder("a.png/deep"), "Not a directory")
        }
    }

    @Test func abandonedTemporariesAreRemoved() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(.ball(), "a.png")
            try folder.makeFolder("out")
            try folder.write([1], "out/.b.png.1abc-7.matte-partial")
            try folder.write([1], "out/.keep")
            expectStatus(0, try Command.run([input, "-o", folder("out/")]))
            #expect(try folder.names("out") == [".keep", "a.png"])
        }
    }
}
