import Foundation
import Matting
import PictureTestSupport
import Raster
import Testing
import TestSupport

/// What `matte evaluate` does about sets that are not in order.
@Suite struct EvaluateErrorTests {
    // MARK: One picture, while the others go on

    @Test func truthOfAnotherSize() throws {
        try expectFailure("b.png", says: "b.alpha.png", "alpha", "12×34", "96×80", "--resize-alphas") { folder in
            try folder.write(RasterImage(width: 12, height: 34, colorModel: .gray), "b.alpha.png")
        }
    }

    @Test func trimapOfAnotherSize() throws {
        try expectFailure("b.png", says: "b.trimap.png", "trimap", "12×34", "96×80", "--resize-alphas") { folder in
            try folder.write(RasterImage(width: 96, height: 80, colorModel: .gray), "a.trimap.png")
            try folder.write(RasterImage(width: 12, height: 34, colorModel: .gray), "b.trimap.png")
        }
    }

    @Test func colouredTruth() throws {
        try expectFailure("b.png", says: "b.alpha.png", "colours", "grey") { folder in
            try folder.write(.ball(), "b.alpha.png")
        }
    }

    @Test func colouredTrimap() throws {
        try expectFailure("b.png", says: "b.trimap.png", "trimap has colours") { folder in
            try folder.write(RasterImage(width: 96, height: 80, colorModel: .gray), "a.trimap.png")
            try folder.write(.ball(), "b.trimap.png")
        }
    }

    @Test func missingTruth() throws {
        try expectFailure("b.png", says: "b.alpha.png is not there", "--missing-is-empty") { folder in
            try FileManager.default.removeItem(atPath: folder("b.alpha.png"))
        }
    }

    @Test func missingTrimapOfASetThatHasThem() throws {
        try expectFailure("b.png", says: "no trimap", "b.trimap.png is not there", "--ignore-trimaps") { folder in
            try folder.write(RasterImage(width: 96, height: 80, colorModel: .gray), "a.trimap.png")
        }
    }

    @Test func severalTruths() throws {
        try expectFailure("b.png", says: "more than one alpha", "b.alpha.jpg", "b.alpha.png") { folder in
            try folder.write(RasterImage(width: 96, height: 80, colorModel: .gray), "b.alpha.jpg")
        }
    }

    @Test func truthWithoutAPicture() throws {
        try expectFailure("b.alpha.png", says: "without a picture", "b.jpg is not there") { folder in
            try FileManager.default.removeItem(atPath: folder("b.png"))
        }
    }

    @Test func damagedTruth() throws {
        try expectFailure("b.png", says: "b.alpha.png", "neither PNG nor JPEG") { folder in
            try folder.write([1, 2, 3], "b.alpha.png")
        }
    }

    /// Half a truth is none, whatever may be wrong with photographs.
    @Test(arguments: ["alpha", "trimap"]) func truncatedTruth(part: String) throws {
        try expectFailure("b.png", says: "b.\(part).png", "ends early", "damaged \(part)", arguments: ["--lenient"]) {
            folder in
            if part == "trimap" {
                for name in ["a", "b"] {
                    try folder.write(RasterImage(width: 96, height: 80, colorModel: .gray), "\(name).trimap.png")
                }
            }
            try folder.write(Array(folder.bytes("b.\(part).png").dropLast(40)), "b.\(part).png")
        }
    }

    @Test func damagedPicture() throws {
        try expectFailure("b.png", says: "ends early", "--lenient") { folder in
            try folder.write(Array(folder.bytes("b.png").dropLast(900)), "b.png")
        }
    }

    @Test func picturesOfOneName() throws {
        try TemporaryFolder.with { folder in
            try EvaluateTests.write(folder, image: "a.png", alpha: "a.alpha.png")
            try folder.write(.ball(), "a.jpg")
            let outcome = try Command.run(["evaluate", folder.path, "--json"])
            expectStatus(1, outcome, says: "one name", "a.jpg and \(folder("a.png"))")
            let objects = try outcome.objects()
            #expect(objects.count == 3 && objects[0]["error"] != nil && objects[1]["error"] != nil)
            #expect(objects[2]["failed"] as? Int == 2)
        }
    }

    @Test func listedFilesThatAreNotThere() throws {
        try TemporaryFolder.with { folder in
            try EvaluateTests.write(folder, image: "a.png", alpha: "a.alpha.png")
            let list = "image\talpha\nno.png\t-\na.png\tno.alpha.png\na.png\ta.alpha.png\n"
            try folder.write(Array(list.utf8), "set.tsv")
            let outcome = try Command.run(["evaluate", "--list", folder("set.tsv"), "--json"])
            expectStatus(1, outcome, says: folder("no.png"), folder("no.alpha.png"), "No such file")
            #expect(try outcome.objects().count == 4)
        }
    }

