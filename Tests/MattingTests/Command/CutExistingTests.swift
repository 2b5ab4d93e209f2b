import Foundation
import ImageCodecs
import Matting
import PictureTestSupport
import Raster
import Testing

/// What becomes of files that are there, and of pictures for which no output is named.
@Suite struct CutExistingTests {
    private static let quick = ["--refinement", "bilinear"]

    @Test func derivedNamesNeverReplaceAFileUnasked() throws {
        try TemporaryFolder.with { folder in
            let inputs = try [folder.write(.ball(), "a.jpg"), folder.write(.ball(), "b.jpg")]
            try folder.makeFolder("out")
            try folder.write([1, 2, 3], "out/b.png")
            let arguments = inputs + ["-o", folder("out/")] + Self.quick
            // Before any work: the weights are not looked for.
            expectStatus(
                64, try Command.run(arguments + ["--weights", "nowhere"]), says: folder("out/b.png"),
                "is there already",
                "--overwrite", "--no-clobber", "--suffix")
            #expect(try folder.names("out") == ["b.png"])

            let kept = try Command.run(arguments + ["--no-clobber", "--json"])
            expectStatus(0, kept, says: "b.jpg: left out")
            let objects = try kept.objects()
            #expect(objects.count == 2 && objects.contains { $0["skipped"] as? Bool == true })
            #expect(try folder.bytes("out/b.png") == [1, 2, 3])
            #expect(try folder.image("out/a.png").width == 96)

            expectStatus(0, try Command.run(arguments + ["--suffix", "-cut"]))
            #expect(try folder.names("out") == ["a-cut.png", "a.png", "b-cut.png", "b.png"])
            #expect(try folder.bytes("out/b.png") == [1, 2, 3])
            expectStatus(0, try Command.run(arguments + ["--overwrite"]))
            #expect(try folder.image("out/b.png").width == 96)
        }
    }

