import Foundation
import ImageCodecs
import PictureTestSupport
import Raster
import Testing

@testable import Matting

/// What `matte cut` makes of a matte: the library's steps, in the command line's order.
@Suite struct CutFinishTests {
    private let image: RasterImage
    /// Two soft discs, the left one larger, with a hole.
    private let matte: RasterImage

    init() throws {
        image = try .noise(width: 90, height: 60, seed: 7)
        matte = try .drawn(width: 90, height: 60, colorModel: .gray) { x, y in
            func disc(_ centerX: Double, _ centerY: Double, _ radius: Double) -> Double {
                let (across, down) = (Double(x) + 0.5 - centerX, Double(y) + 0.5 - centerY)
                return min(max((radius - (across * across + down * down).squareRoot()) / 4 + 0.5, 0), 1)
            }
            return [max(disc(27, 30, 20) - disc(27, 30, 5), disc(70, 28, 12))]
        }
    }

    private var result: MattingResult {
        get throws { try MattingResult(image: image, alpha: AlphaMatte(matte)) }
    }

    /// Runs `matte in.png --matte matte.png` with some options and returns what was written.
    private func cut(_ options: String...) throws -> RasterImage {
        try TemporaryFolder.with { folder in
            try folder.write(image, "in.png")
            try folder.write(matte, "matte.png")
            let outcome = try Command.run(
                ["in.png", "--matte", "matte.png", "-o", "out.png"] + options, in: folder)
            expectStatus(0, outcome)
            return try folder.image("out.png")
        }
    }

    /// Runs the same, which must fail with nothing written.
    private func refuse(
        _ options: [String], status: Int32, says text: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try TemporaryFolder.with { folder in
            try folder.write(image, "in.png")
            try folder.write(matte, "matte.png")
            let outcome = try Command.run(
                ["in.png", "--matte", "matte.png", "-o", "out.png"] + options, in: folder)
            #expect(outcome.status == status, "\(outcome.messages)", sourceLocation: sourceLocation)
            #expect(outcome.messages.contains(text), "\(outcome.messages)", sourceLocation: sourceLocation)
            #expect(try folder.names() == ["in.png", "matte.png"], sourceLocation: sourceLocation)
        }
    }

    // MARK: The matte from a file

    @Test func aMatteOfThePicturesSizeIsTakenAsItIs() throws {
        #expect(try cut().samples == result.cutout().samples)
        #expect(try cut("--mask").samples == matte.samples)
    }

    @Test func aMatteOfAnotherSizeIsBroughtToThePictures() throws {
        try TemporaryFolder.with { folder in
            try folder.write(image, "in.png")
            try folder.write(
                .drawn(width: 45, height: 30, colorModel: .gray) { x, _ in [x < 20 ? 1 : 0] }, "small.png")
            expectStatus(0, try Command.run(["in.png", "--matte", "small.png", "-o", "m.png", "--mask"], in: folder))
            let mask = try folder.image("m.png")
            #expect(mask.width == 90 && mask.height == 60)
            #expect(mask.samples[30 * 90 + 5] == 255 && mask.samples[30 * 90 + 80] == 0)
            // Of other proportions it is another picture's.
            try folder.write(.drawn(width: 45, height: 45, colorModel: .gray) { _, _ in [1] }, "square.png")
            let outcome = try Command.run(["in.png", "--matte", "square.png", "-o", "out.png"], in: folder)
            expectStatus(1, outcome, says: "45×45")
            #expect(!folder.exists("out.png"))
        }
    }

    // MARK: Mask work

