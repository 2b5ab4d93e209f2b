import Foundation
import ImageCodecs
import Matting
import PictureTestSupport
import Raster
import Testing

/// No input is overwritten, no output is half-written, and what fails says so.
@Suite struct CutSafetyTests {
    @Test func outputThatIsAnInputIsRefused() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(.ball(), "a.png")
            let before = try folder.bytes("a.png")
            try folder.makeFolder("sub")
            try folder.link("link.png", to: input)
            try folder.link("twice.png", to: folder("link.png"))
            try FileManager.default.linkItem(atPath: input, toPath: folder("hard.png"))
            for output in ["a.png", "sub/../a.png", "./a.png", "link.png", "twice.png", "hard.png"] {
                expectStatus(64, try Command.run([input, "-o", folder(output)]), says: input, "never overwritten")
            }
            // The other way round, and in a folder.
            expectStatus(64, try Command.run([folder("link.png"), "-o", input]), says: "never overwritten")
            expectStatus(64, try Command.run([input, "-o", folder("./")]), says: "never overwritten")
            let second = try folder.write(.ball(), "sub/b.png")
            expectStatus(64, try Command.run([second, input, "-o", folder.path]), says: "never overwritten")
            #expect(!folder.exists("b.png"))
            #expect(try folder.bytes("a.png") == before)
            #expect(folder.hiddenNames() == [])
        }
    }

    @Test func outputThatIsReadBesidesIsRefused() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(.ball(), "a.png")
            let back = try folder.write(.plain(width: 9, height: 9, [1, 2, 3]), "back.png")
            let before = try folder.bytes("back.png")
            expectStatus(
                64, try Command.run([input, "-o", back, "--background", back]), says: back, "never overwritten")
            expectStatus(
                64, try Command.run([input, "-o", folder("./back.png"), "--weights", back]), says: "never overwritten")
            #expect(try folder.bytes("back.png") == before)
        }
    }

    @Test func existingOutputIsReplacedWhole() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(.ball(), "in.png")
            let output = try folder.write([1, 2, 3], "out.png")
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: output)
            // Whoever has the old file open still sees all of it.
            let old = try #require(FileHandle(forReadingAtPath: output))
            expectStatus(0, try Command.run([input, "-o", output]))
            #expect(try old.readToEnd() == Data([1, 2, 3]))
            #expect(try folder.image("out.png").width == 96)
            let attributes = try FileManager.default.attributesOfItem(atPath: output)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o640)
            #expect(folder.hiddenNames() == [])
        }
    }

    @Test func existingOutputStaysIfTheInputIsBroken() throws {
        try TemporaryFolder.with { folder in
            let whole = try RasterImage.ball().encoded(as: .png).withBytes { Array($0) }
            let input = try folder.write(Array(whole.prefix(whole.count / 2)), "in.png")
            try folder.write([1, 2, 3], "out.png")
            expectStatus(1, try Command.run([input, "-o", folder("out.png")]), says: input, "ends early")
            #expect(try folder.bytes("out.png") == [1, 2, 3])
            #expect(try folder.names() == ["in.png", "out.png"])
        }
    }

    @Test func truncatedPhotographIsAnErrorUnlessLenient() throws {
        try TemporaryFolder.with { folder in
            let whole = try RasterImage.noise(width: 120, height: 90).encoded(as: .jpeg).withBytes { Array($0) }
            let input = try folder.write(Array(whole.prefix(whole.count / 2)), "in.jpg")
            let outcome = try Command.run([input, "-o", folder("out.png")])
            expectStatus(1, outcome, says: input, "JPEG", "ends early", "of 90 rows")
            #expect(!folder.exists("out.png"))

            let lenient = try Command.run([input, "-o", folder("out.png"), "--lenient"])
            expectStatus(0, lenient, says: input, "ends early")
            let output = try folder.image("out.png")
            #expect(output.width == 120 && output.height == 90)
        }
    }

    @Test func sizeIsLimitedUntilSomebodyTrustsTheFile() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(.plain(width: 1001, height: 1000, [1, 2, 3]), "in.png")
            let strip = try folder.write(.plain(width: 32_769, height: 1, [1, 2, 3]), "strip.png")
            let plain = ["--refinement", "bilinear", "-o", folder("out.png")]
            expectStatus(
                1, try Command.run([input, "--max-megapixels", "1"] + plain), says: input, "1001 x 1000 pixels",
                "--max-megapixels")
            expectStatus(1, try Command.run([strip] + plain), says: "32769 x 1", "--max-megapixels")
            #expect(!folder.exists("out.png"))
            expectStatus(0, try Command.run([strip, "--max-megapixels", "1"] + plain))
            var limits = DecodingLimits.default
            limits.maxSide = 40_000
            #expect(try RasterImage(contentsOf: folder("out.png"), limits: limits).width == 32_769)
        }
    }

    /// A background is a picture like any other: what is lost of it is said.
    @Test func whatIsLostOfABackgroundIsSaid() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(.ball(), "in.png")
            var ground = try RasterImage.plain(width: 4, height: 4, [1, 2, 3]).encoded(as: .png).withBytes { Array($0) }
            // A gamma of 1 behind the header; libpng does not look at its checksum, as it skips the chunk.
            ground.insert(
                contentsOf: [0, 0, 0, 4] + Array("gAMA".utf8) + [0, 1, 0x86, 0xA0, 0x31, 0xE8, 0x96, 0x5F], at: 33)
            let background = try folder.write(ground, "ground.png")
            let arguments = [input, "-o", folder("out.png"), "--background", background]
            expectStatus(0, try Command.run(arguments), says: "in.png: of the background: ", "not sRGB")
            let quiet = try Command.run(arguments + ["--quiet"])
            expectStatus(0, quiet)
            #expect(quiet.messages.isEmpty)
        }
    }

    /// As a script's unset variable leaves it.
    @Test func anEmptyInstructionSetIsNone() throws {
        expectStatus(0, try Command.run(["weights", "list"], environment: ["MATTING_INSTRUCTION_SET": ""]))
    }

    @Test func unknownInstructionSet() throws {
        let outcome = try Command.run(["weights", "list"], environment: ["MATTING_INSTRUCTION_SET": "avx-512"])
        expectStatus(64, outcome, says: "MATTING_INSTRUCTION_SET", "avx-512", "avx512", "baseline")
        #expect(outcome.output.isEmpty)
    }

    /// One output that cannot be written costs that picture only.
    @Test func aFolderWithAnOutputThatCannotBeWritten() throws {
        try TemporaryFolder.with { folder in
            let inputs = try ["a", "b", "c"].map { try folder.write(.ball(), "\($0).png") }
            try folder.makeFolder("out/b.png")
            let outcome = try Command.run(inputs + ["-o", folder("out/"), "--refinement", "bilinear", "--overwrite"])
            expectStatus(1, outcome, says: "b.png", "it is a folder")
            #expect(try folder.names("out") == ["a.png", "b.png", "c.png"])
            #expect(try folder.image("out/a.png").width == 96 && folder.image("out/c.png").width == 96)
        }
    }

    @Test func unreadableInputs() throws {
        try TemporaryFolder.with { folder in
            let output = folder("out.png")
            let missing = folder("missing.jpg")
            expectStatus(1, try Command.run([missing, "-o", output]), says: missing, "No such file")
            expectStatus(
                1, try Command.run([folder.path, "-o", output]), says: "\(folder.path): is a folder",
                "matte \(folder.path)/*.jpg -o cutouts/")
            let empty = try folder.write([], "empty.png")
            expectStatus(1, try Command.run([empty, "-o", output]), says: empty, "is empty")
            let foreign = try folder.write(Array("GIF89a".utf8) + [UInt8](repeating: 0, count: 20), "x.png")
            expectStatus(1, try Command.run([foreign, "-o", output]), says: foreign, "GIF", "convert")
            expectStatus(1, try Command.run(["-", "-o", output], input: []), says: "standard input: is empty")
            #expect(!folder.exists("out.png"))
        }
    }

    @Test func unwritablePlaces() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(.ball(), "in.png")
            // Found before the work: weights that are not there are not looked for.
            for output in ["missing/out.png", "in.png/out.png"] {
                let outcome = try Command.run([input, "-o", folder(output), "--weights", "nowhere"])
                expectStatus(64, outcome, says: folder(output), "cannot be written", "mkdir")
            }
            let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o500]
            try folder.makeFolder("locked")
            try FileManager.default.setAttributes(attributes, ofItemAtPath: folder("locked"))
            let outcome = try Command.run([input, "-o", folder("locked/out.png")])
            // The superuser may write anywhere.
            if geteuid() != 0 {
                expectStatus(1, outcome, says: folder("locked/out.png"), "Permission denied")
                #expect(try folder.names("locked") == [])
            }
            #expect(try folder.names() == ["in.png", "locked"])
        }
    }

    @Test func temporariesOfAKilledRunAreRemoved() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(.ball(), "in.png")
            for name in [".out.png.1abc-7.matte-partial", ".keep", "x.matte-partial"] { try folder.write([1], name) }
            expectStatus(0, try Command.run([input, "-o", folder("out.png")]))
            #expect(try folder.names() == [".keep", "in.png", "out.png", "x.matte-partial"])

            try folder.write([1], ".out.png.1abc-8.matte-partial")
            expectStatus(0, try Command.run(["in.png", "-o", "out.png"], in: folder))
            #expect(try folder.names() == [".keep", "in.png", "out.png", "x.matte-partial"])
        }
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "only Linux has a full device"))
    func fullDevice() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(.ball(), "in.png")
            expectStatus(1, try Command.run([input, "-o", "/dev/full"]), says: input, "/dev/full", "No space left")
        }
    }

    /// What programs are to read must not be lost without a word.
    @Test(
        .enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "only Linux has a full device"),
        arguments: [["weights", "list"], ["cut"], ["cut", "-o", "-"]])
    func fullStandardOutput(verb: [String]) throws {
        try TemporaryFolder.with { folder in
            let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
            let picture = verb[0] == "cut" ? [try folder.write(.ball(), "in.png")] : []
            let arguments = picture + (verb == ["cut"] ? ["-o", folder("out.png"), "--json"] : [])
            expectStatus(
                1, try Command.run(verb + arguments, to: full),
                says: verb.last == "-" ? "/dev/stdout" : "standard output", "No space left")
        }
    }

    @Test func outputsThatAreOneFileAreRefused() throws {
        try TemporaryFolder.with { folder in
            let inputs = try [folder.write(.ball(), "a.png"), folder.write(.ball(), "b.png")]
            try folder.makeFolder("out")
            try folder.write(.ball(), "out/a.png")
            try folder.link("out/b.png", to: folder("out/a.png"))
            expectStatus(64, try Command.run(inputs + ["-o", folder("out")]), says: "out/a.png", "one file")
        }
    }

    @Test func jpegNeedsABackground() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(.ball(), "in.png")
            expectStatus(
                64, try Command.run([input, "-o", folder("out.jpg")]), says: "JPEG", "--background white", ".png")
            expectStatus(
                64, try Command.run([input, "-o", folder("out/"), "--format", "jpeg"]), says: "--background white")
            expectStatus(64, try Command.run(["-", "-o", "-", "--format", "jpeg"], input: []), says: "--background")
            #expect(try folder.names() == ["in.png"])
        }
    }

    @Test func backgroundsThatAreNone() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(.ball(), "in.png")
            let output = folder("out.png")
            expectStatus(
                64, try Command.run([input, "-o", output, "--background", "wite"]), says: "wite", "#rrggbb")
            let broken = try folder.write([1, 2, 3], "broken.png")
            expectStatus(
                1, try Command.run([input, "-o", output, "--background", broken]), says: broken, "neither PNG nor JPEG")
            #expect(try folder.names() == ["broken.png", "in.png"])
        }
    }
}
