import Foundation
import Matting
import PictureTestSupport
import Raster
import Testing
import TestSupport
import VideoStreams

/// `matte video`, run as its users run it. Few small frames: each takes seconds without optimisation.
@Suite struct VideoTests {
    static let (width, height) = (48, 40)

    /// A stream of balls on plain grounds whose brightness tells the frames apart.
    static func film(frames: Int, sampling: PlanarFormat.Sampling = .quarterLeft) throws -> [UInt8] {
        let format = try PlanarFormat(width: width, height: height, sampling: sampling)
        let header = Y4MHeader(format: format, frameRate: .init(30000, 1001), pixelAspect: .init(4, 3))
        var bytes = Array("\(header.line)\n".utf8)
        for number in 0..<frames {
            let frame = try PlanarFrame(picture(number), format: format, colors: VideoColors(header))
            bytes += Array("FRAME\n".utf8) + frame.withBytes { Array($0) }
        }
        return bytes
    }

    static func picture(_ number: Int) throws -> RasterImage {
        let ball = try RasterImage.ball(width: width, height: height)
        return try RasterImage(
            width: width, height: height, colorModel: .rgb, samples: ball.samples.map { max($0 - 40 * number, 0) })
    }

    private static func frames(_ bytes: [UInt8]) throws -> (header: Y4MHeader, frames: [PlanarFrame]) {
        var reader = try Y4MReader(decoding: bytes)
        var frames: [PlanarFrame] = []
        while let frame = try reader.nextFrame() { frames.append(frame) }
        return (reader.header, frames)
    }

    // MARK: Outputs