    @Test func maskWorkIsTheLibrarys() throws {
        let steps: [([String], MaskOperation)] = [
            (["--threshold", "0.4"], .threshold(0.4)), (["--feather", "1.5"], .feather(1.5)),
            (["--grow", "2.5"], .grow(2.5)), (["--shrink=1.5"], .shrink(1.5)),
            (["--smooth", "2"], .smooth(radius: 2, tolerance: 0.2)), (["--opening", "13"], .opening(13)),
            (["--closing", "6"], .closing(6)), (["--fill-holes", "all"], .fillHoles(largestArea: nil)),
            (["--fill-holes", "10"], .fillHoles(largestArea: 10)), (["--keep-largest", "1"], .keepLargest(1)),
            (["--remove-specks", "600"], .removeSpecks(smallestArea: 600)), (["--invert"], .invert),
        ]
        for (options, operation) in steps {
            let mask = try TemporaryFolder.with { folder in
                try folder.write(image, "in.png")
                try folder.write(matte, "matte.png")
                expectStatus(
                    0,
                    try Command.run(
                        ["in.png", "--matte", "matte.png", "--mask", "-o", "out.png"] + options, in: folder))
                return try folder.image("out.png")
            }
            let expected = try result.applying([operation]).mask()
            #expect(mask.samples == expected.samples, "\(operation)")
        }
    }

    @Test func maskWorkKeepsItsOrder() throws {
        let grownFirst = try cut("--mask", "--grow", "6", "--shrink", "4", "--invert")
        let shrunkFirst = try cut("--mask", "--shrink", "4", "--invert", "--grow", "6")
        #expect(grownFirst.samples == (try result.applying([.grow(6), .shrink(4), .invert]).mask().samples))
        #expect(shrunkFirst.samples == (try result.applying([.shrink(4), .invert, .grow(6)]).mask().samples))
        #expect(grownFirst.samples != shrunkFirst.samples)
        let twice = try cut("--mask", "--grow", "3", "--feather", "2", "--grow=1")
        #expect(twice.samples == (try result.applying([.grow(3), .feather(2), .grow(1)]).mask().samples))
    }

    @Test func badMaskWorkIsWrongUsage() throws {
        try refuse(["--feather", "-1"], status: 64, says: "feather")
        try refuse(["--grow", "5000"], status: 64, says: "grow is 5000")
        try refuse(["--threshold", "nan"], status: 64, says: "threshold")
        try refuse(["--keep-largest", "0"], status: 64, says: "--keep-largest is 0; use 1 or more")
        try refuse(["--fill-holes", "many"], status: 64, says: "--fill-holes")
        try refuse(["--mask", "--decontaminate"], status: 64, says: "--decontaminate")
    }

    // MARK: Subjects

    @Test func subjectsByNumberAndPlace() throws {
        let subjects = try result.subjects()
        #expect(subjects.count == 2)
        #expect(try cut("--subject", "2").samples == subjects[1].result().cutout().samples)
        #expect(try cut("--at", "15,30").samples == subjects[0].result().cutout().samples)
        try refuse(["--subject", "3"], status: 1, says: "use 1 to 2")
        try refuse(["--subject", "0"], status: 64, says: "--subject counts from 1")
        try refuse(["--at", "1,1"], status: 1, says: "no subject is at 1,1")
        try refuse(["--at", "500,1"], status: 1, says: "0,0 to 89,59")
        try refuse(["--at", "5"], status: 64, says: "--at")
        try refuse(["--subject", "1", "--split"], status: 64, says: "use one of them")
        try refuse(
            ["--split", "--keep-largest", "1", "--invert", "--threshold", "1", "--opening", "1000"], status: 1,
            says: "the matte is empty")
    }

