import ImageCodecs
import PictureTestSupport
import Raster
import Testing
import TestSupport

@testable import Matting

/// What `matte cut` writes is what the library makes.
@Suite struct CutOutputTests {
    private let image: RasterImage
    private let result: MattingResult

    init() throws {
        image = try RasterImage.ball()
        result = try SharedPipeline.standard.get().matte(image)
    }

    @Test func cutsToAFile() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(image, "in.png")
            let outcome = try Command.run([input, "-o", folder("out.png")])
            expectStatus(0, outcome)
            #expect(outcome.output.isEmpty)
            let cutout = try folder.image("out.png")
            #expect(cutout.colorModel == .rgba)
            #expect(try cutout.samples == result.cutout().samples)
            #expect(try folder.names() == ["in.png", "out.png"])

            // The verb by its name, and another working folder.
            expectStatus(0, try Command.run(["cut", "in.png", "--output", "same.png"], in: folder))
            #expect(try folder.bytes("same.png") == folder.bytes("out.png"))
        }
    }

    @Test func mask() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(image, "in.png")
            expectStatus(0, try Command.run([input, "-o", folder("mask.png"), "--mask"]))
            let mask = try folder.image("mask.png")
            #expect(mask.colorModel == .gray && mask.bitDepth == .eight)
            #expect(try mask.samples == result.mask().samples)
            // A grey picture needs no transparency.
            expectStatus(0, try Command.run([input, "-o", folder("mask.jpg"), "--mask"]))
            #expect(try folder.image("mask.jpg").colorModel == .gray)
        }
    }

    @Test func sixteenBitsStay() throws {
        try TemporaryFolder.with { folder in
            let deep = try RasterImage.noise(width: 40, height: 30, bitDepth: .sixteen)
            let input = try folder.write(deep, "deep.png")
            expectStatus(0, try Command.run([input, "-o", folder("cut.png"), "--keep-hidden"]))
            let cutout = try folder.image("cut.png")
            #expect(cutout.bitDepth == .sixteen)
            let samples = cutout.samples
            #expect((0..<1200).flatMap { samples[$0 * 4..<$0 * 4 + 3] } == deep.samples)
            expectStatus(0, try Command.run([input, "-o", folder("mask.png"), "--mask"]))
            #expect(try folder.image("mask.png").bitDepth == .sixteen)
        }
    }

    @Test func hiddenColoursOnRequestOnly() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(image, "in.png")
            expectStatus(0, try Command.run([input, "-o", folder("out.png"), "--keep-hidden"]))
            #expect(try folder.image("out.png").samples == result.cutout(keepsHiddenColors: true).samples)
        }
    }

    @Test(arguments: ["#1a9", "Navy", "#fefefe", "rgb(1 2 3)", "rebeccapurple", "#12345680", "rgba(9, 9, 9, 50%)"])
    func overAColour(text: String) throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(image, "in.png")
            expectStatus(0, try Command.run([input, "-o", folder("out.png"), "--background", text]))
            let expected = try result.composite(over: .color(RasterColor(text)))
            #expect(try folder.image("out.png").samples == expected.samples)
        }
    }

    @Test(arguments: ["transparent", "#0000", "rgb(1 2 3 / 0)"]) func aTransparentBackgroundIsNone(text: String) throws
    {
        try TemporaryFolder.with { folder in
            let input = try folder.write(image, "in.png")
            expectStatus(
                0, try Command.run([input, "-o", folder("out.png"), "--background", text, "--keep-hidden"]))
            #expect(try folder.image("out.png").samples == result.cutout(keepsHiddenColors: true).samples)
            expectStatus(
                64, try Command.run([input, "-o", folder("out.jpg"), "--background", text]),
                says: "JPEG has no transparency")
        }
    }

    @Test func overAPicture() throws {
        try TemporaryFolder.with { folder in
            let back = try RasterImage.noise(width: 50, height: 70, colorModel: .rgba, seed: 2)
            let input = try folder.write(image, "in.png")
            let background = try folder.write(back, "back.png")
            expectStatus(0, try Command.run([input, "-o", folder("out.png"), "--background", background]))
            #expect(try folder.image("out.png").samples == result.composite(over: .image(back)).samples)
        }
    }

    @Test func jpeg() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(image, "in.png")
            expectStatus(
                0, try Command.run([input, "-o", folder("out.jpeg"), "--background", "white", "--quality", "75"]))
            let expected = try result.composite(over: .color(.white))
                .encoded(as: .jpeg, options: EncodingOptions(jpegQuality: 75))
            #expect(try folder.bytes("out.jpeg") == expected.withBytes { Array($0) })
        }
    }

    @Test func photographsStandUpright() throws {
        try TemporaryFolder.with { folder in
            let photograph = try Fixtures.path("../ImageCodecsTests/Fixtures/orientation-6.jpg")
            let upright = try RasterImage(contentsOf: photograph)
            expectStatus(
                0, try Command.run([photograph, "-o", folder("out.png"), "--keep-hidden", "--metadata", "all"]))
            let output = try folder.image("out.png")
            #expect(output.width == upright.width && output.height == upright.height)
            let samples = output.samples
            #expect((0..<output.width * output.height).flatMap { samples[$0 * 4..<$0 * 4 + 3] } == upright.samples)
            // Once only: what is written says that it is upright already.
            #expect(output.exif == upright.exif && output.exif != nil)
        }
    }

    /// In every kind of output: the resolution, and of EXIF what is wanted, all or nothing.
    @Test(arguments: [nil, "safe", "all", "none"]) func metadataFollowsTheOption(policy: String?) throws {
        try TemporaryFolder.with { folder in
            var photograph = try RasterImage.ball(width: 60, height: 40)
            photograph.resolution = RasterImage.Resolution(horizontal: 300, vertical: 300)
            // Whose it is, and a note by the maker.
            photograph.exif = [
                0x49, 0x49, 0x2A, 0, 8, 0, 0, 0, 2, 0, 0x98, 0x82, 2, 0, 4, 0, 0, 0, 0x41, 0x6E, 0x6E, 0, 0x7C, 0x92, 7,
                0, 4, 0, 0, 0, 0x4E, 0x6F, 0x74, 0x65, 0, 0, 0, 0,
            ]
            try photograph.write(to: folder("in.png"), options: EncodingOptions(metadata: .all))
            let option = policy.map { ["--metadata", $0] } ?? []
            for (name, more) in [
                ("cut.png", []), ("over.jpg", ["--background", "white"]), ("over.png", ["--background", "white"]),
                ("mask.png", ["--mask"]),
            ] {
                expectStatus(0, try Command.run([folder("in.png"), "-o", folder(name)] + more + option))
                let output = try folder.image(name)
                let density = output.resolution?.pixelsPerInch?.horizontal.rounded()
                #expect(density == (policy == "none" ? nil : 300), "\(name)")
                if name == "mask.png" { continue }
                let exif = output.exif ?? []
                #expect((exif.firstRange(of: Array("Ann\0".utf8)) != nil) == (policy != "none"), "\(name)")
                #expect((exif.firstRange(of: Array("Note".utf8)) != nil) == (policy == "all"), "\(name)")
            }
        }
    }

    @Test func profileIsCarried() throws {
        try TemporaryFolder.with { folder in
            let photograph = try Fixtures.path("../ImageCodecsTests/Fixtures/profile.jpg")
            let profile = try #require(RasterImage(contentsOf: photograph).iccProfile)
            expectStatus(0, try Command.run([photograph, "-o", folder("out.png")]))
            #expect(try folder.image("out.png").iccProfile == profile)
            expectStatus(0, try Command.run([photograph, "-o", folder("out.jpg"), "--background", "white"]))
            #expect(try folder.image("out.jpg").iccProfile == profile)
        }
    }

    @Test func compressionChangesTheSizeOnly() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(image, "in.png")
            var sizes: [Int] = []
            for effort in ["0", "fast", "balanced", "smallest", "9"] {
                let name = "\(effort).png"
                expectStatus(0, try Command.run([input, "-o", folder(name), "--compression", effort]))
                #expect(try folder.image(name).samples == result.cutout().samples)
                sizes.append(try folder.bytes(name).count)
            }
            #expect(sizes[0] > sizes[1] && sizes[1] > sizes[3])
        }
    }

    @Test func kindsOfCompressionOfTIFF() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(image, "in.png")
            var files: [[UInt8]] = []
            for (name, kind) in [("deflate", TIFFCompression.deflate), ("lzw", .lzw), ("none", .none)] {
                expectStatus(0, try Command.run([input, "-o", folder("\(name).tif"), "--compression", name]))
                files.append(try folder.bytes("\(name).tif"))
                let expected = try result.cutout().encoded(as: .tiff, options: EncodingOptions(tiffCompression: kind))
                #expect(try files.last == expected.withBytes { Array($0) })
            }
            #expect(files[0].count < files[2].count && files[1] != files[0])
        }
    }

    @Test(.enabled(if: ImageFormat.webp.canWrite)) func qualityMakesWebPLossy() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(image, "in.png")
            for (options, kind) in [
                (["--quality", "70"], WebPCompression.lossy(quality: 70)), ([], .lossless()),
                (["--compression", "6"], .lossless(effort: 6)),
            ] {
                expectStatus(0, try Command.run([input, "-o", folder("out.webp")] + options))
                let expected = try result.cutout().encoded(as: .webp, options: EncodingOptions(webpCompression: kind))
                #expect(try folder.bytes("out.webp") == expected.withBytes { Array($0) })
            }
        }
    }

    @Test func pipes() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(image, "in.png")
            expectStatus(0, try Command.run([input, "-o", folder("out.png")]))
            // More than a pipe holds, so that reading and writing go on at the same time.
            let bytes = try folder.bytes("in.png")
            let outcome = try Command.run(["-", "-o", "-"], input: bytes)
            expectStatus(0, outcome)
            #expect(try outcome.output == folder.bytes("out.png"))

            let jpeg = try Command.run(["-", "-o", "-", "--format", "jpeg", "--background", "white"], input: bytes)
            expectStatus(0, jpeg)
            #expect(ImageFormat.detect(jpeg.output) == .jpeg)

            let named = try Command.run(
                ["-", "-o", "/dev/stdout", "--format", "jpeg", "--background", "white"], input: bytes)
            expectStatus(0, named)
            #expect(named.output == jpeg.output)

            let toFile = try Command.run(["-", "-o", folder("piped.png")], input: bytes)
            expectStatus(0, toFile)
            #expect(toFile.output.isEmpty)
            #expect(try folder.bytes("piped.png") == folder.bytes("out.png"))

            let toFolder = try Command.run(["-", "-o", folder("new/")], input: bytes)
            expectStatus(0, toFolder)
            #expect(try folder.names("new") == ["stdin.png"])
        }
    }

    @Test func largePicturesGoThroughPipes() throws {
        let noise = try RasterImage.noise(width: 400, height: 300, seed: 9)
        let file = try noise.encoded(as: .png).withBytes { Array($0) }
        try #require(file.count > 1 << 17)
        let outcome = try Command.run(["-", "-o", "-", "--keep-hidden"], input: file)
        expectStatus(0, outcome)
        #expect(try RasterImage(decoding: outcome.output).width == 400)
    }

    @Test func sameBytesOnAnyNumberOfThreads() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(RasterImage.ball(width: 301, height: 207), "in.png")
            for count in ["1", "2", "5"] {
                expectStatus(0, try Command.run([input, "-o", folder("\(count).png"), "--threads", count]))
            }
            #expect(try folder.bytes("1.png") == folder.bytes("2.png"))
            #expect(try folder.bytes("1.png") == folder.bytes("5.png"))
        }
    }

    @Test func ownWeights() throws {
        try TemporaryFolder.with { folder in
            let weights = try Fixtures.path("../../Weights/coarse.safetensors")
            let input = try folder.write(image, "in.png")
            expectStatus(0, try Command.run([input, "-o", folder("out.png"), "--weights", weights]))
            #expect(try folder.image("out.png").samples == result.cutout().samples)

            let missing = try Command.run([input, "-o", folder("none.png"), "--weights", folder("no.safetensors")])
            expectStatus(1, missing, says: folder("no.safetensors"), "No such file")
            let wrong = try Command.run([input, "-o", folder("none.png"), "--weights", input])
            expectStatus(1, wrong, says: "in.png", "safetensors")
            let byEdges = ["--refinement", "edges"]
            expectStatus(0, try Command.run([input, "-o", folder("edges.png")] + byEdges))
            let swapped = try Command.run([input, "-o", folder("none.png"), "--edge-weights", weights] + byEdges)
            expectStatus(1, swapped, says: weights, "mobilenetv2-unet", "--weights")
            let edges = try Fixtures.path("../../Weights/edge.safetensors")
            let edgesAlone = try Command.run([input, "-o", folder("none.png"), "--weights", edges])
            expectStatus(1, edgesAlone, says: edges, "edge network", "--edge-weights")
            expectStatus(0, try Command.run([input, "-o", folder("own.png"), "--edge-weights", edges] + byEdges))
            #expect(try folder.bytes("own.png") == folder.bytes("edges.png"))
            #expect(!folder.exists("none.png"))
        }
    }
}