    @Test func aMatteThroughPipesAndFiles() throws {
        try TemporaryFolder.with { folder in
            let film = try Self.film(frames: 2)
            let piped = try Command.run(["video", "-", "-o", "-"], input: film)
            expectStatus(0, piped)
            let (header, frames) = try Self.frames(piped.output)
            #expect(header.line == "YUV4MPEG2 W48 H40 F30000:1001 Ip A4:3 Cmono XCOLORRANGE=FULL")
            #expect(frames.count == 2)
            // The library makes the same mattes of the same frames.
            var reader = try Y4MReader(decoding: film)
            var video = try VideoMatting(try SharedPipeline.standard.get())
            for frame in frames {
                let source = try #require(try reader.nextFrame())
                let expected = try video.matte(source.image(VideoColors(reader.header))).mask()
                #expect(frame.planes[0].map { Int($0) } == expected.samples)
            }

            let input = try folder.write(film, "film.y4m")
            let outcome = try Command.run(
                ["video", input, "-o", folder("matte.y4m"), "--json", "--progress", "--threads", "1"])
            expectStatus(0, outcome, says: "frame 2 of 2")
            // The same for one thread as for all, for a file as for a pipe.
            #expect(try folder.bytes("matte.y4m") == piped.output)
            let object = try #require(try outcome.objects().first)
            #expect(
                object.keys.sorted() == [
                    "frames", "framesPerSecond", "framesWithoutSubject", "height", "input", "output", "seconds",
                    "warnings", "width",
                ])
            #expect(object["frames"] as? Int == 2 && object["width"] as? Int == 48)
            #expect(try folder.names() == ["film.y4m", "matte.y4m"])
        }
    }

    @Test func overAColourInTheFilmsOwnFormat() throws {
        let film = try Self.film(frames: 2, sampling: .half)
        let outcome = try Command.run(
            ["video", "-", "-o", "-", "--background", "#0000ff", "--no-temporal-filter"], input: film)
        expectStatus(0, outcome)
        #expect(outcome.messages.isEmpty)
        let (header, frames) = try Self.frames(outcome.output)
        #expect(header.line == "YUV4MPEG2 W48 H40 F30000:1001 Ip A4:3 C422")
        var reader = try Y4MReader(decoding: film)
        let pipeline = try SharedPipeline.standard.get()
        for frame in frames {
            let source = try #require(try reader.nextFrame())
            let result = try pipeline.matte(source.image(VideoColors(reader.header)))
            let expected = try PlanarFrame(
                result.composite(over: .color(RasterColor("#0000ff"))), format: source.format,
                colors: VideoColors(reader.header))
            #expect(frame.planes == expected.planes)
        }
    }

    /// What pictures carry besides 8 bits a sample goes from frame to frame too.
    @Test func framesKeepTheirDepthProfileAndExif() throws {
        try TemporaryFolder.with { folder in
            try folder.makeFolder("in")
            let ball = try RasterImage.ball(width: Self.width, height: Self.height)
            var frame = try RasterImage(
                width: Self.width, height: Self.height, colorModel: .rgb, bitDepth: .sixteen,
                samples: ball.samples.map { $0 * 257 + 3 })
            frame.iccProfile = ProfileBuilder.profile()
            // Upright, and whose it is: what travels by default.
            frame.exif = [
                0x49, 0x49, 0x2A, 0, 8, 0, 0, 0, 2, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0x98, 0x82, 2, 0, 4, 0, 0,
                0,
                0x41, 0x6E, 0x6E, 0, 0, 0, 0, 0,
            ]
            try folder.write(frame, "in/1.png")
            expectStatus(0, try Command.run(["video", folder("in/%d.png"), "-o", folder("out/%d.png")]))
            let output = try folder.image("out/1.png")
            #expect(output.bitDepth == .sixteen && output.colorModel == .rgba)
            #expect(output.iccProfile == frame.iccProfile && output.exif == frame.exif)
            let (samples, expected) = (output.samples, frame.samples)
            let visible = (0..<Self.width * Self.height).filter { samples[4 * $0 + 3] > 0 }
            #expect(visible.count > 100)
            #expect(visible.allSatisfy { samples[4 * $0..<4 * $0 + 3] == [] + expected[3 * $0..<3 * $0 + 3] })
        }
    }

    @Test func aFilmOfTenBits() throws {
        let format = try PlanarFormat(width: Self.width, height: Self.height, sampling: .quarterLeft, bitDepth: 10)
        let header = Y4MHeader(format: format)
        let frame = try PlanarFrame(Self.picture(0), format: format, colors: VideoColors(header))
        let film = Array("\(header.line)\nFRAME\n".utf8) + frame.withBytes { Array($0) }
        let matte = try Command.run(["video", "-", "-o", "-"], input: film)
        expectStatus(0, matte)
        let (line, frames) = try Self.frames(matte.output)
        #expect(line.line == "YUV4MPEG2 W48 H40 F25:1 Ip A1:1 Cmono10 XCOLORRANGE=FULL")
        #expect(frames.count == 1 && frames[0].planes[0].max() == 1023)
        let composite = try Command.run(["video", "-", "-o", "-", "--background", "white"], input: film)
        expectStatus(0, composite)
        #expect(try Self.frames(composite.output).header.format == format)
    }

    @Test func cutOutsOfANumberedSequence() throws {
        try TemporaryFolder.with { folder in
            try folder.makeFolder("in")
            for number in 0..<3 { try folder.write(Self.picture(number), "in/\(number + 9).png") }
            try folder.write([1, 2, 3], "in/notes.txt")
            let outcome = try Command.run(["video", folder("in/%d.png"), "-o", folder("out/%04d.png")])
            expectStatus(0, outcome)
            // In the order of numbers, under their numbers.
            #expect(try folder.names("out") == ["0009.png", "0010.png", "0011.png"])
            #expect(outcome.output.isEmpty && folder.hiddenNames().isEmpty)
            for number in 0..<3 {
                let image = try folder.image("out/\(number == 0 ? "0009" : "00\(number + 9)").png")
                #expect(image.colorModel == .rgba)
                let expected = try Self.picture(number).samples
                // The picture's own colours wherever anything is visible.
                let samples = image.samples
                for pixel in 0..<Self.width * Self.height where samples[4 * pixel + 3] > 0 {
                    #expect(samples[4 * pixel..<4 * pixel + 3] == [] + expected[3 * pixel..<3 * pixel + 3])
                }
            }
        }
    }

    @Test func aFolderBecomesAStream() throws {
        try TemporaryFolder.with { folder in
            try folder.makeFolder("in")
            for (index, name) in ["b2.png", "b10.png"].enumerated() {
                try folder.write(Self.picture(index), "in/\(name)")
            }
            let outcome = try Command.run([
                "video", folder("in"), "-o", folder("green.y4m"), "--background", "green", "--rate", "24",
                "--quiet",
            ])
            expectStatus(0, outcome)
            let (header, frames) = try Self.frames(folder.bytes("green.y4m"))
            #expect(header.line == "YUV4MPEG2 W48 H40 F24:1 Ip A1:1 C444 XCOLORRANGE=LIMITED")
            // Natural order: the second is the darker one.
            let light = frames.map { $0.planes[0].reduce(0, +) }
            #expect(light.count == 2 && light[0] > light[1])
        }
    }

    /// A film has no profile: its numbers are sRGB's, whatever the frames' were. One that cannot be converted is said.
    @Test func framesOfAnotherSpaceBecomeSRGB() throws {
        try TemporaryFolder.with { folder in
            let plain = try Self.picture(0)
            var wide = MatrixProfile(MatrixProfile.displayP3, curve: MatrixProfile.standardCurve)
            let space = try ColorSpace(profile: wide.bytes(), .rgb)
            func film(_ samples: [Int], _ profile: [UInt8]?, _ name: String) throws -> (Command.Outcome, [PlanarFrame])
            {
                let image = try RasterImage(
                    width: Self.width, height: Self.height, colorModel: .rgb, samples: samples,
                    iccProfile: profile)
                try folder.makeFolder(name)
                _ = try folder.write(image, "\(name)/1.png")
                let film = folder("\(name).y4m")
                let outcome = try Command.run(["video", folder(name), "-o", film, "--background", "#e62828"])
                return (outcome, try Self.frames(folder.bytes("\(name).y4m")).frames)
            }
            let conversion = try #require(ColorConversion(from: .sRGB, to: space))
            let samples = stride(from: 0, to: plain.samples.count, by: 3).flatMap { first in
                let color = RasterColor(
                    red: Double(plain.samples[first]) / 255, green: Double(plain.samples[first + 1]) / 255,
                    blue: Double(plain.samples[first + 2]) / 255)
                let other = conversion.converted(color)
                return [other.red, other.green, other.blue].map { Int(($0 * 255).rounded()) }
            }
            let (first, expected) = try film(plain.samples, nil, "plain")
            let (second, converted) = try film(samples, wide.bytes(), "wide")
            expectStatus(0, first)
            expectStatus(0, second)
            // The corner shows nothing but the background.
            for plane in 0..<3 {
                #expect(abs(Int(converted[0].planes[plane][0]) - Int(expected[0].planes[plane][0])) <= 1)
            }
            wide.tags.append(("A2B0", Array("mft2".utf8) + [UInt8](repeating: 0, count: 60)))
            expectStatus(0, try film(samples, wide.bytes(), "tables").0, says: "colours are written as they are")
        }
    }

    @Test func standardOutputByItsName() throws {
        try TemporaryFolder.with { folder in
            let film = try folder.write(Self.film(frames: 1), "100%done.y4m")
            let piped = try Command.run(["video", film, "-o", "-"])
            expectStatus(0, piped)
            let named = try Command.run(["video", film, "-o", "/dev/stdout"])
            expectStatus(0, named)
            #expect(named.output == piped.output)
            // A file that it is redirected to, which has no name to end in .y4m.
            try folder.write([], "matte")
            let file = try #require(FileHandle(forWritingAtPath: folder("matte")))
            expectStatus(0, try Command.run(["video", film, "-o", "/dev/stdout"], to: file))
            #expect(try folder.bytes("matte") == piped.output)
        }
    }

    @Test func aGreyFilmOverAColourSaysItsRange() throws {
        let film = try Self.film(frames: 1, sampling: .gray)
        let outcome = try Command.run(["video", "-", "-o", "-", "--background", "#0000ff"], input: film)
        expectStatus(0, outcome)
        let (header, frames) = try Self.frames(outcome.output)
        #expect(header.line == "YUV4MPEG2 W48 H40 F30000:1001 Ip A4:3 C444 XCOLORRANGE=FULL")
        // What is read back is the colour that was asked for.
        let image = try #require(try frames.first?.image(VideoColors(header)))
        #expect(zip(image.samples.prefix(3), [0, 0, 255]).allSatisfy { abs($0 - $1) <= 2 })
    }

    @Test func aBackgroundIsScaledFromTheOriginal() throws {
        try TemporaryFolder.with { folder in
            try folder.makeFolder("in")
            for name in ["1.png", "3.png"] { try folder.write(Self.picture(0), "in/\(name)") }
            try folder.write(.ball(width: 12, height: 10), "in/2.png")
            let background = try folder.write(.noise(width: 96, height: 80), "background.png")
            let outcome = try Command.run([
                "video", folder("in"), "-o", folder("out/"), "--background", background, "--no-temporal-filter",
            ])
            expectStatus(0, outcome)
            // The same frame looks the same after a smaller one.
            #expect(try folder.bytes("out/00001.png") == folder.bytes("out/00003.png"))
        }
    }

    // MARK: Errors

    @Test func aStreamThatEndsTooEarly() throws {
        try TemporaryFolder.with { folder in
            let film = try folder.write(Array(Self.film(frames: 2).dropLast(7)), "film.y4m")
            let outcome = try Command.run(["video", film, "-o", folder("matte.y4m"), "--json"])
            expectStatus(1, outcome, says: film, "frame 2", "2873 of 2880")
            #expect(try outcome.objects().first?["error"] as? String != nil)
            // No matte, and nothing half-written.
            #expect(try folder.names() == ["film.y4m"])

            let lenient = try Command.run(["video", film, "-o", folder("matte.y4m"), "--lenient"])
            expectStatus(0, lenient, says: "frame 2")
            #expect(try Self.frames(folder.bytes("matte.y4m")).frames.count == 1)
        }
    }

    @Test func whatIsNoFilm() throws {
        try TemporaryFolder.with { folder in
            let picture = try folder.write(Self.picture(0), "a.png")
            expectStatus(
                1, try Command.run(["video", picture, "-o", folder("m.y4m")]), says: picture, "ffmpeg")
            expectStatus(1, try Command.run(["video", "-", "-o", "-"], input: []), says: "standard input: is empty")
            let header = Array("YUV4MPEG2 W48 H40 F25:1\n".utf8)
            expectStatus(1, try Command.run(["video", "-", "-o", "-"], input: header), says: "no frames")
            let interlaced = Array("YUV4MPEG2 W48 H40 F25:1 It\n".utf8)
            expectStatus(1, try Command.run(["video", "-", "-o", "-"], input: interlaced), says: "bwdif")
            expectStatus(1, try Command.run(["video", folder("no/%d.png"), "-o", "-"]), says: "cannot be listed")
            expectStatus(1, try Command.run(["video", folder("%d.png"), "-o", "-"]), says: "no pictures")
            expectStatus(1, try Command.run(["video", folder("film.y4m"), "-o", "-"]), says: "No such file")
            #expect(try folder.names() == ["a.png"])
        }
    }

    @Test func aMissingNumberIsNoShorterFilm() throws {
        try TemporaryFolder.with { folder in
            for number in [1, 2, 4] { try folder.write(Self.picture(0), "\(number).png") }
            let outcome = try Command.run(["video", folder("%d.png"), "-o", folder("matte.y4m")])
            expectStatus(1, outcome, says: folder("3.png"), "missing")
            #expect(!folder.exists("matte.y4m"))
        }
    }

    @Test func aPictureThatCannotBeReadStopsTheFilm() throws {
        try TemporaryFolder.with { folder in
            try folder.makeFolder("in")
            try folder.write(Self.picture(0), "in/1.png")
            try folder.write([1, 2, 3], "in/2.png")
            try folder.write(Self.picture(0), "in/3.png")
            let outcome = try Command.run(["video", folder("in"), "-o", folder("matte.y4m")])
            expectStatus(1, outcome, says: "frame 2", "2.png")
            #expect(try folder.names() == ["in"])
        }
    }

    @Test func whatFramesLackIsSaid() throws {
        try TemporaryFolder.with { folder in
            try folder.makeFolder("in")
            for number in 1...3 {
                let bytes = try Self.picture(0).encoded(as: .jpeg).withBytes { Array($0) }
                try folder.write(number == 1 ? bytes : Array(bytes.dropLast(bytes.count / 3)), "in/\(number).jpg")
            }
            let outcome = try Command.run(
                ["video", folder("in"), "-o", folder("out/"), "--refinement", "bilinear", "--lenient", "--json"])
            expectStatus(0, outcome, says: "frame 2: ", "rows", "and in another frame")
            let warnings = try #require(try outcome.objects().first?["warnings"] as? [String])
            #expect(warnings.count == 1 && warnings[0].hasPrefix("frame 2: "))
            let quiet = try Command.run([
                "video", folder("in"), "-o", folder("out/"), "--refinement", "bilinear", "--lenient", "--quiet",
                "--overwrite",
            ])
            expectStatus(0, quiet)
            #expect(quiet.messages.isEmpty)
        }
    }

    /// A terminal must not obey a film.
    @Test func headersAreEscaped() throws {
        let outcome = try Command.run(["video", "-", "-o", "-"], input: Array("YUV4MPEG2 W1 H1 C\u{1B}[31m \n".utf8))
        expectStatus(1, outcome, says: "\\u{1B}[31m")
        #expect(!outcome.messages.contains("\u{1B}"))
    }

    @Test func aStreamHasOneSize() throws {
        try TemporaryFolder.with { folder in
            try folder.makeFolder("in")
            try folder.write(Self.picture(0), "in/1.png")
            try folder.write(.ball(width: 40, height: 48), "in/2.png")
            let outcome = try Command.run(["video", folder("in"), "-o", folder("matte.y4m")])
            expectStatus(1, outcome, says: "frame 2", "40×48", "48×40")
            #expect(!folder.exists("matte.y4m") && folder.hiddenNames().isEmpty)
        }
    }

    @Test func aFullDiskIsSaid() throws {
        let outcome = try Command.run(["video", "-", "-o", "/dev/full"], input: try Self.film(frames: 1))
        expectStatus(1, outcome, says: "/dev/full: ", "cannot be written", "No space left")
    }

    @Test func whatKeepsItFromBeginningIsSaidInJSONToo() throws {
        try TemporaryFolder.with { folder in
            let film = try folder.write(Self.film(frames: 1), "film.y4m")
            let broken = try folder.write([1, 2, 3], "broken.png")
            for (options, name) in [
                (["-o", folder("film.y4m/b/")], folder("film.y4m/b/")),
                (["-o", folder("m.y4m"), "--background", broken], broken),
                (["-o", folder("m.y4m"), "--weights", broken], broken),
            ] {
                let outcome = try Command.run(["video", film, "--json"] + options)
                expectStatus(1, outcome, says: name)
                #expect(try outcome.objects().count == 1 && outcome.objects()[0]["error"] as? String != nil)
            }
            // A folder that is not there is found before anything is read.
            let missing = try Command.run(["video", folder("no.y4m"), "-o", folder("a/m.y4m")])
            expectStatus(64, missing, says: folder("a/m.y4m"), "there is no folder")
            #expect(try folder.names() == ["broken.png", "film.y4m"])
        }
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "only Linux has a full device"))
    func anErrorDoesNotWaitForTheFilmsEnd() throws {
        try TemporaryFolder.with { folder in
            // One frame, and a pipe that stays open.
            try #require(mkfifo(folder("film.y4m"), 0o600) == 0)
            let command = try Command(["video", folder("film.y4m"), "-o", "/dev/full"])
            let writer = try NamedPipe.writer(folder("film.y4m"))
            try writer.write(contentsOf: Data(Self.film(frames: 1)))
            expectStatus(1, try command.outcome(), says: "cannot be written")
            try writer.close()
        }
    }

    @Test func inputsAreNeverOverwritten() throws {
        try TemporaryFolder.with { folder in
            let film = try folder.write(Self.film(frames: 1), "film.y4m")
            try folder.link("link.y4m", to: film)
            expectStatus(64, try Command.run(["video", film, "-o", folder("link.y4m")]), says: "never overwritten")
            try folder.write(Self.picture(0), "1.png")
            expectStatus(64, try Command.run(["video", folder("%d.png"), "-o", folder("%d.png")]), says: "overwritten")
            #expect(try folder.names() == ["1.png", "film.y4m", "link.y4m"])
            #expect(try folder.bytes("film.y4m") == Self.film(frames: 1))
            #expect(try folder.image("1.png").samples == Self.picture(0).samples)
        }
    }

    @Test func redirectedInputIsNeverOverwritten() throws {
        try TemporaryFolder.with { folder in
            let film = try folder.write(Self.film(frames: 1), "film.y4m")
            let picture = try folder.write(Self.picture(0), "a.png")
            for (arguments, path) in [(["video", "-", "-o", film], film), (["-", "-o", picture], picture)] {
                let before = try Data(contentsOf: URL(fileURLWithPath: path))
                let file = try #require(FileHandle(forReadingAtPath: path))
                let outcome = try Command.run(arguments, from: file)
                expectStatus(64, outcome, says: "never overwritten")
                #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
            }
        }
    }

    @Test func aBackgroundIsNeverOverwritten() throws {
        try TemporaryFolder.with { folder in
            let film = try folder.write(Self.film(frames: 1), "film.y4m")
            try folder.makeFolder("out")
            let picture = try folder.write(Self.picture(0), "out/00001.png")
            try folder.link("link.png", to: picture)
            for background in ["out/00001.png", "./out/00001.png", "out/../out/00001.png", picture, "link.png"] {
                let outcome = try Command.run(
                    ["video", film, "-o", "out/", "--background", background], in: folder)
                expectStatus(64, outcome, says: "never overwritten")
            }
            // A frame of that name is a link to the background.
            try folder.write(Self.picture(0), "ground.png")
            try folder.makeFolder("linked")
            try folder.link("linked/00001.png", to: folder("ground.png"))
            expectStatus(
                64, try Command.run(["video", film, "-o", "linked", "--background", "ground.png"], in: folder),
                says: "never overwritten")
            // Beside other frames a background is in nobody's way.
            try folder.write(Self.picture(0), "out/ground.png")
            expectStatus(
                0,
                try Command.run(
                    ["video", film, "-o", "out/", "--background", "out/ground.png", "--overwrite"], in: folder))
        }
    }

    @Test(arguments: [
        (["-o", "out"], "out/%05d.png"), (["-o", "out.mp4"], ".y4m"), (["-o", "out/%05d.gif"], ".png"),
        (["-o", "out/%05d.jpg"], "JPEG has no transparency"), (["-o", "-", "--json"], "--json"),
        (["-o", "/dev/stdout", "--json"], "--json"),
        (["-o", "a.y4m", "--mask", "--background", "white"], "--mask"),
        (["-o", "a.y4m", "--background", "nowhere.jpg"], "nowhere.jpg"),
        (["-o", "a.y4m", "--matrix", "bt2020"], "bt2020"), (["-o", "a.y4m", "--rate", "0"], "--rate"),
        (["-o", "a.y4m", "--rate", "25/0"], "--rate"), (["-o", "a.y4m", "--quality", "0"], "--quality"),
        (["-o", "a.y4m", "--quality", "90"], "for pictures"), (["-o", "out/", "--rate", "24"], "pictures have none"),
        ([], "--output"),
    ])
    func wrongOptions(options: [String], mentioned: String) throws {
        try TemporaryFolder.with { folder in
            expectStatus(64, try Command.run(["video", "film.y4m"] + options, in: folder), says: mentioned)
            #expect(try folder.names() == [])
        }
    }

    @Test func aFilmSaysItsOwnRate() throws {
        try TemporaryFolder.with { folder in
            let film = try folder.write(Self.film(frames: 1), "film.y4m")
            let outcome = try Command.run(["video", film, "-o", folder("matte.y4m"), "--rate", "30"])
            expectStatus(64, outcome, says: "--rate is for a film that is made of pictures")
            #expect(try folder.names() == ["film.y4m"])
        }
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func interruptedNothingStaysBehind(signal: Int32) throws {
        try TemporaryFolder.with { folder in
            // The film never ends: its writer is this test, which sends one frame and no more.
            try #require(mkfifo(folder("film.y4m"), 0o600) == 0)
            let command = try Command(["video", folder("film.y4m"), "-o", folder("matte.y4m")])
            let writer = try NamedPipe.writer(folder("film.y4m"))
            try writer.write(contentsOf: Data(Self.film(frames: 1)))
            try waitUntil { !folder.hiddenNames().isEmpty }
            command.interrupt(signal)
            expectStatus(130, try command.outcome())
            try writer.close()
            #expect(try folder.names() == ["film.y4m"])
        }
    }
}