    @Test func nothingEvaluatedAtAll() throws {
        try TemporaryFolder.with { folder in
            try folder.write(.ball(), "a.png")
            let outcome = try Command.run([
                "evaluate", folder.path, "--sheet", folder("sheet.png"), "--tsv", folder("rows.tsv"),
            ])
            expectStatus(1, outcome, says: "sheet.png: not written")
            #expect(outcome.output.isEmpty)
            #expect(!folder.exists("sheet.png"))
            #expect(try folder.bytes("rows.tsv").count { $0 == UInt8(ascii: "\n") } == 1)
        }
    }

    // MARK: The whole set

    @Test func foldersOfNoUse() throws {
        try TemporaryFolder.with { folder in
            expectStatus(1, try Command.run(["evaluate", folder("none")]), says: folder("none"), "No such file")
            expectStatus(1, try Command.run(["evaluate", folder.path]), says: folder.path, "no PNG or JPEG pictures")
            let file = try folder.write(.ball(), "a.png")
            expectStatus(1, try Command.run(["evaluate", file]), says: file, "Not a directory")
            for name in ["images", "im", "gt"] { try folder.makeFolder(name) }
            expectStatus(1, try Command.run(["evaluate", folder.path]), says: "images and im", "--list")
        }
    }

    @Test func aLinkThatLeadsBackIsNotFollowed() throws {
        try TemporaryFolder.with { folder in
            try EvaluateTests.write(folder, image: "sub/a.png", alpha: "sub/a.alpha.png")
            try folder.link("sub/again", to: folder.path)
            #expect(try EvaluateTests.objects([folder.path]).count == 2)
        }
    }

    @Test(arguments: [
        ("", ":1: the list is empty"), ("\n\n", ":1: the list is empty"), ("image\talpha\n", ":1: the list names no"),
        ("picture\talpha\na.png\t-\n", ":1: the first line must name"),
        ("image,alpha\na.png,-\n", "separated by tabs"),
        ("\nimage\talpha\timage\n", ":2: the column 'image' is there twice"),
        ("image\talpha\na.png\t-\n\nb.png\n", ":4: 1 cells in 2 columns"),
        ("image\talpha\n\t-\n", ":2: no image is named"),
    ])
    func listsThatBreakTheRules(text: String, message: String) throws {
        try TemporaryFolder.with { folder in
            let path = try folder.write(Array(text.utf8), "set.tsv")
            let outcome = try Command.run(["evaluate", "--list", path, "--json"])
            expectStatus(1, outcome, says: path, message)
            #expect(outcome.output.isEmpty)
        }
    }

    /// Each way from folder to folder is another path to the same files: of a dozen there are a billion.
    @Test func foldersThatLinkToOneAnotherEnd() throws {
        try TemporaryFolder.with { folder in
            let names = (0..<12).map { "images/\($0)" }
            try folder.makeFolder("images")
            for name in names { try folder.makeFolder(name) }
            for name in names {
                for (index, other) in names.enumerated() where other != name {
                    try folder.link("\(name)/\(index)", to: folder(other))
                }
            }
            try folder.makeFolder("alphas")
            expectStatus(1, try Command.run(["evaluate", folder.path]), says: "images", "links")
        }
    }

    @Test func listsThatCannotBeRead() throws {
        try TemporaryFolder.with { folder in
            expectStatus(1, try Command.run(["evaluate", "--list", folder("no.tsv")]), says: "no.tsv", "No such file")
            let path = try folder.write([0xFF, 0xFE, 0x00], "set.tsv")
            expectStatus(1, try Command.run(["evaluate", "--list", path]), says: path, "UTF-8")
            let long = try folder.write([UInt8](repeating: 0x0A, count: (32 << 20) + 1), "long.tsv")
            let outcome = try Command.run(["evaluate", "--list", long])
            expectStatus(1, outcome, says: long, "longer than 32 MiB")
            #expect(!outcome.messages.contains("megapixels"))
        }
    }

    @Test func weightsThatCannotBeRead() throws {
        try TemporaryFolder.with { folder in
            try EvaluateTests.write(folder, image: "a.png", alpha: "a.alpha.png")
            let outcome = try Command.run(["evaluate", folder.path, "--weights", folder("no.safetensors")])
            expectStatus(1, outcome, says: "no.safetensors", "No such file")
            #expect(outcome.output.isEmpty)
        }
    }

    @Test func outputsThatCannotBeWritten() throws {
        try TemporaryFolder.with { folder in
            try EvaluateTests.write(folder, image: "a.png", alpha: "a.alpha.png")
            for option in ["--sheet", "--tsv"] {
                // Found before the work: weights that are not there are not looked for.
                let outcome = try Command.run([
                    "evaluate", folder.path, option, folder("no/out.png"), "--weights", "nowhere",
                ])
                expectStatus(64, outcome, says: folder("no/out.png"), "cannot be written", "there is no folder")
            }
        }
    }

    // MARK: Usage

