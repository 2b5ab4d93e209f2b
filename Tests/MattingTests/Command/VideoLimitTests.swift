import Matting
import PictureTestSupport
import Raster
import Testing
import TestSupport
import VideoStreams

/// Films of unusual frames.
@Suite struct VideoLimitTests {
    @Test func sizeIsLimitedUntilSomebodyTrustsTheFrames() throws {
        try TemporaryFolder.with { folder in
            try folder.makeFolder("in")
            try folder.write(.plain(width: 32_769, height: 1, [1, 2, 3]), "in/1.png")
            let plain = ["video", folder("in"), "-o", folder("out.y4m"), "--refinement", "bilinear"]
            expectStatus(1, try Command.run(plain), says: "32769 x 1", "--max-megapixels")
            #expect(!folder.exists("out.y4m"))
            expectStatus(0, try Command.run(plain + ["--max-megapixels", "1"]))
            var limits = DecodingLimits.default
            limits.maxSide = 40_000
            var reader = try Y4MReader(decoding: folder.bytes("out.y4m"), limits: limits)
            #expect(try reader.nextFrame()?.format.width == 32_769)
        }
    }

    /// A stream has one depth, that of its first frame.
    @Test func aDeeperFrameIsRoundedWithAWarning() throws {
        try TemporaryFolder.with { folder in
            try folder.makeFolder("in")
            for (name, depth) in [("1", RasterImage.BitDepth.eight), ("2", .sixteen), ("3", .sixteen)] {
                try folder.write(.noise(width: 20, height: 10, bitDepth: depth, seed: 4), "in/\(name).png")
            }
            let plain = ["video", folder("in"), "--refinement", "bilinear"]
            let outcome = try Command.run(plain + ["-o", folder("out.y4m"), "--background", "white"])
            expectStatus(0, outcome, says: "frame 2: 16-bit samples were rounded to 8 bits, and in another frame")
            // Pictures each have their own.
            let pictures = try Command.run(plain + ["-o", folder("%d.png"), "--background", "white"])
            expectStatus(0, pictures)
            #expect(!pictures.messages.contains("rounded"))
            #expect(try folder.image("2.png").bitDepth == .sixteen)
        }
    }
}
