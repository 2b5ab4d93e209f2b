import Foundation
import Matting
import PictureTestSupport
import Raster
import Testing

/// What `matte` says, where, and with which status.
@Suite struct CutMessageTests {
    @Test func jsonOfSuccess() throws {
        try TemporaryFolder.with { folder in
            let inputs = try [
                folder.write(.ball(), "a.png"), folder.write(.plain(width: 64, height: 48, [9, 9, 9]), "b.png"),
            ]
            let outcome = try Command.run(inputs + ["-o", folder("out"), "--json"])
            expectStatus(0, outcome)
            let objects = try outcome.objects()
            try #require(objects.count == 2)
            for (index, object) in objects.enumerated() {
                #expect(
                    object.keys.sorted() == [
                        "confidence", "coverage", "expectedError", "hasSubject", "height", "input", "milliseconds",
                        "output", "warnings", "width",
                    ])
                #expect(object["input"] as? String == inputs[index])
                #expect(object["output"] as? String == folder(index == 0 ? "out/a.png" : "out/b.png"))
                let times = try #require(object["milliseconds"] as? [String: Double])
                #expect(times.keys.sorted() == ["decode", "matte", "write"])
                #expect(times.values.allSatisfy { $0 >= 0 })
            }
            #expect(objects[0]["width"] as? Int == 96 && objects[0]["height"] as? Int == 80)
            let result = try SharedPipeline.standard.get().matte(RasterImage.ball())
            #expect(objects[0]["hasSubject"] as? Bool == result.hasSubject)
            let coverage = try #require(objects[0]["coverage"] as? Double)
            // Decimals and back: JSON may be off by a unit in the last place.
            let confidence = try #require(result.confidence)
            let score = try #require(objects[0]["confidence"] as? Double)
            #expect(abs(score - (try #require(confidence.score))) < 1e-12)
            let expectedError = try #require(objects[0]["expectedError"] as? Double)
            #expect(abs(expectedError - confidence.expectedError) < 1e-12)
            #expect(abs(coverage - result.alpha.coverage) < 1e-12)
            #expect(objects[1]["hasSubject"] as? Bool == false)
            #expect(objects[1]["coverage"] as? Double == 0)
            #expect((objects[1]["warnings"] as? [String])?.count == 1)
        }
    }

    @Test func jsonOfFailure() throws {
        try TemporaryFolder.with { folder in
            let inputs = try [folder.write([1, 2, 3], "broken \"x\".png"), folder.write(.ball(), "good.png")]
            let outcome = try Command.run(inputs + ["-o", folder("out"), "--json"])
            expectStatus(1, outcome, says: inputs[0])
            let objects = try outcome.objects()
            try #require(objects.count == 2)
            #expect(objects[0].keys.sorted() == ["error", "input", "output"])
            #expect(objects[0]["input"] as? String == inputs[0])
            #expect((objects[0]["error"] as? String)?.contains("neither PNG nor JPEG") == true)
            #expect(objects[1]["hasSubject"] != nil)
        }
    }

    @Test(arguments: ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
    func jsonAndAPictureDoNotShareStandardOutput(name: String) throws {
        let outcome = try Command.run(["-", "-o", name, "--json"], input: [])
        expectStatus(64, outcome, says: "--json", "-o")
        #expect(outcome.output.isEmpty)
    }

    @Test func warningsAreMessages() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(.plain(width: 64, height: 48, [200, 200, 200]), "flat.png")
            let outcome = try Command.run([input, "-o", folder("out.png")])
            expectStatus(0, outcome, says: input, "no subject")
            #expect(outcome.output.isEmpty)
            #expect(try folder.image("out.png").samples.allSatisfy { $0 == 0 })

            let quiet = try Command.run([input, "-o", folder("out.png"), "--quiet"])
            expectStatus(0, quiet)
            #expect(quiet.messages.isEmpty && quiet.output.isEmpty)
            #expect(try Command.run([input, "-o", folder("out.png"), "-q"]).messages.isEmpty)
        }
    }

    @Test func whatJPEGLosesIsSaid() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(.noise(width: 30, height: 20, bitDepth: .sixteen), "deep.png")
            let outcome = try Command.run([input, "-o", folder("out.jpg"), "--background", "white"])
            expectStatus(0, outcome, says: input, "16-bit samples were rounded to 8 bits")
        }
    }

    @Test func errorsNameTheFileOnce() throws {
        try TemporaryFolder.with { folder in
            let input = folder("missing.png")
            let outcome = try Command.run([input, "-o", folder("out.png")])
            expectStatus(1, outcome)
            #expect(outcome.messages == "matte: \(input): cannot be read: No such file or directory\n")
        }
    }

    @Test(arguments: [
        (["--frobnicate"], "--frobnicate"),
        (["--threads", "0"], "--threads"),
        (["--threads", "1025"], "--threads"),
        (["--threads", "two"], "--threads"),
        (["--quality", "0"], "--quality"),
        (["--quality", "101"], "--quality"),
        (["--compression", "10"], "--compression"),
        (["--compression", "best"], "--compression"),
        (["--compression", "lzw"], "--compression lzw is for TIFF; for PNG leave it out"),
        (["-o", "out.tif", "--compression", "9"], "for TIFF it is deflate, lzw or none"),
        (["-o", "out.jpg", "--mask", "--compression", "9"], "9 is for PNG and WebP; for JPEG leave it out"),
        (["--quality", "90"], "--quality is for JPEG and WebP; for PNG leave it out"),
        (["--blending", "encoded"], "--blending is for what lies over a background; add --background"),
        (["--background-fit", "tile"], "--background-fit is for a picture"),
        (["--mask", "--decontaminate"], "leave --mask or --decontaminate out"),
        (["--cut-sides", "margin"], "--cut-sides is for a frame; add --crop"),
        (["--crop", "--cut-sides", "free"], "--cut-sides"),
        (["--canvas", "900000x900000"], "--canvas is 900000×900000; use 1 to"),
        (["--shadow", "drop:blur=2000%", "--background", "white"], "--shadow: blur is 2000%; use 0% to 200%"),
        (["--background", "blur(2000%)"], "--background: radius is 2000%; use 0% to 100%"),
        (["--keep-largest", "0"], "--keep-largest is 0; use 1 or more"),
        (["--format", "gif"], "--format"),
        (["--refinement", "magic"], "--refinement"),
        (["--edge-weights", "edge.safetensors"], "--edge-weights"),
        (["--mask", "--background", "white"], "--mask"),
        (["--mask", "--keep-hidden"], "--keep-hidden"),
        (["--overwrite", "--no-clobber"], "--no-clobber"),
        (["--suffix", "-cut"], "--suffix"),
        (["--keep-hidden", "--background", "white"], "--keep-hidden"),
        (["--keep-hidden", "--canvas", "9"], "leave --keep-hidden or --canvas out"),
        (["--keep-hidden", "--preset", "ebay", "--background", "transparent"], "leave --keep-hidden or --preset out"),
        (
            ["--background", "blur", "--shadow", "keep"],
            "--shadow is kept; use none, drop or contact: the photograph out of focus has its own shadow in it"
        ),
        (["--format", "jpeg"], "does not end as files of JPEG do, which --format says"),
        (["--matte", "in.png", "--weights", "w"], "--matte takes the place of the network; leave --weights out"),
        (["--matte", "in.png", "--recipe", "input.size=64"], "leave --recipe out"),
        (["--matte", "in.png", "--output-channel", "1"], "leave --output-channel out"),
        (["--matte", "in.png", "--small-memory"], "leave --small-memory out"),
        (["--matte", "in.png", "--max-memory", "9"], "leave --max-memory out"),
        (
            ["--canvas", "10x10", "--margin", "50%"],
            "--margin is 10 pixels in all; use margins that leave a pixel of 10×10"
        ),
        ([""], "An input has an empty name"),
        (["-shoe.png"], "a file of that name is './-shoe.png'"),
    ])
    func wrongOptions(options: [String], mentioned: String) throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(.plain(width: 2, height: 2, [1, 2, 3]), "in.png")
            let outcome = try Command.run([input, "-o", folder("out.png")] + options)
            expectStatus(64, outcome, says: mentioned)
            #expect(outcome.output.isEmpty)
            #expect(try folder.names() == ["in.png"])
        }
    }

    @Test func outputWithoutAFormat() throws {
        for name in ["out", "out.gif", "out.heic", ".png"] {
            expectStatus(64, try Command.run(["in.png", "-o", name]), says: name, ".png")
        }
    }

    /// As --help says: the format of what no name tells.
    @Test func aFormatForNamesThatTellNone() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(.plain(width: 9, height: 8, [1, 2, 3]), "in.png")
            expectStatus(0, try Command.run([input, "-o", folder("out"), "--format", "tiff", "--quiet"]))
            #expect(try folder.bytes("out").prefix(2) == [0x49, 0x49])
            // The folder of trimaps is made as that of cut-outs is.
            expectStatus(
                0, try Command.run([input, "-o", folder("t/"), "--trimap-out", folder("deep/u/"), "--quiet"]))
            #expect(try folder.names("deep/u") == ["in.png"] && folder.names("t") == ["in.png"])
        }
    }

    /// Which file does not fit, and what to do with it; the words are the command's.
    @Test func sizesThatDoNotFit() throws {
        try TemporaryFolder.with { folder in
            try folder.write(.ball(), "in.png")
            let strokes = try RasterImage.drawn(width: 7, height: 90, colorModel: .rgba) { _, y in
                y < 9 ? [1, 1, 1, 1] : [0, 0, 0, 0]
            }
            try folder.write(strokes, "strokes.png")
            try folder.write(RasterImage(width: 7, height: 90, colorModel: .gray), "m.png")
            let start = ["in.png", "-o", "out.png"]
            expectStatus(
                1, try Command.run(start + ["--matte", "m.png"], in: folder),
                says: "in.png: m.png: the picture has 96×80 pixels and the matte 7×90; bring the matte to the size")
            expectStatus(
                1, try Command.run(start + ["--trimap", "m.png"], in: folder),
                says: "in.png: m.png: the trimap has 7×90 pixels and the picture 96×80; bring the trimap to the size")
            expectStatus(
                1, try Command.run(start + ["--scribbles", "strokes.png"], in: folder),
                says: "strokes.png: the scribbles have 7×90 pixels and the picture 96×80; bring the scribbles")
            try folder.write(RasterImage(width: 96, height: 80, colorModel: .gray), "empty.png")
            expectStatus(
                1, try Command.run(start + ["--matte", "empty.png", "--crop"], in: folder),
                says: "reaches an alpha of 0.039; leave --crop, --aspect, --canvas and --preset out")
        }
    }

    @Test func nothingToDo() throws {
        let outcome = try Command.run([])
        expectStatus(64, outcome, says: "<input>", "USAGE")
        #expect(outcome.output.isEmpty)
    }

    @Test func help() throws {
        for arguments in [["--help"], ["-h"], ["help"]] {
            let outcome = try Command.run(arguments)
            expectStatus(0, outcome)
            #expect(outcome.messages.isEmpty)
            for word in ["EXAMPLES", "cut", "benchmark", "weights", "130"] { #expect(outcome.text.contains(word)) }
            // An example that is broken over two lines cannot be copied.
            #expect(outcome.text.contains("  matte photo.jpg -o flat.jpg --background white\n"))
            #expect(outcome.text.split(separator: "\n").filter { $0.hasPrefix("  matte ") }.count == 6)
            #expect(outcome.text.contains("in a pipe\n"))
        }
        let cut = try Command.run(["cut", "--help"]).text
        for heading in [
            "INPUT:", "MATTE:", "CORRECTIONS:", "MASK WORK, IN THE ORDER GIVEN:", "SUBJECTS:", "BACKGROUND:",
            "FRAMING:",
            "OUTPUT:", "REPORTS:",
        ] {
            #expect(cut.contains("\n\(heading)\n"))
        }
        for option in [
            "--overwrite", "--no-clobber", "--suffix", "--output", "--mask", "--background", "--weights", "--threads",
            "--small-memory", "--refinement",
            "--edge-weights",
            "--compression", "--quality", "--format", "--keep-hidden", "--lenient", "--json", "--quiet",
        ] {
            #expect(cut.contains(option))
        }
    }

    @Test func version() throws {
        let outcome = try Command.run(["--version"])
        expectStatus(0, outcome)
        #expect(outcome.text.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
    }
}