    @Test func outputsAreNoInputs() throws {
        try TemporaryFolder.with { folder in
            try EvaluateTests.write(folder, image: "a.png", alpha: "a.alpha.png")
            try folder.write(Array("image\talpha\na.png\ta.alpha.png\n".utf8), "set.tsv")
            try folder.link("link.png", to: folder("a.alpha.png"))
            let before = try folder.bytes("a.alpha.png")
            for (option, output) in [("--sheet", "link.png"), ("--tsv", "a.png"), ("--tsv", "set.tsv")] {
                let outcome = try Command.run(["evaluate", "--list", folder("set.tsv"), option, folder(output)])
                expectStatus(64, outcome, says: folder(output), "never overwritten")
                #expect(outcome.output.isEmpty)
            }
            #expect(try folder.bytes("a.alpha.png") == before)
            // What is left aside is a file of the set all the same.
            try folder.write(RasterImage(width: 96, height: 80, colorModel: .gray), "a.trimap.png")
            let ignoring = try Command.run([
                "evaluate", folder.path, "--ignore-trimaps", "--sheet", folder("a.trimap.png"),
            ])
            expectStatus(64, ignoring, says: "never overwritten")
            let same = try Command.run(
                ["evaluate", folder.path, "--sheet", "x.png", "--tsv", "./x.png"], in: folder)
            expectStatus(64, same, says: "one file")
            #expect(!folder.exists("x.png"))
        }
    }

    @Test(arguments: [
        ([], "--list"), (["a", "--list", "b"], "--list"), (["a", "b"], "b"), (["a", "--limit", "0"], "--limit"),
        (["a", "--worst", "0"], "--worst"), (["a", "--worst", "101"], "--worst"),
        (["a", "--threads", "0"], "--threads"),
        (["a", "--sheet", "sheet.gif"], "--sheet"), (["a", "--sheet", "x.png", "--tsv", "x.png"], "one file"),
        (["--list", "b", "--missing-is-empty"], "--missing-is-empty"), (["a", "--refinement", "magic"], "magic"),
        (["a", "--frobnicate"], "--frobnicate"), (["a", "--worst", "3"], "--worst is for a --sheet"),
        (["a", "--tsv", "-"], "--tsv takes a file"),
    ])
    func wrongUsage(arguments: [String], mentioned: String) throws {
        let outcome = try Command.run(["evaluate"] + arguments)
        expectStatus(64, outcome, says: mentioned)
        #expect(outcome.output.isEmpty)
    }

    @Test func interruption() throws {
        try TemporaryFolder.with { folder in
            try EvaluateTests.write(folder, image: "a.png", alpha: "a.alpha.png")
            // Reading the second picture, a pipe that nobody writes to, lasts for ever; nothing shows that the first one
            // is done, but a command that has begun to read opens the pipe.
            try #require(mkfifo(folder("b.png"), 0o600) == 0)
            try folder.write(Array("image\talpha\na.png\ta.alpha.png\nb.png\t-\n".utf8), "set.tsv")
            let command = try Command([
                "evaluate", "--list", folder("set.tsv"), "--json", "--tsv", folder("rows.tsv"),
            ])
            let writer = try NamedPipe.writer(folder("b.png"))
            command.interrupt()
            let outcome = try command.outcome()
            expectStatus(130, outcome)
            try writer.close()
            #expect(try outcome.objects().count == 1)
            #expect(!folder.exists("rows.tsv") && folder.hiddenNames().isEmpty)
        }
    }

    /// Expects the picture (or truth) `name` of a set of two to fail, after `breaking` it, and the other one to be measured.
    private func expectFailure(
        _ name: String, says parts: String..., arguments: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation,
        breaking: (TemporaryFolder) throws -> Void
    ) throws {
        try TemporaryFolder.with { folder in
            try EvaluateTests.write(folder, image: "a.png", alpha: "a.alpha.png")
            try EvaluateTests.write(folder, image: "b.png", alpha: "b.alpha.png")
            try breaking(folder)
            let outcome = try Command.run(["evaluate", folder.path, "--json"] + arguments)
            expectStatus(1, outcome, sourceLocation: sourceLocation)
            #expect(
                outcome.messages.hasPrefix("matte: \(folder(name)): "), "\(outcome.messages)",
                sourceLocation: sourceLocation)
            for part in parts {
                #expect(outcome.messages.contains(part), "\(outcome.messages)", sourceLocation: sourceLocation)
            }
            let objects = try outcome.objects()
            try #require(objects.count == 3, sourceLocation: sourceLocation)
            #expect(objects[0]["image"] as? String == folder("a.png"), sourceLocation: sourceLocation)
            #expect(objects[0]["mae"] != nil, sourceLocation: sourceLocation)
            #expect(objects[1]["image"] as? String == folder(name), sourceLocation: sourceLocation)
            #expect(objects[1].keys.sorted() == ["error", "image"], sourceLocation: sourceLocation)
            #expect(objects[2]["failed"] as? Int == 1, sourceLocation: sourceLocation)
            let all = try #require(objects[2]["all"] as? [String: Any], sourceLocation: sourceLocation)
            #expect(all["pictures"] as? Int == 1, sourceLocation: sourceLocation)
        }
    }
}