    @Test func aNamedFileIsKeptOnRequest() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(.ball(), "a.jpg")
            try folder.write([1, 2, 3], "out.png")
            let kept = try Command.run([input, "-o", folder("out.png"), "--no-clobber", "-q"])
            expectStatus(0, kept)
            #expect(kept.messages.isEmpty)
            #expect(try folder.bytes("out.png") == [1, 2, 3])
        }
    }

    /// A file that appears while its picture is being read is somebody else's.
    @Test func aFileThatAppearsMeanwhileStays() throws {
        try TemporaryFolder.with { folder in
            try #require(mkfifo(folder("a.png"), 0o600) == 0)
            try folder.makeFolder("out")
            let command = try Command([folder("a.png"), "-o", folder("out/")] + Self.quick)
            let writer = try NamedPipe.writer(folder("a.png"))
            let bytes = try RasterImage.ball().encoded(as: .png).withBytes { Array($0) }
            try writer.write(contentsOf: Data(bytes.prefix(40)))
            try folder.write([1, 2, 3], "out/a.png")
            try writer.write(contentsOf: Data(bytes.dropFirst(40)))
            try writer.close()
            expectStatus(1, try command.outcome(), says: folder("out/a.png"), "there is a file of this name")
            #expect(try folder.names("out") == ["a.png"])
            #expect(try folder.bytes("out/a.png") == [1, 2, 3])
        }
    }

    // MARK: Without -o

    @Test func withoutAnOutputTheCutoutIsBesideThePhotograph() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(.ball(), "a.jpg")
            expectStatus(0, try Command.run([input] + Self.quick))
            #expect(try folder.names() == ["a.jpg", "a.png"])
            #expect(try folder.image("a.png").colorModel == .rgba)
            expectStatus(64, try Command.run([input] + Self.quick), says: folder("a.png"), "is there already")
            expectStatus(64, try Command.run([folder("a.png")]), says: "never overwritten", "--suffix")
            expectStatus(0, try Command.run([folder("a.png"), "--suffix", "-cut"] + Self.quick))
            #expect(try folder.names() == ["a-cut.png", "a.jpg", "a.png"])
            expectStatus(64, try Command.run(["-"], input: []), says: "standard input", "-o -")
        }
    }

    // MARK: Standard output

    /// A shell's `1<>` opens a file without emptying it: writing to standard output would replace it.
    @Test(arguments: [
        #"exec "$@" in.png -o - 1<>in.png"#, #"exec "$@" - -o - <in.png 1<>in.png"#,
        #"exec "$@" in.png -o /dev/fd/3 3<>in.png"#, #"exec "$@" other.png -o - --background in.png 1<>in.png"#,
        #"exec "$@" in.png -o out.png --json 1<>in.png"#, #"exec "$@" video frames -o - 1<>in.png"#,
        #"exec "$@" video frames -o - --background in.png 1<>in.png"#, #"exec "$@" video - -o - <in.y4m 1<>in.y4m"#,
        #"exec "$@" video frames -o film.y4m --json 1<>in.png"#,
    ])
    func standardOutputThatIsAnInput(script: String) throws {
        try TemporaryFolder.with { folder in
            let before = try RasterImage.ball().encoded(as: .png).withBytes { Array($0) }
            try folder.write(before, "in.png")
            let film = try VideoTests.film(frames: 1)
            try folder.write(film, "in.y4m")
            try folder.write(.ball(), "other.png")
            try folder.makeFolder("frames")
            try FileManager.default.linkItem(atPath: folder("in.png"), toPath: folder("frames/1.png"))
            let outcome = try Command.run([], in: folder, through: script)
            expectStatus(64, outcome, says: "never overwritten")
            #expect(try folder.bytes("in.png") == before)
            #expect(try folder.bytes("in.y4m") == film)
            #expect(!folder.exists("out.png") && !folder.exists("film.y4m"))
        }
    }

    @Test func framesThatAreThere() throws {
        try TemporaryFolder.with { folder in
            let film = try folder.write(VideoTests.film(frames: 1), "film.y4m")
            for (target, name) in [("out/", "00007.png"), ("%d.png", "7.png")] {
                let output = folder(target)
                let there = target == "out/" ? "out/\(name)" : name
                try folder.makeFolder("out")
                try folder.write([1, 2, 3], there)
                expectStatus(
                    64, try Command.run(["video", film, "-o", output]), says: folder(there), "--overwrite")
                expectStatus(0, try Command.run(["video", film, "-o", output, "--overwrite"]))
                #expect(try folder.bytes(there) == [1, 2, 3], "another frame's")
            }
        }
    }

    // MARK: Slips

    @Test func aFileNameForSeveralPictures() throws {
        try TemporaryFolder.with { folder in
            let inputs = try [folder.write(.ball(), "a.jpg"), folder.write(.ball(), "b.jpg")]
            expectStatus(64, try Command.run(inputs + ["-o", folder("x.png")]), says: folder("x.png"), "-o DIR/")
            #expect(try folder.names() == ["a.jpg", "b.jpg"])
        }
    }

    @Test(arguments: [
        ("evalute", "matte evaluate"), ("wieghts", "matte weights"), ("ctu", "matte cut"), ("vidoe", "matte video"),
        ("benchmrak", "matte benchmark"), ("frobnicate", "cut, batch, video, evaluate"),
    ])
    func mistypedCommands(word: String, hint: String) throws {
        try TemporaryFolder.with { folder in
            expectStatus(
                64, try Command.run([word, "photos"], in: folder), says: "'\(word)'", "neither a command", hint)
            // A file of that name is a photograph.
            try folder.write(.ball(), "ball.png")
            try FileManager.default.moveItem(atPath: folder("ball.png"), toPath: folder(word))
            expectStatus(0, try Command.run([word] + Self.quick, in: folder))
        }
    }

    @Test func limitsSayWhatWouldBeEnough() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(.plain(width: 2001, height: 1000, [1, 2, 3]), "in.png")
            expectStatus(
                1, try Command.run([input, "-o", folder("out.png"), "--max-megapixels", "1"]), says: "2001 x 1000",
                "(--max-megapixels 3)")
            // What no file of this format can hold is not a matter of limits.
            let strip = try folder.write(.plain(width: 65_501, height: 1, [1, 2, 3]), "strip.png")
            let outcome = try Command.run(
                [strip, "-o", folder("out.jpg"), "--background", "white", "--max-megapixels", "1"] + Self.quick)
            expectStatus(1, outcome, says: "65501 x 1")
            #expect(!outcome.messages.contains("--max-megapixels"))
        }
    }

    @Test func wrongRecipesAreOneSentence() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(.ball(), "in.png")
            let form = try Command.run([input, "-o", folder("o.png"), "--recipe", "input.size"])
            expectStatus(64, form, says: "--recipe 'input.size'", "input.size=512")
            let key = try Command.run([input, "-o", folder("o.png"), "--recipe", "input.sise=512"])
            expectStatus(64, key, says: "'input.sise'")
            for outcome in [form, key] {
                #expect(outcome.messages.split(separator: "\n").count <= 3)
                #expect(!outcome.messages.contains("OPTIONS"))
            }
        }
    }
}