    @Test func splitWritesOneFileEach() throws {
        try TemporaryFolder.with { folder in
            try folder.write(image, "in.png")
            try folder.write(matte, "matte.png")
            let arguments = ["in.png", "--matte", "matte.png", "--split", "-o", "out.png", "--json"]
            let outcome = try Command.run(arguments, in: folder)
            expectStatus(0, outcome)
            #expect(try folder.names() == ["in.png", "matte.png", "out-1.png", "out-2.png"])
            let subjects = try result.subjects()
            for subject in subjects {
                #expect(
                    try folder.image("out-\(subject.number).png").samples == subject.result().cutout().samples)
            }
            let objects = try outcome.objects()
            #expect(objects.map { $0["subject"] as? Int } == [1, 2])
            #expect(objects.map { $0["output"] as? String } == ["out-1.png", "out-2.png"])

            // Files of derived names stay unless something else is said.
            expectStatus(
                64, try Command.run(arguments, in: folder), says: "'out-1.png' is there already, and 1 more",
                "--overwrite")
            expectStatus(0, try Command.run(arguments + ["--overwrite"], in: folder))
            try folder.write([1], "out-2.png")
            try FileManager.default.removeItem(atPath: folder("out-1.png"))
            expectStatus(64, try Command.run(arguments, in: folder), says: "'out-2.png' is there already, as")
            #expect(!folder.exists("out-1.png"))
            let kept = try Command.run(arguments + ["--no-clobber"], in: folder)
            expectStatus(0, kept, says: "in.png: a subject left out, for out-2.png is there")
            #expect(try kept.objects().map { $0["skipped"] as? Bool ?? false } == [false, true])
            #expect(try folder.bytes("out-2.png") == [1] && folder.exists("out-1.png"))
            // Others are nobody's subjects.
            for name in ["out-2.png", "out-1.png"] { try FileManager.default.removeItem(atPath: folder(name)) }
            for name in ["out-02.png", "out-.png", "out-1.jpg", "out-1-2.png", "out.png"] {
                try folder.write([1], name)
            }
            expectStatus(0, try Command.run(arguments, in: folder))
        }
    }

    @Test func splitNeverOverwritesAnInput() throws {
        try TemporaryFolder.with { folder in
            try folder.write(image, "in.png")
            try folder.write(image, "out-1.png")
            try folder.write(matte, "matte.png")
            let before = try folder.bytes("out-1.png")
            let outcome = try Command.run(
                [
                    "in.png", "--matte", "matte.png", "--background", "out-1.png", "--split", "--overwrite", "-o",
                    "out.png",
                ],
                in: folder)
            expectStatus(64, outcome, says: "'out-1.png' is the input 'out-1.png'; inputs are never overwritten.")
            #expect(try folder.bytes("out-1.png") == before)
            // A subject's file that is another photograph of the same command, though it is named after its own.
            try folder.write(image, "in-2.png")
            try folder.makeFolder("mattes")
            for name in ["in.png", "in-2.png"] { try folder.write(matte, "mattes/\(name)") }
            let several = ["in.png", "in-2.png", "--matte", "mattes/", "--split", "--overwrite"]
            let derived = try Command.run(several + ["-o", "."], in: folder)
            expectStatus(
                64, derived, says: "; inputs are never overwritten. Name a")
            #expect(!derived.messages.contains("UsageError"))
        }
    }

    // MARK: Background and shadow

    @Test func backgroundsAreTheLibrarys() throws {
        let gradient = Background.Gradient(
            .linear(angle: 90),
            stops: [.init(.white, at: 0), .init(try RasterColor("#ccc"), at: 0.4), .init(.black, at: 1)])
        #expect(
            try cut("--background", "linear-gradient(90deg, white, #ccc 40%, black)").samples
                == result.composite(over: .gradient(gradient)).samples)
        #expect(
            try cut("--background", "radial-gradient(white, rgb(1, 2, 3))").samples
                == result.composite(over: .gradient(.radial(.white, RasterColor("rgb(1, 2, 3)")))).samples)
        #expect(
            try cut("--background", "blur(4px)").samples
                == result.composite(over: .blurredOriginal(radius: .pixels(4))).samples)
        #expect(
            try cut("--background", "white", "--blending", "encoded").samples
                == result.composite(over: .color(.white), blending: .encoded).samples)
        #expect(
            try cut("--background", "teal", "--match-colors", "0.7").samples
                == result.composite(over: .color(RasterColor("teal")), matching: ColorMatching(strength: 0.7)).samples)
        try refuse(["--background", "linear-gradient(white)"], status: 64, says: "linear-gradient(white, #ccc)")
        try refuse(["--background", "blur(much)"], status: 64, says: "blur(3%)")
        try refuse(["--background", "nothing.jpg"], status: 64, says: "nor a file")
        try refuse(["--background", "white", "--background-fit", "tile"], status: 64, says: "for a picture")
        try refuse(["--match-colors", "0.5"], status: 64, says: "--background")
        try refuse(["--background", "white", "--match-colors", "2"], status: 64, says: "0 to 1")
    }

    @Test func backgroundPicturesLieAsAskedFor() throws {
        let ground = try RasterImage.noise(width: 30, height: 31, seed: 3)
        try TemporaryFolder.with { folder in
            try folder.write(image, "in.png")
            try folder.write(matte, "matte.png")
            try folder.write(ground, "ground.png")
            let arguments = [
                "in.png", "--matte", "matte.png", "--background", "ground.png", "--overwrite", "-o", "out.png",
            ]
            let cases: [([String], Backdrop)] = [
                ([], Backdrop(ground)), (["--background-fit", "contain"], Backdrop(ground, scaling: .contain)),
                (["--background-fit", "tile"], Backdrop(ground, scaling: .tile(1))),
                (["--background-fit", "tile(0.5)"], Backdrop(ground, scaling: .tile(0.5))),
                (
                    ["--background-fit", "1.5", "--background-position", "bottom"],
                    Backdrop(ground, scaling: .factor(1.5), position: .bottom)
                ),
                (
                    ["--background-fit", "1", "--background-position", "25%,0.75"],
                    Backdrop(ground, scaling: .factor(1), position: CanvasPosition(x: 0.25, y: 0.75))
                ),
            ]
            for (options, backdrop) in cases {
                expectStatus(0, try Command.run(arguments + options, in: folder))
                #expect(
                    try folder.image("out.png").samples == result.composite(over: .backdrop(backdrop)).samples,
                    "\(options)")
            }
        }
    }

    @Test func aDamagedBackgroundIsShownAsFarAsItGoes() throws {
        try TemporaryFolder.with { folder in
            try folder.write(image, "in.png")
            try folder.write(matte, "matte.png")
            let picture = try RasterImage.noise(width: 200, height: 150, seed: 3)
            let room = try picture.encoded(as: .jpeg).withBytes { Array($0) }
            _ = try folder.write(Array(room.prefix(room.count / 2)), "room.jpg")
            let words = ["in.png", "--matte", "matte.png", "-o", "out.png", "--background", "room.jpg"]
            expectStatus(1, try Command.run(words, in: folder), says: "room.jpg", "--lenient")
            #expect(try !folder.names().contains("out.png"))
            expectStatus(0, try Command.run(words + ["--lenient"], in: folder), says: "of the background")
            #expect(try folder.names().contains("out.png"))
        }
    }

    @Test func hiddenColoursUnderAPresetsBackground() throws {
        try refuse(["--preset", "amazon", "--keep-hidden"], status: 64, says: "--background transparent")
        try refuse(
            ["--background", "red", "--keep-hidden"], status: 64, says: "leave --keep-hidden out, or --background")
    }

    @Test func shadowsAreTheLibrarys() throws {
        #expect(
            try cut("--background", "white", "--shadow", "contact").samples
                == result.composite(over: .color(.white), shadow: .contact).samples)
        #expect(
            try cut("--shadow", "drop:opacity=0.5,blur=3px,down=10%,across=-2px,color=navy").samples
                == result.cutout(
                    shadow: .drop(
                        across: .pixels(-2), down: .percent(10), blur: .pixels(3), opacity: 0.5,
                        color: RasterColor("navy"))
                ).samples)
        try refuse(["--shadow", "long"], status: 64, says: "--shadow")
        try refuse(["--shadow", "drop:size=3"], status: 64, says: "opacity, blur, down, across, color")
        try refuse(["--shadow", "drop:opacity=dark"], status: 64, says: "drop:opacity=0.3")
        try refuse(["--shadow", "drop:opacity=7"], status: 64, says: "--shadow: opacity is 7; use 0 to 1")
        try refuse(["--mask", "--shadow", "drop"], status: 64, says: "--shadow")
    }

    // MARK: Framing

    @Test func framesAreTheLibrarys() throws {
        #expect(try cut("--crop").samples == result.cutout(framed: .subject()).samples)
        let margins = Framing.Margins(top: .pixels(3), left: .percent(10), bottom: .pixels(3), right: .percent(10))
        #expect(
            try cut("--crop", "--margin", "3px 10%").samples
                == result.cutout(framed: Framing(margins: margins)).samples)
        #expect(
            try cut("--aspect", "4:5", "--align", "bottom").samples
                == result.cutout(framed: Framing(canvas: .aspect(0.8), alignment: .bottom)).samples)
        let square = try cut("--canvas", "50", "--fill", "80%", "--background", "white", "--decontaminate")
        #expect(square.width == 50 && square.height == 50)
        #expect(
            square.samples
                == (try result.decontaminated().composite(
                    over: .color(.white), framed: .product(side: 50, fill: 0.8)
                ).samples))
        let wide = try cut("--canvas", "60x40", "--mask")
        #expect(wide.samples == (try result.mask(framed: .product(width: 60, height: 40)).samples))
    }

    /// What is said of a picture is said of its layers.
    @Test func warningsOfLayersAreSaid() throws {
        try TemporaryFolder.with { folder in
            try folder.write(image, "in.png")
            try folder.write(matte, "matte.png")
            for name in ["out.png", "out.psd"] {
                let outcome = try Command.run(
                    ["in.png", "--matte", "matte.png", "--canvas", "200", "--background", "white", "-o", name],
                    in: folder)
                expectStatus(0, outcome)
                #expect(outcome.messages.contains("the subject was enlarged to"), "\(name): \(outcome.messages)")
            }
        }
    }

    @Test func presetsBringCanvasAndBackground() throws {
        let preset = try #require(Framing.preset(named: "google-merchant"))
        let picture = try cut("--preset", "Google-Merchant")
        #expect(picture.width == preset.width && picture.height == preset.height && !picture.colorModel.hasAlpha)
        // Other options win.
        let clear = try cut("--preset", "amazon", "--canvas", "40", "--background", "transparent")
        #expect(clear.width == 40 && clear.colorModel.hasAlpha)
        try refuse(["--preset", "bazaar"], status: 64, says: "--preset")
    }

    @Test func badFramesAreRefused() throws {
        try refuse(["--canvas", "100000"], status: 64, says: "100000×100000")
        try refuse(["--canvas", "0"], status: 64, says: "--canvas")
        try refuse(["--canvas", "20x-3"], status: 64, says: "--canvas")
        try refuse(["--crop", "--canvas", "20"], status: 64, says: "use one of them")
        try refuse(["--margin", "5%"], status: 64, says: "--margin is for a frame")
        try refuse(["--crop", "--margin", "1 2 3 4 5"], status: 64, says: "--margin")
        try refuse(["--crop", "--margin=-3px"], status: 64, says: "--margin: top is -3")
        try refuse(["--crop", "--fill", "80%"], status: 64, says: "use --margin")
        try refuse(["--canvas", "20", "--fill", "0"], status: 64, says: "--fill")
        try refuse(["--aspect", "0:4"], status: 64, says: "--aspect")
        try refuse(["--canvas", "20", "--max-enlargement", "0"], status: 64, says: "--max-enlargement")
        // Nothing to frame.
        try refuse(["--opening", "1000", "--crop"], status: 1, says: "in.png")
    }
}
